"""Lines of several sources in the order of their times, as far as that can be known by now.

Each source is more or less in order by itself, as a log is. Its lines keep their order: each stands
at its own time, or at the greatest before it. Of equal times, those of the source named first come
first.

Pure: blocks in, blocks out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

# The epoch second of each line, None where it has none.
Seconds = Callable[[Sequence[bytes]], list[int | None]]

_AHEAD = 3600  # seconds: a time so far ahead of those before it has to be confirmed by those after
_AFTER = 31  # lines that do it, most of them
_EVER = -(1 << 62)  # before any time


class Block(NamedTuple):
    """Lines that go on, each with its newline. source: whose they are; None: of several."""

    source: int | None
    lines: bytes


class _Lane:
    """The lines of one source that wait for those of others.

    mark: the greatest second up to now; it stands for all lines to come. bounds: whether others
    wait for those. seconds: of lines, never decreasing. unsure: lines not confirmed yet.
    """

    def __init__(self, mark: int) -> None:
        self.mark = mark
        self.bounds = True
        self.ended = False
        self.lines: list[bytes] = []
        self.seconds: list[int] = []
        self.unsure: list[bytes] = []

    def queue(self, lines: list[bytes], seconds: list[int]) -> None:
        """Take lines that have to wait."""
        self.lines += lines
        self.seconds += seconds
        self.mark = seconds[-1] if seconds else self.mark

    def cut(self, count: int) -> tuple[list[bytes], list[int]]:
        """Give up the first lines, and their seconds."""
        lines, seconds = self.lines[:count], self.seconds[:count]
        del self.lines[:count], self.seconds[:count]
        return lines, seconds


class Merge:
    """Merges sources, which are numbered in the order in which they were named."""

    def __init__(self, seconds: Seconds) -> None:
        self._seconds = seconds
        self._lanes: dict[int, _Lane] = {}
        # The least first; what is no longer true in them is passed over when it gets there.
        self._marks: list[tuple[int, int]] = []  # and sources, of lanes that bound
        self._heads: list[tuple[int, int]] = []  # seconds of lanes' first lines, and sources
        self.waiting = 0  # sources of which lines wait for others
        self.left_out: set[int] = set()  # sources that others do not wait for, until they go on

    def bounds(self, source: int) -> bool:
        """Tell whether others wait for a source."""
        return source in self._lanes and self._lanes[source].bounds

    def enter(self, source: int, first: int | None) -> None:
        """Begin a source. first: about the least epoch second in it, where that is known."""
        self._lanes[source] = _Lane(_EVER if first is None else first)
        self._bound(source)

    def least(self) -> int | None:
        """Return the source that others wait for: it is to be read next. None if there is none."""
        bound = self._least_mark()
        return bound[1] if bound else None

    def add(self, source: int, lines: bytes) -> list[Block]:
        """Take lines of a source, each with its newline; return what can go."""
        lane = self._lanes[source]
        if len(self._lanes) == 1 and not lane.lines and not lane.unsure:
            return [Block(source, lines)]
        if not lane.bounds:
            lane.bounds = True
            self.left_out.remove(source)
            self._bound(source)
        if self._passes(source, lane, lines):
            return [Block(source, lines)]
        self._queue(source, lane, lines.split(b"\n")[:-1], final=False)
        return self._ready()

    def leave_out(self, source: int) -> list[Block]:
        """Wait no longer for a source, until it has another line; return what can go."""
        lane = self._lanes[source]
        lane.bounds = False
        self.left_out.add(source)
        unsure, lane.unsure = lane.unsure, []
        self._enqueue(source, lane, unsure, [lane.mark] * len(unsure))
        return self._ready()

    def end(self, source: int) -> list[Block]:
        """Take the end of a source; return what can go."""
        lane = self._lanes[source]
        self._queue(source, lane, [], final=True)
        lane.bounds = False
        lane.ended = True
        self.left_out.discard(source)
        if not lane.lines:
            del self._lanes[source]
        return self._ready()

    def _passes(self, source: int, lane: _Lane, lines: bytes) -> bool:
        """Tell whether a block goes on whole: most do, where logs do not overlap.

        What its last line has not passed, none has: but for lines that come in no order anyway.
        """
        if lane.lines or lane.unsure or lane.mark == _EVER:
            return False
        last = self._seconds([lines[lines.rfind(b"\n", 0, -1) + 1 : -1]])[0]
        if last is None or last > lane.mark + _AHEAD:
            return False
        second = max(last, lane.mark)
        others = [self._least_head(), self._least_mark(but=source)]
        if any(other and other < (second, source) for other in others):
            return False
        lane.mark = second
        self._bound(source)
        return True

    def _queue(self, source: int, lane: _Lane, lines: list[bytes], *, final: bool) -> None:
        """Find the seconds at which lines stand; those that are unsure wait for more."""
        lines = lane.unsure + lines
        times = self._seconds(lines)
        known = [time for time in times[: _AFTER + 1] if time is not None]
        if lane.mark == _EVER and known:
            lane.mark = min(known)
        seconds = _places(times, lane.mark, final=final)
        lane.unsure = lines[len(seconds) :]
        self._enqueue(source, lane, lines[: len(seconds)], seconds)

    def _enqueue(self, source: int, lane: _Lane, lines: list[bytes], seconds: list[int]) -> None:
        if seconds and not lane.lines:
            self.waiting += 1
            heappush(self._heads, (seconds[0], source))
        lane.queue(lines, seconds)
        self._bound(source)

    def _bound(self, source: int) -> None:
        lane = self._lanes[source]
        if lane.bounds:
            heappush(self._marks, (lane.mark, source))

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
    lines = [line for _, part, _ in taken for line in part]
    seconds = [second for _, _, part in taken for second in part]
    order = sorted(range(len(lines)), key=seconds.__getitem__)
    return Block(None, b"\n".join([*map(lines.__getitem__, order), b""]))


def _places(times: list[int | None], mark: int, *, final: bool) -> list[int]:
    """Return the seconds at which lines stand; of fewer lines, where the next is not sure yet.

    mark: the greatest second before them. final: there are no lines after them.
    """
    known = [mark if time is None else time for time in times]
    if mark == _EVER or max(known, default=mark) <= mark + _AHEAD:
        return list(accumulate(known, max, initial=mark))[1:]
    places = []
    for at, time in enumerate(known):
        if time > mark + _AHEAD:
            after = [other for other in times[at + 1 : at + 1 + _AFTER] if other is not None]
            back = sum(other <= mark + _AHEAD for other in after)
            if 2 * back > len(after):
                places.append(mark)
                continue
            if len(times) - at <= _AFTER and not final:
                break
        mark = max(mark, time)
        places.append(mark)
    return places
