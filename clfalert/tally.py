"""What some records add up to by section and by host: what an alert names as its cause."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from msgspec import UNSET, msgpack

from clfparse.counting.batch import Batch
from clfparse.counting.keys import Key
from clfparse.counting.top_values import TopValue, TopValues
from clfparse.events.alert import NAMED
from clfparse.events.hit import NO_RECORD, Hit, decoder
from clfparse.events.part import PartLine

TOP = 3  # values that an alert names of each

_VALUES = 20_000  # distinct values of one field
_TEXT = 3 << 20  # bytes of memory that their text may take
_ROW = 200  # bytes of memory that a value takes besides


class Columns(NamedTuple):
    """What is counted of some records. values: of each of NAMED, None where one lacks it.

    sizes and errors are as of `Batch`.
    """

    number: int
    values: tuple[list[Key] | None, list[Key] | None]
    sizes: list[int]
    errors: list[bool]


def columns_of(lines: Iterable[bytes]) -> Columns:
    """Return what is counted of records, given as the lines that have been read as such.

    A line is passed over of which clfstats would refuse a field: it is missing in the number.
    """
    batch = Batch(_hits(lines))
    section, host = (None if UNSET in batch.values(field) else batch.keys(field) for field in NAMED)
    return Columns(len(batch.hits), (section, host), batch.sizes, batch.errors)


def pack(batch: Columns) -> bytes:
    """Return columns as bytes: a tenth of their lines."""
    return msgpack.encode(batch)


def unpack(packed: bytes) -> Columns:
    """Return the columns that were packed."""
    return Columns(*msgpack.decode(packed))


class Tally:
    """values: of each field, with their hits. known: the number of records that had it."""

    def __init__(self) -> None:
        self.known = dict.fromkeys(NAMED, 0)
        self.values = {field: TopValues(field, _VALUES, _TEXT) for field in NAMED}

    @property
    def memory(self) -> int:
        """Bytes of memory that it takes, about."""
        return sum(map(_memory, self.values.values()))

    def add(self, batch: Columns) -> None:
        """Count records. Where one of them lacks a field, nobody knows it of any of them."""
        for field, keys in zip(NAMED, batch.values, strict=True):
            if keys is not None:
                self.values[field].add_values(keys, batch.sizes, batch.errors)
                self.known[field] += batch.number

    def load(self, part: PartLine) -> None:
        """Count the records of a part, as far as it has these fields."""
        for field in NAMED:
            if field in part.fields.by and field not in part.fields.missing:
                values = TopValues(field, _VALUES, _TEXT)
                values.load(part)
                self.values[field].merge(values)
                self.known[field] += part.fields.hits

    def merge(self, other: "Tally") -> None:
        """Count all that the other one has counted."""
        for field, values in self.values.items():
            values.merge(other.values[field])
            self.known[field] += other.known[field]

    def shrink(self) -> None:
        """Let half of the values go of the field that takes the most memory."""
        max(self.values.values(), key=_memory).shrink()

    def top(self, field: str) -> list[TopValue]:
        """Return the values of a field with the most hits, those first."""
        return self.values[field].emit(TOP)

    def is_certain(self, field: str) -> bool:
        """Tell whether nothing that has gone could change `top`."""
        return self.values[field].is_certain(TOP)


def total(tallies: list[Tally]) -> Tally:
    """Return the sum: of halves, so that no tally is gone through once for each of the others."""
    if len(tallies) > 1:
        half = len(tallies) // 2
        whole = total(tallies[:half])
        whole.merge(total(tallies[half:]))
    else:
        whole = Tally()
        for tally in tallies:
            whole.merge(tally)
    return whole


@cache
def _decoder() -> Callable[[bytes], Hit]:
    """Return what reads a record with its fields; it is not made where no alert is triggered."""
    return decoder(NAMED)


def _hits(lines: Iterable[bytes]) -> list[Hit]:
    hits: list[Hit] = []
    decode, rest = _decoder(), iter(lines)
    while True:
        with suppress(*NO_RECORD):  # it stops at such a line, having taken that from the rest
            hits.extend(map(decode, rest))
            return hits


def _memory(values: TopValues) -> int:
    return len(values.hits) * _ROW + values.text
