"""The summary of a window and the gap between two: as objects of the stream.

`summary.schema.json`, beside this file, says the same as JSON Schema.
"""

from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict

from clfparse.values.times import Instant

if TYPE_CHECKING:  # their figures are of the types below
    from clfstats.counting import pane


class Row(TypedDict):
    """What came with one value of a field."""

    value: object  # of JSON
    hits: int
    bytes: int
    errors: int  # answers with a 5xx status
    p95: NotRequired[float | None]  # of the durations, in seconds; None without any


class Durations(TypedDict):
    """How long requests took, in seconds; percentiles are right to 1 %."""

    p50: float
    p90: float
    p95: float
    p99: float
    max: float
    mean: float


class Timed(TypedDict):
    """What a summary says of durations: nothing where no record had one."""

    duration: NotRequired[Durations]


class Marked(TypedDict):
    """How a summary is to be taken: each is there only where it is true."""

    approximate: NotRequired[Literal[True]]  # so many values that the least are missing
    late: NotRequired[Literal[True]]  # holds only what came after the window was written
    partial: NotRequired[Literal[True]]  # the run saw only a part of the window


class Traffic(Timed, Marked):
    """What a summary says of the records in its window."""

    hits: int
    bytes: int
    hosts: int  # distinct ones
    status: dict[str, int]  # hits by code; "-" is none
    errors: int  # answers with a 5xx status
    methods: dict[str, int]  # hits by method; "-" is none
    top: dict[str, list[Row]]  # by field: its values with the most hits, those first


class Summary(Traffic):
    """The traffic of a window. Times are RFC 3339, in the offset of the window's newest record."""

    type: Literal["summary"]
    start: str
    end: str  # the first second after the window
    rate: float  # hits per second; of a partial window, per second that was seen


class Gap(TypedDict):
    """A time without traffic."""

    type: Literal["gap"]
    start: str
    end: str


def summary(window: "pane.Window", top: int | None) -> Summary:
    """Return a window's summary. top: values shown."""
    traffic = window.traffic.emit(top)
    hits = traffic["hits"]
    marks: Marked = {}
    if window.late:
        marks["late"] = True
    if window.partial:
        marks["partial"] = True
    return {
        "type": "summary",
        "start": str(Instant(window.start, window.offset)),
        "end": str(Instant(window.end, window.offset)),
        "hits": hits,
        "rate": round(hits / window.seen, 3),
        **traffic,
        **marks,
    }


def gap(between: "pane.Gap") -> Gap:
    """Return what stands for many windows without traffic."""
    return {
        "type": "gap",
        "start": str(Instant(between.start, between.offset)),
        "end": str(Instant(between.end, between.offset)),
    }
