"""Traffic over time in a bounded number of points, however long the log is.

A point is a window, or several: when there are too many, all become wider, and what was counted of
their windows adds up. Each window is in one point, so that all points add up to all windows.
"""

from collections.abc import Iterator

from clfparse.events.clock import FAR
from clfstats.counting.grid import Grid
from clfstats.counting.pane import Window
from clfstats.views.html.offsets import Offsets
from clfstats.views.html.point import Aside, Cell, Point

MOST = 400  # points
_ASIDE = 1_000  # windows that are late or ahead of the clock, and in no point yet
# Lengths that a minute, an hour and a day are made of; none is more than five of another.
_WIDTHS = (1, 2, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400)
_STEP = 5


class Points:
    """Adds windows up. size: of a window, seconds. width: of a point.

    start, end: seconds that the run has seen. cells: when it is closed, all points in order.
    outside: what is in none of them.
    """

    def __init__(self, size: int) -> None:
        self.width = self._size = size
        self.offsets = Offsets(size)
        self.start: int | None = None
        self.end = 0
        self._grid = Grid(size)
        self._points: dict[int, Point] = {}  # by start
        self._aside: dict[tuple[int, int], Point] = {}  # by time
        self.cells: list[Cell] = []
        self.outside: Aside | None = None

    def add(self, window: Window) -> None:
        """Take a window.

        One that is late or ahead of the clock waits, unless it lies in the time of the others: a
        server's wrong clock shall not make a chart of seventy years.
        """
        until = window.since + window.seen
        if window.late or window.ahead:
            if self.start is None or window.end <= self.start or until > self.end:
                self._put_aside(window, until)
                return
        else:
            if self.offsets.follow(window) or self.start is None:
                self._regrid()
            self._reach(window.since, until)
        if window.traffic.totals.hits:
            self._point(window.start).add(window)

    def close(self) -> None:
        """Put what is near the others in points; what is not is outside. Nothing more comes."""
        aside = sorted(self._aside.items(), key=lambda item: item[0])
        self._aside = {}
        inside = sum(point.totals.hits for point in self._points.values())
        few = sum(point.totals.hits for _, point in aside) <= inside
        start = self.start or 0
        before = [item for item in aside if item[0][0] < start]
        for (first, until), point in [*reversed(before), *aside[len(before) :]]:
            if few and self._is_far(first, until):
                self._leave(Aside(point.totals.hits, first, until))
            else:
                self._reach(first, until)
                self._point(first).merge(point)
        self.cells = list(self._cells())
        for second, point in self._points.items():  # an offset has moved its windows out of all
            nearest = -1 if second > self.cells[0].start else 0
            self.cells[nearest].point.merge(point)

    def _cells(self) -> Iterator[Cell]:
        """Yield all points in order; those without traffic, too."""
        at, points = self.start, self._points
        while at is not None and at < self.end:
            start = self._grid.start(at)
            end = min(max(self._grid.end(start), at + 1), self.end)
            point = points.pop(start) if start in points else Point()
            yield Cell(at, end, point)
            at = end

    def _is_far(self, first: int, until: int) -> bool:
        """Tell whether a time is farther from the others than they are from each other."""
        start = self.start or 0
        near = max(FAR, self._size, self.end - start)
        return until < start - near or self.end + near < first

    def _point(self, second: int) -> Point:
        start = self._grid.start(second)
        if not (point := self._points.get(start)):
            point = self._points[start] = Point()
        return point

    def _reach(self, start: int, end: int) -> None:
        """Take a time in; where that gives too many points, they become wider."""
        self.start = start if self.start is None else min(self.start, start)
        self.end = max(self.end, end)
        while self.end - self.start > MOST * self.width:
            self.width = wider(self.width)
            self._regrid()

    def _regrid(self) -> None:
        """Put the points where the grid has them now."""
        self._grid = self.offsets.grid(self.width)
        points, self._points = self._points, {}
        for start, point in points.items():
            self._point(start).merge(point)

    def _put_aside(self, window: Window, until: int) -> None:
        time = (window.since, until)
        if time in self._aside or len(self._aside) < _ASIDE:
            self._aside.setdefault(time, Point()).add(window)
        else:
            self._leave(Aside(window.traffic.totals.hits, *time))

    def _leave(self, aside: Aside) -> None:
        other = self.outside or Aside(0, aside.start, aside.end)
        start, end = min(other.start, aside.start), max(other.end, aside.end)
        self.outside = Aside(other.hits + aside.hits, start, end)


def wider(width: int) -> int:
    """Return the next width, of which this one is a whole part."""
    return next((w for w in _WIDTHS if width < w <= _STEP * width and not w % width), 2 * width)
