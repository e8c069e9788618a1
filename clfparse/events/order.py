"""Where a line of the stream stands in time: what several sources are merged by."""

import re
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from clfparse.events.hit import NO_RECORD
from clfparse.values.times import instant

_CACHED = 1 << 14
# As clfparse begins a record: no more of it, for there are as many of what follows as clients.
_HEAD = len('{"time":"2019-02-07T21:11:00+01:00"')
_TIME = re.compile(rb'\{"time":"([^"\\]+)"')
_START = re.compile(rb'\{"type":"part","start":"([^"\\]+)"')  # as clfstats begins a part


class _Timed(Struct, gc=False):
    time: str
    type: UnsetType | None = UNSET  # what has a type is no record


class _Part(Struct, gc=False):
    start: str
    type: Literal["part"]


_records = msgspec.json.Decoder(_Timed).decode
_parts = msgspec.json.Decoder(_Part).decode


def seconds(lines: Sequence[bytes]) -> list[int | None]:
    """Return the epoch second of each record or part; None for any other line."""
    times = [_second(line[:_HEAD]) for line in lines]
    if None in times:
        times = [
            _looked_for(line) if time is None else time
            for time, line in zip(times, lines, strict=True)
        ]
    return times


@lru_cache(_CACHED)
def _second(head: bytes) -> int | None:
    """Return the second of a record that begins as clfparse writes it."""
    match = _TIME.match(head)
    return _read(match[1].decode("ascii", "replace")) if match else None


def _looked_for(line: bytes) -> int | None:
    """Return the second of any other record, or of a part."""
    if match := _START.match(line):
        return _read(match[1].decode("ascii", "replace"))
    with suppress(*NO_RECORD):
        return _read(_records(line).time)
    with suppress(*NO_RECORD):
        return _read(_parts(line).start)
    return None


def _read(text: str) -> int | None:
    with suppress(ValueError):
        return instant(text).second
    return None
