"""The records of the seconds that a window to come may hold, for an alert to name its cause.

They are held as lines, which costs next to nothing, and counted when an alert is triggered. What is
past the bounds is counted at once, second by second, and past further bounds folded away.
"""

from collections import defaultdict
from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import chain
from typing import NamedTuple

from clfalert.tally import FIELDS, Tally, total
from clfparse.counting.top_values import TopValue
from clfparse.events.hit import Run
from clfparse.events.part import PartLine

TEXT = 6 << 20  # bytes of memory that lines may take
COUNTED = 5 << 20  # bytes of memory that tallies may take
SECONDS = 4_096  # that have a tally; each takes 2 KiB besides
_LINE = 41  # bytes of memory that a line takes besides its text


class Cause(NamedTuple):
    """The values with the most hits, of each field that all records have. certain: none is less."""

    top: dict[str, list[TopValue]]
    certain: bool


class Recent:
    """Holds the records that a rule has counted, as long as they may be in a window to come."""

    def __init__(self) -> None:
        self._lines = defaultdict[int, list[bytes]](list)  # by second
        self._sizes: dict[int, tuple[int, int]] = {}  # how many of those, and their bytes of memory
        self._tallies: dict[int, Tally] = {}
        self._counted: dict[int, int] = {}  # bytes of memory of those
        self._staged: tuple[int, int, Tally] | None = None  # a part's second, and its hits
        self.held = 0  # bytes of memory that lines took when it was last settled

    def add(self, run: Run) -> None:
        """Take records that the rule has counted."""
        self._lines[run.time.second] += run.block_lines[run.start : run.end]

    def stage(self, part: PartLine) -> None:
        """Take a part; if the rule counts it, `add_staged` is called.

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
            self._tally(staged[0]).merge(staged[2])
            self._weigh(staged[0])

    def clear(self) -> None:
        """Forget all."""
        for held in (self._lines, self._sizes, self._tallies, self._counted):
            held.clear()
        self._staged, self.held = None, 0

    def settle(self, first: int) -> None:
        """Forget the seconds before the first that is needed, and keep the bounds."""
        for second in [second for second in self._lines if second < first]:
            del self._lines[second]
            self._sizes.pop(second, None)
        for second in [second for second in self._tallies if second < first]:
            del self._tallies[second], self._counted[second]
        for second, lines in self._lines.items():
            number, size = self._sizes.get(second, (0, 0))
            if new := lines[number:]:
                self._sizes[second] = len(lines), size + sum(map(len, new)) + _LINE * len(new)
        self.held = sum(size for _, size in self._sizes.values())
        if self.held > TEXT:
            self._count()

    def cause(self, first: int, last: int, hits: int) -> Cause:
        """Return what the seconds from first to last hold, if so many hits are in them.

        No second before them is needed any more.
        """
        self.settle(first)
        tallies = [tally for second, tally in self._tallies.items() if second <= last]
        whole = total(tallies)
        whole.add(chain.from_iterable(self._until(last)))
        known = [field for field in FIELDS if whole.known[field] == hits > 0]
        certain = all(map(whole.is_certain, known))
        return Cause({field: whole.top(field) for field in known}, certain)

    def _until(self, last: int) -> Iterator[list[bytes]]:
        return (lines for second, lines in self._lines.items() if second <= last)

    def _tally(self, second: int) -> Tally:
        return self._tallies.setdefault(second, Tally())

    def _count(self) -> None:
        """Count the oldest seconds, until half of the room for lines is free."""
        for second in sorted(self._lines):
            if self.held <= TEXT // 2:
                break
            self.held -= self._sizes.pop(second)[1]
            self._tally(second).add(self._lines.pop(second))
            self._weigh(second)

    def _weigh(self, second: int) -> None:
        """Note what the tally of a second takes; where it is too much in all, keep the bounds."""
        self._counted[second] = self._tallies[second].memory
        if len(self._counted) > SECONDS or sum(self._counted.values()) > COUNTED:
            self._bound()

    def _bound(self) -> None:
        """Let the largest tallies shrink, and those go that are furthest ahead."""
        for second in sorted(self._tallies)[SECONDS:]:
            del self._tallies[second], self._counted[second]
        size = sum(self._counted.values())
        largest = [(-each, second) for second, each in self._counted.items()]
        heapify(largest)
        while size > COUNTED * 3 // 4:
            before, second = heappop(largest)
            self._tallies[second].shrink()
            after = self._counted[second] = self._tallies[second].memory
            size += before + after
            heappush(largest, (-after, second))
