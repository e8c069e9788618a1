"""The records of the seconds that a window to come may hold, for an alert to name its cause.

They are held as lines, which costs next to nothing, and counted when an alert is triggered. What is
past the bounds is counted at once, second by second, and past further bounds folded away.
"""

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
        self._runs: list[tuple[int, list[bytes]]] = []  # a second and lines, as they came
        self._lines: dict[int, list[bytes]] = {}  # by second
        self._sizes: dict[int, int] = {}  # bytes of memory of those
        self._tallies: dict[int, Tally] = {}
        self._staged: tuple[int, int, Tally] | None = None  # a part's second, and its hits

    def add(self, run: Run) -> None:
        """Take records that the rule has counted."""
        self._runs.append((run.time.second, run.lines))

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

    def clear(self) -> None:
        """Forget all."""
        for held in (self._runs, self._lines, self._sizes, self._tallies):
            held.clear()
        self._staged = None

    def settle(self, first: int) -> None:
        """Forget the seconds before the first that is needed, and keep the bounds."""
        for second, lines in self._runs:
            if second >= first:
                self._lines.setdefault(second, []).extend(lines)
                size = sum(map(len, lines)) + _LINE * len(lines)
                self._sizes[second] = self._sizes.get(second, 0) + size
        self._runs.clear()
        for second in [second for second in self._lines if second < first]:
            del self._lines[second], self._sizes[second]
        for second in [second for second in self._tallies if second < first]:
            del self._tallies[second]
        if sum(self._sizes.values()) > TEXT:
            self._count()
        self._bound()

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
        size, counted = sum(self._sizes.values()), 0
        for second in sorted(self._lines):
            if size <= TEXT // 2:
                break
            size -= self._sizes.pop(second)
            tally = self._tally(second)
            tally.add(self._lines.pop(second))
            counted += tally.memory
            if counted > COUNTED // 4:
                counted = 0
                self._bound()

    def _bound(self) -> None:
        """Let the largest tallies shrink, and those go that are furthest ahead."""
        for second in sorted(self._tallies)[SECONDS:]:
            del self._tallies[second]
        sizes = [(-tally.memory, second) for second, tally in self._tallies.items()]
        size = -sum(each for each, _ in sizes)
        if size <= COUNTED:
            return
        heapify(sizes)
        while size > COUNTED * 3 // 4:
            before, second = heappop(sizes)
            self._tallies[second].shrink()
            after = self._tallies[second].memory
            size += before + after
            heappush(sizes, (-after, second))
