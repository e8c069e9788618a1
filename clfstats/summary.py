"""The summary of a window and the gap between two: as objects of the stream.

`summary.schema.json`, beside this file, says the same as JSON Schema.
"""

from typing import Any

from clfparse.times import Instant
from clfstats.counting.windows import Gap, Window


def summary(window: Window, offset: int, top: int | None) -> dict[str, Any]:
    """Return a window's summary. offset: seconds from UTC, for its times; top: values shown."""
    traffic = window.traffic.emit(top)
    hits = traffic.pop("hits")
    found = {
        "type": "summary",
        "start": str(Instant(window.start, offset)),
        "end": str(Instant(window.end, offset)),
        "hits": hits,
        "rate": round(hits / (window.end - window.start), 3),
        **traffic,
    }
    for flag in ("late", "partial"):
        if getattr(window, flag):
            found[flag] = True
    return found


def gap(between: Gap, offset: int) -> dict[str, Any]:
    """Return what stands for many windows without traffic."""
    return {
        "type": "gap",
        "start": str(Instant(between.start, offset)),
        "end": str(Instant(between.end, offset)),
    }
