"""The log's offset from UTC over time, as its windows show it, and the grids that come of it."""

from clfparse.values.times import Instant
from clfstats.counting.grid import DAY, HOUR, Grid
from clfstats.counting.pane import Window

_HELD = 64  # changes of the offset, as many as a grid holds


class Offsets:
    """Follows the offset from window to window. size: of a window, seconds."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._first: int | None = None
        self._asked = 0
        self._end = 0  # of the newest window
        self._days = Grid(DAY)  # whose offset is the log's
        self._turns: list[tuple[Instant, int]] = []  # as of Grid.turn

    def follow(self, window: Window) -> bool:
        """Take the next window that is not late; return whether grids are others from now on."""
        turned = False
        if self._first is None:
            self._first = self._asked = window.offset
            self._days.begin(window.offset)
        elif window.offset != self._asked and window.start >= self._end:
            turn = self._turn(window)
            self._asked = window.offset
            if turned := self._days.turn(*turn, None):
                self._turns = [*self._turns[-_HELD:], turn]
        self._end = max(self._end, window.end)
        return turned

    def at(self, second: int) -> int:
        """Return the offset in a second."""
        return self._days.offset_at(second)

    def grid(self, size: int) -> Grid:
        """Return where windows of this length begin and end in this log."""
        grid = Grid(size)
        grid.begin(self._first or 0)
        for turn in self._turns:
            grid.turn(*turn, None)
        return grid

    def _turn(self, window: Window) -> tuple[Instant, int]:
        """Return a time of the new offset, and the last second of the old one.

        A window above an hour which begins where one of the old offset would is that in which the
        offset has changed: such as a day of 25 hours.
        """
        if self._size > HOUR and not (window.start + self._days.offset) % self._size:
            return Instant(window.end - 1, window.offset), window.start
        return Instant(window.start, window.offset), self._end - 1
