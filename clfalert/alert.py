"""The alert as an object of the stream.

`alert.schema.json`, beside this file, says the same as JSON Schema. Its JSON begins with
``{"type":"alert",``, by which a reader finds it even inside another program's line.
"""

from fractions import Fraction
from typing import Literal, NotRequired, TypedDict

import orjson

from clfalert.recent import Cause
from clfalert.rule import Transition
from clfalert.tally import TOP
from clfparse.counting.keys import json_value
from clfparse.counting.top_values import TopValue
from clfparse.stream.descriptors import WHOLE
from clfparse.values.times import Instant


class TopRow(TypedDict):
    """What came with one value of a field."""

    value: object  # of JSON
    hits: int
    bytes: int
    errors: int  # answers with a 5xx status


class _Labelled(TypedDict, total=False):
    label: str


class _Named(TypedDict, total=False):
    top: dict[str, list[TopRow]]
    approximate: Literal[True]


class AlertFields(TypedDict):
    """An alert, in the order in which it is written."""

    type: Literal["alert"]
    state: Literal["triggered", "recovered"]
    label: NotRequired[str]  # of --label
    time: str  # RFC 3339, in the offset of the newest record
    hits: int  # in the window that ends with time
    rate: float  # hits per second, over the window
    threshold: int | float  # hits per second
    window: int  # seconds
    top: NotRequired[dict[str, list[TopRow]]]  # by field: most hits first
    approximate: NotRequired[Literal[True]]  # top may lack hits: there were so many values
    message: str


def alert(
    change: Transition,
    threshold: Fraction,
    window: int,
    offset: int,
    label: str | None = None,
    cause: Cause | None = None,
) -> AlertFields:
    """Return the alert for a change of state.

    window: seconds. offset: seconds from UTC, for its time. label: of what is watched, if any.
    cause: what was in its window. Of that so much is named as a line has room for that a pipe takes
    whole: a list ends before a value that is too long.
    """
    time = str(Instant(change.second, offset))
    if change.triggered:
        message = f"High traffic generated an alert - hits = {change.hits}, triggered at {time}"
    else:
        message = f"High traffic alert recovered - hits = {change.hits}, recovered at {time}"
    labelled: _Labelled = {} if label is None else {"label": label}
    named: _Named = {}
    if cause and cause.top:
        named["top"] = {field: [] for field in cause.top}
        if not cause.certain:
            named["approximate"] = True
    fields: AlertFields = {
        "type": "alert",
        "state": "triggered" if change.triggered else "recovered",
        **labelled,
        "time": time,
        "hits": change.hits,
        "rate": round(change.hits / window, 3),
        "threshold": _number(threshold),
        "window": window,
        **named,
        "message": message,
    }
    if cause and "top" in fields:
        size = len(orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE))
        _name(cause.top, fields["top"], WHOLE - size)
    return fields


def _name(values: dict[str, list[TopValue]], top: dict[str, list[TopRow]], room: int) -> None:
    """Put values into lists of rows, as far as there is room: so many bytes."""
    for place in range(TOP):
        for field, rows in top.items():
            if len(rows) == place < len(values[field]):
                row = _row(values[field][place])
                size = _size(row)
                if size <= room:
                    rows.append(row)
                    room -= size


def _row(value: TopValue) -> TopRow:
    return {
        "value": json_value(value.key),
        "hits": value.hits,
        "bytes": value.bytes,
        "errors": value.errors,
    }


def _size(row: TopRow) -> int:
    """Return the bytes that a row takes in a line; more than any has for a number past 64 bits."""
    try:
        return len(orjson.dumps(row)) + len(",")
    except TypeError:
        return WHOLE


def _number(exact: Fraction) -> int | float:
    return int(exact) if exact.denominator == 1 else float(exact)
