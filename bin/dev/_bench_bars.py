"""The project's own ceilings, and what was measured beside them."""

from collections.abc import Iterable, Mapping

from _bench_commands import PIPELINE
from _bench_live import LiveCost
from _bench_runs import Result
from rich.table import Table

# How many times as long as the baseline a filter may take: mawk counting sections of the same log;
# for caddy `jq -c .`.
RATIOS: dict[str, dict[str, float]] = {
    "common": {"clfparse": 5.5, "clfstats": 4.5, "clfalert": 2.0, PIPELINE: 7.0},
    "nginx": {"clfparse": 5.0, "clfstats": 2.6, "clfalert": 1.4, PIPELINE: 5.5},
    "apache": {"clfparse": 5.5, "clfstats": 5.5, "clfalert": 2.5, PIPELINE: 8.0},
    "caddy": {"clfparse": 0.6, "clfstats": 0.15, "clfalert": 0.08, PIPELINE: 0.7},
    "iis": {"clfparse": 9.0, "clfstats": 6.0, "clfalert": 3.0, PIPELINE: 11.0},
}
PEAK = 64.0  # MiB of each filter
SHARE, LATENCY = 0.08, 10.0  # live: of a core, all three filters together; ms, p99
START = {"clfparse": 1.35, "clfstats": 1.35, "clfalert": 1.4}  # times `import typer`, of CPU time

Bar = tuple[str, float, float]  # what is measured, its value, the ceiling


def of_log(name: str, results: Mapping[str, Result]) -> Iterable[Bar]:
    """Yield the bars of one log. results: by command, the baseline's first."""
    baseline, *_ = results.values()
    for command, ceiling in RATIOS.get(name, {}).items():
        yield f"{name}: {command}", results[command].to(baseline), ceiling
    for process, peak in results[PIPELINE].peaks.items():
        yield f"{name}: MiB of {process}", peak, PEAK


def of_all(live: LiveCost, starts: Mapping[str, float]) -> Iterable[Bar]:
    """Yield the bars that go with no log. starts: to `import typer`."""
    yield "live: share of a core", live.share, SHARE
    yield "live: ms from line to record, p99", live.p99, LATENCY
    for command, ceiling in START.items():
        yield f"start of {command}, to import typer", starts[command], ceiling


def missed(bars: Iterable[Bar]) -> int:
    """Count the bars that are missed."""
    return sum(value > ceiling for _, value, ceiling in bars)


def table(bars: Iterable[Bar]) -> Table:
    """Lay the bars out."""
    rows = Table("", title="bars")
    for heading in ("measured", "at most", ""):
        rows.add_column(heading, justify="right")
    for name, value, ceiling in bars:
        met = "met" if value <= ceiling else "missed"
        rows.add_row(name, f"{value:.3g}", f"{ceiling:g}", met)
    return rows
