"""Waiting for input, and being told to stop meanwhile."""

import os
import select
import signal
import time
from contextlib import suppress
from types import FrameType
from typing import Self

TURN = 1.0  # seconds of waiting after which a filter is told of the silence
_LAST_READS = 1.0  # seconds for what is already on its way when the filter is told to stop


class Signals:
    """SIGINT and SIGTERM ask the filter to come to an end; a second one ends it at once."""

    def __init__(self) -> None:
        self.stopped = 0  # the signal's number, once there was one
        self.deadline = 0.0  # monotonic

    def __enter__(self) -> Self:
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(self._wake, False)
        self._fd_before = signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        self._before = {
            number: signal.signal(number, self._stop)
            for number in (signal.SIGINT, signal.SIGTERM)
            if signal.getsignal(number) is not signal.SIG_IGN  # as a background job's SIGINT is
        }
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._fd_before)
        os.close(self._woken)
        os.close(self._wake)

    def wait(self, fd: int) -> bool:
        """Wait a turn for input; tell whether there is some, or the end of it."""
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        poll.register(self._woken, select.POLLIN)
        seconds = TURN if not self.stopped else max(0.0, self.deadline - time.monotonic())
        found = dict(poll.poll(seconds * 1000))
        if self._woken in found:
            with suppress(BlockingIOError):
                os.read(self._woken, 1 << 10)
        return fd in found

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self.stopped = number
        self.deadline = time.monotonic() + _LAST_READS
        signal.signal(number, signal.SIG_DFL)
