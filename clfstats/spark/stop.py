"""Ctrl-C and SIGTERM while Spark works: the run unwinds, and Spark is ended on the way."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A signal has come; the number says which. No handler of errors is to take it for an error."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise Stopped where one of the signals comes; a second one ends the process at once.

    Spark takes SIGINT for itself when it starts: so this is for what comes after that, too.
    """
    before = {
        number: signal.signal(number, _stop)
        for number in _NUMBERS
        if signal.getsignal(number) is not signal.SIG_IGN  # as a background job's SIGINT is
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is _stop:
                signal.signal(number, handler)


@contextmanager
def unbroken() -> Iterator[None]:
    """Let a signal wait: what is done inside is done whole, or not at all."""
    waiting: list[int] = []

    def wait(number: int, _frame: FrameType | None) -> None:
        waiting.append(number)

    numbers = [number for number in _NUMBERS if signal.getsignal(number) is _stop]
    for number in numbers:
        signal.signal(number, wait)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, _stop)
    if waiting:
        _stop(waiting[0], None)


def _stop(number: int, _frame: FrameType | None) -> None:
    for each in _NUMBERS:
        if signal.getsignal(each) is _stop:
            signal.signal(each, signal.SIG_DFL)
    raise Stopped(number)
