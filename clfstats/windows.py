"""Windows of the log's time, aligned to the epoch: which are open, which are over."""

from collections.abc import Iterator
from itertools import compress
from typing import Any, NamedTuple

from clfparse.columns import Columns
from clfstats.accumulator import Accumulator
from clfstats.tally import Count

QUIET = 12  # windows without traffic written in a row; more become one gap
HELD = 1_000  # late windows, or windows in the future, that are held open
ASIDE = 100_000  # records in them


class Window(NamedTuple):
    """A window to be written, ``[start, end)`` in epoch seconds."""

    start: int
    end: int
    traffic: Accumulator
    late: bool = False  # holds only what came after the window had been written
    partial: bool = False  # the run saw only a part of it


class Gap(NamedTuple):
    """A time without traffic, ``[start, end)`` in epoch seconds."""

    start: int
    end: int


class Windows:
    """Sorts records into windows of `size` seconds, and writes each when the clock is past it."""

    def __init__(self, size: int, by: tuple[str, ...]) -> None:
        self._size = size
        self._by = by
        self._open: dict[int, Accumulator] = {}  # by start
        self._late: dict[int, Accumulator] = {}
        self._next: int | None = None  # start of the first window that is not over
        self._end: int | None = None  # end of the last window written; None: none in this run
        self._quiet = 0  # windows without traffic written since the last with some
        self._present = 0
        self._aside = 0  # records in late windows and ahead of the clock, at most

    def add(self, second: int, record: dict[str, Any]) -> None:
        """Count a record in its window, or in a late pane of it if that is over."""
        start = self._align(second)
        late = self._next is not None and start < self._next
        self._aside += late or start > self._present
        panes = self._late if late else self._open
        if start not in panes:
            panes[start] = Accumulator(self._by)
        panes[start].add(record)

    def update(self, found: Columns) -> None:
        """Count many records, none of them late, as `add` does one by one."""
        starts = {second - second % self._size for second in set(found.seconds)}
        for start in starts:
            fields = found.fields
            if len(starts) > 1:
                within = [start <= second < start + self._size for second in found.seconds]
                fields = {field: list(compress(fields[field], within)) for field in fields}
            if start not in self._open:
                self._open[start] = Accumulator(self._by)
            self._open[start].update(fields, found.found)

    def advance(self, settled: int, present: int) -> Iterator[Window | Gap]:
        """Yield the windows that are over, in order; with the first come the late panes.

        settled, present: of the clock; see clfparse.clock.
        """
        self._present = present
        if self._next is None:
            self._next = self._align(settled)
        while self._next + self._size <= settled:
            yield from self._close(settled)
            if self._end is not None:
                yield from self._take_late()
        # Bound what is held: broken clocks may spread records over any number of windows.
        if self._aside > ASIDE:  # some may have been written since
            aside = [*self._late.values(), *map(self._open.__getitem__, self._future())]
            self._aside = sum(of.total.hits for of in aside)
        many = self._aside > ASIDE
        if many or len(self._late) > HELD:
            yield from self._take_late()
        if many or len(self._open) > HELD + (present - self._next) // self._size:
            yield from self._take_future()
        if many:
            self._aside = 0

    def pending(self) -> Count:
        """Return what has been counted, and not been written yet."""
        open_now = [*self._open.values(), *self._late.values()]
        return Count(*map(sum, zip(Count(0, 0, 0), *(of.total for of in open_now), strict=True)))

    def finish(self) -> Iterator[Window | Gap]:
        """Yield what is open, in order, late panes last; then begin anew."""
        while self._next is not None and self._next + self._size <= self._present:
            yield from self._close(self._present)
        for start in sorted(self._open):
            if start <= self._present:
                yield from self._window(start, self._open[start], over=False)
            else:  # nothing is known of the time up to it
                yield Window(start, start + self._size, self._open[start], partial=True)
        self._open.clear()
        yield from self._take_late()
        self._next = self._end = None
        self._quiet = 0

    def _align(self, second: int) -> int:
        return second - second % self._size

    def _close(self, settled: int) -> Iterator[Window | Gap]:
        """Go past one window; past all up to the next traffic, once enough were quiet."""
        start = self._next or 0
        traffic = self._open.pop(start, None)
        if traffic is None and (self._end is None or self._quiet == QUIET):
            self._next = min(self._open, default=settled)
            self._next = min(self._next, self._align(settled))
            return
        self._next = start + self._size
        self._quiet = 0 if traffic else self._quiet + 1
        yield from self._window(start, traffic or Accumulator(self._by), over=True)

    def _window(self, start: int, traffic: Accumulator, *, over: bool) -> Iterator[Window | Gap]:
        if self._end is not None and self._end < start:
            yield Gap(self._end, start)
        partial = self._end is None or not over
        self._end = start + self._size
        yield Window(start, self._end, traffic, partial=partial)

    def _take_late(self) -> Iterator[Window]:
        for start in sorted(self._late):
            yield Window(start, start + self._size, self._late.pop(start), late=True)

    def _future(self) -> list[int]:
        return sorted(start for start in self._open if start > self._present)

    def _take_future(self) -> Iterator[Window]:
        for start in self._future():
            yield Window(start, start + self._size, self._open.pop(start), late=True)
