"""Durations by value of a field: so small a part of a sketch that each value can have one."""

from collections import Counter
from collections.abc import Collection, Container, Mapping, Sequence
from itertools import accumulate, takewhile

PAIRS = 100_000  # held for one field in one window: some 15 MiB at most


class Pairs:
    """Counts pairs of a value (its JSON; see clfstats.tally) and a bucket (see clfstats.sketch).

    Half of PAIRS is room for at least 33 values, were their durations spread over all buckets.
    """

    def __init__(self) -> None:
        self.hits: Counter[tuple[bytes, int | None]] = Counter()  # no bucket is None for long

    def full(self, more: int = 0) -> bool:
        """Return whether there are too many pairs, or may be with so many more."""
        return len(self.hits) + more > PAIRS

    def add(self, value: bytes, bucket: int, hits: int) -> None:
        """Count a pair."""
        self.hits[value, bucket] += hits

    def update(self, values: Sequence[bytes], buckets: Sequence[int | None]) -> None:
        """Count a pair for each value that has a bucket."""
        self.hits.update(zip(values, buckets, strict=True))
        for value in set(values):
            self.hits.pop((value, None), None)  # that is faster than to look at each pair

    def keep(self, values: Container[bytes]) -> None:
        """Forget all other values."""
        self.hits = Counter({pair: n for pair, n in self.hits.items() if pair[0] in values})

    def fold(self, hits: Mapping[bytes, int]) -> None:
        """Keep the values with the most hits: half of PAIRS, so that it is done seldom."""
        pairs = Counter(value for value, _ in self.hits)
        ranked = sorted(pairs, key=lambda value: (-hits[value], value))
        taken = accumulate(map(pairs.__getitem__, ranked))
        kept = takewhile(lambda pair: pair[1] <= PAIRS // 2, zip(ranked, taken, strict=True))
        self.keep({value for value, _ in kept})

    def of(self, values: Collection[bytes]) -> dict[bytes, dict[int, int]]:
        """Return the hits by bucket of each of the values that has some."""
        found: dict[bytes, dict[int, int]] = {}
        for (value, bucket), hits in self.hits.items():
            if value in values and bucket is not None:
                found.setdefault(value, {})[bucket] = hits
        return found
