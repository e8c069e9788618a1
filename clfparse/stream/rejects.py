"""Lines that could not be read: counted, reported in bounded number, saved byte for byte.

Pure: messages and bytes gather here, `clfparse.stream.run` carries them to stderr and to a file.
"""

from collections.abc import Callable
from dataclasses import dataclass

from clfparse.values.escapes import plain

REPORTED = 10  # lines reported one by one; after that one message a minute
_EVERY = 60.0  # seconds
_PREFIX = 1 << 13  # bytes of each of those lines
_QUOTED = 80  # characters of a line that a message shows
_EARLIEST = 20  # messages that stay


@dataclass
class Origin:
    """Where lines come from. name: "" for standard input. lines: how many there were before.

    numbered: whether these are a file's lines, one after the other.
    """

    name: str = ""
    lines: int = 0
    numbered: bool = True


class Rejects:
    """What one run of a filter could not read.

    program: the name before each message. hint: what to say when none of the first ten lines could
    be read, or a function that says it of those lines.
    """

    def __init__(self, program: str, hint: str | Callable[[list[bytes]], str]) -> None:
        self.program = program
        self.lines = 0  # read so far, whatever became of them
        self.refused = 0
        self.skipped = 0  # lines that hold no data: blank ones, directives
        self.messages: list[str] = []  # for stderr, without newline; cleared once written
        self.earliest: list[str] = []  # the first of them: for what shows them at the end
        self.refused_bytes = bytearray()  # for --rejects; cleared once saved
        self._hint = hint
        self._first: list[bytes] = []  # lines that were refused
        self._origin = Origin()
        self._before = 0  # lines of other origins
        self._notes: set[str] = set()
        self._reported = REPORTED
        self._due: float | None = None

    @property
    def none_read(self) -> bool:
        """Whether there were lines with data, and none could be read."""
        return 0 < self.refused == self.lines - self.skipped

    def enter(self, origin: Origin) -> None:
        """Take the next lines as that origin's: they are numbered as such."""
        if origin is not self._origin:
            self._origin.lines = self.lines - self._before
            self._origin, self._before = origin, self.lines - origin.lines

    def report(self, message: str) -> None:
        """Report something that no line has caused."""
        self.messages.append(f"{self.program}: {message}")
        if len(self.earliest) < _EARLIEST:
            self.earliest.append(self.messages[-1])

    def note(self, message: str) -> None:
        """Report something that holds for a whole log, once: others may be of the same kind."""
        if message not in self._notes:
            self._notes.add(message)
            self.report(message)

    def refuse(self, line: bytes, reason: str, end: bytes = b"\n", *, report: bool = True) -> None:
        """Refuse the last line counted. With an empty end, more of it comes through `keep`.

        report: whether the line is to be reported, if it is one of the first.
        """
        self.refused += 1
        self.keep(line + end)
        if self.refused <= REPORTED and report:
            self._first.append(line[:_PREFIX])
            shown = plain(line[: 4 * _QUOTED])
            if len(shown) > _QUOTED or len(line) > 4 * _QUOTED:
                shown = shown[:_QUOTED] + "…"
            source = f"{self._origin.name}: " if self._origin.name else ""
            if self._origin.numbered:
                source += f"line {self.lines - self._before}: "
            self.report(f"{source}{reason}: '{shown}'")
        if self.refused == REPORTED and self.none_read:
            self.report(f"none of the first {REPORTED} lines could be read; {self._say()}")

    def keep(self, part: bytes) -> None:
        """Keep bytes of a refused line."""
        self.refused_bytes += part

    def remind(self, now: float) -> None:
        """Report the count, at most once a minute. now: monotonic seconds."""
        if self.refused <= self._reported:
            return
        if self._due is None:
            self._due = now + _EVERY
        if now >= self._due:
            self.report(f"{self.refused:,} lines refused so far")
            self._reported = self.refused
            self._due = now + _EVERY

    def finish(self) -> None:
        """Report the total, if any."""
        if self.refused < REPORTED and self.none_read:
            self.report(f"none of the lines could be read; {self._say()}")
        if self.refused:
            self.report(f"{self.refused:,} of {self.lines:,} lines refused")

    def _say(self) -> str:
        return self._hint if isinstance(self._hint, str) else self._hint(self._first)
