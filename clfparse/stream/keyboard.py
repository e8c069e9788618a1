"""The keys of the terminal that a screen is on, read beside records that come by stdin."""

import os
import select
import signal
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from clfparse.stream.descriptors import STDOUT
from clfparse.stream.journal import Unusable

_TTY = "/dev/tty"  # the terminal that controls the process, whatever its streams are
_READ = 1 << 12  # bytes
Modes = list[Any]  # as termios has them
_LOCAL, _INPUT, _CONTROL = 3, 0, 6  # places in what tcgetattr returns


class Keyboard:
    """Opens the terminal's keys; a screen takes them one by one, without echo.

    Signals stay the terminal's business: Ctrl-C, Ctrl-Z and Ctrl-S do what they do elsewhere.
    Raises Unusable where there is no terminal to read from.
    """

    def __init__(self) -> None:
        self._fd = _opened()
        self._before: Modes | None = None  # how the terminal was

    def fileno(self) -> int:
        """Return the descriptor, which never blocks."""
        return self._fd

    def read(self) -> bytes | None:
        """Return what has been typed: None where nothing was; empty where the terminal is gone."""
        try:
            return os.read(self._fd, _READ)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def take(self) -> None:
        """Get each key at once. A job in the background is stopped here, as it should be."""
        self._before = modes(self._fd)
        if not (own := modes(self._fd)):
            return
        own[_LOCAL] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        own[_LOCAL] |= termios.NOFLSH  # else Ctrl-C drops what the terminal has not taken yet
        own[_INPUT] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR)
        own[_CONTROL][termios.VMIN], own[_CONTROL][termios.VTIME] = 1, 0
        with suppress(termios.error):
            termios.tcsetattr(self._fd, termios.TCSANOW, own)

    def give_back(self) -> None:
        """Set the terminal as it was; drop what was typed, or what the mouse did, meanwhile."""
        before, self._before = self._before, None
        if before:
            with suppress(termios.error):
                termios.tcflush(self._fd, termios.TCIFLUSH)
            set_modes(self._fd, before)


def modes(fd: int) -> Modes | None:
    """Return how a terminal is set; None for what is none."""
    with suppress(termios.error):
        return termios.tcgetattr(fd)
    return None


def set_modes(fd: int, before: Modes | None) -> None:
    """Set a terminal; None: leave it as it is. A job in the background may do that, too."""
    with _in_background(), suppress(termios.error):
        if before:
            termios.tcsetattr(fd, termios.TCSANOW, before)


def takes(fd: int, seconds: float) -> bool:
    """Tell whether a terminal takes output, within a time."""
    poll = select.poll()
    poll.register(fd, select.POLLOUT)
    return bool(poll.poll(seconds * 1000))


def _opened() -> int:
    for name in (_TTY, _stdout()):
        with suppress(OSError):
            return os.open(name, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    raise Unusable(
        f"--live: no terminal to read keys from: neither {_TTY} nor that of stdout opens"
    )


def _stdout() -> str:
    with suppress(OSError):
        return os.ttyname(STDOUT)
    return _TTY


@contextmanager
def _in_background() -> Iterator[None]:
    """Let a terminal be set by a job in the background: the kernel would stop it for that."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
