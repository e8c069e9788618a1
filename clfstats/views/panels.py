"""The parts of the live screen, as rich draws them. Each takes only text that is safe to print."""

from collections.abc import Iterable, Sequence
from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from clfparse.counting.keys import key, name
from clfparse.events.alert import Alert
from clfparse.values.escapes import displayed
from clfstats.counting.figures import Totals
from clfstats.summary import Row
from clfstats.views.humanize import count, percent, size, slowness

# In zsh it writes to the terminal instead.
_NO_ALERTS = "Alerts come from clfalert --pass; in zsh none comes from tee >(clfalert)."
_COLOURS = {"2xx": "green", "3xx": "cyan", "4xx": "yellow", "5xx": "red"}
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_BAR, _STUB = 10, 4  # columns of a table's longest bar, and of one that has little room
_CONSOLE = Console(file=StringIO())  # which wrapping asks for, and does not look at
_ROOM = 48  # columns of a table that has room for a bar beside durations
_LITTLE = 36  # columns of a table that has room for durations


def heading(title: str, state: str) -> RenderableType:
    """Return one line: what is shown at its left, how things stand at its right."""
    grid = Table.grid(expand=True, padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True, overflow="ellipsis")
    grid.add_row(Text(title, "bold"), Text(state, "yellow"))
    return grid


def totals(
    rows: Iterable[tuple[str, Totals, dict[str, int], str, str]], space: int
) -> RenderableType:
    """Return a line for each row: its title, counts, hits by status class, rate, hosts."""
    table = Table(box=None, expand=True, padding=(0, space, 0, 0), header_style="dim")
    table.add_column("", style="dim", no_wrap=True)
    for title in ("hits", "rate", "bytes", "hosts", "5xx"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("status", no_wrap=True, ratio=1)
    for title, counted, status, rate, hosts in rows:
        figures = (f"{counted.hits:,}", rate, size(counted.bytes), hosts)
        errors = Text(f"{counted.errors:,}", "red" if counted.errors else "")
        table.add_row(title, *figures, errors, _shares(status))
    return table


def chart(windows: Sequence[int | None], width: int, height: int) -> RenderableType:
    """Draw the hits of the newest windows, the newest at the right; a dot is a gap."""
    most = max((hits or 0 for hits in windows), default=0)
    label = f"{most:,} "
    shown = windows[-max(1, width - len(label)) :]
    most = max(1, *(hits or 0 for hits in shown)) if shown else 1
    label = f"{most:,} "
    lines: list[RenderableType] = [_rule(f"hits of the last {count(len(shown), 'window')}")]
    for row in range(height - 2, -1, -1):
        bars = "".join(_cell(hits, most, row, height - 1) for hits in shown)
        before = label if row == height - 2 else " " * len(label)
        lines.append(Text.assemble((before, "dim"), (bars, "blue"), no_wrap=True))
    return Group(*lines)


def top(title: str, rows: list[Row], hits: int, width: int = _ROOM) -> RenderableType:
    """Return a table of top values, under a title; where it has little width, not all columns."""
    table = Table(box=None, expand=True, pad_edge=False, header_style="dim")
    table.add_column(Text(displayed(title)), ratio=1, no_wrap=True, overflow="ellipsis")
    slow = slowness(rows)
    timed = width >= _LITTLE and any(slow)
    for heading in ("hits", "share", *["p95"] * timed, "5xx", ""):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for row, p95 in zip(rows, slow, strict=True):
        errors = Text(f"{row['errors']:,}" if row["errors"] else "", "red")
        value = Text(displayed(name(key(row["value"]))) or '""')
        longest = _BAR if width >= _ROOM else _STUB * (not timed)
        bar = Text("█" * (row["hits"] * longest // hits), "blue")
        figures = [f"{row['hits']:,}", percent(row["hits"], hits), *[p95] * timed]
        table.add_row(value, *figures, errors, bar)
    return table


def beside(tables: Sequence[RenderableType]) -> RenderableType:
    """Put tables side by side, each of the same width."""
    grid = Table.grid(expand=True, padding=(0, 2), pad_edge=False)
    for _ in tables:
        grid.add_column(ratio=1)
    grid.add_row(*tables)
    return grid


def alerts(newest: Sequence[Alert], forgotten: int, width: int, height: int) -> RenderableType:
    """Return the newest alerts that there is room for, whole, and how many more there are.

    The newest is at least begun, wherever there is a line for it.
    """
    number = len(newest) + forgotten
    lines: list[RenderableType] = [_rule(f"alerts: {number:,}" if number else "no alert so far")]
    room = height - 1
    for shown, alert in enumerate(reversed(newest)):
        wrapped = _wrapped(displayed(alert.message), width)
        left = room - (shown + 1 < number)  # a line is kept for the number of the rest
        if not shown and len(wrapped) > left > 0:
            wrapped = [*wrapped[: left - 1], " ".join(wrapped[left - 1 :])]  # which will be cut
        if len(wrapped) > left:
            lines.append(_line(f"and {number - shown:,} more", "dim"))
            break
        room -= len(wrapped)
        lines += [_line(part, alert_style(alert)) for part in wrapped]
    return Group(*lines)


def no_alerts(width: int, height: int) -> RenderableType:
    """Return what there is to say where nothing shows that alerts come here at all."""
    hint = [_line(part, "dim") for part in _wrapped(_NO_ALERTS, width)]
    return Group(_rule("no alert has come here"), *hint[: height - 1])


def history(alerts: Iterable[Alert], forgotten: int) -> RenderableType:
    """Return all alerts in order, for the screen that is left."""
    first = [_line(f"({forgotten:,} earlier alerts are no longer known)", "dim")] * bool(forgotten)
    rest = [Text(displayed(alert.message), alert_style(alert)) for alert in alerts]
    return Group(*first, *rest)


def notes(messages: Iterable[str]) -> RenderableType:
    """Return what the filters had to say, a line each."""
    return Group(*(_line(message, "yellow") for message in messages))


def alert_style(alert: Alert) -> str:
    """Return the style of an alert: bold red; a recovery is green."""
    return "green" if alert.recovered else "bold red"


def _wrapped(text: str, width: int) -> list[str]:
    """Break a text between words, by columns: a wide character takes two."""
    return [part.plain for part in Text(text).wrap(_CONSOLE, max(1, width))] or [""]


def _rule(title: str) -> Rule:
    return Rule(Text(title, "dim"), align="left", style="dim")


def _line(text: str, style: str) -> Text:
    return Text(text, style, no_wrap=True, overflow="ellipsis")


def _shares(status: dict[str, int]) -> Text:
    hits = sum(status.values())
    parts = [
        (f"{name} {percent(part, hits).strip()} ", _COLOURS.get(name, "dim"))
        for name, part in status.items()
    ]
    return Text.assemble(*parts, no_wrap=True, overflow="ellipsis")


def _cell(hits: int | None, most: int, row: int, rows: int) -> str:
    """Return the character of a bar in a row, counted from the lowest."""
    if hits is None:
        return " " if row else "·"
    eighths = -(-hits * rows * 8 // most) - row * 8
    return _EIGHTHS[min(max(eighths, 0), 8)]
