"""What was made of keys that come again, in bounded memory."""

from collections.abc import Callable
from typing import TypeVar

# Entries, characters of a key. A server has few shapes, but clients choose the names of headers.
SHAPES, LONGEST_SHAPE = 1 << 10, 1 << 11
NAMES, LONGEST_NAME = 1 << 12, 1 << 6

K = TypeVar("K")
V = TypeVar("V")


class Remembered(dict[K, V]):
    """What was made of keys: of so many at most, and of none that would take much memory.

    length: the number of characters in a key; longest: that of those that are remembered.
    """

    def __init__(
        self, make: Callable[[K], V], length: Callable[[K], int], most: int, longest: int
    ) -> None:
        self._make, self._length, self._most, self._longest = make, length, most, longest

    def __missing__(self, key: K) -> V:
        made = self._make(key)
        if self._length(key) <= self._longest:
            if len(self) >= self._most:
                self.clear()
            self[key] = made
        return made
