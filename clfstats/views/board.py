"""What a live screen shows: the state that summaries, gaps and alerts add up to."""

from collections import Counter, deque
from collections.abc import Iterable

from clfparse.events.alert import Alert
from clfstats.counting.figures import Totals
from clfstats.summary import Gap, Summary
from clfstats.views.humanize import classes

_DRAWN = 1_000  # windows that a chart may hold
_ALERTS = 10_000  # kept for history: years of them, unless the threshold is wrong


class Board:
    """A view that writes nothing: it remembers.

    windows: hits of each, None for a gap. last: the newest summary, busy: the newest with traffic.
    alerts: oldest first; forgotten: how many more there were before them. has_source: whether it
    is known that alerts come here: one has come, or there is a history of them.
    """

    def __init__(self) -> None:
        self.windows: deque[int | None] = deque(maxlen=_DRAWN)
        self.last: Summary | None = None
        self.busy: Summary | None = None
        self.total = Totals(0, 0, 0)
        self.status: Counter[str] = Counter()
        self.late = 0
        self.alerts: deque[Alert] = deque(maxlen=_ALERTS)
        self._earlier: set[bytes] = set()  # lines of the last of those that were there before
        self.forgotten = 0
        self.has_source = False

    def summary(self, summary: Summary) -> bytes:
        """Add a window, or a late pane of one."""
        hits, size, errors = self.total
        self.total = Totals(
            hits + summary["hits"], size + summary["bytes"], errors + summary["errors"]
        )
        self.status.update(classes(summary["status"]))
        if summary.get("late"):
            self.late += summary["hits"]
        else:
            self.windows.append(summary["hits"])
            self.last = summary
            if summary["hits"]:
                self.busy = summary
        return b""

    def gap(self, _gap: Gap) -> bytes:
        """Leave a place in the chart."""
        self.windows.append(None)
        return b""

    def alert(self, alert: Alert) -> bytes:
        """Remember an alert; one that has come from a history as well is known already."""
        self.has_source = True
        if alert.line in self._earlier:
            self._earlier.remove(alert.line)
            return b""
        self.forgotten += len(self.alerts) == _ALERTS
        self.alerts.append(alert)
        return b""

    def begin(self, alerts: Iterable[Alert]) -> None:
        """Begin with the alerts of earlier runs, oldest first."""
        self.has_source = True
        for alert in alerts:
            self.alert(alert)
        self._earlier = {alert.line for alert in self.alerts}
