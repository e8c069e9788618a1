"""Lines of several sources in the order of their times, as far as that can be known by now.

The lines of each keep their order (`lane`). Of equal times, those of the source named first come
first.

Pure: blocks in, blocks out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from operator import itemgetter
from typing import NamedTuple

from clfparse.stream.lane import Lane, Seconds


class Block(NamedTuple):
    """Lines that go on, each with its newline. source: whose they are; None: of several.

    counts: of several sources, each with how many lines are its own.
    """

    source: int | None
    lines: bytes
    counts: tuple[tuple[int, int], ...] = ()


class Merge:
    """Merges sources, which are numbered in the order in which they were named.

    waiting: of how many sources lines wait for others. left_out: sources for which others do not
    wait, until they go on.
    """

    def __init__(self, seconds: Seconds) -> None:
        self.waiting = 0
        self.left_out: set[int] = set()
        self._seconds = seconds
        self._lanes: dict[int, Lane] = {}
        # The least first; what is no longer true in them is passed over when it gets there.
        self._marks: list[tuple[int, int]] = []  # of lanes that bound, and their sources
        self._heads: list[tuple[int, int]] = []  # seconds of lanes' first lines, and sources

    def bounds(self, source: int) -> bool:
        """Tell whether others wait for a source."""
        return source in self._lanes and self._lanes[source].bounds

    def enter(self, source: int, first: int | None) -> None:
        """Begin a source. first: about the least epoch second in it, where that is known."""
        self._lanes[source] = Lane(self._seconds, first)
        self._bound(source)

    def least(self) -> int | None:
        """Return the source that others wait for: it is to be read next. None if there is none."""
        bound = self._least_mark()
        return bound[1] if bound else None

    def add(self, source: int, lines: bytes) -> list[Block]:
        """Take lines of a source, each with its newline; return what can go."""
        lane = self._lanes[source]
        if len(self._lanes) == 1 and lane.empty:
            return [Block(source, lines)]
        if not lane.bounds:
            lane.bounds = True
            self.left_out.remove(source)
            self._bound(source)
        if (last := lane.last(lines)) is not None and self._precedes(last, source):
            lane.mark = last
            self._bound(source)
            return [Block(source, lines)]
        with self._changed(source):
            lane.add(lines.split(b"\n")[:-1])
        return self._ready()

    def leave_out(self, source: int) -> list[Block]:
        """Wait no longer for a source, until it has another line; return what can go."""
        lane = self._lanes[source]
        lane.bounds = False
        self.left_out.add(source)
        with self._changed(source):
            lane.settle()
        return self._ready()

    def end(self, source: int) -> list[Block]:
        """Take the end of a source; return what can go."""
        lane = self._lanes[source]
        lane.bounds = False
        lane.ended = True
        self.left_out.discard(source)
        with self._changed(source):
            lane.add([], final=True)
        if not lane.lines:
            del self._lanes[source]
        return self._ready()

    @contextmanager
    def _changed(self, source: int) -> Iterator[None]:
        """Take note of the lines that a lane gets meanwhile."""
        lane = self._lanes[source]
        before = bool(lane.lines)
        yield
        if lane.lines and not before:
            self.waiting += 1
            heappush(self._heads, (lane.seconds[0], source))
        self._bound(source)

    def _bound(self, source: int) -> None:
        lane = self._lanes[source]
        if lane.bounds:
            heappush(self._marks, (lane.mark, source))

    def _precedes(self, second: int, source: int) -> bool:
        """Tell whether lines up to a second come before all that others have, or will have."""
        others = [self._least_head(), self._least_mark(but=source)]
        return not any(other and other < (second, source) for other in others)

    def _least_mark(self, but: int | None = None) -> tuple[int, int] | None:
        """Return the least mark of those that bound, and its source."""
        marks, passed = self._marks, None
        while marks:
            mark, source = marks[0]
            lane = self._lanes.get(source)
            if not lane or not lane.bounds or lane.mark != mark:
                heappop(marks)
            elif source == but:
                passed = heappop(marks)
            else:
                break
        least = marks[0] if marks else None
        if passed:
            heappush(marks, passed)
        return least

    def _least_head(self) -> tuple[int, int] | None:
        """Return the second of the first line that waits, and its source."""
        heads = self._heads
        while heads:
            second, source = heads[0]
            lane = self._lanes.get(source)
            if lane and lane.lines and lane.seconds[0] == second:
                return heads[0]
            heappop(heads)
        return None

    def _ready(self) -> list[Block]:
        """Take the lines that nothing can precede any more."""
        bound = self._least_mark()
        taken: list[tuple[int, list[bytes], list[int]]] = []
        while head := self._least_head():
            source, lane = head[1], self._lanes[head[1]]
            count = len(lane.lines)
            if bound and source != bound[1]:
                bisect = bisect_right if source < bound[1] else bisect_left
                count = bisect(lane.seconds, bound[0])
            if not count:
                break
            taken.append((source, *lane.cut(count)))
            if lane.lines:
                heappush(self._heads, (lane.seconds[0], source))
                continue
            self.waiting -= 1
            if lane.ended:
                del self._lanes[source]
        return [_merged(taken)] if taken else []


def _merged(taken: list[tuple[int, list[bytes], list[int]]]) -> Block:
    """Put lines of several sources in one order: Python's sort is stable, and merges runs."""
    if len(taken) == 1:
        source, lines, _ = taken[0]
        return Block(source, b"\n".join([*lines, b""]))
    taken.sort(key=itemgetter(0))
    counts = tuple((source, len(part)) for source, part, _ in taken)
    lines = [line for _, part, _ in taken for line in part]
    seconds = [second for _, _, part in taken for second in part]
    order = sorted(range(len(lines)), key=seconds.__getitem__)
    return Block(None, b"\n".join([*map(lines.__getitem__, order), b""]), counts)
