"""What a live screen shows: the state that summaries, gaps and alerts add up to."""

from collections import Counter, deque
from typing import Any

from clfparse.reader import Alert
from clfstats.counting.figures import Totals
from clfstats.figures import classes

_DRAWN = 1_000  # windows that a chart may hold
_ALERTS = 10_000  # kept for history: years of them, unless the threshold is wrong


class Board:
    """A view that writes nothing: it remembers.

    windows: hits of each, None for a gap. last: the newest summary, busy: the newest with traffic.
    alerts: oldest first; forgotten: how many more there were before them.
    """

    def __init__(self) -> None:
        self.windows: deque[int | None] = deque(maxlen=_DRAWN)
        self.last: dict[str, Any] | None = None
        self.busy: dict[str, Any] | None = None
        self.total = Totals(0, 0, 0)
        self.status: Counter[str] = Counter()
        self.late = 0
        self.alerts: deque[Alert] = deque(maxlen=_ALERTS)
        self.forgotten = 0

    def summary(self, found: dict[str, Any]) -> bytes:
        """Add a window, or a late pane of one."""
        hits, size, errors = self.total
        self.total = Totals(hits + found["hits"], size + found["bytes"], errors + found["errors"])
        self.status.update(classes(found["status"]))
        if found.get("late"):
            self.late += found["hits"]
        else:
            self.windows.append(found["hits"])
            self.last = found
            if found["hits"]:
                self.busy = found
        return b""

    def gap(self, _found: dict[str, Any]) -> bytes:
        """Leave a place in the chart."""
        self.windows.append(None)
        return b""

    def alert(self, found: Alert) -> bytes:
        """Remember an alert."""
        self.forgotten += len(self.alerts) == _ALERTS
        self.alerts.append(found)
        return b""
