"""Hits by second, for a chart of any time, in bounded memory."""

_QUARTER = 900  # seconds: all offsets of zones are so many, or a multiple
_SPARE = 3_600  # entries that are let go at once
# Seconds of each unit, and how many with hits are held: a day, a week and a year without a pause.
_HELD = {1: 86_400, 60: 10_080, _QUARTER: 35_040}


class Rates:
    """Counts hits by their own second, whenever they come.

    The oldest are let go of, first by the second, then by the minute. first: the least second.
    """

    def __init__(self) -> None:
        self.first: int | None = None
        self._hits: dict[int, dict[int, int]] = {unit: {} for unit in _HELD}  # by start
        self._since: dict[int, int] = {}  # of each unit, since when all are held; absent: always

    def add(self, second: int, hits: int) -> None:
        """Count hits."""
        if self.first is None or second < self.first:
            self.first = second
        for unit, held in self._hits.items():
            start = second - second % unit
            held[start] = held.get(start, 0) + hits
            if len(held) > _HELD[unit] + _SPARE:
                newest = sorted(held)[-_HELD[unit] :]
                self._hits[unit] = {at: held[at] for at in newest}
                self._since[unit] = newest[0]

    def total(self, start: int, end: int) -> int:
        """Return the hits of [start, end), as far as they are known by the second."""
        held = self._hits[1]
        if end - start > len(held):  # of however long a time
            return sum(hits for at, hits in held.items() if start <= at < end)
        return sum(held.get(at, 0) for at in range(start, end))

    def knows(self, second: int) -> bool:
        """Tell whether all hits from a second on are known by the second."""
        return self._since.get(1, second) <= second

    def columns(self, start: int, step: int, number: int) -> list[int | None]:
        """Return the hits of so many steps from a start on, each of `step` seconds.

        None stands for what is not known any longer.
        """
        unit = max(unit for unit in _HELD if step % unit == start % unit == 0)
        get, since = self._hits[unit].get, self._since.get(unit)
        return [
            None
            if since is not None and begin < since
            else sum(get(at, 0) for at in range(begin, begin + step, unit))
            for begin in range(start, start + number * step, step)
        ]

    def forget(self, second: int) -> None:
        """Forget what comes after a second: the log's clock was set back to it."""
        for unit in (_QUARTER, 60, 1):
            start = second - second % unit
            if start == second:
                self._since.update({unit: start} if self._since.get(unit, start) > start else {})
            elif not self.knows(start):  # so what is left of this unit is not known either
                self._since[unit] = start + unit
        seconds = {at: hits for at, hits in self._hits[1].items() if at < second}
        self._hits[1] = seconds
        for unit in (60, _QUARTER):
            start = second - second % unit
            held = {at: hits for at, hits in self._hits[unit].items() if at < start}
            if rest := self.total(start, second):
                held[start] = rest
            self._hits[unit] = held
