"""The screen that explains the keys."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Static

from clfstats.views.live.keys import KEYS


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
