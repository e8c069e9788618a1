"""Getting away from a terminal that takes nothing.

Output to it may be stopped (Ctrl-S, tcflow(3)), or nobody may read at its other end. A write then
waits for ever, and signals do not end that: Python writes on after each.
"""

import os
import signal
from contextlib import suppress
from types import FrameType

from clfparse.stream.descriptors import write_all

_EVERY = 0.25  # seconds between two looks at a write that waits


class Stuck(OSError):  # noqa: N818 - what has happened, not a fault
    """A terminal takes nothing; what was to be written is given up."""


class Rescue:
    """Looks, once a filter has to stop, whether it waits for a terminal.

    It then starts a terminal's output that was stopped, as the kernel itself does for Ctrl-C. Where
    nothing is taken all the same, the write is given up, by Stuck. flush: drop what the terminal
    has not taken yet, too, for it to take how the screen is left.
    """

    def __init__(self, *, flush: bool) -> None:
        self._flush = flush
        self._seen: tuple[int, int] | None = None  # a write that waited at the last look

    def begin(self, seconds: float) -> None:
        """Look when so many seconds have passed, and now and then after that."""
        signal.setitimer(signal.ITIMER_REAL, seconds, _EVERY)

    def end(self) -> None:
        """Look no more."""
        signal.setitimer(signal.ITIMER_REAL, 0)

    def look(self, _number: int, frame: FrameType | None) -> None:
        """Handle SIGALRM. Only a write is broken off by it, and only one that makes no progress."""
        if not frame or frame.f_code is not write_all.__code__:
            return
        fd, rest = frame.f_locals["fd"], frame.f_locals.get("rest", b"")
        if not os.isatty(fd):
            return
        seen, self._seen = self._seen, (id(frame), len(rest))
        if seen != self._seen:
            _start_output(fd)
            return
        if self._flush:
            import termios  # few runs need it

            with suppress(termios.error):
                termios.tcflush(fd, termios.TCOFLUSH)
        raise Stuck("it takes nothing")


def _start_output(fd: int) -> None:
    """Start a terminal's output, whatever has stopped it: TCOON alone does not undo Ctrl-S."""
    import termios  # few runs need it

    # Of a job in the background this is asked with a signal that would stop it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    with suppress(termios.error):
        termios.tcflow(fd, termios.TCOOFF)
        termios.tcflow(fd, termios.TCOON)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
