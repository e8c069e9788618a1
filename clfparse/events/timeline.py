"""Records on the log's clock: what clfstats and clfalert both start from."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple

from clfparse.events.alert import Alert
from clfparse.events.clock import Clock, Mode
from clfparse.events.hit import Run
from clfparse.events.reader import Reader
from clfparse.stream.contract import Now
from clfparse.stream.rejects import Rejects

_REPORTED = 10  # set-backs that are reported; a log with two clocks would fill the screen


class SetBack(NamedTuple):
    """The log's clock was set back: what is open ends here, the next record starts anew."""

    second: int  # of the next record


class Timeline:
    """Reads records and moves the clock with each run of them, before it is handed on.

    fields: those that are wanted of a record; see clfparse.events.reader.
    """

    def __init__(
        self,
        rejects: Rejects,
        delay: timedelta,
        mode: Mode,
        fields: Iterable[str] = (),
    ) -> None:
        self.clock = Clock(delay, mode)
        self._rejects = rejects
        self._reader = Reader(rejects, fields)
        self._heard = timedelta()  # the silence there had been when the last record came

    def add(self, block: bytes, now: Now) -> Iterator[Run | Alert | SetBack]:
        """Take complete lines; yield what they hold, in their order.

        When a run comes, the clock stands as its first record has moved it; the others of the run
        move it no further.
        """
        return self._observe(self._reader.add(block), now)

    def on_idle(self, now: Now) -> None:
        """Take note that no input is waiting: on a live stream, silence moves time."""
        self.clock.on_idle(self.silent(now))

    def silent(self, now: Now) -> timedelta:
        """Return how long no record has come, with no input waiting."""
        return now.silence - self._heard

    def close(self) -> Iterator[Run | Alert | SetBack]:
        """Take the end of input; yield what the reader still held."""
        return self._observe(self._reader.finish(), None)

    def _observe(
        self, events: Iterable[Run | Alert], now: Now | None
    ) -> Iterator[Run | Alert | SetBack]:
        clock, arrived = self.clock, now.wall if now else None
        for event in events:
            if not isinstance(event, Run):
                yield event
                continue
            if now:
                self._heard = now.silence
            run, count = event, event.count
            while True:
                before, restarts = clock.newest, clock.restarts
                taken = clock.on_record(run.time, count, arrived)
                if clock.restarts > restarts:
                    self._report(f"the log's clock went back from {before} to {run.time}")
                    yield SetBack(run.time.second)
                if taken == count:
                    yield run
                    break
                first, run = run.split(taken)
                count -= taken
                yield first

    def _report(self, message: str) -> None:
        if self.clock.restarts <= _REPORTED:
            last = "; it is not reported again" if self.clock.restarts == _REPORTED else ""
            self._rejects.report(f"{message}: starting anew{last}")
