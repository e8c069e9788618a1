"""How long requests took: a histogram whose quantiles are right to one per cent.

Its buckets are those of DDSketch (Masson, Rim, Lee: DDSketch, VLDB 2019): each is the same ratio
wider than the one before, so that whatever falls into one is within ACCURACY of its middle. Counts
of buckets add up: the order in which durations come, or sketches are merged, changes nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import ceil, log

ACCURACY = 0.01  # of a quantile, relative
LEAST = 1e-6  # seconds; what is shorter counts as none, in a bucket of its own
MOST = 1e7  # seconds, 115 days; what is longer counts as this long
PERCENT = (50, 90, 95, 99)

_RATIO = (1 + ACCURACY) / (1 - ACCURACY)
_PER_E = 1 / log(_RATIO)  # buckets
_ZERO = ceil(log(LEAST) * _PER_E) - 1
BUCKETS = ceil(log(MOST) * _PER_E) - _ZERO + 1  # there are no more: 1,498
_DIGITS = 6  # microseconds: no server's clock is finer
_NANO = 1_000_000_000


class DDSketch:
    """Counts durations, in seconds.

    buckets: hits of each; see `bucket`. nanoseconds: their sum, each rounded to a whole number, so
    that it is the same in any order. max: the longest, exactly.
    """

    def __init__(self) -> None:
        self.buckets: Counter[int] = Counter()
        self.nanoseconds = 0
        self.max = 0.0

    def add(self, durations: Sequence[float]) -> None:
        """Count durations from 0 to MOST."""
        if not durations:
            return
        self.buckets.update(map(bucket, durations))
        self.nanoseconds += sum([round(seconds * _NANO) for seconds in durations])
        self.max = max(self.max, float(max(durations)))

    def merge(self, other: "DDSketch") -> None:
        """Count all that the other one has counted."""
        self.buckets.update(other.buckets)
        self.nanoseconds += other.nanoseconds
        self.max = max(self.max, other.max)

    def quantile(self, percent: int, part: Mapping[int, int] | None = None) -> float:
        """Return a quantile by nearest rank, in seconds; it is never above max.

        part: hits by bucket of a part of what was counted, at least one; or else all.
        """
        hits = part or self.buckets
        rank = -(-sum(hits.values()) * percent // 100)
        for number in sorted(hits):
            rank -= hits[number]
            if rank <= 0:
                break
        return round(min(middle(number), self.max), _DIGITS)

    def emit(self) -> dict[str, float]:
        """Return p50, p90, p95, p99, max and mean in seconds; nothing where nothing was counted."""
        if not self.buckets:
            return {}
        return {
            **{f"p{percent}": self.quantile(percent) for percent in PERCENT},
            "max": round(self.max, _DIGITS),
            "mean": round(self.nanoseconds / (self.buckets.total() * _NANO), _DIGITS),
        }


def bounded(duration: float) -> float:
    """Return a duration that is at most MOST."""
    return min(duration, MOST)


def bucket(duration: float) -> int:
    """Return the bucket of a duration from 0 to MOST seconds.

    Bucket i holds what is above _RATIO ** (i - 1), up to _RATIO ** i; a longer one a higher one.
    """
    return _ZERO if duration < LEAST else ceil(log(duration) * _PER_E)


def middle(number: int) -> float:
    """Return the seconds that stand for a bucket: within ACCURACY of either end of it."""
    return 0.0 if number == _ZERO else 2 * _RATIO**number / (_RATIO + 1)
