"""Figures of a summary as text for a person."""

from collections.abc import Sequence
from datetime import date, timedelta

from clfparse.counting.keys import key, name
from clfparse.events.alert import Share
from clfparse.values.escapes import displayed
from clfstats.summary import Gap, Row, Summary

_LEVELS = "▁▂▃▄▅▆▇█"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def count(number: int, thing: str) -> str:
    """Return ``1 hit``, ``1,234 hits``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


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


def duration(seconds: float) -> str:
    """Return seconds in the largest unit that leaves at least 1 before the point: ``1.2 ms``."""
    number = round(seconds * 1_000_000)
    if number < 1_000:
        return f"{number} µs"
    for unit, size, end in (("ms", 1_000, 1_000), ("s", 1_000_000, 60)):
        if (shown := _two_digits(number / size)) < end:
            return f"{shown} {unit}"
    return f"{_two_digits(number / 60_000_000):,} m"


def latency(summary: Summary) -> dict[str, str]:
    """Return a summary's p50, p95 and p99 as text; nothing where it has no durations."""
    if not (durations := summary.get("duration")):
        return {}
    shown = {"p50": durations["p50"], "p95": durations["p95"], "p99": durations["p99"]}
    return {name: duration(seconds) for name, seconds in shown.items()}


def slowness(rows: list[Row]) -> list[str]:
    """Return the p95 of each row of top values, as text; empty where there is none."""
    slow = [row.get("p95") for row in rows]
    return ["" if seconds is None else duration(seconds) for seconds in slow]


def cause(share: Share) -> tuple[str, str]:
    """Return a value that an alert names, safe to print, and its per cents: ``/api``, ``82``."""
    percents = f"≥ {int(share.percent)}" if share.is_least else f"{share.percent:.0f}"
    return displayed(name(key(share.value))) or '""', percents


def classes(status: dict[str, int]) -> dict[str, int]:
    """Sum up status codes by their first digit: ``2xx``; ``-`` stays."""
    classes: dict[str, int] = {}
    for code, hits in sorted(status.items()):
        name = code if code == "-" else f"{int(code) // 100}xx"
        classes[name] = classes.get(name, 0) + hits
    return classes


def sparkline(numbers: Sequence[int]) -> str:
    """Draw numbers as one line of bars; the lowest stands for zero alone."""
    most = max(1, *numbers)
    return "".join(_LEVELS[-(-number * 7 // most)] for number in numbers)


def span(window: Summary | Gap) -> str:
    """Return ``2019-02-07 21:11:00–21:11:10 +00:00``, ``2019-02-07 Thu +00:00`` for a whole day.

    The end's date and the start's offset are there where they are others.
    """
    start, end = window["start"], window["end"]
    day, next_day = date.fromisoformat(start[:10]), date.fromisoformat(end[:10])
    changed = "" if start[19:] == end[19:] else start[19:]
    if next_day - day == timedelta(days=1) and start[11:19] == end[11:19] == "00:00:00":
        offset = f"{changed}–{end[19:]}" if changed else end[19:]
        return f"{day} {_DAYS[day.weekday()]} {offset}"
    before = f" {changed}" if changed else ""
    until = end[11:19] if next_day == day else f"{next_day} {end[11:19]}"
    return f"{day} {start[11:19]}{before}–{until} {end[19:]}"


def _two_digits(number: float) -> float:
    """Round to two digits, or to a whole number of more: 1.2, 12, 123."""
    return round(number, 1) if number < 9.95 else round(number)
