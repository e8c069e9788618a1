"""Lines written as they are due."""

import time
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from math import inf

from clfparse.generate import output
from clfparse.generate.load import Load
from clfparse.generate.replay import Replay
from clfparse.generate.stamp import stamp

TICK = Fraction(1, 100)  # seconds between two writes at least
BULK = 10_000  # lines of one write at most, however late it is: about a megabyte
LONGEST = Fraction(3600)  # seconds of one sleep: a log may claim centuries, a sleep may not


class SteadyClock:
    """The time, in seconds since the epoch, which setting the system's clock does not move."""

    def __init__(self) -> None:
        self._ahead = time.time_ns() - time.monotonic_ns()

    def now(self) -> Fraction:
        """Return the time."""
        return Fraction(time.monotonic_ns() + self._ahead, 10**9)

    def wait(self, until: Fraction) -> None:
        """Wait until a time."""
        while (left := until - self.now()) > 0:
            time.sleep(float(min(left, LONGEST)))


def generate(load: Load, requests: Iterator[tuple[bytes, ...]], length: Fraction | None) -> None:
    """Write requests as they are due. length: seconds until the end."""
    clock = SteadyClock()
    start = clock.now()
    total = inf if length is None else load.due(length)
    sent, passed = 0, Fraction()
    while sent < total:
        clock.wait(start + max(load.when(sent + 1), passed + TICK))
        passed = clock.now() - start
        number = int(min(load.due(passed), total, sent + BULK)) - sent
        now = stamp(int(time.time()))
        output.write(b"".join([a + now + b + c for a, b, c in islice(requests, number)]))
        sent += number
    clock.wait(start + (length or 0))


def resend(name: str, speed: Fraction) -> None:
    """Write the lines of a log as they are due; at the end, report those without a time."""
    clock, replay = SteadyClock(), Replay(speed)
    try:
        for line in output.read(name):
            due, moved = replay.add(line, clock.now())
            clock.wait(due)
            output.write(moved)
    finally:
        output.report(replay.unreadable)
