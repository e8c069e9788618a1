"""A screen on a terminal, which is left as it was before.

The screen runs in a thread of its own, for reading, counting and signals to stay where they are
without one. Sequences are those of ECMA-48 and, with a question mark, of DEC and xterm; every
terminal of the last decades knows them, or passes over them.
"""

import os
import threading
from collections import deque
from typing import TYPE_CHECKING, Protocol

from clfparse.stream.descriptors import STDOUT, terminal, write_all
from clfparse.stream.keyboard import Keyboard, takes
from clfparse.values.escapes import displayed

if TYPE_CHECKING:
    from collections.abc import Callable

_MESSAGES = 1_000  # that are held for the end
_CHUNK = 1 << 10  # bytes of a write, after which a terminal is asked again whether it takes any
_LOOK, _LOOKS = 0.1, 5  # seconds of waiting for a terminal; so often, if it has to be left
_PATIENCE = 3.0  # seconds for a screen to end

# Other screen, no cursor, no wrapping; buttons and the wheel of a mouse, in numbers; clear.
ENTER = b"\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?1002h\x1b[?1006h\x1b[2J"
LEAVE = b"\x1b[?1006l\x1b[?1002l\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"


class Screen(Protocol):
    """What is shown. All but `run` may be called from any thread, at any time."""

    def run(self, to: "Live") -> None:
        """Draw on the terminal, until `stop`, or until the user leaves."""

    def stop(self) -> None:
        """End `run` soon."""

    def redraw(self) -> None:
        """Draw all anew: the terminal has another size, or nothing on it."""

    def report(self, message: str) -> None:
        """Show a message for people, safe to print."""

    def last(self, width: int) -> list[str]:
        """Return the lines that stay when the screen has been left."""


class Live:
    """Shows a screen on stdout. quit: is called once the user leaves, or it cannot be shown.

    error: why the terminal cannot be written. failure: what is wrong with the screen itself.
    """

    def __init__(self, screen: Screen, keyboard: Keyboard) -> None:
        self.keyboard = keyboard
        self.messages: deque[str] = deque(maxlen=_MESSAGES)
        self.error: OSError | None = None
        self.failure = ""
        self.quit: Callable[[], None] = _nothing
        self._screen = screen
        self._open = False
        self._writing = threading.RLock()
        self._thread = threading.Thread(target=self._run, name="screen", daemon=True)

    @staticmethod
    def size() -> tuple[int, int]:
        """Return the terminal's columns and lines."""
        return terminal().size()

    def enter(self) -> None:
        """Take the terminal; start the screen, or have it draw again."""
        self.keyboard.take()
        write_all(STDOUT, ENTER)
        self._open = True
        if self._thread.ident is None:
            self._thread.start()
        else:
            self._screen.redraw()

    def write(self, text: str) -> None:
        """Write for the screen: all of it, or what a terminal takes until it has to be left.

        What comes while it is left is dropped.
        """
        rest = memoryview(text.encode("utf-8", "backslashreplace") if self._open else b"")
        with self._writing:
            try:
                looks = 0  # in vain, since the terminal has last taken something
                while rest and (self._open or looks < _LOOKS):
                    if takes(STDOUT, _LOOK):
                        rest = rest[os.write(STDOUT, rest[:_CHUNK]) :]
                        looks = 0
                    else:
                        looks += 1
            except OSError as error:
                self._open, self.error = False, error
                self.quit()

    def leave(self) -> None:
        """Give the terminal back, as it was."""
        self._open = False  # so that a write that waits is given up
        free = self._writing.acquire(timeout=_PATIENCE)
        try:
            write_all(STDOUT, LEAVE)
        finally:
            if free:
                self._writing.release()
            self.keyboard.give_back()

    def end(self) -> None:
        """End the screen, and give the terminal back."""
        self._screen.stop()
        try:
            self.leave()
        finally:
            if self._thread.ident is not None:
                self._thread.join(_PATIENCE)

    def resize(self) -> None:
        """Draw for another size."""
        self._screen.redraw()

    def report(self, message: str) -> None:
        """Show a message, and write it again at the end."""
        message = displayed(message)
        self.messages.append(message)
        self._screen.report(message)

    def finish(self) -> None:
        """Write what stays: on the terminal's normal screen."""
        lines = "".join(line + "\n" for line in self._screen.last(self.size()[0]))
        write_all(STDOUT, lines.encode("utf-8", "backslashreplace"))

    def _run(self) -> None:
        try:
            self._screen.run(self)
        except Exception as error:  # noqa: BLE001 - whatever it is, the terminal is to be left
            self.failure = f"the screen has failed: {type(error).__name__}: {error}"
        self.quit()


def _nothing() -> None:
    """Do nothing."""
