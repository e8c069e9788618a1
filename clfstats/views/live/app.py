"""The live screen as a Textual app: parts that draw themselves, and keys."""

from functools import partial
from io import StringIO
from typing import ClassVar

from rich.console import Console
from textual import on
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.driver import Driver
from textual.events import Resize
from textual.widgets import Input

from clfstats.views.live.driver import LiveDriver
from clfstats.views.live.help import Help
from clfstats.views.live.keys import BINDINGS
from clfstats.views.live.layout import side_by_side
from clfstats.views.live.painter import Painter
from clfstats.views.live.panels import Panel
from clfstats.views.live.viewer import ALERTS

_EVERY = 1.0  # seconds between two drawings
_SOON = 0.2  # seconds, until there is something to draw
_TYPING = {"part", "undo"}  # what keys do while a text is typed
_THEME = "ansi-dark"  # the terminal's own sixteen colours, on its own background


class LiveApp(App[None]):
    """Shows the board. painter: draws the parts. driver: None for a terminal that is made up."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { layout: vertical; overflow: hidden; background: ansi_default; }
    Panel { width: 1fr; height: 1; }
    #tables { height: 1fr; overflow: hidden; }
    #tables Panel { height: 100%; margin: 0 1 0 0; }
    Input { dock: bottom; height: 1; border: none; padding: 0; background: ansi_default; }
    Input:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    def __init__(self, painter: Painter, driver: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver, ansi_color=True)
        self.theme = _THEME
        self.error_console = Console(file=StringIO())  # a traceback is nobody's to read
        self.failure: Exception | None = None
        self._painter = painter
        self._viewer = painter.viewer
        number = len(self._viewer.board.by)
        self._tables = [Panel(f"table{at}", partial(painter.table, at)) for at in range(number)]
        self._parts = {
            name: Panel(name, getattr(painter, name))
            for name in ("heading", "scene", "status", "chart", "alerts", "notes", "keys")
        }

    def compose(self) -> ComposeResult:
        """Put the parts one below the other, the tables side by side."""
        above, below = ("heading", "scene", "status", "chart"), ("alerts", "notes", "keys")
        yield from (self._parts[name] for name in above)
        with Horizontal(id="tables"):
            yield from self._tables
        yield from (self._parts[name] for name in below)

    def on_mount(self) -> None:
        """Draw now and then; the first records are shown as soon as they are there."""
        self.set_interval(_EVERY, self.draw)
        self._early = self.set_interval(_SOON, self._draw_first)
        self.draw()

    def on_resize(self, _event: Resize) -> None:
        """Lay out for another size."""
        self.call_after_refresh(self.draw)

    def _draw_first(self) -> None:
        if self._viewer.scene:
            self._early.stop()
        else:
            self.draw()

    def draw(self) -> None:
        """Take what there is to show, and draw all parts."""
        self._viewer.update()
        self.show()

    def redraw(self) -> None:
        """Draw on a terminal that has another size, or nothing on it."""
        if isinstance(self._driver, LiveDriver):
            self._driver.resized()

    def show(self) -> None:
        """Draw all parts of what has been taken."""
        viewer, (width, height) = self._viewer, self.size
        lines = self._painter.layout(width, height)
        for name, panel in self._parts.items():
            number = getattr(lines, name)
            panel.display = number > 0
            panel.styles.height = max(1, number)
            panel.refresh()
        shown = side_by_side(len(self._tables), viewer.field, width)
        for at, table in enumerate(self._tables):
            table.display = at in shown
            table.refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave keys to the help, and to a text that is being typed, where they are theirs."""
        if isinstance(self.screen, Help) or (self._viewer.typing and action not in _TYPING):
            return False
        return super().check_action(action, parameters)

    def action_help(self) -> None:
        """Explain the keys."""
        self.push_screen(Help())

    def action_part(self, steps: int) -> None:
        """Go to the next part."""
        self._viewer.next_part(steps)
        self.show()

    def action_rows(self, rows: int) -> None:
        """Choose another row."""
        self._viewer.move(rows, self._painter.rooms.get(self._viewer.active, 1))
        self.show()

    def action_time(self, steps: int) -> None:
        """Go through time."""
        self._viewer.back(steps)
        self.draw()

    def action_oldest(self) -> None:
        """Go to the oldest window."""
        self._viewer.oldest()
        self.draw()

    def action_newest(self) -> None:
        """Go to now."""
        self._viewer.newest()
        self.draw()

    def action_peak(self) -> None:
        """Go to the window with the most hits."""
        self._viewer.peak()
        self.draw()

    def action_zoom(self) -> None:
        """Change what a column of the chart stands for."""
        self._viewer.zoom.turn()
        self.show()

    def action_sort(self) -> None:
        """Sort by another figure."""
        self._viewer.sort()
        self.draw()

    def action_total(self) -> None:
        """Show all since the start, or a window."""
        self._viewer.toggle_total()
        self.draw()

    def action_pause(self) -> None:
        """Stop what is shown, or go on."""
        self._viewer.pause()
        self.draw()

    def action_enter(self) -> None:
        """Narrow to the row chosen; of an alert, go to its window."""
        if self._viewer.active == ALERTS:
            self._viewer.to_alert()
        else:
            self._viewer.narrow()
        self.draw()

    async def action_undo(self) -> None:
        """Go back a step: that of a text that is being typed, or the last one."""
        if self._viewer.typing:
            await self._typed()
            self._viewer.filter("")
        else:
            self._viewer.undo()
        self.draw()

    async def action_back(self) -> None:
        """Go back a step, by the key that a text needs for itself."""
        await self.action_undo()

    async def action_filter(self) -> None:
        """Ask for a text that rows are to contain."""
        self._viewer.typing = True
        asked = Input(self._viewer.wanted, placeholder="show rows that contain ...")
        await self.mount(asked)
        self.set_focus(asked)
        self.show()

    @on(Input.Changed)
    def filter_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        if self._viewer.typing:
            self._viewer.filter(event.value)
            self.show()

    @on(Input.Submitted)
    async def filter_done(self, event: Input.Submitted) -> None:
        """Keep what was typed, and give the keys back."""
        await self._typed()
        self._viewer.filter(event.value)
        self.show()

    async def _typed(self) -> None:
        """Take the text that is being typed away."""
        self._viewer.typing = False
        self.set_focus(None)
        await self.query(Input).remove()

    @on(Panel.Chosen)
    def panel_chosen(self, event: Panel.Chosen) -> None:
        """Go to what was clicked, and to its row; or turn the wheel there."""
        name = (event.panel.id or "").removeprefix("table")
        if name not in self._viewer.parts:
            return
        self._viewer.use(name)
        if event.steps:
            self.action_rows(event.steps)
            return
        place = self._viewer.places[name]
        if name.isdigit() and event.line:
            room = self._painter.rooms.get(name, 1)
            self._viewer.move(place.first + event.line - 1 - place.row, room)
        self.show()

    def _handle_exception(self, error: Exception) -> None:
        self.failure = self.failure or error
        super()._handle_exception(error)
