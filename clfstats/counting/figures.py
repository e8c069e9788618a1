"""The figures of a window that are single numbers or small: each adds, merges and emits."""

from collections import Counter
from typing import Any, NamedTuple, Protocol, Self

from msgspec import UNSET, UnsetType

from clfparse.counting.batch import Batch
from clfparse.counting.ddsketch import DDSketch
from clfparse.counting.keys import name
from clfparse.counting.table import TableFields, amount
from clfparse.counting.top_values import TopValues
from clfparse.events.part import PartLine
from clfparse.values.times import Instant, instant
from clfstats.part import DurationsFields
from clfstats.summary import Durations, Timed

_METHODS = 100  # there are about forty registered; the rest are a client's invention


class Figure(Protocol):
    """One figure of a summary.

    For any split of the records, adding all is merging what was added apart, as long as nothing is
    approximate; merging is associative and commutative. What is dumped and loaded is the same.
    """

    @property
    def approximate(self) -> bool:
        """Whether a bound was met, so that something is missing."""

    def add(self, batch: Batch) -> None:
        """Count records."""

    def merge(self, other: Self) -> None:
        """Count all that the other one has counted."""

    def emit(self) -> object:
        """Return what a summary says of it."""

    def dump(self) -> object:
        """Return what a part says of it: all that was counted."""

    def load(self, part: PartLine) -> None:
        """Count what a part says; nothing has been counted before."""


class Totals(NamedTuple):
    """What many records add up to: immutable, so that it can be shown and kept."""

    hits: int = 0
    bytes: int = 0
    errors: int = 0  # answers with a 5xx status

    def plus(self, other: "Totals") -> "Totals":
        """Return the sum."""
        return Totals(self.hits + other.hits, self.bytes + other.bytes, self.errors + other.errors)


class Total:
    """Hits, bytes and errors of all records."""

    approximate = False

    def __init__(self) -> None:
        self.counts = Totals()

    def add(self, batch: Batch) -> None:
        """Count records."""
        counts = Totals(len(batch.hits), sum(batch.sizes), sum(batch.errors))
        self.counts = self.counts.plus(counts)

    def merge(self, other: Self) -> None:
        """Count all that the other one has counted."""
        self.counts = self.counts.plus(other.counts)

    def emit(self) -> Totals:
        """Return the sums."""
        return self.counts

    def dump(self) -> Totals:
        """Return the sums."""
        return self.counts

    def load(self, part: PartLine) -> None:
        """Count what a part says; nothing has been counted before."""
        self.counts = Totals(part.fields.hits, int(part.fields.bytes), part.fields.errors)


class Status:
    """Hits by status code; there are no more than a thousand."""

    approximate = False

    def __init__(self) -> None:
        self._hits: Counter[int | UnsetType | None] = Counter()

    def add(self, batch: Batch) -> None:
        """Count records."""
        self._hits.update(batch.status)
        if UNSET in self._hits:
            self._hits[None] += self._hits.pop(UNSET)

    def merge(self, other: Self) -> None:
        """Count all that the other one has counted."""
        self._hits.update(other._hits)

    def emit(self) -> dict[str, int]:
        """Return hits by code as text; ``-`` is none."""
        names = {"-" if code is None else str(code): hits for code, hits in self._hits.items()}
        return dict(sorted(names.items()))

    def dump(self) -> dict[str, int]:
        """Return hits by code as text; ``-`` is none."""
        return self.emit()

    def load(self, part: PartLine) -> None:
        """Count what a part says; nothing has been counted before."""
        for code, hits in part.fields.status.items():
            self._hits[None if code == "-" else int(code)] += hits


class Methods:
    """Hits by method."""

    def __init__(self) -> None:
        self._top = TopValues("method", _METHODS)

    @property
    def approximate(self) -> bool:
        """Whether there were so many that some are missing."""
        return self._top.approximate

    def add(self, batch: Batch) -> None:
        """Count records."""
        methods = Counter(batch.keys("method"))
        if not self._top.add_counts(methods):
            self._top.add_values(batch.keys("method"))

    def merge(self, other: Self) -> None:
        """Count all that the other one has counted."""
        self._top.merge(other._top)

    def emit(self) -> dict[str, int]:
        """Return hits by method, the most first; ``-`` is none, and may be a method's name too."""
        methods: Counter[str] = Counter()
        for row in self._top.emit():
            methods[name(row.key)] += row.hits
        return dict(methods)

    def dump(self) -> TableFields:
        """Return the methods and their hits."""
        return self._top.dump()

    def load(self, part: PartLine) -> None:
        """Count what a part says; nothing has been counted before."""
        self._top.load_table(part.fields.methods)


class Timings:
    """How long requests took, where records say so."""

    approximate = False

    def __init__(self) -> None:
        self.sketch = DDSketch()

    def add(self, batch: Batch) -> None:
        """Count records."""
        self.sketch.add(batch.durations)

    def merge(self, other: Self) -> None:
        """Count all that the other one has counted."""
        self.sketch.merge(other.sketch)

    def emit(self) -> Timed:
        """Return percentiles, max and mean in seconds; nothing where no record had a duration."""
        shown = self.sketch.emit()
        if not shown:
            return {}
        durations: Durations = {
            "p50": shown["p50"],
            "p90": shown["p90"],
            "p95": shown["p95"],
            "p99": shown["p99"],
            "max": shown["max"],
            "mean": shown["mean"],
        }
        return {"duration": durations}

    def dump(self) -> DurationsFields | None:
        """Return what a part says of it; None where no record had a duration."""
        sketch = self.sketch
        if not sketch.buckets:
            return None
        buckets = {str(number): hits for number, hits in sorted(sketch.buckets.items())}
        return {"nanoseconds": amount(sketch.nanoseconds), "max": sketch.max, "buckets": buckets}

    def load(self, part: PartLine) -> None:
        """Count what a part says; nothing has been counted before."""
        if durations := part.fields.duration:
            self.sketch.buckets.update(durations.buckets)
            self.sketch.nanoseconds = int(durations.nanoseconds)
            self.sketch.max = float(durations.max)


class Seconds:
    """Hits by second, and the greatest offset of each second's records. No summary shows them."""

    approximate = False

    def __init__(self) -> None:
        self._hits: Counter[int] = Counter()
        self._offsets: dict[int, int] = {}

    def add(self, batch: Batch) -> None:
        """Count records."""
        for text, hits in Counter([hit.time for hit in batch.hits]).items():
            self._add(*instant(text), hits)

    def merge(self, other: Self) -> None:
        """Count all that the other one has counted."""
        for second, hits in other._hits.items():
            self._add(second, other._offsets[second], hits)

    def emit(self) -> None:
        """Return nothing."""

    def dump(self) -> list[list[Any]]:
        """Return the times in order, each with its hits."""
        offsets = self._offsets
        return [[Instant(at, offsets[at]), hits] for at, hits in sorted(self._hits.items())]

    def load(self, part: PartLine) -> None:
        """Count what a part says; nothing has been counted before."""
        for (second, offset), hits in part.times.items():
            self._add(second, offset, hits)

    def _add(self, second: int, offset: int, hits: int) -> None:
        self._hits[second] += hits
        self._offsets[second] = max(offset, self._offsets.get(second, offset))
