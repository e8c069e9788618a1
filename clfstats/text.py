"""Summaries as text for a person, fitted to the width of a terminal."""

import unicodedata
from datetime import date
from itertools import accumulate, takewhile
from typing import Any

from clfparse.escapes import printable
from clfparse.reader import Alert
from clfstats.tally import key, name

_BAR = 30  # columns of the longest bar, where there is room
_INDENT = "  "
_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"


class TextView:
    """A header line for each window, and the top values of each field under it.

    width: columns. colour: whether escape sequences for it are understood.
    """

    def __init__(self, width: int, *, colour: bool) -> None:
        self._width = width
        self._colour = colour

    def summary(self, found: dict[str, Any]) -> bytes:
        """Render a summary; a late pane takes one dim line."""
        if found.get("late"):
            return self._dim(f"late: {', '.join(_facts(found))}")
        lines = wrap(_facts(found), self._width)
        hits = found["hits"]
        for field, rows in found["top"].items():
            if hits and len(found["top"]) > 1:
                lines.append(f"{_INDENT}by {printable(field)}")
            lines += table(rows, hits, self._width)
        return _encode(lines)

    def gap(self, found: dict[str, Any]) -> bytes:
        """Render a gap as one dim line."""
        return self._dim(f"{_span(found)}{_INDENT}no traffic")

    def alert(self, found: Alert) -> bytes:
        """Render an alert as its message."""
        return _encode([printable(found.message)])

    def _dim(self, line: str) -> bytes:
        line = cut(line, self._width)
        return _encode([f"{_DIM}{line}{_PLAIN}" if self._colour else line])


def columns(text: str) -> int:
    """Return how many columns printable text takes on a terminal."""
    return sum(map(_columns, text))


def cut(text: str, width: int) -> str:
    """Shorten text to a width in columns, with an ellipsis for what is gone."""
    if len(text) <= 2 * width and columns(text) <= width:
        return text
    taken = accumulate(map(_columns, text))
    kept = sum(1 for _ in takewhile(lambda so_far: so_far < width, taken))
    return text[:kept] + ("…" if kept < len(text) else "")


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


def table(rows: list[dict[str, Any]], hits: int, width: int) -> list[str]:
    """Lay out top values: the value, its hits, their share of all hits, a bar."""
    if not rows:
        return []
    names = [printable(name(key(row["value"]))) or '""' for row in rows]
    digits = len(f"{rows[0]['hits']:,}")
    room = max(1, width - len(_INDENT) * 4 - digits - len("100%"))
    longest = min(max(1, *map(columns, names)), room)
    bar = min(_BAR, room - longest)
    lines = []
    for row, text in zip(rows, names, strict=True):
        shown = cut(text, longest)
        padded = shown + " " * (longest - columns(shown))
        numbers = f"{row['hits']:>{digits},}{_INDENT}{percent(row['hits'], hits)}"
        line = f"{_INDENT}{padded}{_INDENT}{numbers}{_INDENT}{'█' * (row['hits'] * bar // hits)}"
        lines.append(line.rstrip())
    return lines


def percent(part: int, whole: int) -> str:
    """Return a share, four characters wide."""
    return f"{part * 100 / whole:3.0f}%"


def size(number: float) -> str:
    """Return a number of bytes in the largest unit that leaves at least 1 before the point."""
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if number < 1024:
            return f"{number:,.0f} B" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:,.1f} PiB"


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _facts(found: dict[str, Any]) -> list[str]:
    hits = found["hits"]
    if not hits:
        return [_span(found), "no traffic"]
    marks = "".join(f" ({flag})" for flag in ("partial", "approximate") if found.get(flag))
    classes = _classes(found["status"]).items()
    return [
        _span(found) + marks,
        _count(hits, "hit"),
        f"{found['rate']:,.1f}/s",
        size(found["bytes"]),
        _count(found["hosts"], "host"),
        _INDENT.join(f"{of} {percent(n, hits).strip()}" for of, n in classes),
    ]


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _classes(status: dict[str, int]) -> dict[str, int]:
    """Sum up status codes by their first digit; ``-`` stays."""
    classes: dict[str, int] = {}
    for code, hits in sorted(status.items()):
        of = code if code == "-" else f"{int(code) // 100}xx"
        classes[of] = classes.get(of, 0) + hits
    return classes


def _span(found: dict[str, Any]) -> str:
    """Return ``2019-02-07 21:11:00–21:11:10 +00:00``, with the second date where it is needed."""
    start, end = found["start"], found["end"]
    days = date.fromisoformat(end[:10]) - date.fromisoformat(start[:10])
    same = not days or (days.days == 1 and end[11:19] == "00:00:00")
    until = end[11:19] if same else f"{end[:10]} {end[11:19]}"
    return f"{start[:10]} {start[11:19]}–{until} {end[19:]}"


def _encode(lines: list[str]) -> bytes:
    return "".join(line + "\n" for line in lines).encode("utf-8", "backslashreplace")
