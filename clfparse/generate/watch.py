"""What ends a run from outside: a process that has gone, or a time."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import inf

LOOK = 0.1  # seconds between two looks at the process of --pid


@contextmanager
def watched(pid: int | None, length: Fraction | None) -> Iterator[None]:
    """End what runs inside when a process has gone, or after so many seconds, even as it reads.

    It ends by SystemExit, which is raised by a signal.
    """
    end = inf if length is None else time.monotonic() + float(length)

    def look(*_: object) -> None:
        left = end - time.monotonic() if pid is None or _is_there(pid) else 0
        if left <= 0:
            raise SystemExit
        signal.setitimer(signal.ITIMER_REAL, max(min(left, LOOK), 0.001))  # 0 would mean never

    signal.signal(signal.SIGALRM, look)
    look()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True
