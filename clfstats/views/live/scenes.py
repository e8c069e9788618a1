"""Which scene is shown: of now, of a window that was chosen, of all, or of what is narrowed to."""

from clfstats.filter import Stats
from clfstats.views.live.archive import Past
from clfstats.views.live.board import Board
from clfstats.views.live.narrowed import Condition, Narrowed
from clfstats.views.live.scene import (
    Scene,
    narrowed_scene,
    past_scene,
    total_scene,
    window_scene,
)


class Scenes:
    """Takes scenes from the board, under its lock; remembers those that take long to make."""

    def __init__(self, board: Board, stats: Stats) -> None:
        self._board = board
        self._stats = stats
        self._total: tuple[int, str, Scene] | None = None
        self._within: tuple[tuple[list[Condition], Past], Narrowed] | None = None

    def take(self, selected: int | None, order: str, *, since_start: bool) -> Scene | None:
        """Return a scene; None before there is anything.

        selected: the start of a window, or None for the newest. since_start: of all windows.
        """
        board = self._board
        past = None if selected is None else board.archive.at(selected)
        if board.narrowed:
            narrowed = self._of_window(board.narrowed, past) if past else board.narrowed
            return narrowed_scene(narrowed, board.by, order)
        if since_start:
            return self._of_all(order)
        if past:
            return past_scene(past, order)
        if current := self._stats.current():
            return window_scene(current, order)
        return past_scene(last, order) if (last := board.archive.last) else None

    def _of_all(self, order: str) -> Scene:
        """Return the scene of all windows so far; made anew when there is another one."""
        wanted = (self._board.windows, order)
        if not self._total or self._total[:2] != wanted or self._board.at_end:
            self._total = (*wanted, total_scene(self._board, order))
        return self._total[2]

    def _of_window(self, narrowed: Narrowed, past: Past) -> Narrowed:
        """Return what the screen is narrowed to, of one window; counted once for each."""
        wanted = (narrowed.conditions, past)
        if not self._within or self._within[0] != wanted:
            board, between = self._board, (past.start, past.end)
            counted = Narrowed(narrowed.conditions, board.by, board.recent, between)
            self._within = (wanted, counted)
        return self._within[1]
