"""The values of a field with the most hits, in bounded memory however many different ones come.

Past the bounds the values with the fewest hits go. Values go by hits and what they may have missed,
as in Space-Saving (Metwally, Agrawal, El Abbadi, ICDT 2005), half of them at a time.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from heapq import nlargest, nsmallest
from itertools import accumulate, compress, filterfalse, islice
from typing import NamedTuple, Self

from msgspec import UNSET

from clfparse.counting.batch import Batch
from clfparse.counting.keys import Key, dumped, held, loaded, memory, rank
from clfparse.counting.table import TableFields, amount, trimmed
from clfparse.events.part import PartLine, Table
from clfparse.stream.lines import RECORD_LINE

VALUES = 100_000  # distinct values of one field in one window
PAIRS = 100_000  # pairs of a value and a bucket of durations: some 15 MiB at most
_TEXT = 12 << 20  # bytes of memory that the values' text may take; a path may be 64 KiB long
_BATCH = 8 * RECORD_LINE  # bytes that those of one batch take at most: 4 for each character


class TopValue(NamedTuple):
    """One value. buckets: hits by bucket of durations, of those hits that have one."""

    key: Key
    hits: int
    bytes: int
    errors: int
    buckets: dict[int, int]


class TopValues:
    """Hits, bytes, errors and durations by value of a field.

    approximate: some values have gone; those that come again count from then on. missed: the hits
    that a value which is not held may have had, at most. text: bytes that the values' text takes.
    seen: whether some record had the field; a duration that is null is none. uncounted: hits of
    parts that were made without the field. on_new: takes values of records that are not held yet:
    each at least once.

    limit: of distinct values; room: of the bytes that their text takes.
    """

    def __init__(self, field: str, limit: int = VALUES, room: int | None = None) -> None:
        self.field = field
        self.approximate = False
        self.missed = 0
        self.text = 0
        self.seen = False
        self.uncounted = 0
        self.on_new: Callable[[list[Key]], None] | None = None
        self.hits: Counter[Key] = Counter()
        self._bytes: dict[Key, int] = {}  # as many as hits
        self._errors: Counter[Key] = Counter()
        self._pairs: Counter[tuple[Key, int]] = Counter()  # hits by value and bucket
        self._limit = limit
        self._room = _TEXT if room is None else room
        self._before: dict[Key, int] = {}  # what the values may have missed that were kept once

    def add(self, batch: Batch) -> None:
        """Count records."""
        if not self.seen:
            null = self.field != "duration"
            values = batch.values(self.field)
            self.seen = any(v is not UNSET and (null or v is not None) for v in values)
        self.add_values(batch.keys(self.field), batch.sizes, batch.errors, batch.buckets)

    def add_values(
        self,
        values: Sequence[Key],
        sizes: Sequence[int] = (),
        errors: Sequence[bool] = (),
        buckets: Sequence[int | None] = (),
    ) -> None:
        """Count one hit of each value, and what came with it: all of a kind, or none.

        Where not all fit, halves are taken: so values go when one is too many, however many come.
        """
        if self._fit(values, buckets):
            self._count(values, sizes, errors, buckets)
        elif len(values) == 1:
            self._count(values, sizes, errors, buckets)
            self._bound()
        else:
            half = len(values) // 2
            self.add_values(values[:half], sizes[:half], errors[:half], buckets[:half])
            self.add_values(values[half:], sizes[half:], errors[half:], buckets[half:])

    def add_counts(self, hits: Counter[Key]) -> bool:
        """Count values and their hits, if all fit; return whether they do."""
        fits = (
            len(self.hits.keys() | hits.keys()) <= self._limit and self.text + _BATCH <= self._room
        )
        if fits:
            new = [key for key in hits if key not in self.hits]
            self.text += held(new)
            self._bytes.update(dict.fromkeys(new, 0))
            self.hits.update(hits)
        return fits

    def merge(self, other: Self) -> None:
        """Count all that the other one, of the same field, has counted."""
        before = self._before | other._before
        self._before = {key: self._may_miss(key) + other._may_miss(key) for key in before}
        self.missed += other.missed
        self.uncounted += other.uncounted
        self.text += held([key for key in other.hits if key not in self.hits])
        self.hits.update(other.hits)
        for key, size in other._bytes.items():
            self._bytes[key] = self._bytes.get(key, 0) + size
        self._errors.update(other._errors)
        self._pairs.update(other._pairs)
        self.approximate |= other.approximate
        self.seen |= other.seen
        self._bound()

    def emit(self, most: int | None = None) -> list[TopValue]:
        """Return the values with the most hits, in an order that is total; most: how many."""
        items = list(self.hits.items())
        if most is not None and most < len(items):
            least = nlargest(most, self.hits.values())[-1] if most else 0
            items = [item for item in items if item[1] >= least]
        return self._values(
            [key for key, _ in nsmallest(len(items) if most is None else most, items, key=rank)]
        )

    def emit_by(self, figure: str, most: int) -> list[TopValue]:
        """Return the values with the most bytes or errors; of equals, as in `emit`."""
        figures: Mapping[Key, int] = {"bytes": self._bytes, "errors": self._errors}[figure]
        items = [(key, number) for key, number in figures.items() if number]
        if most < len(items):
            least = nlargest(most, (number for _, number in items))[-1] if most else 0
            items = [item for item in items if item[1] >= least]
        items.sort(key=lambda item: (-item[1], rank((item[0], self.hits[item[0]]))))
        return self._values([key for key, _ in items[:most]])

    def emit_slow(self, most: int, quantile: Callable[[dict[int, int]], float]) -> list[TopValue]:
        """Return the values with the greatest quantile of durations. quantile: of such buckets."""
        buckets: dict[Key, dict[int, int]] = {}
        for (key, bucket), hits in self._pairs.items():
            buckets.setdefault(key, {})[bucket] = hits
        slow = {key: quantile(numbers) for key, numbers in buckets.items()}
        ranked = sorted(slow, key=lambda key: (-slow[key], rank((key, self.hits[key]))))
        return self._values(ranked[:most])

    def _values(self, keys: list[Key]) -> list[TopValue]:
        buckets: dict[Key, dict[int, int]] = {key: {} for key in keys}
        for (key, bucket), hits in self._pairs.items():
            if key in buckets:
                buckets[key][bucket] = hits
        return [
            TopValue(key, self.hits[key], self._bytes[key], self._errors[key], buckets[key])
            for key in keys
        ]

    def is_certain(self, most: int) -> bool:
        """Tell whether so many values with the most hits are what they are, whatever has gone."""
        if not self.approximate:
            return True
        first = {value.key: value.hits for value in self.emit(most)}
        others = [hits + self._may_miss(key) for key, hits in self.hits.items() if key not in first]
        whole = not any(map(self._may_miss, first))
        # Of fewer values than that, what has gone may be the next one.
        least = min(first.values()) if len(first) == most else 0
        return whole and max(self.missed, *others, 0) < least

    def dump(self) -> TableFields:
        """Return what a part says of it: all values, in a total order."""
        table: TableFields = {"rows": [self._row(value) for value in self.emit()]}
        if self.approximate:
            table["approximate"] = True
            table["missed"] = self.missed
        return table

    def load(self, part: PartLine) -> None:
        """Count what a part says; nothing has been counted before."""
        if not (table := part.fields.by.get(self.field)):
            self.uncounted = part.fields.hits
            return
        self.load_table(table)
        self.seen = self.field not in part.fields.missing

    def load_table(self, table: Table) -> None:
        """Count what a table says; nothing has been counted before."""
        self.approximate, self.missed = table.approximate, table.missed
        for row in table.rows:
            value = loaded(row.value)
            self.hits[value] += row.hits
            self._bytes[value] = self._bytes.get(value, 0) + int(row.bytes)
            if row.errors:
                self._errors[value] += row.errors
            if row.missed:
                self._before[value] = row.missed
            for bucket, hits in row.buckets.items():
                self._pairs[value, bucket] += hits
        self.text = held(list(self.hits))
        self._bound()

    def shrink(self) -> None:
        """Let the half of the values go that has the fewest hits."""
        self._fold(len(self.hits) // 2)

    def _fit(self, values: Sequence[Key], buckets: Sequence[int | None]) -> bool:
        """Return whether values can be counted within all bounds."""
        fits = len(self.hits) + len(values) <= self._limit and self.text + _BATCH <= self._room
        if not fits:
            # Not by set.difference, which would go through all that is held each time.
            new = set(filterfalse(self.hits.__contains__, values))
            fits = (
                len(self.hits) + len(new) <= self._limit
                and self.text + held(list(new)) <= self._room
            )
        if len(self._pairs) + len(buckets) > PAIRS:
            pairs = zip(values, buckets, strict=True)
            new_pairs = set(filterfalse(self._pairs.__contains__, pairs))
            fits = fits and len(self._pairs) + len(new_pairs) <= PAIRS
        return fits

    def _count(
        self,
        values: Sequence[Key],
        sizes: Sequence[int],
        errors: Sequence[bool],
        buckets: Sequence[int | None],
    ) -> None:
        before = len(self.hits)
        self.hits.update(values)
        if number := len(self.hits) - before:
            new = list(islice(reversed(self.hits), number))
            self.text += held(new)
            self._bytes.update(dict.fromkeys(new, 0))
            if self.on_new:
                self.on_new(new)
        totals = self._bytes
        for key, size in zip(values, sizes, strict=False):
            totals[key] += size
        self._errors.update(compress(values, errors))
        if buckets:
            pairs = zip(values, buckets, strict=True)
            self._pairs.update([(key, bucket) for key, bucket in pairs if bucket is not None])

    def _bound(self) -> None:
        """Let values go until all bounds are kept; of many pairs, the durations of the least."""
        while len(self.hits) > self._limit or self.text > self._room:
            self._fold(self._limit // 2)
        if len(self._pairs) > PAIRS:
            self.approximate = True
            numbers = Counter(key for key, _ in self._pairs)
            ranked = sorted(numbers, key=lambda key: rank((key, self.hits[key])))
            taken = list(accumulate(map(numbers.__getitem__, ranked)))
            self._keep_durations(set(ranked[: bisect_right(taken, PAIRS // 2)]))

    def _fold(self, most: int) -> None:
        """Keep the values that may have the most hits: so many, and half of the text at most."""
        self.approximate = True
        missed, before = self.missed, self._before.get
        estimates = {key: hits + before(key, missed) for key, hits in self.hits.items()}
        ranked = sorted(estimates, key=estimates.__getitem__, reverse=True)
        sizes = list(accumulate(map(memory, ranked[:most])))
        number = bisect_right(sizes, self._room // 2)
        if number < len(ranked):
            self.missed = max(self.missed, estimates[ranked[number]])
        staying = ranked[:number]
        self._before = {key: estimates[key] - self.hits[key] for key in staying}
        self.hits = Counter({key: self.hits[key] for key in staying})
        self._bytes = {key: self._bytes[key] for key in staying}
        self._errors = Counter({key: self._errors[key] for key in staying if key in self._errors})
        self._keep_durations(self.hits.keys())
        self.text = sizes[number - 1] if number else 0

    def _keep_durations(self, keys: AbstractSet[Key]) -> None:
        pairs = {pair: hits for pair, hits in self._pairs.items() if pair[0] in keys}
        self._pairs = Counter(pairs)

    def _row(self, value: TopValue) -> list[object]:
        """Return a value's row: what is 0 or empty at its end is left out."""
        buckets = {str(bucket): hits for bucket, hits in sorted(value.buckets.items())}
        missed = self._before.get(value.key, 0)
        size = amount(value.bytes)
        return trimmed([dumped(value.key), value.hits, size, value.errors, buckets, missed])

    def _may_miss(self, key: Key) -> int:
        return self._before.get(key, self.missed)
