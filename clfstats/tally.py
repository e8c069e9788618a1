"""Counters that stay bounded in memory, however many different values come."""

from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import nsmallest
from itertools import islice
from typing import NamedTuple

import orjson

from clfparse.columns import json_of
from clfparse.lines import RECORD_LINE
from clfstats.pairs import Pairs

VALUES = 100_000  # distinct values of one field in one window
_TEXT = 16 << 20  # characters of all of them together; a path may be 64 KiB long
_BLOCK = 2 * RECORD_LINE  # characters that come at once, at most: one line and one read

# A value's JSON stands for it: 1, 1.0, "1" and true stay apart.
Key = bytes
NULL: Key = b"null"


class Count(NamedTuple):
    """What came with one value of a field."""

    hits: int
    bytes: int
    errors: int  # answers with a 5xx status


def key(value: object) -> Key:
    """Turn a field's value into a key."""
    try:
        return json_of(value)
    except TypeError:  # nested deeper than orjson writes, though it reads it: no value at all
        return NULL


def value(of: Key) -> object:
    """Turn a key back into the value."""
    return orjson.loads(of)


def name(of: Key) -> str:
    """Turn a key into text for a person, or for the key of an object: null is ``-``, as in logs."""
    if of == NULL:
        return "-"
    found = value(of)
    return found if isinstance(found, str) else of.decode()


class Tally:
    """Hits, bytes and errors by value. Past its bounds the values with the fewest hits go.

    approximate: some have gone; those that come again count from then on. missed: the hits that any
    value may have had before, at most. Values go by hits and what they may have missed, as in
    Space-Saving (Metwally, Agrawal, El Abbadi, ICDT 2005): so missed is never above all hits by the
    number of values kept, and whatever has more hits than that is held.
    durations: of those hits that have one, by value. Past their bounds, those of the values with
    the fewest hits go, though the hits stay.
    """

    def __init__(self, limit: int = VALUES) -> None:
        self.approximate = False
        self.missed = 0
        self.hits: Counter[Key] = Counter()
        self.bytes: Counter[Key] = Counter()
        self.errors: Counter[Key] = Counter()
        self.durations = Pairs()
        self._limit = limit
        self._text = 0
        self._most = 0  # values held when some had to go
        self._before: dict[Key, int] = {}  # of the values kept then: as missed, of each

    def __len__(self) -> int:
        """Return how many distinct values there were; at least so many if approximate."""
        return max(len(self.hits), self._most)

    def add(self, of: Key, more: Count, bucket: int | None = None) -> None:
        """Count more of one value. bucket: that of the duration of each hit, if known."""
        new = of not in self.hits
        self.hits[of] += more.hits
        if more.bytes:
            self.bytes[of] += more.bytes
        if more.errors:
            self.errors[of] += more.errors
        if bucket is not None:
            self.durations.add(of, bucket, more.hits)
        if new:
            self._text += len(of)
            if len(self.hits) > self._limit or self._text > _TEXT:
                self._fold()
        self._bound_durations()

    def update(
        self,
        values: list[Key],
        sizes: Sequence[int] = (),
        errors: Sequence[int] = (),
        buckets: Sequence[int | None] = (),
    ) -> None:
        """Count one hit of each value, as `add` does one by one.

        sizes, buckets: what came with each value, or none. errors: places in values.
        """
        most = len(self.hits) + len(values)
        if most > self._limit:
            most = len(self.hits) + len(set(values))
        full = self.durations.full(len(buckets))
        if most > self._limit or self._text + _BLOCK > _TEXT or full:
            failed = set(errors)
            for place, of in enumerate(values):
                one = Count(1, sizes[place] if sizes else 0, int(place in failed))
                self.add(of, one, buckets[place] if buckets else None)
            return
        before = len(self.hits)
        self.hits.update(values)
        if new := len(self.hits) - before:
            self._text += sum(map(len, islice(reversed(self.hits), new)))
        if sizes:
            sums = dict.fromkeys(values, 0)
            for of, size in zip(values, sizes, strict=True):
                sums[of] += size
            for of, total in sums.items():
                self.bytes[of] += total
        for place in errors:
            self.errors[values[place]] += 1
        self.durations.update(values if buckets else (), buckets)

    def merge(self, other: "Tally") -> None:
        """Count all that the other one has counted."""
        held = self._before | other._before  # noqa: SLF001 - of the same class
        self._before = {of: self._missed(of) + other._missed(of) for of in held}  # noqa: SLF001
        self.missed += other.missed
        for of, count in other._items():  # noqa: SLF001
            self.add(of, count)
        for (of, bucket), hits in other.durations.hits.items():
            if bucket is not None and of in self.hits:
                self.durations.add(of, bucket, hits)
                self._bound_durations()
        self.approximate |= other.approximate
        self._most = max(self._most, other._most)  # noqa: SLF001

    def top(self, most: int | None = None) -> Iterator[tuple[Key, Count]]:
        """Yield the values with the most hits: an order that is total, so that it never varies."""
        if most is None:
            yield from sorted(self._items(), key=_rank)
        else:
            yield from nsmallest(most, self._items(), key=_rank)

    def _items(self) -> Iterator[tuple[Key, Count]]:
        for of, hits in self.hits.items():
            yield of, Count(hits, self.bytes[of], self.errors[of])

    def _fold(self) -> None:
        """Keep the half that may have the most hits; half, so that it is done seldom."""
        self.approximate = True
        self._most = max(self._most, len(self.hits) - 1)
        most = self._limit // 2
        kept: dict[Key, int] = {}
        text = 0
        ranked = nsmallest(most + 1, ((-n - self._missed(of), of) for of, n in self.hits.items()))
        for rank, of in ranked:
            text += len(of)
            if len(kept) == most or text > _TEXT // 2:
                self.missed = max(self.missed, -rank)  # of those that go, the first has most
                break
            kept[of] = self._missed(of)
        self._before = kept
        for counter in (self.hits, self.bytes, self.errors):
            least = {of: counter[of] for of in kept if counter[of]}
            counter.clear()
            counter.update(least)
        self.durations.keep(self.hits)
        self._text = sum(map(len, kept))

    def _missed(self, of: Key) -> int:
        return self._before.get(of, self.missed)

    def _bound_durations(self) -> None:
        if self.durations.full():
            self.approximate = True
            self.durations.fold(self.hits)


def _rank(item: tuple[Key, Count]) -> tuple[int, str, Key]:
    of, count = item
    return -count.hits, name(of), of
