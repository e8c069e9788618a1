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
    """Blocks of lines in, blocks of lines out: each ends with a newline, or is empty.

    `add` is called for what was read, as often as there is input. `quiet` is called about once a
    second while no input waits, and never while output is blocked. `finish` is called once, after
    the last of them. All may return bytes to be written at once.
    """

    def add(self, block: bytes, now: Now) -> bytes:
        """Take complete lines."""

    def quiet(self, now: Now) -> bytes:
        """Take note that no input is waiting."""

    def finish(self) -> bytes:
        """Take the end of input: return what is still open."""
