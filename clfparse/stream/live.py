"""A screen that is redrawn in place on a terminal, which is left as it was before.

Pure: `run` gives it the terminal. Sequences are those of ECMA-48 and, with a question
mark, of DEC and xterm; every terminal of the last decades knows them.
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from clfparse.stream.contract import Now
from clfparse.values.escapes import displayed

_EVERY = 1.0  # seconds between two drawings, whatever the traffic
_SHARE = 25  # times as long as drawing takes, nothing is drawn: that is 4 % of a core
_MESSAGES = 1_000  # that are held for the end
_ENTER = b"\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"  # other screen, no cursor, no wrapping; clear
LEAVE = b"\x1b[?7h\x1b[?25h\x1b[?1049l"
_HOME, _CLEAR = b"\x1b[H", b"\x1b[2J"


class Screen(Protocol):
    """What is shown: lines as wide as the terminal, without control sequences but for colours."""

    def report(self, message: str) -> None:
        """Show a message for people, safe to print."""

    def draw(self, width: int, height: int, now: Now) -> list[str]:
        """Return the lines that fill the screen."""

    def last(self, width: int) -> list[str]:
        """Return what stays on the terminal when the screen has been left."""


class Live:
    """Shows a screen. write: to the terminal; size: returns its columns and lines."""

    def __init__(
        self, screen: Screen, write: Callable[[bytes], None], size: Callable[[], tuple[int, int]]
    ) -> None:
        self._screen = screen
        self._write = write
        self._size = size
        self._drawn = (0, 0)  # columns and lines of the last drawing
        self._due = 0.0
        self.messages: deque[str] = deque(maxlen=_MESSAGES)

    def enter(self) -> None:
        """Take the terminal."""
        self._write(_ENTER)
        self.hurry()

    def leave(self) -> None:
        """Give the terminal back, as it was."""
        self._write(LEAVE)

    def hurry(self) -> None:
        """Draw at the next opportunity."""
        self._due = 0.0

    def report(self, message: str) -> None:
        """Show a message, and write it again at the end."""
        message = displayed(message)
        self.messages.append(message)
        self._screen.report(message)

    def draw(self, at: float, now: Now) -> bool:
        """Draw, if it is time, and return whether it was. at: monotonic seconds."""
        if at < self._due:
            return False
        self._due = at + _EVERY
        size = self._size()
        lines = self._screen.draw(*size, now)
        clear = b"" if size == self._drawn else _CLEAR
        self._drawn = size
        self._write(clear + _HOME + _encode("\r\n".join(lines)))
        return True

    def rest(self, spent: float) -> None:
        """Take note of how many seconds of the processor the last drawing took."""
        if self._due:
            self._due += max(0.0, spent * _SHARE - _EVERY)

    def finish(self) -> None:
        """Write what stays: the last state, on the terminal's normal screen."""
        self._write(_encode("".join(line + "\n" for line in self._screen.last(self._size()[0]))))


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
