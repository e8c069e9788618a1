"""Where windows begin and end: at the hours, or the midnights, of the log's own offset.

Windows up to an hour that divide it lie within the hours of the offset: a zone of +05:30 has its
own. Others up to an hour count from the epoch. Longer ones divide a day and are cut at the local
times that are their multiples, the first at midnight; one in which the offset changes is so much
longer or shorter, so that a day of summer time has 23 or 25 hours.
"""

from bisect import bisect_right
from typing import NamedTuple

from clfparse.values.times import Instant

LENGTHS = "10s, 2m, 1h; above an hour, what divides a day: 2h, 3h, 4h, 6h, 8h, 12h, 1d"
HOUR, DAY = 3_600, 86_400  # seconds
_MINUTE = 60
_EVER = -(1 << 62)  # before any second
_HELD = 64  # changes of the offset; there are two a year, or one a day in a log of several zones


class _Section(NamedTuple):
    """A time in which the offset stays the same.

    since: its first second. joined: the start of the window that this second is in. natural: where
    that window, or what is left of it, would start in this offset.
    """

    since: int
    offset: int
    joined: int
    natural: int


def window_seconds(size: int) -> int:
    """Return a window's length, in seconds, as it is. Raises ValueError if days have no such."""
    if size > HOUR and DAY % size:
        raise ValueError("a window above an hour must divide a day: 2h, 3h, 4h, 6h, 8h, 12h, 1d")
    return size


def is_fixed(size: int) -> bool:
    """Tell whether windows of this length begin at the same seconds whatever the log's offset."""
    return not _MINUTE % size or (size <= HOUR and HOUR % size != 0)


class Grid:
    """Windows of `size` seconds, end to end: each second is in one of them, whatever comes.

    offset: as much of the log's as tells these windows from others. Until it is turned, a window
    starts at ``second - (second + offset) % size``.
    """

    def __init__(self, size: int) -> None:
        self.offset = 0
        self._size = size
        self._fixed = is_fixed(size)
        self._sections = [_Section(_EVER, 0, _EVER, _EVER)]
        self._left: dict[int, int] = {}  # offsets, and the second in which each was left

    def start(self, second: int) -> int:
        """Return the start of a second's window."""
        section = self._sections[-1]
        if second < section.since:
            section = self._sections[self._index(second)]
        start = second - (second + section.offset) % self._size
        return start if start > section.natural else section.joined

    def end(self, start: int) -> int:
        """Return the end of the window with this start, as far as the log is known."""
        at = self._index(start)
        end = self._natural_end(start, self._sections[at].offset)
        for later in self._sections[at + 1 :]:
            if later.joined != start:
                return min(end, later.since)
            end = later.natural + self._size
        return end

    def offset_at(self, second: int) -> int:
        """Return as much of the log's offset in a second as tells these windows from others."""
        return self._sections[self._index(second)].offset

    def begin(self, offset: int) -> None:
        """Take the offset of a log's first record."""
        self.offset = self._own(offset)
        self._sections = [_Section(_EVER, self.offset, _EVER, _EVER)]

    def turn(self, time: Instant, last: int, first: int | None) -> bool:
        """Take a new offset, if it is one; return whether windows after `last` are others now.

        time: of the newest record. last: of the newest with another offset. first: start of the
        first window that is not over; those before it have been written. An offset that was left
        less than a day ago is not taken again: such a log is written in several zones.
        """
        before, offset = self.offset, self._own(time.offset)
        floor = _EVER if first is None else first
        recent = time.second - self._left.get(offset, _EVER) < DAY
        if offset == before or recent or time.second <= last or time.second < floor:
            return False
        start = self.start(last)
        natural = time.second - (time.second + offset) % self._size
        same = (time.second + offset) // self._size == (last + before) // self._size
        if self._size > HOUR and same and start >= floor:
            section = _Section(last + 1, offset, start, natural)
        else:
            cut = max(natural, min(self.end(start), time.second), floor)
            section = _Section(cut, offset, cut, natural)
        self._sections = [*self._sections[-_HELD:], section]
        self._left[before] = time.second
        self.offset = offset
        return True

    def _own(self, offset: int) -> int:
        """Return as much of an offset as tells these windows from others."""
        if self._fixed:
            return 0
        return offset if self._size > HOUR else offset % self._size

    def _natural_end(self, second: int, offset: int) -> int:
        return second - (second + offset) % self._size + self._size

    def _index(self, second: int) -> int:
        return max(0, bisect_right(self._sections, second, key=lambda section: section.since) - 1)
