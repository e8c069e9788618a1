"""The alerts that have come: as a list, as spans of time, and as the state of things."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import orjson

from clfparse.events.alert import Alert, causes
from clfparse.values.escapes import displayed
from clfparse.values.times import Instant, instant
from clfstats.views import humanize

_ALERTS = 10_000  # held: years of them, unless the threshold is wrong


class AlertEntry(NamedTuple):
    """An alert, as far as it could be read: what it lacks is None, or empty.

    time: of the change; rate and threshold: hits per second; window: seconds; cause: what had the
    most hits, as text that is safe to show; label: the name of the log.
    """

    message: str
    recovered: bool
    time: Instant | None
    rate: float | None
    threshold: float | None
    window: int | None
    cause: str
    label: str
    line: bytes


class Span(NamedTuple):
    """A time in which an alert was triggered, [start, end) in epoch seconds; end: None for now."""

    start: int
    end: int | None


def read_alert(alert: Alert) -> AlertEntry:
    """Read an alert. Fields that are absent, unknown or of another kind break nothing."""
    fields: dict[str, Any] = {}
    with suppress(orjson.JSONDecodeError):  # of numbers past all bounds
        fields = orjson.loads(alert.line)
    window = _number(fields.get("window"))
    label = fields.get("label")
    return AlertEntry(
        displayed(alert.message),
        alert.recovered,
        _time(fields.get("time")),
        _number(fields.get("rate")),
        _number(fields.get("threshold")),
        int(window) if window and window >= 1 else None,
        ", ".join("{} {} %".format(*humanize.cause(share)) for share in causes(alert)),
        displayed(label) if isinstance(label, str) else "",
        alert.line,
    )


class Alerts:
    """All alerts, oldest first. forgotten: how many more there were before those that are held.

    has_source: whether it is known that alerts come here: one has come, or there is a history.
    """

    def __init__(self) -> None:
        self.entries: deque[AlertEntry] = deque(maxlen=_ALERTS)
        self.forgotten = 0
        self.has_source = False
        self._earlier: set[bytes] = set()  # lines of the last of those that were there before

    def __len__(self) -> int:
        return len(self.entries) + self.forgotten

    def add(self, alert: Alert) -> None:
        """Hold an alert; one that has come from a history as well is held already."""
        self.has_source = True
        if alert.line in self._earlier:
            self._earlier.remove(alert.line)
            return
        self.forgotten += len(self.entries) == _ALERTS
        self.entries.append(read_alert(alert))

    def begin(self, alerts: Iterable[Alert]) -> None:
        """Begin with the alerts of earlier runs, oldest first."""
        self.has_source = True
        for alert in alerts:
            self.add(alert)
        self._earlier = {entry.line for entry in self.entries}

    @property
    def last(self) -> AlertEntry | None:
        """The newest."""
        return self.entries[-1] if self.entries else None

    def spans(self, since: int) -> Iterator[Span]:
        """Yield the times in which one was triggered, the newest first, that end after a second."""
        end: int | None = None
        for entry in reversed(self.entries):
            if not entry.time:
                continue
            if entry.recovered:
                end = entry.time.second
                if end < since:
                    return
            else:
                yield Span(entry.time.second, end)
                end = entry.time.second


def _time(value: Any) -> Instant | None:  # noqa: ANN401 - of JSON
    try:
        return instant(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _number(value: Any) -> float | None:  # noqa: ANN401 - of JSON
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and value >= 0 else None
