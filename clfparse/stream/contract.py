"""What a filter is to the stream that carries its input and output."""

from datetime import timedelta
from typing import NamedTuple, Protocol


class Now(NamedTuple):
    """The moment at which input came or did not come.

    wall: wall-clock epoch seconds. silence: time spent waiting since the start of the run.
    """

    wall: float
    silence: timedelta


class Filter(Protocol):
    """Blocks of lines in, blocks of lines out.

    The order is ``(add | on_idle)*``, then `close` once; nothing is called after `close`. Where
    output cannot be written, the run ends at once and `close` is never called.

    Each method returns bytes that are written before the next call: whole lines, each with its
    newline, or nothing. What is refused or reported goes to the run's `Rejects`. No method waits,
    reads a clock or raises.
    """

    def add(self, block: bytes, now: Now) -> bytes:
        """Take complete lines, each with its newline: at least one, whole.

        Called for each block of lines that was read, as often as there are any. Blocks of one read
        have the same moment; `silence` never decreases from one call to the next.
        """

    def on_idle(self, now: Now) -> bytes:
        """Take note that no input is waiting.

        Called about once a second while a source has nothing to read: never for a regular file,
        never while output is blocked. It may come before the first `add`; a signal may make it
        come sooner.
        """

    def close(self) -> bytes:
        """Take the end of input, by its end or by a signal; return what is still open."""


class Unchanged:
    """A filter that lets lines through: stages of their sources have done all there is to do."""

    def add(self, block: bytes, now: Now) -> bytes:  # noqa: ARG002
        """Return the lines."""
        return block

    def on_idle(self, now: Now) -> bytes:  # noqa: ARG002
        """Return nothing."""
        return b""

    def close(self) -> bytes:
        """Return nothing."""
        return b""
