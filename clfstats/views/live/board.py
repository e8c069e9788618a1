"""All that a live screen knows: what has been counted adds up here, and nothing is written."""

from collections.abc import Iterable
from datetime import timedelta
from threading import Lock
from typing import NamedTuple

from clfparse.events.alert import Alert
from clfparse.events.hit import Hit
from clfparse.stream.contract import Now
from clfparse.values.times import Instant
from clfstats.counting.accumulator import Accumulator
from clfstats.counting.figures import Totals
from clfstats.counting.pane import Window
from clfstats.views.live.alerts import Alerts
from clfstats.views.live.archive import Archive
from clfstats.views.live.narrowed import Condition, Narrowed
from clfstats.views.live.rates import Rates
from clfstats.views.live.recent import RecentRecords


class Known(NamedTuple):
    """What is known before anything is read. label: the log's name; window: of alerts, seconds."""

    label: str = ""
    threshold: float | None = None
    window: int | None = None


class Board:
    """Takes what a `Stats` counts, as its Watcher; the screen reads it under the lock.

    by: the fields counted by. size: seconds of a window. top: rows of a table; None: as many as
    there is room for. total: of all windows written; late: records in late panes. last:
    the newest window that was seen whole, or else the newest. now: when input last came or did not.
    """

    def __init__(
        self,
        by: tuple[str, ...],
        size: int,
        known: Known | None = None,
        top: int | None = None,
    ) -> None:
        self.lock = Lock()
        self.by = by
        self.size = size
        self.top = top
        self.known = known or Known()
        self.now = Now(0.0, timedelta())
        self.rates = Rates()
        self.recent = RecentRecords()
        self.alerts = Alerts()
        self.alerts.has_source = self.known.threshold is not None
        self.archive = Archive()
        self.total = Accumulator(by)
        self.last: Window | None = None
        self.late = 0
        self.windows = 0  # that have been written
        self.offset = 0  # of the newest record, seconds from UTC
        self.narrowed: Narrowed | None = None
        self.at_end = False  # of the input

    def hits(self, time: Instant, hits: list[Hit], lines: list[bytes]) -> None:
        """Take records of one time."""
        self.offset = time.offset
        self.rates.add(time.second, len(hits))
        self.recent.add(time, hits, lines)
        if self.narrowed:
            self.narrowed.add(time, hits)

    def tick(self, time: Instant, count: int) -> None:
        """Take a second of parts."""
        self.offset = time.offset
        self.rates.add(time.second, count)

    def window(self, window: Window) -> None:
        """Take a window that is over, or a late pane of one."""
        self.windows += 1
        self.total.merge(window.traffic)
        self.archive.add(window)
        if window.late:
            self.late += window.traffic.totals.hits
        elif window.traffic.totals.hits and not (window.partial and self.last):
            self.last = window

    def alert(self, alert: Alert) -> None:
        """Take an alert."""
        self.alerts.add(alert)

    def begin(self, alerts: Iterable[Alert]) -> None:
        """Begin with the alerts of earlier runs, oldest first."""
        self.alerts.begin(alerts)

    def set_back(self, second: int) -> None:
        """Forget what is ahead of the log's clock: in the chart, of windows, of records held."""
        self.rates.forget(second)
        self.archive.forget(second)
        self.recent.forget(second)
        if self.narrowed:
            self.narrow(self.narrowed.conditions)

    def narrow(self, conditions: list[Condition]) -> None:
        """Narrow to the records with these values, or (none) to all."""
        self.narrowed = Narrowed(conditions, self.by, self.recent) if conditions else None

    def sums(self, pending: Totals) -> Totals:
        """Return what all records add up to. pending: those of open windows."""
        return self.total.totals.plus(pending)
