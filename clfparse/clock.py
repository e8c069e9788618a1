"""The log's own time: which seconds are over, however the log is disordered.

A pure state machine that clfstats and clfalert share. It is fed times of records and lengths of
silence, and never looks at a clock of its own.
"""

from datetime import timedelta
from enum import StrEnum
from itertools import accumulate
from operator import sub
from typing import NamedTuple

from clfparse.times import SECOND, Instant

NEAR_WALL = 600  # seconds from the wall clock within which a record is of a live stream
FAR = 3600  # seconds from newest beyond which a time is not believed at once
AGREE = 32  # records in a row that are believed


class Now(NamedTuple):
    """The moment at which input came or did not come.

    wall: wall-clock epoch seconds. silence: time spent waiting since the start of the run.
    """

    wall: float
    silence: timedelta


class Mode(StrEnum):
    """Whether silence moves time."""

    AUTO = "auto"  # on a live stream: one whose last record was near the wall clock on arrival
    EVENT = "event"  # never
    WALL = "wall"  # always


class Clock:
    """Tells which seconds are over: all those before `settled`.

    delay: how late a record may come and still be in time.
    """

    def __init__(self, delay: timedelta, mode: Mode = Mode.AUTO) -> None:
        self._delay = delay
        self._mode = mode
        self._newest: Instant | None = None
        self._settled: int | None = None
        self._live = False
        self._ahead: list[Instant] = []  # the last records, if all are far ahead; below AGREE
        self._behind = 0  # how many of the last records, in a row, are far behind

    @property
    def newest(self) -> Instant | None:
        """The greatest time believed; None before the first record."""
        return self._newest

    @property
    def settled(self) -> int:
        """The first second that is not over. It goes back only when `observe` says so."""
        if self._settled is None:
            raise ValueError("no record yet")
        return self._settled

    @property
    def present(self) -> int:
        """The latest second known of: a record's, or one that silence has reached."""
        return max(self._newest.second, self.settled) if self._newest else self.settled

    def observe(self, time: Instant, arrived: float | None = None) -> bool:
        """Take a record's time. True: the clock was set back, and starts anew with this record.

        arrived: wall-clock epoch seconds; None where they mean nothing.
        """
        self._live = arrived is not None and abs(time.second - arrived) <= NEAR_WALL
        if self._newest is None:
            self._start(time)
            return False
        ahead = time.second - self._newest.second
        behind = ahead < -FAR or (ahead < -NEAR_WALL and self._overtaken(arrived))
        self._behind = self._behind + 1 if behind else 0
        if self._behind == AGREE:
            self._start(time)
            return True
        # A time near the wall clock is believed at once: a log that was silent for hours resumes.
        if ahead > FAR and not (self._live and self._mode is not Mode.EVENT):
            self._ahead.append(time)
            if len(self._ahead) == AGREE:
                self._move(min(self._ahead))
        else:
            self._ahead = []
            if ahead >= 0:
                self._move(time)
        return False

    def _overtaken(self, arrived: float | None) -> bool:
        """Tell whether newest lies in the future of a live stream: its clock was ahead till now."""
        if arrived is None or self._newest is None or self._mode is Mode.EVENT:
            return False
        return self._live and self._newest.second - arrived > NEAR_WALL

    @property
    def back(self) -> int:
        """The delay in whole seconds: `settled` is so far behind the greatest time reached."""
        return -(-self._delay // SECOND)

    def observe_all(
        self, seconds: list[int], offsets: set[int], arrived: float | None = None
    ) -> int | None:
        """Take the times of records of which none is late, far ahead or of another offset.

        Returns the time that had been reached before; or None, with nothing taken, where one is.
        """
        if self._newest is None or offsets != {self._newest.offset}:
            return None
        before, offset = self._newest
        start = max(before, self.settled + self.back)
        newest = max(before, *seconds)
        if self.back > NEAR_WALL or newest - before > FAR:
            return None
        # Whatever their order, none is late if the first is not behind the last of them.
        if min(seconds) + self.back < max(start, newest):
            reached = accumulate(seconds, max, initial=start)
            next(reached)
            if max(map(sub, reached, seconds)) > self.back:
                return None
        self._behind = 0
        self._live = arrived is not None and abs(seconds[-1] - arrived) <= NEAR_WALL
        self._move(Instant(newest, offset))
        return start

    def quiet(self, length: timedelta) -> None:
        """Tell how long it is, monotonically, since the last record, with no input waiting."""
        live = self._mode is Mode.WALL or (self._mode is Mode.AUTO and self._live)
        if live and self._newest is not None:
            self._settle(self._newest, length)

    def _start(self, time: Instant) -> None:
        self._behind = 0
        self._settled = None
        self._move(time)

    def _move(self, newest: Instant) -> None:
        self._ahead = []
        self._newest = newest
        self._settle(newest)

    def _settle(self, newest: Instant, quiet: timedelta = timedelta()) -> None:
        settled = newest.second + (quiet - self._delay) // SECOND
        self._settled = settled if self._settled is None else max(self._settled, settled)
