"""clfalert as a filter: records or parts in, alerts out, and they too if they are to pass."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from fractions import Fraction

import orjson

from clfalert import alert as alerts
from clfalert.history import History
from clfalert.recent import Cause, Recent
from clfalert.rule import Rule, Transition
from clfparse.events.alert import Alert, alert_text
from clfparse.events.clock import BACK, Mode
from clfparse.events.hit import Run
from clfparse.events.part import PartLine
from clfparse.events.reader import Event
from clfparse.events.timeline import SetBack, Tick, Timeline
from clfparse.stream.contract import Now
from clfparse.stream.rejects import Rejects

_SETTLED = 1 << 18  # bytes of input between two looks at what need not be held any longer

_TIMED = (Run, Tick)  # what has a time and hits; a union would be made anew for each event

HINT = "clfalert reads what clfparse writes: clfparse access.log | clfalert"


class Watch:
    """Watches the traffic's rate.

    threshold, recover: hits per second. window: seconds. text: write an alert's message alone,
    in colour if so. through: write the records too. history: the alerts of earlier runs, loaded
    before the first call; those of this run are added. label: what alerts are to bear.
    """

    def __init__(
        self,
        rejects: Rejects,
        *,
        threshold: Fraction,
        recover: Fraction,
        window: int,
        delay: timedelta,
        mode: Mode,
        text: bool,
        through: bool,
        colour: bool = False,
        history: History | None = None,
        label: str | None = None,
    ) -> None:
        self._rejects = rejects
        self._threshold = threshold
        self._window = window
        self._text = text
        self._colour = colour
        self._through = through
        self._timeline = Timeline(rejects, delay, mode)
        self._rule = Rule(threshold, recover, window)
        self._recent = Recent()
        self._read = 0  # bytes, since the last of those looks
        self._history = history
        self._label = label
        self._newest = 0
        self._offset = 0

    def add(self, block: bytes, now: Now) -> bytes:
        """Take complete lines; return the alerts they raise, before the records that raise them."""
        if self._history and not self._timeline.clock.newest:
            self._history.resume(self._rule, self._label)
        written = b"".join(self._take(self._timeline.add(block, now)))
        self._read += len(block)
        if self._read > _SETTLED + self._recent.size // 8:
            self._read = 0
            self._recent.settle(self._rule.needed)
        return written

    def on_idle(self, now: Now) -> bytes:
        """Return the alerts that silence brings."""
        written = b"".join(self._take(self._timeline.on_idle(now)))
        return written + b"".join(self._advance())

    def close(self) -> bytes:
        """Return the alerts up to the last record's second."""
        last = b"".join(self._take(self._timeline.close()))
        ended = self._rule.finish(self._newest, to_be_continued=self._history is not None)
        last += b"".join(self._alerts(ended))
        if late := self._rule.uncounted:
            noun = "record" if late == 1 else "records"
            self._rejects.report(f"{late:,} {noun} came too late for the window")
        return last

    def _take(self, events: Iterable[Event | Tick | SetBack]) -> Iterator[bytes]:
        clock, newest = self._timeline.clock, None
        for event in events:
            if isinstance(event, _TIMED):
                self._count(event)
                if clock.newest is not newest:
                    newest = clock.newest
                    yield from self._advance()
                if self._through and isinstance(event, Run):
                    yield b"\n".join([*event.lines, b""])
            elif isinstance(event, PartLine):
                self._recent.stage(event)
                if self._through:
                    yield event.line + b"\n"
            elif isinstance(event, Alert):
                yield self._line(event)
            else:
                yield from self._alerts(self._rule.finish(self._newest))
                self._rule.restart(event.second)
                self._recent = Recent()

    def _count(self, event: Run | Tick) -> None:
        counted = self._rule.add(event.time.second, event.count)
        if isinstance(event, Run):
            if counted:
                self._recent.add(event)
        else:
            self._recent.add_staged(event.count * counted)

    def _advance(self) -> Iterator[bytes]:
        clock = self._timeline.clock
        if clock.newest:
            self._newest, self._offset = clock.newest
            if clock.live and self._rule.decided - self._newest > BACK:
                self._rejects.report("the clock of the last alert in the history was ahead")
                self._rule.reopen(self._newest)
            yield from self._alerts(self._rule.advance(clock.watermark))

    def _alerts(self, changes: Iterable[Transition]) -> Iterator[bytes]:
        for change in changes:
            cause = self._cause(change) if change.triggered else None
            fields = alerts.alert(
                change, self._threshold, self._window, self._offset, self._label, cause
            )
            line = orjson.dumps(fields)
            if self._history is None or self._history.add(line):
                yield self._line(Alert(line, fields["message"], not change.triggered))

    def _cause(self, change: Transition) -> Cause:
        return self._recent.cause(change.second - self._window + 1, change.second, change.hits)

    def _line(self, alert: Alert) -> bytes:
        if self._text:
            return alert_text(alert, colour=self._colour).encode() + b"\n"
        return alert.line + b"\n"
