"""What a user does with the screen: which window, which rows, in which order. No drawing here."""

from dataclasses import dataclass

from clfparse.counting.keys import key
from clfstats.counting.figures import Totals
from clfstats.filter import Stats
from clfstats.views.live.archive import ORDERS, Past
from clfstats.views.live.board import Board
from clfstats.views.live.rates import Rates
from clfstats.views.live.scene import FieldTable, Scene, ordered
from clfstats.views.live.scenes import Scenes
from clfstats.views.live.tables import matching
from clfstats.views.live.zoom import Zoom, busiest

ALERTS, CHART = "alerts", "chart"


@dataclass
class Place:
    """Where a user is in a list: the row that is chosen, and the first that is shown."""

    row: int = 0
    first: int = 0

    def move(self, rows: int, number: int, room: int) -> None:
        """Go some rows on, or back, within their number; the row stays in sight."""
        self.row = max(0, min(self.row + rows, number - 1))
        self.first = min(max(self.first, self.row - max(1, room) + 1, 0), self.row)


class Viewer:
    """Holds what keys have changed. Each method takes the board's lock itself.

    parts: those that can be in use, in the order of Tab: the number of each table, then others.
    selected: start of the window that the tables are of; None: the newest. scene: what they show.
    present: the log's time, where the chart ends. wanted: text that rows are to contain; typing:
    whether it is being typed.
    """

    def __init__(self, board: Board, stats: Stats) -> None:
        self.board = board
        self.stats = stats
        self.parts = [*map(str, range(len(board.by))), ALERTS, CHART]
        self.active = self.parts[0]
        self.field = 0  # the number of the table in use, or last in use
        self.places = {part: Place() for part in self.parts}
        self.order = ORDERS[0]
        self.wanted = ""
        self.typing = False
        self.paused = False
        self.since_start = False
        self.selected: int | None = None
        self.scene: Scene | None = None
        self.total = Totals()
        self.present: int | None = None
        self.zoom = Zoom(board)
        self._scenes = Scenes(board, stats)

    def update(self) -> None:
        """Take what there is to show now, unless paused."""
        if self.paused:
            return
        with self.board.lock:
            clock = self.stats.clock
            self.present = clock.present if clock.newest else None
            self.total = self.board.sums(self.stats.pending())
            self.scene = self._scenes.take(self.selected, self.order, since_start=self.since_start)

    @property
    def rates(self) -> Rates:
        """Hits by second of what the screen is narrowed to."""
        narrowed = self.board.narrowed
        return narrowed.rates if narrowed else self.board.rates

    def table(self, number: int) -> FieldTable | None:
        """Return the table of a field: those rows that contain the text wanted."""
        scene = self.scene
        if not scene or number >= len(scene.tables):
            return None
        table = scene.tables[number]
        return matching(table._replace(rows=table.rows[: self.board.top]), self.wanted)

    def next_part(self, steps: int) -> None:
        """Go to the next part, or the one before."""
        at = (self.parts.index(self.active) + steps) % len(self.parts)
        self.use(self.parts[at])

    def use(self, part: str) -> None:
        """Go to a part."""
        self.active = part
        if part.isdigit():
            self.field = int(part)

    def move(self, rows: int, room: int) -> None:
        """Go some rows on in the part in use. room: rows that it shows."""
        part = self.active
        if part == CHART:
            return
        if part == ALERTS:
            number = len(self.board.alerts.entries)
        else:
            table = self.table(int(part))
            number = len(table.rows) if table else 0
        self.places[part].move(rows, number, room)

    def sort(self) -> None:
        """Sort by the next figure; by durations only where there are some."""
        orders = list(ORDERS if self.scene and self.scene.timed else ORDERS[:-1])
        at = orders.index(self.order) + 1 if self.order in orders else 0
        self.order = orders[at % len(orders)]
        self._to_top()
        if self.paused and self.scene:
            self.scene = ordered(self.scene, self.order)

    def toggle_total(self) -> None:
        """Show all since the start, or a window."""
        self.since_start = not self.since_start
        self._resume()

    def pause(self) -> None:
        """Stop or go on; what is counted meanwhile is shown then."""
        self.paused = not self.paused

    def back(self, steps: int) -> None:
        """Go (-1) back in time to the next window with traffic, or column with some; or (1) on."""
        with self.board.lock:
            here = self.selected
            if here is None and steps < 0:
                here = self.scene.start if self.scene and self.scene.start is not None else None
                here = self.present if here is None else here
            if here is None:
                return
            past = self.zoom.beside(here, steps) if self.zoom.is_wide else None
            past = past or self.board.archive.near(here, steps)
            self._select(past if past or steps > 0 else self.board.archive.at(here))

    def oldest(self) -> None:
        """Go to the oldest window that is held."""
        with self.board.lock:
            self._select(self.board.archive.near(-(1 << 62), 1))

    def newest(self) -> None:
        """Go to the newest."""
        self._select(None)

    def peak(self) -> None:
        """Go to the window with the most hits, the oldest of equals, of those that are over."""
        with self.board.lock:
            self._select(busiest(self.board, -(1 << 62), 1 << 62))

    def to_alert(self) -> None:
        """Go to the window in which the alert chosen has changed."""
        entries = self.board.alerts.entries
        at = self.places[ALERTS].row
        if at < len(entries) and (time := entries[-1 - at].time):
            with self.board.lock:
                self._select(self.board.archive.at(time.second))

    def narrow(self) -> None:
        """Narrow everything to the value of the row chosen."""
        if self.active not in self.places or not self.active.isdigit():
            return
        table = self.table(int(self.active))
        row = self.places[self.active].row
        if not table or row >= len(table.rows):
            return
        condition = (table.field, key(table.rows[row]["value"]))
        with self.board.lock:
            before = self.board.narrowed.conditions if self.board.narrowed else []
            others = [each for each in before if each[0] != table.field]
            self.board.narrow([*others, condition])
        self.wanted = ""
        self._resume()

    def undo(self) -> None:
        """Undo the last of: a text to filter by, a narrowing, a time, all since the start."""
        if self.wanted:
            self.wanted = ""
        elif self.board.narrowed:
            with self.board.lock:
                self.board.narrow(self.board.narrowed.conditions[:-1])
        elif self.selected is not None:
            self.selected = None
        else:
            self.since_start = False
        self._resume()

    def filter(self, wanted: str) -> None:
        """Show only rows that contain a text."""
        self.wanted = wanted
        self._to_top()

    def _select(self, past: Past | None) -> None:
        self.selected = past.start if past else None
        self.since_start = False
        self._resume()

    def _resume(self) -> None:
        """Show what has been chosen, from its top."""
        self._to_top()
        self.paused = False

    def _to_top(self) -> None:
        for part in self.parts:
            if part.isdigit():
                self.places[part] = Place()
