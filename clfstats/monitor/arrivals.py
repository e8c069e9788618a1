"""Signals, one after the other, as they come; and those that a child process is to ignore."""

import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Self

ENDS = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM)
# What a terminal sends to all its processes, or a shell when the terminal is closed.
FROM_TERMINAL = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)
_TAKEN = (*ENDS, signal.SIGTSTP, signal.SIGCHLD)


class Arrivals:
    """Takes signals while it is entered; what was ignored before stays so, as under nohup."""

    def __enter__(self) -> Self:
        self._woken, self._wake = os.pipe()
        for fd in (self._woken, self._wake):
            os.set_blocking(fd, False)
        signal.set_wakeup_fd(self._wake)
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # which subprocess undoes in a child
        for number in _TAKEN:
            if number == signal.SIGCHLD or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, _note)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave them to be noted: the process is about to end, with all that it has started."""

    def wait(self, seconds: float | None) -> bytes:
        """Wait until some come, for so long at most; return their numbers, in order."""
        select.select([self._woken], [], [], seconds)
        with suppress(BlockingIOError):
            return os.read(self._woken, 1 << 10)
        return b""


def _note(*_: object) -> None:
    """Do nothing: the number is in the pipe already."""


def stop() -> None:
    """Stop this process, as Ctrl-Z does; return when it goes on."""
    signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTSTP)
    signal.signal(signal.SIGTSTP, _note)


@contextmanager
def held_back() -> Iterator[Callable[[tuple[int, ...]], Callable[[], None]]]:
    """Hold signals back while processes are started: none is noted by a child for its parent.

    Yields what makes, of the signals that a child is to ignore, its first act.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _TAKEN)

    def ignoring(numbers: tuple[int, ...]) -> Callable[[], None]:
        def begin() -> None:
            signal.set_wakeup_fd(-1)
            for number in _TAKEN:
                if number in numbers:
                    signal.signal(number, signal.SIG_IGN)
                elif signal.getsignal(number) is _note:
                    signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

        return begin

    try:
        yield ignoring
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
