"""Alerts that have passed, each from its trigger to its recovery."""

import dataclasses
from collections import deque
from dataclasses import dataclass
from itertools import chain

import orjson

from clfparse.counting.keys import key, name
from clfparse.events.alert import Alert, Share, causes
from clfparse.values.times import Instant, instant

_HELD = 2_000  # of the first, and of the last
_LONGEST = 200  # characters of a value, and of a label


@dataclass
class Episode:
    """An alert. start, end: None where its trigger, or its recovery, has not come.

    until: when another trigger of the same rule came instead. rate: hits per second, when it was
    triggered. window: seconds, over which the rate is a mean.
    """

    start: Instant | None = None
    end: Instant | None = None
    until: Instant | None = None
    rate: float | None = None
    threshold: float | None = None
    window: float | None = None
    label: str | None = None
    causes: list[Share] = dataclasses.field(default_factory=list)


class Episodes:
    """Pairs what was triggered with what has recovered: of one label, threshold and window each.

    Other programs write alerts, too: a field may be missing or of any kind. An alert without a time
    is counted alone. forgotten: episodes between the first and the last, which are held.
    """

    def __init__(self) -> None:
        self._first: list[Episode] = []
        self._last: deque[Episode] = deque(maxlen=_HELD)
        self._open: dict[tuple[str | None, float | None, float | None], Episode] = {}
        self.forgotten = 0
        self.untimed = 0

    @property
    def episodes(self) -> list[Episode]:
        """Those that are held, in the order in which they came."""
        return [*chain(self._first, self._last)]

    @property
    def any(self) -> bool:
        """Whether an alert has come."""
        return bool(self._first or self.untimed)

    def add(self, alert: Alert) -> None:
        """Take an alert."""
        fields = orjson.loads(alert.line)
        if not (time := _time(fields.get("time"))):
            self.untimed += 1
            return
        label = fields.get("label")
        label = label[:_LONGEST] if isinstance(label, str) else None
        rule = (label, _number(fields.get("threshold")), _number(fields.get("window")))
        before = self._open.pop(rule, None)
        if alert.recovered and before:
            before.end = time
            return
        if before:
            before.until = time
        episode = Episode(threshold=rule[1], window=rule[2], label=label)
        if alert.recovered:
            episode.end = time
        else:
            episode.start = time
            episode.rate = _number(fields.get("rate"))
            episode.causes = list(map(_short, causes(alert)))
            self._open[rule] = episode
            if len(self._open) > _HELD:
                del self._open[next(iter(self._open))]
        self._hold(episode)

    def _hold(self, episode: Episode) -> None:
        if len(self._first) < _HELD:
            self._first.append(episode)
            return
        self.forgotten += len(self._last) == _HELD
        self._last.append(episode)


def _time(value: object) -> Instant | None:
    if not isinstance(value, str):
        return None
    try:
        return instant(value)
    except ValueError:
        return None


def _number(value: object) -> float | None:
    """Return a number that is one and not negative."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return value
    return None


def _short(share: Share) -> Share:
    """Return a share with its value as far as it is held: as text, if it is cut."""
    shown = name(key(share.value))
    return share if len(shown) <= _LONGEST else share._replace(value=f"{shown[:_LONGEST]}…")
