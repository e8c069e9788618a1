"""Counters that stay bounded in memory, however many different values come."""

import json
from collections.abc import Iterator
from typing import NamedTuple

import orjson

VALUES = 100_000  # distinct values of one field in one window
_TEXT = 16 << 20  # characters of all of them together; a path may be 64 KiB long

# A value as a key: a string stands for itself, None for null, bytes for any other value's JSON.
Key = str | bytes | None


class Count(NamedTuple):
    """What came with one value of a field."""

    hits: int
    bytes: int
    errors: int  # answers with a 5xx status


def key(value: object) -> Key:
    """Turn a field's value into a key; 1, 1.0, "1" and true stay apart."""
    if value is None or isinstance(value, str):
        return value
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # nested deeper than orjson writes, though it reads it
        return json.dumps(value, sort_keys=True).encode()


def value(of: Key) -> object:
    """Turn a key back into the value."""
    return orjson.loads(of) if isinstance(of, bytes) else of


def name(of: Key) -> str:
    """Turn a key into text for a person, or for the key of an object: null is ``-``, as in logs."""
    return "-" if of is None else of.decode() if isinstance(of, bytes) else of


class Tally:
    """Hits, bytes and errors by value. Past its bounds the values with the fewest hits go.

    approximate: some have gone; the rest may have come again since, and count from then on.
    """

    def __init__(self, limit: int = VALUES) -> None:
        self.approximate = False
        self._limit = limit
        self.counts: dict[Key, Count] = {}
        self._text = 0
        self._most = 0  # values held when some had to go

    def __len__(self) -> int:
        """Return how many distinct values there were; at least so many if approximate."""
        return max(len(self.counts), self._most)

    def add(self, of: Key, more: Count) -> None:
        """Count more of one value."""
        count = self.counts.get(of)
        if count is None:
            self._text += len(of or b"")
            self.counts[of] = more
            if len(self.counts) > self._limit or self._text > _TEXT:
                self._fold()
        else:
            self.counts[of] = Count(*map(sum, zip(count, more, strict=True)))

    def merge(self, other: "Tally") -> None:
        """Count all that the other one has counted."""
        for of, count in other.counts.items():
            self.add(of, count)
        self.approximate |= other.approximate
        self._most = max(self._most, other._most)  # noqa: SLF001 - of the same class

    def top(self, most: int | None = None) -> Iterator[tuple[Key, Count]]:
        """Yield the values with the most hits: an order that is total, so that it never varies."""
        yield from sorted(self.counts.items(), key=_rank)[:most]

    def _fold(self) -> None:
        """Keep the half with the most hits; half, so that it is done seldom."""
        self.approximate = True
        self._most = max(self._most, len(self.counts) - 1)
        kept: dict[Key, Count] = {}
        text = 0
        for of, count in self.top(self._limit // 2):
            text += len(of or b"")
            if text > _TEXT // 2:
                break
            kept[of] = count
        self.counts = kept
        self._text = sum(len(of or b"") for of in kept)


def _rank(item: tuple[Key, Count]) -> tuple[int, str, str]:
    of, count = item
    return -count.hits, name(of), type(of).__name__
