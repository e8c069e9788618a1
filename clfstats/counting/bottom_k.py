"""How many distinct values there were, of so many of their hashes as are the least.

A bottom-k sketch (Cohen, Kaplan: Summarizing data using bottom-k sketches, PODC 2007): where the
k-th least of n hashes, evenly spread over [0, 1), is h, n is about ``(k - 1) / h``, with a standard
error of 1 / sqrt(k - 2). The k least of a union are those of both: any split, any order of merging
gives the same.
"""

from array import array
from binascii import b2a_base64
from collections.abc import Iterable, Sequence
from itertools import islice
from struct import pack, unpack

from clfparse.counting.keys import Key
from clfparse.events.part import HASH, Least
from clfstats.part import LeastFields

HASHES = 16_384  # 128 KiB; the standard error is 0.8 %
FEWEST = 64  # to which memory may shrink them, with an error of 13 %
_WHOLE = 1 << 8 * HASH
_SHARE = 4  # a quarter as many may wait to be sorted in
_AT_ONCE = 4_096  # values that are hashed; of more, many would be held for nothing
_WAITING = 100  # bytes of memory that each of them takes


class BottomK:
    """The least hashes of values. held: how many at most."""

    def __init__(self, held: int = HASHES) -> None:
        self.held = held
        self._least = array("Q")  # in order
        self._new: set[int] = set()  # below the greatest of a full _least; they may be in it

    @property
    def memory(self) -> int:
        """Bytes of memory that they take."""
        return HASH * len(self._least) + _WAITING * len(self._new)

    @property
    def approximate(self) -> bool:
        """Whether there may be other values than those whose hashes are held."""
        return len(self.hashes()) == self.held

    def add(self, keys: Iterable[Key]) -> None:
        """Take values; null is none."""
        rest = iter(keys)
        while some := list(islice(rest, _AT_ONCE)):
            self._take(_hashes([key for key in some if key is not None]))

    def merge(self, other: "BottomK") -> None:
        """Take all that the other one has taken, and hold no more hashes than it does."""
        self.held = min(self.held, other.held)
        self._take(other.hashes())
        self._sort()

    def emit(self) -> int:
        """Return the number of distinct values, or what it is estimated to be."""
        least = self.hashes()
        if len(least) < self.held:
            return len(least)
        return round((self.held - 1) * _WHOLE / (least[-1] + 1))

    def shrink(self) -> None:
        """Hold half as many hashes."""
        self.held = max(FEWEST, self.held // 2)
        self._sort()

    def dump(self) -> LeastFields:
        """Return what a part says of it: hashes of HASH bytes, their first the most significant."""
        least = self.hashes()
        packed = pack(f">{len(least)}Q", *least)
        return {"least": b2a_base64(packed, newline=False).decode(), "held": self.held}

    @classmethod
    def load(cls, dumped: Least) -> "BottomK":
        """Return what was dumped."""
        sketch = cls(dumped.held)
        sketch._take(unpack(f">{len(dumped.least) // HASH}Q", dumped.least))
        return sketch

    def _take(self, hashes: Iterable[int]) -> None:
        bound = self._least[-1] if len(self._least) == self.held else _WHOLE
        self._new.update([each for each in hashes if each < bound])
        if len(self._new) > self.held // _SHARE:
            self._sort()

    def hashes(self) -> "array[int]":
        """Return the hashes in order."""
        if self._new:
            self._sort()
        return self._least

    def _sort(self) -> None:
        self._least = array("Q", sorted(self._new.union(self._least))[: self.held])
        self._new = set()


def _hashes(keys: list[str | bytes]) -> Sequence[int]:
    """Return hashes of values: the same in each run, and for text others than for its JSON."""
    from hashlib import blake2b  # 4 MiB that few runs have a use for

    digests = [
        blake2b(key.encode(), digest_size=HASH).digest()
        if isinstance(key, str)
        else blake2b(key, digest_size=HASH, person=b"json").digest()
        for key in keys
    ]
    return unpack(f">{len(digests)}Q", b"".join(digests))
