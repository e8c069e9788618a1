"""The part as it is written: the traffic of a window with nothing left out, in lines that add up.

`part.schema.json`, beside this file, says the same as JSON Schema; clfparse.events.part reads it.
"""

from typing import Any, Literal, NotRequired, TypedDict, cast

from clfparse.counting.table import TableFields
from clfparse.values.times import Instant


class LeastFields(TypedDict):
    """The least hashes of hosts, in base64; held: how many at most."""

    least: str
    held: int


class DurationsFields(TypedDict):
    """How long requests took: their sum, the longest in seconds, hits by bucket."""

    nanoseconds: int | str
    max: float
    buckets: dict[str, int]


class Counts(TypedDict):
    """What is counted of records. A sum past 64 bits is a string."""

    hits: int
    bytes: int | str
    errors: int
    status: dict[str, int]  # hits by code; "-" is none
    methods: TableFields
    hosts: list[object] | LeastFields
    duration: NotRequired[DurationsFields]
    by: dict[str, TableFields]
    missing: NotRequired[list[str]]  # fields that no record had


class SecondsFields(TypedDict):
    """A window and its hits by second."""

    type: Literal["part"]
    start: str  # UTC, of fixed width: the order of lines is that of time
    end: str
    seconds: dict[str, list[list[int]]]  # by offset: seconds after start, and their hits


class PartFields(SecondsFields, Counts):
    """The traffic of a window, or some of it: all lines with its start and end add up to it."""


class Shares(Counts):
    """Counts, and those of each second: pairs of a time (see `Instant`) and its hits."""

    seconds: list[list[Any]]


def part(counts: Shares, start: int, end: int) -> PartFields:
    """Return counts of the window ``[start, end)``, in epoch seconds, as a part."""
    seconds: dict[str, list[list[int]]] = {}
    for (second, offset), hits in counts["seconds"]:
        zone = str(Instant(second, offset))[-len("+00:00") :]
        seconds.setdefault(zone, []).append([second - start, hits])
    window: SecondsFields = {
        "type": "part",
        "start": _utc(start),
        "end": _utc(end),
        "seconds": seconds,
    }
    others = {name: count for name, count in counts.items() if name != "seconds"}
    return cast("PartFields", {**window, **others})


def _utc(second: int) -> str:
    return str(Instant(second, 0)).replace("+00:00", "Z")
