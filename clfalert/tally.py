"""What some records add up to by section and by host: what an alert names as its cause."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from itertools import islice

from msgspec import UNSET

from clfparse.counting.batch import Batch
from clfparse.counting.top_values import TopValue, TopValues
from clfparse.events.hit import NO_RECORD, Hit, decoder
from clfparse.events.part import PartLine

FIELDS = ("section", "host")
TOP = 3  # values that an alert names of each

_VALUES = 25_000  # distinct values of one field
_TEXT = 3 << 20  # bytes of memory that their text may take
_ROW = 200  # bytes of memory that a value takes besides
_BATCH = 2_000  # records that are counted at once


@cache
def _decoder() -> Callable[[bytes], Hit]:
    """Return what reads a record with its fields; it is not made where no alert is triggered."""
    return decoder(FIELDS)


class Tally:
    """values: of each field, with their hits. known: the number of records that had it.

    A record that lacks a field, or whose field is no value that clfstats reads, leaves the records
    that come with it out of that number: so it shows that they are not all.
    """

    def __init__(self) -> None:
        self.known = dict.fromkeys(FIELDS, 0)
        self.values = {field: TopValues(field, _VALUES, _TEXT) for field in FIELDS}

    @property
    def memory(self) -> int:
        """Bytes of memory that it takes, about."""
        return sum(map(_memory, self.values.values()))

    def add(self, lines: Iterable[bytes]) -> None:
        """Count records, given as the lines that have been read as such."""
        rest = iter(lines)
        while some := list(islice(rest, _BATCH)):
            batch = Batch(_hits(some))
            for field, values in self.values.items():
                if UNSET not in batch.values(field):
                    values.add_values(batch.keys(field), batch.sizes, batch.errors)
                    self.known[field] += len(batch.hits)

    def load(self, part: PartLine) -> None:
        """Count the records of a part, as far as it has these fields."""
        for field in FIELDS:
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


def _memory(values: TopValues) -> int:
    return len(values.hits) * _ROW + values.text


def _hits(lines: list[bytes]) -> list[Hit]:
    """Return the records of lines; a line is passed over whose fields clfstats would refuse."""
    hits: list[Hit] = []
    decode, rest = _decoder(), iter(lines)
    while True:
        with suppress(*NO_RECORD):  # it stops at such a line, having taken that from the rest
            hits.extend(map(decode, rest))
            return hits


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
