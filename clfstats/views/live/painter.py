"""Draws each part of the screen, of what the viewer has chosen to see."""

from rich.text import Text

from clfparse.counting.keys import name
from clfparse.stream.rejects import Rejects
from clfparse.values.escapes import displayed
from clfstats.views.live import state
from clfstats.views.live.alertlist import NO_SOURCE, alert_lines, entry_text
from clfstats.views.live.chart import AXIS, Drawing, chart
from clfstats.views.live.figures import heading, scene_line, status_line
from clfstats.views.live.keys import SHORT, TYPING
from clfstats.views.live.layout import Heights, heights
from clfstats.views.live.lines import Piece, folded, line
from clfstats.views.live.tables import table_lines
from clfstats.views.live.viewer import ALERTS, CHART, Viewer

_NOTES = 3  # messages
_NARROW = 60  # columns below which titles are short
_WAITING = "Records come from clfparse, and alerts from clfalert --pass between them."


class Painter:
    """Each method returns lines of that width, safe to show, for a part of the screen."""

    def __init__(self, viewer: Viewer, rejects: Rejects) -> None:
        self.viewer = viewer
        self.rooms: dict[str, int] = {}  # rows that each part has shown last
        self._board = viewer.board
        self._rejects = rejects
        self._heading: list[Piece] = []
        self._notes: list[str] = []

    def report(self, message: str) -> None:
        """Show a message at the foot, until there are newer ones."""
        self._notes = [*self._notes, displayed(message)][-_NOTES:]

    def layout(self, width: int, height: int) -> Heights:
        """Return how many lines each part has."""
        alerts = self._board.alerts
        newest = list(alerts.entries)[-max(1, height) :]
        lines = 1 + sum(len(entry_text(entry, width)) for entry in newest)
        lines += 0 if alerts.has_source else len(folded(NO_SOURCE, width))
        return heights(height, lines, len(self._foot(width)), self.viewer.active)

    def heading(self, width: int, _height: int) -> list[Text]:
        """Draw the log's name, and the state."""
        viewer, board = self.viewer, self._board
        if not viewer.paused or not self._heading:
            with board.lock:
                self._heading = state.state(board, viewer.stats, self._rejects)
        pieces = [*self._heading, ("  PAUSED", state.HIGH)] if viewer.paused else self._heading
        return [heading(state.log_name(board), pieces, width)]

    def scene(self, width: int, _height: int) -> list[Text]:
        """Draw the figures of what the tables are of."""
        scene = self.viewer.scene
        if not scene:
            return [line([(_WAITING, "dim")], width)]
        if narrowed := self._board.narrowed:
            shown = "  ".join(f"{field}={name(value)}" for field, value in narrowed.conditions)
            scene = scene._replace(title=f"{displayed(shown)}  {scene.title}".rstrip())
        return [scene_line(scene, width, short=width < _NARROW)]

    def status(self, width: int, _height: int) -> list[Text]:
        """Draw hits by class of status, and the sums of all records."""
        viewer = self.viewer
        return [status_line(viewer.scene, viewer.total, width)]

    def chart(self, width: int, height: int) -> list[Text]:
        """Draw requests per second up to now, or around the window that was chosen."""
        viewer, board = self.viewer, self._board
        if viewer.present is None:
            return []
        with board.lock:
            drawing = self._drawing(viewer.present, max(1, width - AXIS))
        return chart(drawing, width, height, active=viewer.active == CHART)

    def table(self, number: int, width: int, height: int) -> list[Text]:
        """Draw the table of a field."""
        viewer, part = self.viewer, str(number)
        table = viewer.table(number)
        if not table or not viewer.scene:
            return []
        self.rooms[part] = height - 1
        place = viewer.places[part]
        viewer.places[part].move(0, len(table.rows), height - 1)
        return table_lines(
            table,
            viewer.scene.counts.hits,
            width,
            height,
            order=viewer.order,
            first=place.first,
            chosen=place.row if viewer.active == part else None,
            wanted=viewer.wanted,
        )

    def alerts(self, width: int, height: int) -> list[Text]:
        """Draw the alerts from the one chosen on, the newest first."""
        viewer = self.viewer
        place = viewer.places[ALERTS]
        lines, whole = alert_lines(
            self._board.alerts, width, height, first=place.row, active=viewer.active == ALERTS
        )
        self.rooms[ALERTS] = max(1, whole)
        return lines

    def notes(self, width: int, height: int) -> list[Text]:
        """Draw the messages, the newest one whole: what to do stands at its end."""
        return [line([(note, "yellow")], width) for note in self._foot(width)[-height:]]

    def keys(self, width: int, _height: int) -> list[Text]:
        """Draw the keys that matter, as many as there is room for."""
        pieces: list[Piece] = []
        for each in TYPING if self.viewer.typing else SHORT:
            press, _, does = each.partition(" ")
            if sum(len(text) for text, _ in pieces) + len(each) + 2 > width:
                break
            pieces += [(press, "bold"), (f" {does}  ", "dim")]
        return [line(pieces, width)]

    def _foot(self, width: int) -> list[str]:
        *older, newest = [*self._notes[-_NOTES:]] or [""]
        return [*older, *(folded(newest, width) if newest else [])]

    def _drawing(self, present: int, columns: int) -> Drawing:
        viewer, board = self.viewer, self._board
        step, rates = viewer.zoom.step, viewer.rates
        last = viewer.zoom.column(present)
        start = last - (columns - 1) * step
        if viewer.selected is not None and viewer.selected < start:
            start = viewer.zoom.column(viewer.selected) - columns // 2 * step
        hits = rates.columns(start, step, columns)
        shown = [None if number is None else number / step for number in hits]
        first = present if rates.first is None else rates.first
        for second in {first, present}:  # in whose columns not all seconds have been seen
            column = (second - start) // step
            begin = max(start + column * step, first)
            seen = min(start + (column + 1) * step, present + 1) - begin
            if 0 <= column < columns and seen > 0 and (number := hits[column]) is not None:
                shown[column] = number / seen
        scene, marked = viewer.scene, None
        if scene and scene.start is not None:
            marked = (scene.start - start) // step
        limit = None if board.narrowed else state.threshold(board)
        spans = list(board.alerts.spans(start))
        return Drawing(shown, start, step, board.offset, marked, limit, spans)
