"""Windows of the log's time: which are open, which are over."""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from functools import partial

from clfparse.events.hit import Hit
from clfparse.events.part import PartLine
from clfparse.values.times import Instant
from clfstats.counting.accumulator import Accumulator
from clfstats.counting.figures import Totals
from clfstats.counting.grid import Grid
from clfstats.counting.pane import Gap, Pane, Window

QUIET = 12  # windows without traffic written in a row; more become one gap
HELD = 1_000  # late windows, or windows in the future, that are held open
ASIDE = 100_000  # records in them
TEXT = 16 << 20  # bytes of memory that the text in all windows together may take


class Windows:
    """Sorts records into windows of `size` seconds, and writes each when the clock is past it.

    whole: as of `Accumulator`. traffic: what makes accumulators, where they are to be others.
    """

    def __init__(
        self,
        size: int,
        by: tuple[str, ...],
        *,
        whole: bool = False,
        traffic: Callable[[], Accumulator] | None = None,
    ) -> None:
        self._size = size
        self._traffic = traffic or partial(Accumulator, by, whole=whole)
        self._grid = Grid(size)
        self._shift: int | None = 0  # of the grid, as long as it is one; see Grid.offset
        self._newest: Instant | None = None  # the record up to which the clock has come
        self._asked = 0  # the offset that the grid was last asked to take
        self._offset = 0  # of the newest record in the last window written that had one
        self._open: dict[int, Pane] = {}  # by start
        self._late: dict[int, Pane] = {}
        self._held: Pane | None = None  # of parts of one window, whose seconds have not passed
        self._next: int | None = None  # start of the first window that is not over
        self._end: int | None = None  # end of the last window written; None: none in this run
        self._quiet = 0  # windows without traffic written since the last with some
        self._cut: list[Window] = []  # that the grid has no more, to be written
        self._present = 0
        self._aside = 0  # records in late windows and ahead of the clock, at most

    @property
    def crowded(self) -> bool:
        """Whether `advance` may have windows to write though time has not moved."""
        return self._aside > ASIDE or len(self._late) > HELD or len(self._open) > HELD

    def follow(self, newest: Instant) -> None:
        """Take the newest record's time, before the record itself: the log's offset may be new."""
        if self._newest is None:
            self._grid.begin(newest.offset)
            self._shift = self._grid.offset
            self._offset = self._asked = newest.offset
        elif newest.offset != self._asked and newest.second > self._newest.second:
            self._asked = newest.offset
            last = self._newest.second
            ahead = {start: self._grid.end(start) for start in self._open if start > last}
            if self._grid.turn(newest, last, self._next):
                self._shift = None
                self._sort_anew(ahead)
        self._newest = newest

    def add(self, time: Instant, hits: list[Hit]) -> int:
        """Put records of one time in their window, or in a late pane of it if that is over.

        Returns how many were taken, at least one: before the others `advance` is due.
        """
        second, shift = time.second, self._shift
        # Here as it stands in most logs: a call would cost 3 % of the time where many are late.
        if shift is None:
            start = self._grid.start(second)
        else:
            start = second - (second + shift) % self._size
        late = self._next is not None and start < self._next
        panes = self._late if late else self._open
        pane = panes.get(start)
        if pane is None:
            pane = panes[start] = Pane(self._traffic(), time)
            hits = hits[:1] if self.crowded else hits
        if late or start > self._present:
            hits = hits[: max(1, ASIDE + 1 - self._aside)]
            self._aside += len(hits)
        pane.waiting += hits
        if time > pane.newest:
            pane.newest = time
        elif second < pane.oldest:
            pane.oldest = second
        return len(hits)

    def fits(self, part: PartLine) -> bool:
        """Tell whether the window of a part lies within one of these."""
        first, newest = next(iter(part.times)), next(reversed(part.times))
        grid = self._grid
        if self._newest is None:
            grid = Grid(self._size)
            grid.begin(first.offset)
        elif newest.offset != self._asked:
            grid = deepcopy(grid)
            grid.turn(newest, self._newest.second, self._next)
        return grid.start(part.start) == grid.start(part.end - 1)

    def hold(self, part: PartLine) -> None:
        """Take a part, and hold it with others of the same window until their seconds pass."""
        traffic = self._traffic()
        traffic.load(part)
        pane = Pane(traffic, next(iter(part.times)))
        pane.newest = next(reversed(part.times))
        if self._held:
            self._held.merge(pane)
        else:
            self._held = pane

    def release(self) -> None:
        """Put what is held in its window, or in a late pane of it; then `advance` is due."""
        pane, self._held = self._held, None
        if not pane:
            return
        start = self._grid.start(pane.oldest)
        late = self._next is not None and start < self._next
        if late or start > self._present:
            self._aside += pane.hits
        panes = self._late if late else self._open
        if start in panes:
            panes[start].merge(pane)
        else:
            panes[start] = pane

    def advance(self, watermark: int, present: int) -> Iterator[Window | Gap]:
        """Yield the windows that are over, in order; with the first come the late panes.

        watermark, present: of the clock; see clfparse.events.clock.
        """
        self._present = present
        if self._next is None:
            self._next = self._grid.start(watermark)
        while self._grid.end(self._next) <= watermark:
            yield from self._close(watermark)
            if self._end is not None:
                yield from self._take_late()
        # Bound what is held: broken clocks may spread records over any number of windows.
        if self._aside > ASIDE:  # some may have been written since
            self._aside = sum(pane.hits for pane in self._set_aside())
        many = self._aside > ASIDE
        if many or len(self._late) > HELD:
            yield from self._take_late()
        if many or len(self._open) > HELD + (present - self._next) // self._size:
            yield from self._take_future()
        if many:
            self._aside = 0

    def count(self) -> Iterator[Window]:
        """Count what waits; yield late panes and future windows if text takes too much memory.

        Where that is not enough, as with a long delay, windows with much text become approximate.
        """
        for pane in self._panes():
            pane.count()
        if self._text() <= TEXT:
            return
        for panes, starts in ((self._late, sorted(self._late)), (self._open, self._future())):
            for start in starts:
                early = self._early(start, panes.pop(start))
                yield early._replace(ahead=panes is self._open)
                if self._text() <= TEXT:  # no more than that: all would be held twice, as output
                    return
        for pane in sorted(self._panes(), key=lambda pane: pane.text, reverse=True):
            if self._text() <= TEXT:
                break
            pane.shrink()

    def pending(self) -> Totals:
        """Return what has been counted, and not been written yet."""
        totals = Totals()
        for traffic in (
            *(pane.count() for pane in self._panes()),
            *(window.traffic for window in self._cut),
        ):
            totals = totals.plus(traffic.totals)
        return totals

    def current(self) -> Window | None:
        """Return the newest window with records that is open, as far as it has been seen."""
        starts = [start for start in self._open if start <= self._present]
        if not starts:
            return None
        start = max(starts)
        pane, end = self._open[start], self._grid.end(start)
        is_first = self._end is None and start == min(starts)
        first = pane.oldest if is_first else start
        seen = max(1, min(end, self._present + 1) - first)
        return Window(start, end, pane.count(), pane.newest.offset, seen, partial=True)

    def finish(self) -> Iterator[Window | Gap]:
        """Yield what is open, in order, late panes last; then begin anew."""
        while self._next is not None and self._grid.end(self._next) <= self._present:
            yield from self._close(self._present)
        for start in sorted(self._open):
            pane = self._open.pop(start)  # so that its memory goes as it is written
            if start <= self._present:
                yield from self._window(start, pane, over=False)
            else:  # nothing is known of the time up to it
                seen = pane.newest.second - pane.oldest + 1
                ahead = self._of_pane(start, pane, seen)
                yield ahead._replace(partial=True, ahead=True, first=pane.oldest)
        yield from self._take_late()
        self._next = self._end = self._newest = None
        self._quiet = 0
        self._grid, self._shift = Grid(self._size), 0

    def _sort_anew(self, ahead: dict[int, int]) -> None:
        """Put what is ahead of the clock in the windows that there are now.

        ahead: where the windows of before ended, by start. What would be in two now stays in that
        of before, and is written by itself.
        """
        for start, end in ahead.items():
            pane = self._open.pop(start)
            start_now = self._grid.start(pane.oldest)
            if start_now != self._grid.start(pane.newest.second):
                self._cut.append(
                    Window(start, end, pane.count(), pane.newest.offset, end - start, late=True)
                )
            elif start_now in self._open:
                self._open[start_now].merge(pane)
            else:
                self._open[start_now] = pane

    def _close(self, watermark: int) -> Iterator[Window | Gap]:
        """Go past one window; past all up to the next traffic, once enough were quiet."""
        start = self._next or 0
        pane = self._open.pop(start, None)
        if pane is None and (self._end is None or self._quiet == QUIET):
            self._next = min(self._open, default=watermark)
            self._next = min(self._next, self._grid.start(watermark))
            return
        self._next = self._grid.end(start)
        self._quiet = 0 if pane else self._quiet + 1
        yield from self._window(start, pane, over=True)

    def _window(self, start: int, pane: Pane | None, *, over: bool) -> Iterator[Window | Gap]:
        if self._end is not None and self._end < start:
            yield Gap(self._end, start, self._offset)
        end = self._grid.end(start)
        partial = self._end is None or not over
        first = pane.oldest if pane and self._end is None else start
        until = end if over else min(end, self._present + 1)
        seen = max(1, until - first)  # a record may be ahead of the clock
        self._end = end
        if pane:
            self._offset = pane.newest.offset
            yield self._of_pane(start, pane, seen)._replace(partial=partial, first=first)
        else:
            yield Window(start, end, self._traffic(), self._offset, seen, partial=partial)

    def _take_late(self) -> Iterator[Window]:
        cut, self._cut = self._cut, []
        yield from cut
        for start in sorted(self._late):
            yield self._early(start, self._late.pop(start))

    def _panes(self) -> Iterable[Pane]:
        held = [self._held] if self._held else []
        return [*self._open.values(), *self._late.values(), *held]

    def _text(self) -> int:
        return sum(pane.text for pane in self._panes())

    def _set_aside(self) -> Iterable[Pane]:
        return [*self._late.values(), *map(self._open.__getitem__, self._future())]

    def _future(self) -> list[int]:
        return sorted(start for start in self._open if start > self._present)

    def _take_future(self) -> Iterator[Window]:
        for start in self._future():
            yield self._early(start, self._open.pop(start))._replace(ahead=True)

    def _early(self, start: int, pane: Pane) -> Window:
        seen = self._grid.end(start) - start
        return self._of_pane(start, pane, seen)._replace(late=True)

    def _of_pane(self, start: int, pane: Pane, seen: int) -> Window:
        end = self._grid.end(start)
        return Window(start, end, pane.count(), pane.newest.offset, seen)
