"""The log's own time: which seconds are over, however the log is disordered.

A pure state machine that clfstats and clfalert share. It is fed times of records and lengths of
silence, and never looks at a clock of its own.
"""

from datetime import timedelta
from enum import StrEnum

from clfparse.values.times import SECOND, Instant

NEAR_WALL = 600  # seconds from the wall clock within which a record is of a live stream
FAR = 3600  # seconds ahead of newest beyond which a time is not believed at once
BACK = 1800  # seconds behind newest beyond which the clock may have been set back
AGREE = 32  # records in a row that are believed


class Mode(StrEnum):
    """Whether silence moves time."""

    AUTO = "auto"  # on a live stream: one whose last record was near the wall clock on arrival
    EVENT = "event"  # never
    WALL = "wall"  # always


class Clock:
    """Says which seconds are over: all those before the watermark.

    - A record moves it to ``max(watermark, max_event_time - delay)``; max_event_time is the
      greatest time believed.
    - Silence moves it to ``max(watermark, max_event_time + silence - delay)``, in whole seconds.
      `Mode` says when: by default on a live stream, one whose last record came within NEAR_WALL of
      the wall clock.
    - A time more than FAR ahead of max_event_time is believed once AGREE such times have come in a
      row; the least of them is then max_event_time. On a live stream one of them is enough, unless
      the mode is EVENT.
    - When AGREE times in a row are more than BACK and the delay behind max_event_time, the log's
      clock was set back: all starts anew with the last of them, and only then does the watermark go
      back. BACK is half an hour: a step of summer time is an hour in a log without zones.
      NEAR_WALL behind is enough on a live stream where max_event_time is more than NEAR_WALL ahead
      of the wall clock, unless the mode is EVENT.

    delay: how late a record may come and still be in time.
    """

    def __init__(self, delay: timedelta, mode: Mode = Mode.AUTO) -> None:
        self._delay = delay
        self._lateness = delay // SECOND  # a record that is not later than that is in time
        self._mode = mode
        self._newest: Instant | None = None
        self._watermark: int | None = None
        self._live = False
        self._ahead = 0  # how many of the last records, in a row, are far ahead; below AGREE
        self._least: Instant | None = None  # the least time of those
        self._behind = 0  # how many of the last records, in a row, are far behind; below AGREE
        self.restarts = 0  # how often the clock was set back

    def wait(self, delay: timedelta) -> None:
        """Wait at least so long for late records, from now on."""
        self._delay = max(self._delay, delay)
        self._lateness = self._delay // SECOND

    @property
    def newest(self) -> Instant | None:
        """The greatest time believed, max_event_time; None before the first record.

        Of those in its second it has the greatest offset: so their order does not matter.
        """
        return self._newest

    @property
    def live(self) -> bool:
        """Whether the last record was near the wall clock when it came."""
        return self._live

    @property
    def watermark(self) -> int:
        """The first second that is not over. It goes back only at a restart."""
        if self._watermark is None:
            raise ValueError("no record yet")
        return self._watermark

    @property
    def present(self) -> int:
        """The latest second known of: a record's, or one that silence has reached."""
        newest, watermark = self._newest, self.watermark
        return newest.second if newest and newest.second > watermark else watermark

    def on_record(self, time: Instant, count: int = 1, arrived: float | None = None) -> int:
        """Take up to count records of one time that come in a row; return how many were taken.

        What many have to agree on happens with the first record of a call: those before it are
        taken by a call of their own. So it is the same, however a run of records is cut.
        arrived: wall-clock epoch seconds; None where they mean nothing.
        """
        self._live = arrived is not None and abs(time.second - arrived) <= NEAR_WALL
        if self._newest is None:
            self._start(time)
            return count
        ahead = time.second - self._newest.second
        if ahead < -NEAR_WALL and self._is_set_back(-ahead, arrived):
            return self._on_behind(time, count)
        self._behind = 0
        # A time near the wall clock is believed at once: a log that was silent for hours resumes.
        if ahead > FAR and not (self._live and self._mode is not Mode.EVENT):
            return self._on_ahead(time, count)
        self._ahead = 0
        if time > self._newest:
            self._move(time)
        return count

    def on_idle(self, length: timedelta) -> None:
        """Take how long it is, monotonically, since the last record, with no input waiting."""
        if self._newest is not None and self._hears(live=self._live):
            self._raise(self._newest, length)

    def hears(self, time: Instant, arrived: float) -> bool:
        """Tell whether silence would move time after a record that arrives now; see `on_record`."""
        return self._hears(live=abs(time.second - arrived) <= NEAR_WALL)

    def _hears(self, *, live: bool) -> bool:
        return self._mode is Mode.WALL or (self._mode is Mode.AUTO and live)

    def _on_behind(self, time: Instant, count: int) -> int:
        self._ahead = 0
        missing = AGREE - 1 - self._behind
        if not missing:
            self.restarts += 1
            self._start(time)
            return 1
        taken = min(count, missing)
        self._behind += taken
        return taken

    def _on_ahead(self, time: Instant, count: int) -> int:
        self._least = min(self._least, time) if self._ahead and self._least else time
        missing = AGREE - 1 - self._ahead
        if not missing:
            self._move(self._least)
            return 1
        taken = min(count, missing)
        self._ahead += taken
        return taken

    def _is_set_back(self, seconds: int, arrived: float | None) -> bool:
        """Tell whether a time so many seconds behind newest may be of a clock that was set back."""
        limit = NEAR_WALL if self._overtaken(arrived) else BACK
        return seconds > max(limit, self._lateness)

    def _overtaken(self, arrived: float | None) -> bool:
        """Tell whether newest lies in the future of a live stream: its clock was ahead till now."""
        if arrived is None or self._newest is None or self._mode is Mode.EVENT:
            return False
        return self._live and self._newest.second - arrived > NEAR_WALL

    def _start(self, time: Instant) -> None:
        self._behind = 0
        self._watermark = None
        self._move(time)

    def _move(self, newest: Instant) -> None:
        self._ahead = 0
        self._newest = newest
        self._raise(newest)

    def _raise(self, newest: Instant, silence: timedelta = timedelta()) -> None:
        watermark = newest.second + (silence - self._delay) // SECOND
        if self._watermark is None or watermark > self._watermark:
            self._watermark = watermark
