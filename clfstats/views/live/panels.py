"""The parts of the screen, as Textual's widgets: each draws lines that are made elsewhere."""

from collections.abc import Callable

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from clfstats.views.live.lines import stacked

Draw = Callable[[int, int], list[Text]]


class Panel(Widget):
    """Draws what it is given a function for, of its width and height."""

    class Chosen(Message):
        """It was clicked, at a line; or (steps) its wheel was turned."""

        def __init__(self, panel: "Panel", line: int, column: int, steps: int = 0) -> None:
            super().__init__()
            self.panel = panel
            self.line = line
            self.column = column
            self.steps = steps

    def __init__(self, name: str, draw: Draw) -> None:
        super().__init__(id=name)
        self._draw = draw

    def render(self) -> Text:
        """Draw."""
        width, height = self.size
        return stacked(self._draw(width, height), width, height)

    def on_click(self, event: events.Click) -> None:
        """Tell who arranges the panels."""
        event.stop()
        self.post_message(self.Chosen(self, event.y, event.x))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Tell who arranges the panels."""
        event.stop()
        self.post_message(self.Chosen(self, 0, 0, 3))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Tell who arranges the panels."""
        event.stop()
        self.post_message(self.Chosen(self, 0, 0, -3))
