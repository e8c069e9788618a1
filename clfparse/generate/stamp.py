"""The time of a line, as Common Log Format writes it."""

import time
from functools import lru_cache


@lru_cache(1)  # most lines have the time of the one before
def stamp(second: int) -> bytes:
    """Return ``10/Oct/2000:13:55:36 ``, for an offset to follow. second: since the epoch."""
    # datetime ends with the year 9999; a slow replay of a log with odd times goes beyond.
    return time.strftime("%d/%b/%Y:%H:%M:%S ", time.gmtime(second)).encode()
