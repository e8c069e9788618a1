"""The alert as an object of the stream.

`alert.schema.json`, beside this file, says the same as JSON Schema. Its JSON begins with
``{"type":"alert",``, by which a reader finds it even inside another program's line.
"""

from fractions import Fraction
from typing import Literal, NotRequired, TypedDict

from clfalert.rule import Transition
from clfparse.values.times import Instant


class _Labelled(TypedDict, total=False):
    label: str


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
    message: str


def alert(
    change: Transition, threshold: Fraction, window: int, offset: int, label: str | None = None
) -> AlertFields:
    """Return the alert for a change of state.

    window: seconds. offset: seconds from UTC, for its time. label: of what is watched, if any.
    """
    time = str(Instant(change.second, offset))
    if change.triggered:
        message = f"High traffic generated an alert - hits = {change.hits}, triggered at {time}"
    else:
        message = f"High traffic alert recovered - hits = {change.hits}, recovered at {time}"
    labelled: _Labelled = {} if label is None else {"label": label}
    return {
        "type": "alert",
        "state": "triggered" if change.triggered else "recovered",
        **labelled,
        "time": time,
        "hits": change.hits,
        "rate": round(change.hits / window, 3),
        "threshold": _number(threshold),
        "window": window,
        "message": message,
    }


def _number(exact: Fraction) -> int | float:
    return int(exact) if exact.denominator == 1 else float(exact)
