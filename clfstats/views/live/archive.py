"""The summaries of windows that are over, for a user to go back to, in bounded memory."""

import marshal
import zlib
from bisect import bisect_left, bisect_right, insort
from typing import Any, NamedTuple, cast

from clfstats import summary as summaries
from clfstats.counting.accumulator import Accumulator
from clfstats.counting.figures import Totals
from clfstats.counting.pane import Window
from clfstats.summary import Row, Summary

ORDERS = ("hits", "bytes", "errors", "p95")  # by which rows may be sorted
ROWS = 50  # values of each field that are held of a window
_BYTES = 24 << 20  # of all summaries, packed
_OTHERS = 20  # values that are first by another figure than hits
_EACH = 200  # bytes of memory beside a packed summary
_OPEN = 3  # windows whose counters are held, so that what comes late is added to them exactly
_TEXT = 8 << 20  # bytes of memory that the text in them may take


class Past(NamedTuple):
    """A window that is over. late: hits that came too late to be in the tables of summary.

    values: how many there are of each field, beside those that the tables hold.
    """

    start: int
    end: int
    summary: Summary
    late: Totals
    values: dict[str, int]


class Archive:
    """Holds the windows with traffic, as their summaries say; late panes add to them.

    The counters of the last windows are held: what comes late of them is counted as if it had come
    in time. Of older ones the hits, bytes and errors that came late are held beside the summary.
    """

    def __init__(self) -> None:
        self._starts: list[int] = []  # sorted
        self._packed: dict[int, tuple[int, bytes]] = {}  # end and summary, by start
        self._hits: dict[int, int] = {}  # but for the late ones
        self._late: dict[int, Totals] = {}
        self._counted: dict[int, Window] = {}
        self._bytes = 0

    def add(self, window: Window) -> None:
        """Hold a window that has been written, or add a late pane to it."""
        start = window.start
        if not window.traffic.totals.hits:
            return
        if window.late and start in self._packed and start not in self._counted:
            before = self._late.get(start, Totals())
            self._late[start] = before.plus(window.traffic.totals)
            return
        if counted := self._counted.get(start):
            counted.traffic.merge(window.traffic)
            window = counted
        self._counted[start] = window
        while len(self._counted) > _OPEN or self._text() > _TEXT:
            del self._counted[min(self._counted)]
        self._pack(window)

    def at(self, second: int) -> Past | None:
        """Return the window with traffic that a second is in."""
        at = bisect_right(self._starts, second) - 1
        if at < 0 or self._packed[self._starts[at]][0] <= second:
            return None
        return self._past(self._starts[at])

    def near(self, second: int, step: int) -> Past | None:
        """Return the next window with traffic that begins after a second, or (-1) before it."""
        if step > 0:
            at = bisect_right(self._starts, second)
        else:
            at = bisect_left(self._starts, second) - 1
        return self._past(self._starts[at]) if 0 <= at < len(self._starts) else None

    def hits(self, start: int) -> int:
        """Return the hits of the window with traffic that begins then."""
        return self._hits[start] + self._late.get(start, Totals()).hits

    def ends(self, start: int, end: int) -> dict[int, int]:
        """Return the ends of windows with traffic that begin in [start, end), by their starts."""
        starts = self._starts[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return {start: self._packed[start][0] for start in starts}

    @property
    def last(self) -> Past | None:
        """The newest."""
        return self._past(self._starts[-1]) if self._starts else None

    def forget(self, second: int) -> None:
        """Forget the windows that are not before a second: the log's clock was set back to it."""
        for start in [start for start in self._starts if self._packed[start][0] > second]:
            self._drop(start)
        self._counted.clear()

    def _text(self) -> int:
        return sum(window.traffic.text for window in self._counted.values())

    def _past(self, start: int) -> Past:
        end, packed = self._packed[start]
        summary, values = marshal.loads(zlib.decompress(packed))  # noqa: S302 - our own
        late = self._late.get(start, Totals())
        return Past(start, end, cast("Summary", summary), late, values)

    def _pack(self, window: Window) -> None:
        start = window.start
        if start in self._packed:
            self._bytes -= len(self._packed[start][1])
        else:
            insort(self._starts, start)
            self._bytes += _EACH
        summary = summaries.summary(window, ROWS)
        for field, rows in summary["top"].items():
            _extend(rows, field, window.traffic)
        values = {field: window.traffic.distinct(field) for field in summary["top"]}
        packed = zlib.compress(marshal.dumps((cast("Any", summary), values)), 1)  # any numbers
        self._packed[start] = (window.end, packed)
        self._hits[start] = summary["hits"]
        self._bytes += len(packed)
        while self._bytes > _BYTES and len(self._starts) > 1:
            self._drop(self._starts[0])

    def _drop(self, start: int) -> None:
        _, packed = self._packed.pop(start)
        self._bytes -= len(packed) + _EACH
        self._starts.remove(start)
        del self._hits[start]
        self._late.pop(start, None)
        self._counted.pop(start, None)


def _extend(rows: list[Row], field: str, traffic: Accumulator) -> None:
    """Add the values that are first by another figure, where not all values are there."""
    if traffic.distinct(field) <= ROWS:
        return
    for order in ORDERS[1:]:
        rows += [row for row in traffic.ranked(field, order, _OTHERS) if row not in rows]
