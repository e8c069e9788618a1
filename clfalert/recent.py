"""The records of the seconds that a window to come may hold, for an alert to name its cause.

They are held as lines, which costs next to nothing, and counted when an alert is triggered. Past a
bound the oldest are packed: what is counted of them takes a tenth of the room. Past another those
are counted, second by second, and past a third the values with the fewest hits are folded away.
"""

from collections import defaultdict
from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

from clfalert.tally import Columns, Tally, columns_of, pack, total, unpack
from clfparse.counting.top_values import TopValue
from clfparse.events.alert import NAMED
from clfparse.events.hit import Run
from clfparse.events.part import PartLine

TEXT = 6 << 20  # bytes of memory that lines may take
PACKED = 2 << 20  # what is packed
COUNTED = 2 << 20  # tallies
SECONDS = 4_096  # that have a tally; each takes 2 KiB besides
_LINE = 41  # bytes of memory that a line takes besides its text
_SECOND = 300  # that a second takes with lines, or a pack
_BATCH = 2_000  # lines that are counted at once

T = TypeVar("T")


class Cause(NamedTuple):
    """The values with the most hits, of each field that all records have. certain: none is less."""

    top: dict[str, list[TopValue]]
    certain: bool


class Shelf(Generic[T]):
    """Things by second. sizes: bytes of memory that those of a second take; size: that all take."""

    def __init__(self) -> None:
        self.things = defaultdict[int, list[T]](list)
        self.sizes: dict[int, int] = {}
        self.size = 0

    def add(self, second: int, thing: T, size: int) -> None:
        """Add a thing."""
        self.things[second].append(thing)
        self.weigh(second, self.sizes.get(second, 0) + size)

    def weigh(self, second: int, size: int) -> None:
        """Take note of what the things of a second take."""
        self.size += size - self.sizes.get(second, 0)
        self.sizes[second] = size

    def pop(self, second: int) -> list[T]:
        """Return the things of a second, and hold them no longer."""
        self.size -= self.sizes.pop(second, 0)
        return self.things.pop(second)

    def forget(self, first: int) -> None:
        """Hold nothing of the seconds before this one."""
        for second in [second for second in self.things if second < first]:
            self.pop(second)

    def oldest(self, bound: int) -> Iterator[int]:
        """Yield the oldest seconds as long as all take more than half of a bound that is met."""
        for second in sorted(self.things) if self.size > bound else ():
            if self.size <= bound // 2:
                break
            yield second


class Recent:
    """Holds the records that a rule has counted, as long as they may be in a window to come."""

    def __init__(self) -> None:
        self._lines = Shelf[bytes]()
        self._measured: dict[int, int] = {}  # how many lines of a second have been weighed
        self._packs = Shelf[bytes]()
        self._tallies = Shelf[Tally]()
        self._staged: tuple[int, int, Tally] | None = None  # a part's second, and its hits

    @property
    def size(self) -> int:
        """Bytes of memory that lines took when they were last settled."""
        return self._lines.size

    def add(self, run: Run) -> None:
        """Take records that the rule has counted."""
        self._lines.things[run.time.second] += run.block_lines[run.start : run.end]

    def stage(self, part: PartLine) -> None:
        """Take a part; its tick says whether the rule counts it.

        A part of several seconds does not say what was in each of them.
        """
        if part.end - part.start > 1:
            return
        second, hits, tally = self._staged or (part.start, 0, Tally())
        tally.load(part)
        self._staged = second, hits + part.fields.hits, tally

    def add_staged(self, hits: int) -> None:
        """Take what was staged, of which the rule has counted so many hits; 0 for none."""
        staged, self._staged = self._staged, None
        # Where the clock was set back within a part, nobody knows which of its records came after.
        if staged and staged[1] == hits:
            second, _, tally = staged
            self._tally(second).merge(tally)
            self._weigh(second)

    def settle(self, first: int) -> None:
        """Forget the seconds before the first that is needed, and keep the bounds."""
        for shelf in (self._lines, self._packs, self._tallies):
            shelf.forget(first)
        for second in self._measured.keys() - self._lines.things.keys():
            del self._measured[second]
        for second, lines in self._lines.things.items():
            before = self._measured.get(second, 0)
            if new := lines[before:]:
                self._measured[second] = len(lines)
                size = sum(map(len, new)) + _LINE * len(new)
                self._lines.weigh(second, self._lines.sizes.get(second, _SECOND) + size)
        self._pack()

    def cause(self, first: int, last: int, hits: int) -> Cause:
        """Return what the seconds from first to last hold, if so many hits are in them.

        No second before them is needed any more.
        """
        self.settle(first)
        things = self._tallies.things.items()
        whole = total([tally for second, (tally,) in things if second <= last])
        for batch in self._columns(last):
            whole.add(batch)
        known = [field for field in NAMED if whole.known[field] == hits > 0]
        certain = all(map(whole.is_certain, known))
        return Cause({field: whole.top(field) for field in known}, certain)

    def _columns(self, last: int) -> Iterator[Columns]:
        for second, packs in self._packs.things.items():
            yield from map(unpack, packs if second <= last else ())
        things = self._lines.things.items()
        lines = (line for second, each in things if second <= last for line in each)
        while some := list(islice(lines, _BATCH)):
            yield columns_of(some)

    def _pack(self) -> None:
        for second in self._lines.oldest(TEXT):
            self._measured.pop(second)
            lines = iter(self._lines.pop(second))
            while some := list(islice(lines, _BATCH)):
                packed = pack(columns_of(some))
                self._packs.add(second, packed, len(packed) + _SECOND)
            if self._packs.size > PACKED:
                self._count()

    def _count(self) -> None:
        for second in self._packs.oldest(PACKED):
            tally = self._tally(second)
            for packed in self._packs.pop(second):
                tally.add(unpack(packed))
            self._weigh(second)

    def _tally(self, second: int) -> Tally:
        things = self._tallies.things[second]
        if not things:
            things.append(Tally())
        return things[0]

    def _weigh(self, second: int) -> None:
        """Weigh the tally of a second. Where it is too much, the largest give way.

        Of too many seconds those go that are furthest ahead.
        """
        tallies = self._tallies
        tallies.weigh(second, tallies.things[second][0].memory)
        for excess in sorted(tallies.things)[SECONDS:] if len(tallies.things) > SECONDS else ():
            tallies.pop(excess)
        if tallies.size <= COUNTED:
            return
        largest = [(-size, second) for second, size in tallies.sizes.items()]
        heapify(largest)
        while tallies.size > COUNTED * 3 // 4:
            _, second = heappop(largest)
            tally = tallies.things[second][0]
            tally.shrink()
            tallies.weigh(second, tally.memory)
            heappush(largest, (-tally.memory, second))
