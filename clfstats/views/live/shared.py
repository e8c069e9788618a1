"""A filter that another thread looks at meanwhile."""

from clfparse.stream.contract import Now
from clfstats.filter import Stats
from clfstats.views.live.board import Board


class Shared:
    """Counts as `Stats` does, under the board's lock, and notes on the board what moment it is."""

    def __init__(self, stats: Stats, board: Board) -> None:
        self._stats = stats
        self._board = board

    def add(self, block: bytes, now: Now) -> bytes:
        """Take complete lines."""
        with self._board.lock:
            self._board.now = now
            return self._stats.add(block, now)

    def on_idle(self, now: Now) -> bytes:
        """Take note that no input is waiting."""
        with self._board.lock:
            self._board.now = now
            return self._stats.on_idle(now)

    def close(self) -> bytes:
        """Take the end of input."""
        with self._board.lock:
            self._board.at_end = True
            return self._stats.close()
