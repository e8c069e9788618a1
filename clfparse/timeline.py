"""Records on the log's clock: what clfstats and clfalert both start from."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import accumulate
from typing import NamedTuple

from clfparse.clock import Clock, Mode, Now
from clfparse.columns import ColumnReader, Columns
from clfparse.reader import Alert, Event, Reader
from clfparse.refusals import Refusals

_TOLD = 10  # times that a clock set back is told; a log with two clocks would fill the screen


class SetBack(NamedTuple):
    """The log's clock was set back: what is open ends here, the next record starts anew."""

    second: int  # of the next record


class Batch(NamedTuple):
    """Records of which none is late, so that their order matters no more.

    start: the greatest time that the clock had reached before. back: seconds by which its
    `settled` is behind that.
    """

    columns: Columns
    start: int
    back: int

    def ended(self, second: int) -> int:
        """Return the place of the record with which a second was over."""
        reached = list(accumulate(self.columns.seconds, max, initial=self.start))
        return bisect_left(reached, second + 1 + self.back, 1) - 1


class Timeline:
    """Reads records and moves the clock with each, before it is handed on.

    wanted: the fields of a batch.
    """

    def __init__(
        self,
        refusals: Refusals,
        delay: timedelta,
        mode: Mode,
        wanted: frozenset[str] = frozenset(),
    ) -> None:
        self.clock = Clock(delay, mode)
        self._refusals = refusals
        self._reader = Reader(refusals)
        self._columns = ColumnReader(wanted)
        self._heard = timedelta()  # the silence there had been when the last record came
        self._set_back = 0

    def add(self, block: bytes, now: Now) -> Iterator[Event | Alert | SetBack]:
        """Take complete lines; yield what they hold, in their order."""
        yield from self._observe(self._reader.add(block), now)

    def batch(self, block: bytes, now: Now) -> Batch | None:
        """Take complete lines as `add` does, but all at once; None, and nothing taken, if not so.

        That is where a line is not a record, or a record is late or far from the others.
        """
        if self._reader.torn or not (found := self._columns.read(block)):
            return None
        start = self.clock.observe_all(found.seconds, found.offsets, now.wall)
        if start is None:
            return None
        self._refusals.lines += len(found.seconds)
        self._heard = now.silence
        return Batch(found, start, self.clock.back)

    def quiet(self, now: Now) -> None:
        """Take note that no input is waiting: on a live stream, silence moves time."""
        self.clock.quiet(self.silent(now))

    def silent(self, now: Now) -> timedelta:
        """Return how long no record has come, with no input waiting."""
        return now.silence - self._heard

    def finish(self) -> Iterator[Event | Alert | SetBack]:
        """Take the end of input; yield what the reader still held."""
        yield from self._observe(self._reader.finish(), None)

    def _observe(
        self, events: Iterable[Event | Alert], now: Now | None
    ) -> Iterator[Event | Alert | SetBack]:
        for event in events:
            if isinstance(event, Event):
                before = self.clock.newest
                if self.clock.observe(event.time, now.wall if now else None):
                    self._tell(f"the log's clock went back from {before} to {event.time}")
                    yield SetBack(event.time.second)
                if now:
                    self._heard = now.silence
            yield event

    def _tell(self, message: str) -> None:
        self._set_back += 1
        if self._set_back <= _TOLD:
            last = "; it is not told again" if self._set_back == _TOLD else ""
            self._refusals.tell(f"{message}: starting anew{last}")
