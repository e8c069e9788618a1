"""The keys, as the screen explains them."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Static

KEYS = (
    ("q", "quit: all alerts and the last window stay on the terminal"),
    ("Tab", "next part: tables, alerts, chart (Shift-Tab: back); a click chooses one, too"),
    ("Up Down", "choose a row; PgUp, PgDn and the wheel go faster"),
    ("Left Right", "go back in time, window by window, and forward again"),
    ("Home End", "the oldest window that is held; now"),
    ("m", "the window with the most requests"),
    ("z", "zoom of the chart: a window, a minute, an hour a column"),
    ("Enter", "narrow everything to the value chosen; again, to another one, too"),
    ("Esc", "undo the last of that: a filter, a narrowing, a time"),
    ("/", "show only rows that contain a text"),
    ("s", "sort by hits, bytes, errors (5xx), p95"),
    ("t", "the tables of a window, or of all since the start"),
    ("p Space", "pause what is shown; counting goes on"),
    ("?", "this"),
)
SHORT = (
    "q quit",
    "? help",
    "Tab next",
    "Enter narrow",
    "←→ time",
    "/ filter",
    "s sort",
    "t total",
    "z zoom",
    "m most",
    "p pause",
)


class Help(ModalScreen[None]):
    """Explains the keys; any key leaves it."""

    CSS = "Help { align: center middle; } #help { max-width: 84; height: auto; max-height: 100%; }"

    def compose(self) -> ComposeResult:
        """Show them, in what room there is."""
        lines = [f"{keys:<11} {does}" for keys, does in KEYS]
        with VerticalScroll(id="help"):
            yield Static("\n".join(lines), markup=False)

    def on_key(self, event: Key) -> None:
        """Leave, but by the keys that scroll."""
        if event.key not in {"up", "down", "pageup", "pagedown"}:
            event.stop()
            if self.is_current:  # two keys may come at once
                self.dismiss()
