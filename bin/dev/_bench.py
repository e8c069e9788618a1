"""Time the filters against every peer on PATH, on logs in the shape of real ones.

Each log is made, read by all in turns, and removed. Ratios are to mawk counting sections of the
same file, for a JSON log to `jq -c .`; start-up, measured on an empty input, is taken off.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.append(str(Path(__file__).parent))
import _bench_bars
import _bench_live
import _bench_logs
from _bench_commands import (
    LOGS,
    PIPELINE,
    BenchCommand,
    baseline,
    commands,
    is_there,
    parse_command,
)
from _bench_runs import Result, in_turns, machine, start_up

_HEADINGS = (
    "best s",
    "median s",
    "spread",
    "lines/s",
    "ratio",
    "CPU s",
    "CPU ratio",
    "start-up s",
    "peak MiB",
)


def measured(name: str, lines: int, rounds: int, seed: int, *, peers: bool) -> dict[str, Result]:
    """Make a log, and run all that can read it; return results by command, the baseline's first."""
    log = LOGS[name]
    with tempfile.TemporaryDirectory() as folder:
        text, records = Path(folder, name), Path(folder, "records.jsonl")
        _bench_logs.write(text, log.make, lines, seed)
        with records.open("wb") as file:
            command = ["bash", "-c", parse_command(log), "bench", str(text)]
            subprocess.run(command, stdout=file, check=True)
        return in_turns(list(commands(log, text, records, peers=peers)), rounds)


def layout(name: str, lines: int, results: Mapping[str, Result]) -> Table:
    """Lay out the results on one log. Seconds are those after the start-up.

    CPU seconds say more on a busy machine. bash does not wait for clfalert in the pipeline, so that
    those are not known of it.
    """
    baseline, *_ = results.values()
    table = Table("", title=f"{name}: {lines:,} lines")
    table.columns[0].no_wrap = True
    for heading in _HEADINGS:
        table.add_column(heading, justify="right")
    for command, result in results.items():
        cpu = command != PIPELINE
        table.add_row(
            command,
            f"{result.best:.2f}",
            f"{result.median:.2f}",
            f"{result.spread:.0%}",
            f"{lines / result.best:,.0f}",
            f"{result.to(baseline):.2f}",
            f"{result.cpu:.2f}" if cpu else "",
            f"{result.cpu / baseline.cpu:.2f}" if cpu else "",
            f"{result.start.seconds:.3f}",
            " ".join(f"{peak:.0f}" for peak in result.memory),
        )
    return table


def started(rounds: int) -> dict[str, float]:
    """Return what the start of each filter takes of a processor, to that of `import typer`."""
    python = f"'{sys.executable}' -c 'import typer'"
    filters = ("clfparse", "clfstats", "clfalert")
    runs = [BenchCommand(name, f'{name} "$1"', Path(os.devnull)) for name in filters]
    runs.append(BenchCommand("typer", python, Path(os.devnull)))
    turns = [{run.name: start_up(run, 1).cpu for run in runs} for _ in range(rounds)]
    least = {run.name: min(turn[run.name] for turn in turns) for run in runs}
    return {name: least[name] / least["typer"] for name in filters}


def options() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000, help="of each log")
    parser.add_argument("--log", choices=LOGS, action="append", help="this one alone; repeatable")
    parser.add_argument("--rounds", type=int, default=3, help="how often each command runs")
    parser.add_argument("--live", type=int, default=10, help="seconds of the live measurement")
    parser.add_argument("--seed", type=int, default=20190207, help="of the logs")
    parser.add_argument(
        "--bars",
        action="store_true",
        help="leave the peers out, and compare with the project's own ceilings; status 1 if missed",
    )
    return parser


def main() -> int:
    """Measure all, and print it; return the exit status."""
    given = options().parse_args()
    for name in [name for name in os.environ if name.startswith("PYTHON")]:
        del os.environ[name]  # as a user's shell has it
    names = given.log or list(LOGS)
    for name in names:
        if not is_there(first := baseline(LOGS[name], Path(name))):
            sys.exit(f"bench: no {first.needs} on PATH, to which all on {name} is compared")
    console = Console(width=140)
    console.print(f"{machine()}; {given.rounds} rounds")
    bars: list[_bench_bars.Bar] = []
    for name in names:
        results = measured(name, given.lines, given.rounds, given.seed, peers=not given.bars)
        console.print(layout(name, given.lines, results))
        bars += _bench_bars.of_log(name, results)
    start, live = started(4 * given.rounds), _bench_live.measure(given.live)
    console.print(
        "CPU time of a start, to `import typer`:", {n: round(s, 2) for n, s in start.items()}
    )
    console.print(
        f"live, {_bench_live.RATE:,} single lines/s: the three filters take {live.share:.1%} of a"
        f" core; from a line to its record: p99 {live.p99:.1f} ms"
    )
    if not given.bars:
        return 0
    bars += _bench_bars.of_all(live, start)
    console.print(_bench_bars.table(bars))
    return int(_bench_bars.missed(bars) > 0)


if __name__ == "__main__":
    sys.exit(main())
