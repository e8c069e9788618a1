"""What becomes of a window: its pane while records come, then what is written of it, or a gap."""

from typing import TYPE_CHECKING, NamedTuple

from clfparse.values.times import Instant
from clfstats.counting.accumulator import Accumulator

if TYPE_CHECKING:
    from clfparse.events.hit import Hit


class Window(NamedTuple):
    """A window to be written, ``[start, end)`` in epoch seconds.

    offset: in which its times are written, seconds from UTC: that of its newest record, or of the
    newest before it. seen: how many of its seconds the run saw. first: the first of them, where
    that is not the start.
    """

    start: int
    end: int
    traffic: Accumulator
    offset: int
    seen: int
    late: bool = False  # holds only what came after the window had been written
    partial: bool = False  # the run saw only a part of it
    ahead: bool = False  # the clock has not come to it: its time is not believed
    first: int | None = None

    @property
    def since(self) -> int:
        """The first second that the run saw of it."""
        return self.start if self.first is None else self.first


class Gap(NamedTuple):
    """A time without traffic, ``[start, end)`` in epoch seconds; offset: of a record before it."""

    start: int
    end: int
    offset: int


class Pane:
    """The records of one window that are not written yet; the last of them wait to be counted.

    traffic: of those that are counted. time: of a first record. oldest: the least second. newest:
    the greatest time.
    """

    def __init__(self, traffic: Accumulator, time: Instant) -> None:
        self._traffic = traffic
        self.oldest = time.second
        self.newest = time
        self.waiting: list[Hit] = []
        self.text = traffic.text  # bytes of memory that it takes, without records that wait

    @property
    def hits(self) -> int:
        """How many records there are."""
        return self._traffic.totals.hits + len(self.waiting)

    def merge(self, other: "Pane") -> None:
        """Take the records of another pane of the same window."""
        self.count().merge(other.count())
        self.text = self._traffic.text
        self.oldest = min(self.oldest, other.oldest)
        self.newest = max(self.newest, other.newest)

    def count(self) -> Accumulator:
        """Count the records that wait, many at once; return what all add up to."""
        if self.waiting:
            self._traffic.add(self.waiting)
            self.waiting = []
            self.text = self._traffic.text
        return self._traffic

    def shrink(self) -> None:
        """Take less memory, and be approximate."""
        self._traffic.shrink()
        self.text = self._traffic.text
