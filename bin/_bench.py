"""Time the filters against each other and against every peer on PATH, on one made log.

All commands take turns, several times over, so that a machine that grows slower is as hard on each.
"""

import argparse
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, NamedTuple

from rich.console import Console
from rich.table import Table

COUNT = '{split($7, a, "/"); hits["/" a[2]]++} END {for (k in hits) print k, hits[k]}'
AGENTS = ["Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "curl/8.5.0"]
# What two of a hundred lines of the mixed log hold: the target, or the names before it.
ODD_TARGETS = [r"/\xd0\x9f\xd1\x83", "/П", r"/a\"b", "/uno dos"]
FORMATS = ["common", "combined", "mixed"]
LIVE_RATE, LIVE_SECONDS = 1000, 10


class Command(NamedTuple):
    """name: as in the table. run: for bash. needs: the peer, if it is one."""

    name: str
    run: str
    needs: str = "bash"


class Run(NamedTuple):
    """What one run took: wall-clock seconds, CPU seconds, and the largest process's memory."""

    seconds: float
    cpu: float
    mebibytes: float


def make_log(file: IO[str], lines: int, form: str) -> None:
    """Write a seeded log of 200 lines a second: sections and hosts with a realistic skew."""
    rng = random.Random(20190207)  # noqa: S311 - not for secrets
    hosts = [f"{rng.randint(1, 223)}.{rng.randint(0, 255)}.7.{n % 256}" for n in range(5000)]
    start = datetime(2019, 2, 7, 21, 11, tzinfo=UTC)
    when = ""
    for number in range(lines):
        if number % 200 == 0:
            when = f"{start + timedelta(seconds=number // 200):%d/%b/%Y:%H:%M:%S %z}"
        page = rng.randint(1, 1000)
        target = rng.choice(
            ["/api/user", "/api/user", f"/api/item?id={page}", f"/pages/{page}", "/"]
        )
        who = f"{hosts[int(rng.random() ** 3 * 5000)]} - {rng.choice(['-', '-', '-', 'frank'])}"
        request = f"{rng.choice(['GET', 'GET', 'GET', 'POST'])} {target} HTTP/1.1"
        if form == "mixed" and number % 50 == 0:
            odd = number // 50 % (len(ODD_TARGETS) + 2)
            if odd < len(ODD_TARGETS):
                request = f"GET {ODD_TARGETS[odd]} HTTP/1.1"
            elif odd == len(ODD_TARGETS):
                who = f"www.example.com:443 {who}"
            else:
                request = r"\x16\x03\x01\x02"
        status = rng.choice([200, 200, 200, 200, 304, 404, 500])
        size = "-" if status == 304 else rng.randint(100, 99_999)
        rest = f' "-" "{rng.choice(AGENTS)}"' if form == "combined" else ""
        file.write(f'{who} [{when}] "{request}" {status} {size}{rest}\n')


def commands(log: Path, records: Path, form: str, others: list[Path]) -> list[Command]:
    """Return all that is timed: what reads the log, then what reads records of it.

    others: logs of the other formats, named so.
    """
    known = "COMBINED" if form == "combined" else "COMMON"
    found = [
        Command("mawk: count sections", f"mawk '{COUNT}' {log}", "mawk"),
        Command("gawk: count sections", f"gawk '{COUNT}' {log}", "gawk"),
        Command(f"clfparse, on {form} lines", f"clfparse {log}"),
        *(Command(f"clfparse, on {other.name} lines", f"clfparse {other}") for other in others),
        Command(
            "the line: clfparse | tee >(clfalert) | clfstats",
            f"clfparse {log} | tee >(clfalert) | clfstats",
        ),
        Command(
            "GoAccess to JSON",
            f"goaccess {log} --no-global-config --log-format={known} -o {log}.json",
            "goaccess",
        ),
        Command("jc --clf-s", f"jc --clf-s < {log}", "jc"),
        Command("clfstats, on records", f"clfstats {records}"),
        Command("clfalert, on records", f"clfalert {records}"),
        Command("jq -c ., on records", f"jq -c . {records}", "jq"),
        Command(
            "Miller count-distinct, on records",
            f"mlr --ijsonl --ojsonl count-distinct -f section {records}",
            "mlr",
        ),
    ]
    return [command for command in found if shutil.which(command.needs)]


def timed(run: str) -> Run:
    """Run a command in bash to its end, all that it writes thrown away."""
    began = time.perf_counter()
    process = subprocess.Popen(
        ["bash", "-c", run],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"bench: status {process.returncode} of: {run}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def rounds(found: list[Command], number: int) -> dict[str, list[Run]]:
    """Run all commands in turn, several times."""
    runs: dict[str, list[Run]] = {command.name: [] for command in found}
    for _ in range(number):
        for command in found:
            runs[command.name].append(timed(command.run))
    return runs


def show(runs: dict[str, list[Run]], lines: int) -> Table:
    """Lay out the table of all runs."""
    table = Table("", title=f"{lines:,} lines, {machine()}")
    for heading in ("best s", "median s", "lines/s", "to mawk", "peak MiB"):
        table.add_column(heading, justify="right")
    first = min(run.seconds for run in next(iter(runs.values())))
    for name, all_of in runs.items():
        best = min(run.seconds for run in all_of)
        median = statistics.median(run.seconds for run in all_of)
        peak = max(run.mebibytes for run in all_of)
        row = (
            f"{best:.2f}",
            f"{median:.2f}",
            f"{lines / best:,.0f}",
            f"{best / first:.1f}",
            f"{peak:.0f}",
        )
        table.add_row(name, *row)
    return table


def machine() -> str:
    """Name the machine: processor, cores, Python."""
    info = Path("/proc/cpuinfo")
    names = [s for s in info.read_text().splitlines() if "model name" in s] if info.exists() else []
    model = names[0].partition(": ")[2] if names else platform.processor()
    return f"{os.cpu_count()} cores of {model}, Python {platform.python_version()}"


def live(line: str, seconds: int) -> tuple[float, list[float]]:
    """Feed single lines to a live line; return its CPU seconds, and clfparse's latencies."""
    latencies: list[float] = []
    process = subprocess.Popen(["clfparse"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    rest = subprocess.Popen(
        ["bash", "-c", "exec 3>&1; clfalert --pass | clfstats > /dev/null"], stdin=subprocess.PIPE
    )
    sent: list[float] = []

    def receive() -> None:
        assert process.stdout  # noqa: S101 - for the type checker
        assert rest.stdin  # noqa: S101
        for record in iter(process.stdout.readline, b""):
            latencies.append(time.perf_counter() - sent[len(latencies)])
            rest.stdin.write(record)
            rest.stdin.flush()
        rest.stdin.close()

    receiver = threading.Thread(target=receive)
    receiver.start()
    assert process.stdin  # noqa: S101 - for the type checker
    time.sleep(1)  # all are started
    began = time.perf_counter()
    for number in range(LIVE_RATE * seconds):
        time.sleep(max(0.0, began + number / LIVE_RATE - time.perf_counter()))
        now = datetime.now(UTC)
        sent.append(time.perf_counter())
        process.stdin.write(line.format(when=f"{now:%d/%b/%Y:%H:%M:%S %z}").encode())
        process.stdin.flush()
    process.stdin.close()
    receiver.join()
    cpu = 0.0
    for one in (process, rest):
        _, _, usage = os.wait4(one.pid, 0)
        one.returncode = 0
        cpu += usage.ru_utime + usage.ru_stime
    return cpu, latencies


def tell_live() -> str:
    """Measure a live line, without the CPU time that its start takes."""
    line = '192.0.2.1 - - [{when}] "GET /api/user HTTP/1.1" 200 123\n'
    start, _ = live(line, 0)
    cpu, latencies = live(line, LIVE_SECONDS)
    worst = statistics.quantiles(latencies, n=100)[98] * 1000
    share = (cpu - start) / LIVE_SECONDS
    return (
        f"live, {LIVE_RATE:,} single lines/s: the three filters take {share:.1%} of a core;"
        f" a line written to its record out: p99 {worst:.1f} ms"
    )


def main() -> None:
    """Make the log, run all, print the table."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--format", choices=FORMATS, default="common")
    parser.add_argument("--rounds", type=int, default=3, help="how often each command runs")
    wanted = parser.parse_args()
    console = Console(width=110)
    for name in [name for name in os.environ if name.startswith("PYTHON")]:
        del os.environ[name]  # as a user's shell has it
    with tempfile.TemporaryDirectory() as folder:
        for form in FORMATS:
            with Path(folder, form).open("w") as file:
                make_log(file, wanted.lines, form)
        log, records = Path(folder, wanted.format), Path(folder, "records.jsonl")
        others = [Path(folder, form) for form in FORMATS if form != wanted.format]
        subprocess.run(f"clfparse {log} > {records}", shell=True, check=True)  # noqa: S602
        found = commands(log, records, wanted.format, others)
        console.print(show(rounds(found, wanted.rounds), wanted.lines))
    starts = rounds(
        [Command("import typer", f"{sys.executable} -c 'import typer'")]
        + [Command(name, f"{name} < /dev/null") for name in ("clfparse", "clfstats", "clfalert")],
        7,
    )
    typer = min(run.seconds for run in starts["import typer"])
    console.print(
        "start-up, to `import typer`: "
        + ", ".join(f"{n} {min(r.seconds for r in runs) / typer:.2f}" for n, runs in starts.items())
    )
    console.print(tell_live())


if __name__ == "__main__":
    main()
