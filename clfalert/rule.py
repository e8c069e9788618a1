"""The alert rule: a state machine over the hits of each second.

Evaluated once for every second t that is over, in order, over the window ``(t - window, t]``:

- not triggered, and the average exceeds the threshold: triggered at t;
- triggered, and the average is below `recover`: recovered at t.

Equality changes nothing. The average is always taken over the whole window, also at the start of a
run: hits before it are unknown and count as none. Where the log's clock was set back, that would
make recoveries up: none is judged until a whole window has been seen since.

Nor is a recovery older than its trigger, whose time may be one that the log has yet to reach again.
Until then traffic that is back below `recover` only rearms the rule: the next peak triggers anew,
for nobody is to be blind until the log has reached that time.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

_NEVER = -(1 << 62)  # before any second

_FORESEEN = 60  # seconds; no more are looked at: a delay is shorter, nearly always

HELD = 100_000  # seconds; only broken clocks count so many ahead of time, or one so far ahead


class Transition(NamedTuple):
    """A change of the rule's state."""

    triggered: bool  # else recovered
    second: int  # epoch second at which it was seen
    hits: int  # in the window that ends with that second


class Rule:
    """Counts hits by second and tells of transitions.

    threshold, recover: hits per second, compared exactly. window: seconds.
    """

    def __init__(self, threshold: Fraction, recover: Fraction, window: int) -> None:
        self.triggered = False
        self.uncounted = 0  # records too late for any evaluation to come
        self._trigger = threshold * window
        self._recover = recover * window
        self._window = window
        self._counts: dict[int, int] = {}  # by second; those of the window, and later ones
        self._hits = 0  # in the window that ends with _last
        self._last: int | None = None  # the last second evaluated
        self._whole = _NEVER  # the first second whose whole window has been seen
        self.decided = _NEVER  # the last second that an earlier run has decided
        self._since = _NEVER  # the second of the last trigger
        self._rearmed = False  # whether traffic was low since, at a time before that second

    @property
    def needed(self) -> int:
        """The first second whose records may be in the window of a trigger that is yet to come.

        While triggered, a recovery comes first, with less than `recover` in its window: so that
        begins after the last seconds which have as much, and so do the windows that follow it.
        """
        if self._last is None:
            return _NEVER
        first = self._last + 2 - self._window
        if not self.triggered or self._rearmed:
            return first
        last, counts, hits = self._last, self._counts, self._hits
        # What has come already may rule a recovery out for seconds that are not over yet.
        for second in range(last + 1, last + 1 + _FORESEEN):
            hits += counts.get(second, 0) - counts.get(second - self._window, 0)
            if hits < self._recover:
                break
            last = second
        hits = 0
        for second in range(last, first - 1, -1):
            hits += counts.get(second, 0)
            if hits >= self._recover:
                return second + 1
        return first

    def add(self, second: int, hits: int = 1) -> bool:
        """Count records in their true second; those that come late count from now on.

        Returns whether they are counted.
        """
        ahead = 0 if self._last is None else second - self._last
        too_late = self._last is not None and ahead <= 1 - self._window
        # Seconds nearby are few by nature; of those far ahead no more are held than of them.
        full = len(self._counts) > HELD + self._window and second not in self._counts
        if too_late or (ahead > HELD and full):
            self.uncounted += hits
            return False
        if self._last is not None and ahead <= 0:
            self._hits += hits
        self._counts[second] = self._counts.get(second, 0) + hits
        return True

    def advance(self, watermark: int) -> Iterator[Transition]:
        """Evaluate every second before watermark that has not been."""
        if self._last is None:
            self._last = watermark - 1
            if self.decided > _NEVER:  # of the time before this run no window is made up
                self._whole = min(self._counts, default=watermark) + self._window
        while self._last + 1 < watermark:
            self._last += 1
            self._hits += self._counts.get(self._last, 0)
            self._hits -= self._counts.pop(self._last - self._window, 0)
            if transition := self._evaluate(self._last):
                yield transition
            if not self._hits:
                # Nothing changes until there is traffic again, be it a year.
                ahead = min(self._counts, default=watermark) - 1
                if self.triggered and self._since > self._last:  # but for a recovery after it
                    ahead = min(ahead, self._since)
                self._last = max(self._last, min(ahead, watermark - 1))

    def finish(self, newest: int, *, to_be_continued: bool = False) -> Iterator[Transition]:
        """Evaluate up to the last record's second; what comes after it is unknown, not silence.

        to_be_continued: another run will see more of the seconds that are not over. A trigger
        there stays one; whether it recovers is for that run to decide.
        """
        if to_be_continued:
            self._whole = max(self._whole, newest + 1)
        yield from self.advance(newest + 1)

    def resume(self, second: int, *, triggered: bool) -> None:
        """Go on from where an earlier run has ended, before any record is counted.

        second, triggered: of its last transition. Seconds up to it are decided.
        """
        self.triggered = triggered
        self.decided = second
        self._since = second if triggered else _NEVER

    def reopen(self, second: int) -> None:
        """Take only seconds up to this one as decided: the clock of the last alert was ahead."""
        self.decided = second

    def restart(self, first: int) -> None:
        """Forget all counts: the log's clock was set back. The state stays.

        first: the second of the record that comes next. It may have begun before the clock was set
        back, so that the first whole window is that of the seconds after it.
        """
        self._counts.clear()
        self._hits = 0
        self._last = first - 1
        self._whole = first + self._window
        self.decided = _NEVER

    def _evaluate(self, second: int) -> Transition | None:
        if second <= self.decided:
            return None
        if self.triggered:
            if self._hits < self._recover and second >= self._whole:
                self._rearmed = second <= self._since
                self.triggered = self._rearmed
                return None if self._rearmed else Transition(False, second, self._hits)
            if not self._rearmed:
                return None
        if self._hits <= self._trigger:
            return None
        self.triggered, self._since, self._rearmed = True, second, False
        return Transition(True, second, self._hits)
