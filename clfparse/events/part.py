"""A part: one window's traffic with nothing left out, as clfstats writes and reads it.

Parts add up. `clfstats/part.schema.json` says the same as JSON Schema. No text of a log can forge a
part: inside its strings each quote has a backslash, and a part holds JSON of the log in strings
alone.
"""

import re
from functools import cache
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from clfparse.events.hit import NO_RECORD
from clfparse.record import Refused
from clfparse.values.times import Instant, instant

BEGINNING = b'{"type":"part",'  # of each line
LONGEST = 3 * 86_400  # seconds of a window: a day is longer where the offset changes
HASH = 8  # bytes of one of the hashes that stand for hosts

_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_CODE = re.compile(r"\d{1,3}|-", re.ASCII)
_WHERE = re.compile(r"\$\.(\w+)")  # in msgspec's words, the field

Count = Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]
Hits = Annotated[int, Meta(ge=1, le=(1 << 63) - 1)]
# A sum may be past 64 bits, and then it is a string: 2**63 hits of 2**63 bytes have 39 digits.
Sum = Count | Annotated[str, Meta(pattern=r"^[0-9]{19,40}\Z")]
Bucket = Annotated[int, Meta(ge=-1000, le=1000)]  # of durations; see clfparse.counting.ddsketch
Seconds = Annotated[int, Meta(ge=0, lt=LONGEST)]


class Json(Struct, forbid_unknown_fields=True):
    """A value that no number, text, true, false or null is: its JSON, as a string."""

    json: str


Value = bool | int | float | str | Json | None


class PartRow(Struct, array_like=True, forbid_unknown_fields=True):
    """One value of a field, and what came with it.

    buckets: hits by bucket of durations. missed: the hits that it may have had besides, at most.
    """

    value: Value
    hits: Hits
    bytes: Sum = 0
    errors: Count = 0
    buckets: dict[Bucket, Hits] = {}
    missed: Count = 0


class Table(Struct, forbid_unknown_fields=True):
    """The values of a field. missed: the hits that one which is not here may have had, at most."""

    rows: list[PartRow]
    approximate: bool = False
    missed: Count = 0


class Least(Struct, forbid_unknown_fields=True):
    """The least hashes of hosts, in bytes: all, or so many that are held at most."""

    least: bytes
    held: Annotated[int, Meta(ge=64, le=1 << 16)]


class PartDurations(Struct, forbid_unknown_fields=True):
    """How long requests took. max: seconds. buckets: hits of each."""

    nanoseconds: Sum
    max: Annotated[float, Meta(ge=0, le=1e7)]
    buckets: dict[Bucket, Hits]


class Fields(Struct, forbid_unknown_fields=True):
    """The traffic of a window, ``[start, end)``, or some of it.

    seconds: by offset from UTC, pairs of a second after start and its hits.
    """

    type: Literal["part"]
    start: str
    end: str
    seconds: dict[str, list[tuple[Seconds, Hits]]]
    hits: Hits
    bytes: Sum
    errors: Count
    status: dict[str, Hits]
    methods: Table
    hosts: list[Value] | Least
    by: dict[str, Table]
    duration: PartDurations | None = None
    missing: list[str] = []


class PartLine(NamedTuple):
    """A part as it came. start, end: of its window, epoch seconds; times: hits by time, in order.

    In each second there is one time, with the greatest offset of its records.
    """

    line: bytes
    fields: Fields
    start: int
    end: int
    times: dict[Instant, int]


@cache
def _decoder() -> msgspec.json.Decoder[Fields]:
    """Return what reads a part; it is not made where none comes."""
    return msgspec.json.Decoder(Fields)


def decoded(value: Value) -> object:
    """Return a value of JSON as it is."""
    return msgspec.json.decode(value.json) if isinstance(value, Json) else value


def read_part(line: bytes) -> PartLine:
    """Read a part, given without its newline. Raises Refused for any other line."""
    try:
        line.decode()
        fields = _decoder().decode(line)
        for table in (fields.methods, *fields.by.values()):
            for row in table.rows:
                decoded(row.value)
        for host in fields.hosts if isinstance(fields.hosts, list) else ():
            decoded(host)
    except msgspec.ValidationError as error:
        where = _WHERE.search(str(error))
        field = where[1] if where else "field"
        raise Refused(f"not a part: no {field}, or a wrong {field}") from error
    except NO_RECORD as error:
        raise Refused("not JSON") from error
    start, end = _second(fields.start), _second(fields.end)
    if not 0 < end - start <= LONGEST:
        raise Refused("not a part: its end is not after its start, within days")
    if not _adds_up(fields):
        raise Refused("not a part: its counts do not add up")
    return PartLine(line, fields, start, end, _times(fields, start, end))


def _second(text: str) -> int:
    if not _UTC.fullmatch(text):
        raise Refused("not a part: its window is not in UTC")
    try:
        return instant(text).second
    except ValueError as error:
        raise Refused(f"not a part: {error}") from error


def _times(fields: Fields, start: int, end: int) -> dict[Instant, int]:
    """Return hits by time, in order."""
    times = []
    for zone, pairs in fields.seconds.items():
        try:
            offset = instant(f"2000-01-01T00:00:00{zone}").offset
        except ValueError as error:
            raise Refused("not a part: no offset from UTC") from error
        times += [(Instant(start + second, offset), hits) for second, hits in pairs]
    ordered = dict(sorted(times))
    if len({time.second for time in ordered}) < len(times) or max(ordered)[0] >= end:
        raise Refused("not a part: a second twice, or outside its window")
    return ordered


def _adds_up(fields: Fields) -> bool:
    """Tell whether the counts of a part are those of so many hits."""
    hits, status, duration = fields.hits, fields.status, fields.duration
    seconds = sum(number for pairs in fields.seconds.values() for _, number in pairs)
    known = all(map(_CODE.fullmatch, status))
    errors = sum(number for code, number in status.items() if len(code) == 3 and code[0] == "5")
    timed = sum(duration.buckets.values()) if duration else 1
    if isinstance(fields.hosts, Least):
        size = len(fields.hosts.least)
        hosts = not size % HASH and size <= HASH * fields.hosts.held
    else:
        hosts = len(fields.hosts) <= hits
    return (
        seconds == hits == sum(status.values())
        and known
        and errors == fields.errors
        and 0 < timed <= hits
        and hosts
        and all(_is_of(table, hits) for table in (fields.methods, *fields.by.values()))
    )


def _is_of(table: Table, hits: int) -> bool:
    """Tell whether a table may be of so many hits: of all, but where values have gone."""
    total = sum(row.hits for row in table.rows)
    rows = all(max(row.errors, sum(row.buckets.values())) <= row.hits for row in table.rows)
    return rows and (total == hits or (total < hits and table.approximate))
