"""What a load run prints: its figures, and what each process has taken."""

import resource
from collections import Counter

from _soak_figures import Outcome, percentile
from _soak_pipeline import FILTERS, Pipeline
from _soak_processes import Usage
from _soak_server import Server
from rich.console import Console
from rich.table import Table


def own_usage(whose: int) -> Usage:
    """Return what soak itself has taken, or its children that have ended."""
    used = resource.getrusage(whose)
    return Usage(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def show_usages(before: dict[str, Usage | None], pipeline: Pipeline, seconds: float) -> Table:
    """Lay out what the processes have taken since the load began."""
    after = pipeline.usages()
    after["clfgen"] = own_usage(resource.RUSAGE_CHILDREN)
    after["soak itself"] = own_usage(resource.RUSAGE_SELF)
    table = Table("")
    for heading in ("CPU s", "of a core", "peak MiB", "waited for a core, s"):
        table.add_column(heading, justify="right")
    filters = 0.0
    for name, used in after.items():
        if not used:
            table.add_row(name, "ended early")
            continue
        start = before.get(name) or Usage(0, 0)
        cpu, waited = used.cpu - start.cpu, used.waited - start.waited
        filters += cpu if name in FILTERS else 0
        row = f"{cpu:.2f}", f"{cpu / seconds:.1%}", f"{used.mebibytes:.1f}"
        table.add_row(name, *row, f"{waited:.2f}" if used.waited else "")
    table.add_row("the three filters", f"{filters:.2f}", f"{filters / seconds:.1%}")
    return table


def show_report(console: Console, outcome: Outcome, server: Server, tenths: Counter[int]) -> None:
    """Print the figures."""
    same = "equal" if outcome.hits == outcome.lines else "NOT EQUAL"
    states = Counter(change.state for change in outcome.alerts)
    equal = "equal to" if outcome.alerts == outcome.expected else "NOT EQUAL to"
    figures = {
        "lines written": f"{outcome.lines:,}",
        "hits counted": f"{outcome.hits:,} ({same})",
        "records seen": f"{outcome.records:,}",
        "latency": f"p50 {percentile(tenths, 0.5):.1f} ms, p99 {percentile(tenths, 0.99):.1f} ms,"
        f" max {percentile(tenths, 1):.1f} ms, from a line's write to its record",
        "alerts": f"{states['triggered']} triggered, {states['recovered']} recovered ({equal}"
        " brute force)",
        "refused": f"{outcome.refused:,}",
        "rotations": f"{server.rotations}, each when tail had read the old log: waited at most"
        f" {server.waited * 1000:.1f} ms"
        + (f"; {server.unread} before it had, and tail drops the rest" if server.unread else ""),
    }
    for name, figure in figures.items():
        console.print(f"{name:<14} {figure}", highlight=False, soft_wrap=True)
