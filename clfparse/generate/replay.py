"""An old log's lines, with their times moved to now."""

from fractions import Fraction
from math import floor

from clfparse.formats.grammar import find_time
from clfparse.generate.stamp import stamp
from clfparse.values.times import instant, rfc3339


class Replay:
    """Moves the times of a log's lines to now, for them to pass speed times as fast."""

    def __init__(self, speed: Fraction) -> None:
        self.unreadable = 0  # lines without a time that could be read
        self._speed = speed
        self._first: tuple[int, Fraction] | None = None  # a line's second, and when it was sent

    def add(self, line: bytes, now: Fraction) -> tuple[Fraction, bytes]:
        """Return when a line is due, and the line with that time. now: seconds since the epoch.

        A late line is due in the past, by as much as it was late.
        """
        try:
            match = find_time(line)
            second, offset = instant(rfc3339(match[1]))
        except ValueError:
            self.unreadable += 1
            return now, line
        first, start = self._first = self._first or (second, now)
        due = start + (second - first) / self._speed
        zone = match.end(1) - len("+0000")
        return due, line[: match.start(1)] + stamp(floor(due) + offset) + line[zone:]
