"""The lines of one source on their way into the order of several: see `merge`.

A log is more or less in the order of its times. Its lines keep the order in which they stand: each
goes by its own time, or by the greatest before it.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate

# The epoch second of each line, None where it has none.
Seconds = Callable[[Sequence[bytes]], list[int | None]]

_AHEAD = 3600  # seconds: a time so far ahead of those before it has to be confirmed by those after
_AFTER = 31  # lines that do it, most of them
_LAST = 32  # lines of a block that are looked at to see how far it goes
_EVER = -(1 << 62)  # before any time


class Lane:
    """Holds the lines of a source that wait for others.

    first: about the least second in it, where that is known. mark: the greatest second up to now;
    it stands for all lines to come. bounds: whether others wait for those. lines, seconds: those
    that wait, the latter never decreasing. unsure: whether there are lines not confirmed yet.
    """

    def __init__(self, seconds_of: Seconds, first: int | None) -> None:
        self.mark = _EVER if first is None else first
        self.bounds = True
        self.ended = False
        self.lines: list[bytes] = []
        self.seconds: list[int] = []
        self._seconds_of = seconds_of
        self._unsure: list[bytes] = []

    @property
    def empty(self) -> bool:
        """Whether no line waits."""
        return not self.lines and not self._unsure

    def last(self, lines: bytes) -> int | None:
        """Return the mark after a block, each line with its newline, if it may go on whole.

        What its last lines have not passed, none has: one alone may be late, with others before it.
        """
        if not self.empty or self.mark == _EVER:
            return None
        last = lines.rsplit(b"\n", _LAST + 1)[-_LAST - 1 : -1]
        known = [time for time in self._seconds_of(last) if time is not None]
        if not known or max(known) > self.mark + _AHEAD:
            return None
        return max(self.mark, *known)

    def add(self, lines: list[bytes], *, final: bool = False) -> None:
        """Take lines that have to wait; those that are unsure wait for more. final: none comes."""
        lines = self._unsure + lines
        times = self._seconds_of(lines)
        known = [time for time in times[: _AFTER + 1] if time is not None]
        if self.mark == _EVER and known:
            self.mark = min(known)
        seconds = _places(times, self.mark, final=final)
        self._unsure = lines[len(seconds) :]
        self._queue(lines[: len(seconds)], seconds)

    def settle(self) -> None:
        """Wait no longer for lines that would confirm others."""
        unsure, self._unsure = self._unsure, []
        self._queue(unsure, [self.mark] * len(unsure))

    def cut(self, count: int) -> tuple[list[bytes], list[int]]:
        """Give up the first lines, and their seconds."""
        lines, seconds = self.lines[:count], self.seconds[:count]
        del self.lines[:count], self.seconds[:count]
        return lines, seconds

    def _queue(self, lines: list[bytes], seconds: list[int]) -> None:
        self.lines += lines
        self.seconds += seconds
        self.mark = seconds[-1] if seconds else self.mark


def _places(times: list[int | None], mark: int, *, final: bool) -> list[int]:
    """Return the seconds at which lines stand; of fewer lines, where the next is not sure yet.

    mark: the greatest second before them. final: there are no lines after them.
    """
    known = [mark if time is None else time for time in times]
    if mark == _EVER or max(known, default=mark) <= mark + _AHEAD:
        return list(accumulate(known, max, initial=mark))[1:]
    places = []
    for at, time in enumerate(known):
        if time > mark + _AHEAD:
            after = [other for other in times[at + 1 : at + 1 + _AFTER] if other is not None]
            back = sum(other <= mark + _AHEAD for other in after)
            if 2 * back > len(after):
                places.append(mark)
                continue
            if len(times) - at <= _AFTER and not final:
                break
        mark = max(mark, time)
        places.append(mark)
    return places
