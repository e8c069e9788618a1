"""Records and parts on the log's clock: what both clfstats and clfalert start from."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple

from msgspec import Struct

from clfparse.events.clock import Clock, Mode
from clfparse.events.hit import Run
from clfparse.events.part import PartLine
from clfparse.events.reader import Event, Reader, any_part
from clfparse.stream.contract import Now
from clfparse.stream.rejects import Rejects
from clfparse.values.times import SECOND, Instant

_REPORTED = 10  # set-backs that are reported; a log with two clocks would fill the screen


class SetBack(NamedTuple):
    """The log's clock was set back: what is open ends here, the next record starts anew."""

    second: int  # of the next record


class Tick(Struct, gc=False):
    """Records of one time in parts, some or all: the first of them has moved the clock.

    last: of their window; all parts of it that came in a row are known by then.
    """

    time: Instant
    count: int
    last: bool


class Passage:
    """The seconds of parts of one window that came in a row, whatever their order.

    start, end: of the window. times: hits and the greatest offset of each second.
    """

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self._hits: dict[int, int] = {}
        self._offsets: dict[int, int] = {}

    def add(self, part: PartLine) -> None:
        """Take another part of the same window."""
        for (second, offset), hits in part.times.items():
            self._hits[second] = self._hits.get(second, 0) + hits
            self._offsets[second] = max(self._offsets.get(second, offset), offset)

    def times(self) -> list[tuple[Instant, int]]:
        """Return the times in order, each with its hits."""
        offsets = self._offsets
        return [(Instant(at, offsets[at]), hits) for at, hits in sorted(self._hits.items())]


class Timeline:
    """Reads records and parts, and moves the clock with each run or second before handing it on.

    fields: those that are wanted of a record; accept: see clfparse.events.reader. silent: where it
    is no news that the clock goes back.
    """

    def __init__(
        self,
        rejects: Rejects,
        delay: timedelta,
        mode: Mode,
        fields: Iterable[str] = (),
        accept: Callable[[PartLine], None] = any_part,
        *,
        silent: bool = False,
    ) -> None:
        self.clock = Clock(delay, mode)
        self._rejects = rejects
        self._reader = Reader(rejects, fields, accept)
        self._heard = timedelta()  # the silence there had been when the last record came
        self._passage: Passage | None = None  # of parts whose seconds have not passed
        self._longest = 0  # seconds of a part's window
        self._quiet = silent

    def add(self, block: bytes, now: Now) -> Iterator[Event | Tick | SetBack]:
        """Take complete lines; yield what they hold, in their order.

        When a run comes, the clock stands as its first record has moved it; the others of the run
        move it no further. A part comes as it is read, before the clock moves: parts of its window
        may follow in any order. Its ticks come before what follows them, or in a live silence.
        """
        return self._observe(self._reader.add(block), now)

    def on_idle(self, now: Now) -> Iterator[Tick | SetBack]:
        """Take note that no input is waiting: on a live stream, silence moves time."""
        if self._passage and self.clock.hears(self._passage.times()[-1][0], now.wall):
            yield from self._pass(now)
        self.clock.on_idle(self.silent(now))

    def silent(self, now: Now) -> timedelta:
        """Return how long no record has come, with no input waiting."""
        return now.silence - self._heard

    def close(self) -> Iterator[Event | Tick | SetBack]:
        """Take the end of input; yield what the reader still held."""
        yield from self._observe(self._reader.finish(), None)
        yield from self._pass(None)

    def _observe(
        self, events: Iterable[Event], now: Now | None
    ) -> Iterator[Event | Tick | SetBack]:
        clock, arrived = self.clock, now.wall if now else None
        for event in events:
            if not isinstance(event, Run):
                if isinstance(event, PartLine):
                    yield from self._hold(event, now)
                yield event
                continue
            if self._passage:
                yield from self._pass(now)
            if now:
                self._heard = now.silence
            run, count = event, event.count
            while True:
                before, restarts = clock.newest, clock.restarts
                taken = clock.on_record(run.time, count, arrived)
                if clock.restarts > restarts:
                    yield self._set_back(before, run.time)
                if taken == count:
                    yield run
                    break
                first, run = run.split(taken)
                count -= taken
                yield first

    def _hold(self, part: PartLine, now: Now | None) -> Iterator[Tick | SetBack]:
        """Take a part; yield the ticks of those of another window before it."""
        passage = self._passage
        if passage and (passage.start, passage.end) != (part.start, part.end):
            yield from self._pass(now)
        self._passage = self._passage or Passage(part.start, part.end)
        self._passage.add(part)
        if now:
            self._heard = now.silence

    def _pass(self, now: Now | None) -> Iterator[Tick | SetBack]:
        """Let the seconds of parts pass, as if each of their records came now.

        Parts that begin before others have ended wait for each other as long as the longest is.
        """
        passage, self._passage = self._passage, None
        if not passage:
            return
        clock, times, arrived = self.clock, passage.times(), now.wall if now else None
        self._longest = max(self._longest, passage.end - passage.start)
        if clock.newest and 0 < clock.newest.second - times[0][0].second < self._longest:
            clock.wait(self._longest * SECOND)
        for time, count in times:
            left = count
            while left:
                before, restarts = clock.newest, clock.restarts
                taken = clock.on_record(time, left, arrived)
                if clock.restarts > restarts:
                    yield self._set_back(before, time, "; LC_ALL=C sort puts parts in order")
                left -= taken
                yield Tick(time, taken, last=not left and time is times[-1][0])

    def _set_back(self, before: Instant | None, time: Instant, hint: str = "") -> SetBack:
        if self.clock.restarts <= _REPORTED and not self._quiet:
            last = "; it is not reported again" if self.clock.restarts == _REPORTED else hint
            message = f"the log's clock went back from {before} to {time}: starting anew{last}"
            self._rejects.report(message)
        return SetBack(time.second)
