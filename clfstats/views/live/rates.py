"""Hits by second, for a chart of any time of the last day, in bounded memory."""

_DAY = 86_400  # seconds with hits that are held one by one
_MINUTES = 10_080  # minutes with hits that are held: a week without a pause
_SPARE = 3_600  # that are let go at once


class Rates:
    """Counts hits by their own second, whenever they come.

    Past a day of seconds with hits the oldest are known by the minute alone, for a week.
    """

    def __init__(self) -> None:
        self.first: int | None = None  # the least second with hits
        self._seconds: dict[int, int] = {}
        self._minutes: dict[int, int] = {}  # by start; all seconds, those above too

    def add(self, second: int, hits: int) -> None:
        """Count hits."""
        if self.first is None or second < self.first:
            self.first = second
        seconds, minutes, minute = self._seconds, self._minutes, second - second % 60
        seconds[second] = seconds.get(second, 0) + hits
        minutes[minute] = minutes.get(minute, 0) + hits
        if len(seconds) > _DAY + _SPARE:
            self._seconds = _newest(seconds, _DAY)
        if len(minutes) > _MINUTES + _SPARE:
            self._minutes = _newest(minutes, _MINUTES)

    def total(self, start: int, end: int) -> int:
        """Return the hits of [start, end), to the second where seconds are known."""
        return self.columns(start, end - start, 1)[0]

    def columns(self, start: int, step: int, number: int) -> list[int]:
        """Return the hits of so many steps from a start on, each of `step` seconds."""
        by_minute = step % 60 == start % 60 == 0
        unit, held = (60, self._minutes) if by_minute else (1, self._seconds)
        get = held.get
        return [
            sum(get(at, 0) for at in range(begin, begin + step, unit))
            for begin in range(start, start + number * step, step)
        ]

    def peak(self) -> int | None:
        """Return the minute with the most hits, the newest of equals; None before any hit."""
        if not self._minutes:
            return None
        return max(self._minutes, key=lambda minute: (self._minutes[minute], minute))

    def forget(self, second: int) -> None:
        """Forget what comes after a second: the log's clock was set back to it."""
        self._seconds = {at: hits for at, hits in self._seconds.items() if at < second}
        self._minutes = {at: hits for at, hits in self._minutes.items() if at + 60 <= second}
        minute = second - second % 60
        if rest := sum(self._seconds.get(at, 0) for at in range(minute, second)):
            self._minutes[minute] = rest


def _newest(held: dict[int, int], most: int) -> dict[int, int]:
    return {at: held[at] for at in sorted(held)[-most:]}
