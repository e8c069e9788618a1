"""clfstats as a filter: records and parts in, summaries or parts out, alerts passed on."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Protocol, runtime_checkable

from clfparse.events.alert import Alert
from clfparse.events.clock import Clock, Mode
from clfparse.events.hit import Hit, Run
from clfparse.events.part import PartLine
from clfparse.events.reader import Event, Unfit
from clfparse.events.timeline import SetBack, Tick, Timeline
from clfparse.stream.contract import Now
from clfparse.stream.rejects import Rejects
from clfparse.values.escapes import printable
from clfparse.values.times import Instant, short
from clfstats import summary as summaries
from clfstats.counting.accumulator import FIELDS, Accumulator
from clfstats.counting.figures import Totals
from clfstats.counting.pane import Gap, Window
from clfstats.counting.windows import Windows
from clfstats.metrics import Metrics
from clfstats.summary import Summary
from clfstats.views.parts import PartsView

HINT = "clfstats reads what clfparse writes: clfparse access.log | clfstats"


class View(Protocol):
    """A form of output. Each block ends with a newline."""

    def summary(self, summary: Summary) -> bytes:
        """Render the summary of a window."""

    def gap(self, gap: summaries.Gap) -> bytes:
        """Render a gap."""

    def alert(self, alert: Alert) -> bytes:
        """Render an alert from the input."""


class Watcher(Protocol):
    """What is shown meanwhile, in place of output: it takes all that is counted, as it comes."""

    def hits(self, time: Instant, hits: list[Hit], lines: list[bytes]) -> None:
        """Take records of one time. lines: their lines."""

    def tick(self, time: Instant, count: int) -> None:
        """Take a second of parts: how many records it had."""

    def window(self, window: Window) -> None:
        """Take a window that is over, or a late pane of one: its traffic is the watcher's own."""

    def alert(self, alert: Alert) -> None:
        """Take an alert from the input."""

    def set_back(self, second: int) -> None:
        """Take note that the log's clock was set back to this second."""


@runtime_checkable
class WindowView(Protocol):
    """A form of output that is made of all that was counted: a gap says nothing to it."""

    def window(self, window: Window) -> bytes:
        """Render a window."""

    def alert(self, alert: Alert) -> bytes:
        """Render an alert from the input."""

    def close(self) -> bytes:
        """Render what comes at the end of input, after all windows."""


class Stats:
    """Sums up records by window.

    view: of PartsView, what is written is parts; a Watcher writes nothing. window: seconds. by:
    fields whose values are counted. optional: those of them that parts need not have. top: how many
    values are shown. metrics: counters of the run, by section. traffic: as of `Windows`.
    """

    def __init__(
        self,
        rejects: Rejects,
        view: View | WindowView | None,
        *,
        watcher: Watcher | None = None,
        window: int,
        by: tuple[str, ...],
        optional: tuple[str, ...] = (),
        top: int,
        delay: timedelta,
        mode: Mode,
        metrics: Metrics | None = None,
        traffic: Callable[[], Accumulator] | None = None,
    ) -> None:
        self._rejects = rejects
        self._metrics = metrics
        self._view = view
        self._watcher = watcher
        # Which of the two it is, is asked once: a protocol takes a few microseconds to answer.
        self._whole = view if isinstance(view, WindowView) else None
        self._each = None if isinstance(view, WindowView) else view
        self._top = top
        self._needed = [field for field in by if field not in optional]
        parts = isinstance(view, PartsView)
        # Where parts are written, what comes late is one more part: a log of another server, too.
        self._timeline = Timeline(
            rejects, delay, mode, FIELDS | set(by), self._accept, silent=parts
        )
        self._windows = Windows(window, by, whole=parts, traffic=traffic)
        self._looked = False  # for fields that no record has

    def add(self, block: bytes, now: Now) -> bytes:
        """Take complete lines; return the windows that they have brought to an end."""
        written = b"".join(self._take(self._timeline.add(block, now)))
        return written + self._render(self._windows.count())

    def on_idle(self, now: Now) -> bytes:
        """Return the windows that silence has brought to an end."""
        written = b"".join(self._take(self._timeline.on_idle(now)))
        return written + self._advance()

    def close(self) -> bytes:
        """Return the windows that are still open."""
        last = b"".join(self._take(self._timeline.close()))
        last += self._render(self._windows.finish())
        return last + self._whole.close() if self._whole else last

    def pending(self) -> Totals:
        """Return what has been counted in windows that are still open."""
        return self._windows.pending()

    def current(self) -> Window | None:
        """Return the newest window with records that is open, as far as it has been seen."""
        return self._windows.current()

    @property
    def clock(self) -> Clock:
        """The log's clock."""
        return self._timeline.clock

    def silent(self, now: Now) -> timedelta:
        """Return how long no record has come."""
        return self._timeline.silent(now)

    def _accept(self, part: PartLine) -> None:
        """Raise Unfit for a part that these windows or fields cannot be counted of."""
        if lacking := [field for field in self._needed if field not in part.fields.by]:
            options = " ".join(f"--by {printable(field)}" for field in lacking)
            raise Unfit(f"a part that was counted without {options}: make parts with it")
        if not self._windows.fits(part):
            size = short(part.end - part.start)
            raise Unfit(f"a part of {size} that lies in no window: --window {size}, or a multiple")

    def _take(self, events: Iterable[Event | Tick | SetBack]) -> Iterator[bytes]:
        clock, newest = self._timeline.clock, None
        for event in events:
            if isinstance(event, Run):
                # Most runs move no time: this saves a third of the time where many are late.
                moved = clock.newest is not newest
                newest = clock.newest
                yield from self._take_run(event, moved=moved)
            elif isinstance(event, Alert):
                if self._metrics:
                    self._metrics.alert(event)
                yield self._alert(event)
            elif isinstance(event, SetBack):
                yield self._render(self._windows.finish())
                if self._watcher:
                    self._watcher.set_back(event.second)
            else:
                yield self._take_part(event)

    def _take_run(self, run: Run, *, moved: bool) -> Iterator[bytes]:
        newest, hits = self._timeline.clock.newest, run.hits
        if self._watcher:
            self._watcher.hits(run.time, hits, run.lines)
        if moved and newest:
            self._windows.follow(newest)
        while hits:
            hits = hits[self._windows.add(run.time, hits) :]
            if moved or self._windows.crowded:
                moved = False
                yield self._advance()

    def _take_part(self, event: PartLine | Tick) -> bytes:
        if isinstance(event, PartLine):
            self._windows.hold(event)
            return b""
        if self._watcher:
            self._watcher.tick(event.time, event.count)
        if newest := self._timeline.clock.newest:
            self._windows.follow(newest)
        if event.last:
            self._windows.release()
        return self._advance()

    def _advance(self) -> bytes:
        clock = self._timeline.clock
        if not clock.newest:
            return b""
        if self._metrics:
            self._metrics.newest = clock.newest.second
        return self._render(self._windows.advance(clock.watermark, clock.present))

    def _alert(self, alert: Alert) -> bytes:
        if self._watcher:
            self._watcher.alert(alert)
        return self._view.alert(alert) if self._view else b""

    def _render(self, items: Iterable[Window | Gap]) -> bytes:
        return b"".join(map(self._item, items))

    def _item(self, item: Window | Gap) -> bytes:
        if isinstance(item, Gap):
            return self._each.gap(summaries.gap(item)) if self._each else b""
        if self._metrics:
            self._metrics.add(item)
        if item.traffic.totals.hits and not self._looked:
            self._looked = True
            for field in item.traffic.missing:
                if field in self._needed:
                    self._rejects.report(f"no record so far has a field {field!r}")
        if self._watcher:
            self._watcher.window(item)
        if self._whole:
            return self._whole.window(item)
        return self._each.summary(summaries.summary(item, self._top)) if self._each else b""
