"""The live screen: what `clfparse.stream.live` calls a `Screen`."""

import asyncio
import selectors
from collections.abc import Callable
from contextlib import suppress
from threading import Event

from clfparse.events.alert import Alert, alert_text
from clfparse.stream.live import Live
from clfparse.stream.rejects import Rejects
from clfstats import summary as summaries
from clfstats.filter import Stats
from clfstats.views.humanize import count, size
from clfstats.views.live.app import LiveApp
from clfstats.views.live.board import Board
from clfstats.views.live.driver import driver_for
from clfstats.views.live.painter import Painter
from clfstats.views.live.viewer import Viewer
from clfstats.views.text import TextView

_ROWS = 10  # values of a field that stay


class LiveScreen:
    """Runs the app in the thread that it is given; the other methods may be called by others."""

    def __init__(self, board: Board, stats: Stats, rejects: Rejects, *, colour: bool) -> None:
        self._board = board
        self._stats = stats
        self._rejects = rejects
        self._colour = colour
        self._painter = Painter(Viewer(board, stats), rejects)
        self._app: LiveApp | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = Event()

    def run(self, to: Live) -> None:
        """Show the screen until its user leaves it, or it is stopped."""
        # Not every system's other selectors know terminals.
        loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
        try:
            app = self._app = LiveApp(self._painter, driver_for(to))
            self._loop = loop
            if not self._stopped.is_set():
                loop.run_until_complete(app.run_async())
        finally:
            self._loop = None
            loop.close()
        if app.failure:
            raise app.failure

    def stop(self) -> None:
        """End `run` soon."""
        self._stopped.set()
        self._call(lambda app: app.exit())

    def redraw(self) -> None:
        """Draw all anew, for the terminal's size."""
        self._call(LiveApp.redraw)

    def report(self, message: str) -> None:
        """Show a message at the foot."""
        self._painter.report(message)

    def last(self, width: int) -> list[str]:
        """Return the last whole window's summary, the sums, and all alerts, oldest first."""
        board = self._board
        lines: list[str] = []
        if board.last:
            view = TextView(lambda: width, colour=self._colour)
            shown = view.summary(summaries.summary(board.last, _ROWS))
            lines += shown.decode().splitlines()
        lines.append(self._sums())
        if forgotten := board.alerts.forgotten:
            lines.append(f"({forgotten:,} earlier alerts are no longer known)")
        for entry in board.alerts.entries:
            alert = Alert(entry.line, entry.message, entry.recovered)
            lines.append(alert_text(alert, colour=self._colour))
            lines += [f"  {entry.cause}"] * bool(entry.cause and not entry.recovered)
        return lines

    def _sums(self) -> str:
        total = self._board.sums(self._stats.pending())
        facts = [f"total {count(total.hits, 'hit')}", size(total.bytes), f"{total.errors:,} 5xx"]
        numbers = {"late": self._board.late, "refused": self._rejects.refused}
        return "  ".join(
            facts + [f"{number:,} {what}" for what, number in numbers.items() if number]
        )

    def _call(self, action: Callable[[LiveApp], object]) -> None:
        app, loop = self._app, self._loop
        if app and loop:
            with suppress(RuntimeError):  # it has just been closed
                loop.call_soon_threadsafe(action, app)
