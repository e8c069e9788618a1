"""What a column of the chart stands for, and which window a wide one leads to."""

from clfstats.counting.grid import is_fixed
from clfstats.views.live.archive import Past
from clfstats.views.live.board import Board

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

    def beside(self, second: int, steps: int) -> Past | None:
        """Return the busiest window of the next column (-1: back) that has one."""
        archive, column = self._board.archive, self.column(second)
        past = archive.near(column + self.step - 1 if steps > 0 else column, steps)
        if not past:
            return None
        start = self.column(past.start)
        return busiest(self._board, start, start + self.step)


def busiest(board: Board, start: int, end: int) -> Past | None:
    """Return the window with the most hits of those that begin in [start, end).

    Hits are of what the screen is narrowed to. Where none begins there, that which the start is in.
    """
    archive, narrowed = board.archive, board.narrowed
    windows = archive.ends(start, end)
    if not windows:
        return archive.at(start)
    hits = {at: archive.hits(at) for at in windows}
    if narrowed:  # of as long as they are known
        rates = narrowed.rates
        hits = {at: rates.columns(at, windows[at] - at, 1)[0] or 0 for at in windows}
    return archive.at(max(hits, key=lambda at: (hits[at], -at)))
