"""What clfalert and clfstats say, worked out from what their words mean: record by record."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from fractions import Fraction
from itertools import count, takewhile
from math import isinf
from typing import Any

import orjson
from streams import Step, drive

from clfparse.events.clock import Clock, Mode
from clfparse.values.times import instant

Record = dict[str, Any]

COUNTED = {"time", "type", "status", "bytes", "duration", "host", "method"}


class Pairs(dict[str, Any]):
    """An object of JSON with all its fields, of one name too."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        json.dumps(pairs, ensure_ascii=False).encode()  # a surrogate alone is no text
        super().__init__(pairs)
        self.pairs = pairs


def record(line: bytes, fields: Iterable[str]) -> Record | None:
    """Return the fields of a record, or None if a line is none to a reader of some fields."""
    try:
        fields_of = json.loads(line.decode(), object_pairs_hook=Pairs, parse_constant=_refuse)
        if not isinstance(fields_of, Pairs) or "time" not in fields_of:
            return None
        wanted = COUNTED | set(fields)
        if all(_fits(name, value) for name, value in fields_of.pairs if name in wanted):
            instant(fields_of["time"])
            return dict(fields_of)
    except (ValueError, RecursionError):
        pass
    return None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _fits(name: str, value: object) -> bool:
    if name == "time":
        return isinstance(value, str)
    if name == "type":
        return value is None
    largest = {"status": 999, "bytes": (1 << 63) - 1}.get(name)
    if largest is not None:
        return value is None or (type(value) is int and 0 <= value <= largest)
    if name == "duration":
        number = type(value) in {int, float}
        return value is None or (number and value >= 0 and _finite(value))  # type: ignore[operator]
    return _finite(value)


def _finite(value: object) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return all(map(_finite, value))
    return not (isinstance(value, float) and isinf(value))


def _text(value: object) -> str | None:
    """Return a value as text, the same for the same; None for null, and for what is too deep."""
    if value is None or isinstance(value, str):
        return value
    try:
        return (
            str(value)
            if type(value) is int
            else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
        )
    except TypeError:
        return None


def top(records: list[Record], field: str) -> list[dict[str, Any]]:
    """Return the rows of a field's values, the most hits first; durations: those of its hits."""
    rows: dict[tuple[str | None, bool], dict[str, Any]] = {}
    for each in records:
        text = _text(each.get(field))
        value = each.get(field) if text is not None else None
        new: dict[str, Any] = {"value": value, "hits": 0, "bytes": 0, "errors": 0, "durations": []}
        row = rows.setdefault((text, isinstance(value, str)), new)
        row["hits"] += 1
        row["bytes"] += each.get("bytes") or 0
        row["errors"] += (each.get("status") or 0) // 100 == 5
        row["durations"] += [each["duration"]] if each.get("duration") is not None else []
    order = {
        key: (-row["hits"], key[0] or ("-" if key[0] is None else ""), not key[1])
        for key, row in rows.items()
    }
    return [rows[key] for key in sorted(rows, key=order.__getitem__)]


def summary(records: list[Record], by: Iterable[str], seen: int) -> dict[str, Any]:
    """Return the summary of a window; durations: all there are. seen: seconds of it."""
    status = Counter(
        str(each["status"]) if each.get("status") is not None else "-" for each in records
    )
    methods: Counter[str] = Counter()
    for row in top(records, "method"):
        methods["-" if row["value"] is None else _text(row["value"]) or ""] += row["hits"]
    return {
        "hits": len(records),
        "rate": round(len(records) / seen, 3),
        "bytes": sum(each.get("bytes") or 0 for each in records),
        "hosts": sum(row["value"] is not None for row in top(records, "host")),
        "status": dict(status),
        "errors": sum(hits for code, hits in status.items() if len(code) == 3 and code[0] == "5"),
        "methods": dict(methods),
        "durations": [each["duration"] for each in records if each.get("duration") is not None],
        "top": {field: top(records, field) for field in by},
    }


Records = defaultdict[int, list[int]]  # by second: their numbers in the stream


def closed(stream: list[Step], delay: float) -> Iterator[tuple[int, Records, int]]:
    """Yield every second that is over, in order, and the records that had come by then.

    With it comes the second in which the clock was last set back, or one before all others.
    """
    clock, hits, due, newest = Clock(timedelta(seconds=delay), Mode.WALL), Records(list), 0, 0
    restart, numbers = -(10**12), count()
    for second, back in drive(clock, stream):
        if back:
            yield from ((t, hits, restart) for t in range(due, newest + 1))
        if back or not hits:
            # After a set-back nothing is known of the time before the record that shows it.
            before = clock.watermark if clock.newest else 0
            hits, due = Records(list), second if back and second is not None else before
            restart = due if back else restart
        if second is not None:
            hits[second].append(next(numbers))
        if clock.newest:
            newest = clock.newest.second
            yield from ((t, hits, restart) for t in range(due, clock.watermark))
            due = max(due, clock.watermark)
    yield from ((t, hits, restart) for t in range(due, newest + 1))


def transitions(
    stream: list[Step], threshold: Fraction, recover: Fraction, window: int, delay: float
) -> Iterator[tuple[bool, int, int]]:
    """Yield whether an alert was triggered, its second and its hits, as clfalert.rule does."""
    for triggered, second, records in windows(stream, threshold, recover, window, delay):
        yield triggered, second, len(records)


def windows(
    stream: list[Step], threshold: Fraction, recover: Fraction, window: int, delay: float
) -> Iterator[tuple[bool, int, list[int]]]:
    """Yield the same with the numbers of the records in its window."""
    since, low = None, True  # the last trigger's second; whether traffic was low since
    for t, hits, restart in closed(stream, delay):
        seconds = range(t - window + 1, t + 1)
        records = [number for second in seconds for number in hits.get(second, ())]
        rate = Fraction(len(records), window)
        if rate > threshold and low:
            since, low = t, False
            yield True, t, records
        elif since is not None and rate < recover and seconds[0] > restart:
            low = True
            if t > since:  # else the log's clock was set back: it is owed
                since = None
                yield False, t, records


def cause(lines: list[bytes]) -> dict[str, list[dict[str, Any]]]:
    """Return what an alert names of the records in its window."""
    records = [record(line, ("section", "host")) for line in lines]
    known = [each for each in records if each is not None]
    named = {}
    for field in ("section", "host"):
        if lines and len(known) == len(lines) and all(field in each for each in known):
            rows = [
                {name: row[name] for name in ("value", "hits", "bytes", "errors")}
                for row in top(known, field)[:3]
            ]
            named[field] = list(takewhile(_is_written, rows))
    return named


def _is_written(row: dict[str, Any]) -> bool:
    """Tell whether an alert names a row of a short value: no number in it is past 64 bits."""
    try:
        return bool(orjson.dumps(row))
    except TypeError:
        return False
