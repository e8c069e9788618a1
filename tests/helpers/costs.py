"""Assertions on CPU time, which a busy machine makes longer now and then, but never shorter."""

import time
from collections.abc import Callable

_TRIES = 5


def cpu_seconds(run: Callable[[], object]) -> float:
    """Return the CPU seconds that a run takes: once, since `holds` repeats what does not hold."""
    began = time.process_time()
    run()
    return time.process_time() - began


def holds(check: Callable[[], bool]) -> bool:
    """Tell whether a comparison of measurements holds in one of a few tries.

    What grows faster than it should does so in every try; an outlier does not come five times.
    """
    return any(check() for _ in range(_TRIES))
