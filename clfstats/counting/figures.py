"""The figures of a window that are single numbers or small: each adds, merges and emits."""

from collections import Counter
from itertools import islice
from typing import NamedTuple, Protocol, Self

from msgspec import UNSET, UnsetType

from clfstats.counting.batch import Batch
from clfstats.counting.ddsketch import DDSketch
from clfstats.counting.keys import Key, held, name
from clfstats.counting.top_values import TopValues
from clfstats.summary import Durations, Timed

HOSTS = 100_000  # distinct ones in a window
_TEXT = 12 << 20  # bytes of memory that they may take
_METHODS = 100  # there are about forty registered; the rest are a client's invention


class Figure(Protocol):
    """One figure of a summary.

    For any split of the records, adding all is merging what was added apart, as long as nothing is
    approximate; merging is associative and commutative.
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


class Hosts:
    """How many different hosts there were; past the bounds, how many at least.

    approximate: so many that not all are counted. text: bytes of memory that their names take.
    """

    def __init__(self) -> None:
        self.approximate = False
        self.text = 0
        self._least = 0  # how many there were when they were forgotten
        self._hosts: dict[Key, None] = {}  # in the order in which they came first

    def add(self, batch: Batch) -> None:
        """Count records."""
        self._add(dict.fromkeys(batch.keys("host")))

    def merge(self, other: Self) -> None:
        """Count all that the other one has counted."""
        self._least = max(self._least, other._least)
        self._add(other._hosts)
        self.approximate |= other.approximate

    def emit(self) -> int:
        """Return their number; null is no host."""
        return max(self._least, len(self._hosts) - (None in self._hosts))

    def shrink(self) -> None:
        """Forget the names, and count no more: their number stays."""
        self._least = self.emit()
        self.approximate = True
        self._hosts.clear()
        self.text = 0

    def _add(self, hosts: dict[Key, None]) -> None:
        if self.approximate:
            return
        before = len(self._hosts)
        self._hosts.update(hosts)
        if new := len(self._hosts) - before:
            self.text += held(list(islice(reversed(self._hosts), new)))
        while len(self._hosts) > HOSTS or self.text > _TEXT:
            self.text -= held([self._hosts.popitem()[0]])
            self.approximate = True


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
