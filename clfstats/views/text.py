"""Summaries as text for a person, fitted to the width of a terminal."""

import re
import unicodedata
from collections import deque
from collections.abc import Callable
from itertools import accumulate, takewhile

from clfparse.counting.keys import key, name
from clfparse.events.alert import Alert, Share, alert_text, causes
from clfparse.stream.paint import BOLD, CLASSES, DIM, RED, paint
from clfparse.values.escapes import displayed
from clfstats.summary import Gap, Row, Summary
from clfstats.views.humanize import (
    cause,
    classes,
    count,
    latency,
    percent,
    size,
    slowness,
    span,
    sparkline,
)

_BAR = 30  # columns of the longest bar, where there is room
_VALUE = 12  # columns that are left to a value where durations are shown
_RECENT = 10  # windows of which the header draws the hits
_ENDLESS = 1 << 30  # columns
_LEGEND = f"(▁▅█ are the hits of the last windows, {_RECENT} at most; the newest is on the right)"
_INDENT = "  "
_SHARE = re.compile(r"([1-5]xx) +\d+%")  # in a header, which holds no text of the log


class TextView:
    """A header line for each window, and the top values of each field under it.

    width: returns columns; a terminal may be resized. colour: whether it understands colours.
    whole: let values run past the width, where a terminal has them cut.
    """

    def __init__(self, width: Callable[[], int], *, colour: bool, whole: bool = False) -> None:
        self._width = width
        self._colour = colour
        self._whole = whole
        self._recent: deque[int] = deque(maxlen=_RECENT)
        self._explained = False

    def summary(self, summary: Summary) -> bytes:
        """Render a summary; a late pane and a window without traffic take one dim line."""
        hits = summary["hits"]
        if summary.get("late"):
            return self._dim(f"late: {', '.join(self._facts(summary))}")
        self._recent.append(hits)
        if not hits:
            return self._dim(f"{span(summary)}{_INDENT}no traffic")
        width = self._width()
        lines = [self._coloured(line) for line in wrap(self._facts(summary), width)]
        if self._colour:
            written = span(summary)
            lines[0] = lines[0].replace(written, paint(written, BOLD, colour=True), 1)
        if len(self._recent) > 1 and not self._explained:
            self._explained = True
            lines.insert(0, paint(cut(_LEGEND, width), DIM, colour=self._colour))
        for field, rows in summary["top"].items():
            if len(summary["top"]) > 1:
                lines.append(f"{_INDENT}by {displayed(field)}")
            lines += table(rows, hits, width, colour=self._colour, whole=self._whole)
        return _encode(lines)

    def gap(self, gap: Gap) -> bytes:
        """Render a gap as one dim line."""
        self._recent.clear()
        return self._dim(f"{span(gap)}{_INDENT}no traffic")

    def alert(self, alert: Alert) -> bytes:
        """Render an alert as its message; under it, what most of its hits were."""
        lines = [alert_text(alert, colour=self._colour)]
        if shares := causes(alert):
            lines.append(_shared(shares, _ENDLESS if self._whole else self._width()))
        return _encode(lines)

    def _facts(self, summary: Summary) -> list[str]:
        hits = summary["hits"]
        marks = "".join(f" ({flag})" for flag in ("partial", "approximate") if summary.get(flag))
        rate = f"{summary['rate']:,.1f}/s"
        if not summary.get("late") and len(self._recent) > 1:
            rate += f" {sparkline(self._recent)}"
        durations = [f"{name} {shown}" for name, shown in latency(summary).items()]
        return [
            span(summary) + marks,
            count(hits, "hit"),
            rate,
            size(summary["bytes"]),
            count(summary["hosts"], "host"),
            _INDENT.join(
                f"{name} {percent(n, hits).strip()}"
                for name, n in classes(summary["status"]).items()
            ),
            *([_INDENT.join(durations)] if durations else []),
        ]

    def _coloured(self, line: str) -> str:
        return _SHARE.sub(
            lambda share: paint(share[0], CLASSES.get(share[1], DIM), colour=self._colour), line
        )

    def _dim(self, line: str) -> bytes:
        return _encode([paint(cut(line, self._width()), DIM, colour=self._colour)])


def columns(text: str) -> int:
    """Return how many columns printable text takes on a terminal."""
    return sum(map(_columns, text))


def cut(text: str, width: int) -> str:
    """Shorten text to a width in columns, with an ellipsis for what is gone."""
    if len(text) <= 2 * width and columns(text) <= width:
        return text
    taken = accumulate(map(_columns, text))
    fitting = sum(1 for _ in takewhile(lambda so_far: so_far < width, taken))
    return text[:fitting] + ("…" if fitting < len(text) else "")


def wrap(facts: list[str], width: int) -> list[str]:
    """Put facts on as few lines as they need; those after the first are indented.

    A fact of several parts is broken only where a line is too narrow for it.
    """
    lines = [facts[0]]
    for fact in facts[1:]:
        fits = len(_INDENT) + columns(fact) <= width
        for part in [fact] if fits else fact.split(_INDENT):
            longer = f"{lines[-1]}{_INDENT}{part}"
            if columns(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(_INDENT + part)
    return lines


def table(
    rows: list[Row], hits: int, width: int, *, colour: bool = False, whole: bool = False
) -> list[str]:
    """Lay out top values: the value, its hits, their share, p95 and errors if any, a bar.

    whole: a value for which there is no room moves what stands behind it, instead of being cut.
    """
    if not rows:
        return []
    names = [displayed(name(key(row["value"]))) or '""' for row in rows]
    errors = [f"{row['errors']:,} 5xx" if row["errors"] else "" for row in rows]
    failed = max(map(len, errors))
    digits = len(f"{rows[0]['hits']:,}")
    numbers = [f"{row['hits']:>{digits},}{_INDENT}{percent(row['hits'], hits)}" for row in rows]
    taken = len(numbers[0]) + (failed and failed + len(_INDENT))
    slow = [shown and f"p95 {shown}" for shown in slowness(rows)]
    slowest = max(map(len, slow))
    if slowest and width - len(_INDENT) * 4 - taken - slowest >= _VALUE:
        numbers = [f"{n}{_INDENT}{p95:>{slowest}}" for n, p95 in zip(numbers, slow, strict=True)]
        taken += len(_INDENT) + slowest
    room = max(1, width - len(_INDENT) * 3 - taken)
    longest = min(max(1, *map(columns, names)), room)
    bar = min(_BAR, room - longest)
    lines = []
    for row, text, figures, error in zip(rows, names, numbers, errors, strict=True):
        shown = text if whole else cut(text, longest)
        line = f"{_INDENT}{shown}{' ' * (longest - columns(shown))}{_INDENT}{figures}"
        if failed:
            line += f"{_INDENT}{' ' * (failed - len(error))}{paint(error, RED, colour=colour)}"
        lines.append(f"{line}{_INDENT}{'█' * (row['hits'] * bar // hits)}".rstrip())
    return lines


def _shared(shares: list[Share], width: int) -> str:
    """Lay out values and their shares on a line; where it is too long, values are cut alike."""
    names, figures = zip(*map(cause, shares), strict=True)
    percents = [f" {figure} %" for figure in figures]
    room = width - len(_INDENT) - len(", ") * (len(shares) - 1) - sum(map(len, percents))
    parts = []
    for place, (text, figure) in enumerate(zip(names, percents, strict=True)):
        others = sum(min(columns(other), room // len(names)) for other in names[place + 1 :])
        shown = cut(text, max(1, room - others))
        room -= columns(shown)
        parts.append(shown + figure)
    return _INDENT + ", ".join(parts)


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"} or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _encode(lines: list[str]) -> bytes:
    return "".join(line + "\n" for line in lines).encode("utf-8", "backslashreplace")
