"""What a column of the chart stands for, and which window a wide one leads to."""

from clfstats.counting.grid import is_fixed
from clfstats.views.live.archive import Archive, Past
from clfstats.views.live.board import Board
from clfstats.views.live.rates import Rates

_MINUTE, _HOUR = 60, 3_600


class Zoom:
    """Columns of a window, a minute, an hour: those that are no shorter than a window."""

    def __init__(self, board: Board) -> None:
        longer = {step for step in (_MINUTE, _HOUR) if step > board.size}
        self._steps = [board.size, *sorted(longer)]
        self._at = 0
        self._board = board

    @property
    def step(self) -> int:
        """Seconds of a column."""
        return self._steps[self._at]

    @property
    def is_wide(self) -> bool:
        """Whether a column is longer than a window."""
        return self._at > 0

    def turn(self) -> None:
        """Let a column be longer, or as short as can be."""
        self._at = (self._at + 1) % len(self._steps)

    def column(self, second: int) -> int:
        """Return the start of the column that a second is in."""
        offset = 0 if is_fixed(self.step) else self._board.offset
        return second - (second + offset) % self.step

    def beside(self, second: int, steps: int, rates: Rates) -> Past | None:
        """Return the busiest window of the next column (-1: back) that has one."""
        archive, column = self._board.archive, self.column(second)
        past = archive.near(column + self.step - 1 if steps > 0 else column, steps)
        if not past:
            return None
        start = self.column(past.start)
        return busiest(archive, rates, start, start + self.step)


def busiest(archive: Archive, rates: Rates, start: int, end: int) -> Past | None:
    """Return the window with the most hits of those that begin in [start, end).

    Where none does, that which the start is in.
    """
    windows = archive.ends(start, end)
    if not windows:
        return archive.at(start)
    return archive.at(max(windows, key=lambda at: (rates.total(at, windows[at]), -at)))
