"""Waiting for input, and signals that come meanwhile."""

import os
import select
import signal
import time
from contextlib import suppress
from types import FrameType
from typing import Self

from clfparse.stream.live import Live
from clfparse.stream.stuck import Rescue

TURN = 1.0  # seconds of waiting after which a filter takes note of the silence
_LAST_READS = 1.0  # seconds for what is already on its way when the filter has to stop
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """SIGINT, SIGTERM, SIGHUP end the filter, once it has written what is open.

    A second one ends it at once; but not a second SIGHUP, of which a closed terminal may send two,
    or one after SIGTERM, as systemd does. What was ignored from the start, as by nohup, stays so.

    With a live screen, which has to be left, SIGQUIT is one of them; without, it has its default
    action. That screen is drawn anew when its terminal is resized, and left while the filter is
    suspended. When its user leaves it, nothing more is read.
    """

    def __init__(self, live: Live | None = None) -> None:
        self._live = live
        self._rescue = Rescue(flush=live is not None)
        self.stopped = 0  # the signal's number, once there was one
        self.deadline = 0.0  # monotonic
        self.left = False  # the screen, by its user
        # As below clfmon, which has a Ctrl-C of its own and ends its members' input.
        self.interruptible = signal.getsignal(signal.SIGINT) is not signal.SIG_IGN

    def __enter__(self) -> Self:
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(self._wake, False)
        self._fd_before = signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        self._before = {
            number: signal.signal(number, self._stop)
            for number in (*_ENDING, *[signal.SIGQUIT] * bool(self._live))
            if signal.getsignal(number) is not signal.SIG_IGN  # as a background job's SIGINT is
        }
        self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._rescue.look)
        if self._live:
            self._live.quit = self._leave
            for number, handler in (
                (signal.SIGWINCH, self._resize),
                (signal.SIGTSTP, self._suspend),
            ):
                self._before[number] = signal.signal(number, handler)
        return self

    def __exit__(self, *_: object) -> None:
        self._rescue.end()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._fd_before)
        os.close(self._woken)
        os.close(self._wake)

    @property
    def in_time(self) -> bool:
        """Whether there is still time to read."""
        if self.left:
            return False
        return not self.stopped or time.monotonic() < self.deadline

    @property
    def ending(self) -> bool:
        """Whether the filter is to end."""
        return self.left or bool(self.stopped)

    def wait(self, fds: list[int], seconds: float = TURN) -> list[int]:
        """Wait for input, no longer than that; return those that have some, or its end."""
        poll = select.poll()
        for fd in (*fds, self._woken):
            poll.register(fd, select.POLLIN)
        if self.ending:
            seconds = max(0.0, self.deadline - time.monotonic())
        ready = dict(poll.poll(seconds * 1000))
        if self._woken in ready:
            with suppress(BlockingIOError):
                os.read(self._woken, 1 << 10)
        return [fd for fd in fds if fd in ready]

    def _resize(self, _number: int, _frame: FrameType | None) -> None:
        if self._live:
            self._live.resize()

    def _leave(self) -> None:
        """Stop reading; the screen's thread says so."""
        self.left = True
        with suppress(OSError):
            os.write(self._wake, b"\0")

    def _suspend(self, number: int, _frame: FrameType | None) -> None:
        if self._live:
            with suppress(OSError):  # of a terminal that is gone
                self._live.leave()
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)  # returns when the shell has said fg
            signal.signal(number, self._suspend)
            with suppress(OSError):
                self._live.enter()

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        again = self.stopped
        if again and number == signal.SIGHUP:
            return
        self.stopped = number
        if not again:
            self._rescue.begin(_LAST_READS)
        self.deadline = 0.0 if again else time.monotonic() + _LAST_READS
        # A live screen has to leave its terminal as it was.
        if not self._live and number != signal.SIGHUP:
            signal.signal(number, signal.SIG_DFL)
