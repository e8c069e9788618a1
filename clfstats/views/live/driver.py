"""Textual on a terminal that somebody else takes and gives back."""

from codecs import getincrementaldecoder
from typing import Any

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.geometry import Size

from clfparse.stream.live import Live

_ALONE = constants.ESCAPE_DELAY + 0.02  # seconds after which an ESC by itself is that key
_POINTER = "\x1b]22;"  # the mouse's shape, which no terminal need know
_SYNC = "\x1b[?2026$p"  # asks whether the terminal can show a drawing at once


def driver_for(to: Live) -> type[Driver]:
    """Return the kind of driver that draws there: Textual makes it itself."""
    return type("Driver", (LiveDriver,), {"live": to})


class LiveDriver(Driver):
    """Writes what Textual draws, and reads keys and the mouse without a thread of its own."""

    live: Live

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as Textual calls it
        super().__init__(*args, **options)
        self._parser = XTermParser(self._debug)
        self._decode = getincrementaldecoder("utf-8")("replace").decode

    def write(self, data: str) -> None:
        """Write."""
        if not data.startswith(_POINTER):
            self.live.write(data)

    def start_application_mode(self) -> None:
        """Begin to read keys; the terminal has been taken already."""
        self._loop.add_reader(self.live.keyboard.fileno(), self._read)
        self.resized()
        self.write(_SYNC)

    def resized(self) -> None:
        """Have all drawn, for the terminal's size as it is."""
        size = Size(*self.live.size())
        self.send_message(events.Resize(size, size))

    def disable_input(self) -> None:
        """Read no more."""
        self._loop.remove_reader(self.live.keyboard.fileno())

    def stop_application_mode(self) -> None:
        """Read no more; the terminal is given back by whoever took it."""
        self.disable_input()

    def _read(self) -> None:
        read = self.live.keyboard.read()
        if read is None:  # somebody else has taken it: Ctrl-Z drops what was typed before
            return
        if not read:  # the terminal is gone
            self.disable_input()
            return
        for message in self._parser.feed(self._decode(read)):
            self.process_message(message)
        self._loop.call_later(_ALONE, self._tick)

    def _tick(self) -> None:
        for message in self._parser.tick():
            self.process_message(message)
