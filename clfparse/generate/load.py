"""How many lines are due by when, exactly."""

from fractions import Fraction
from math import ceil, floor


class Load:
    """How many requests there are by when, exactly.

    rate: per second, but peak for length seconds in the middle of every so many. Raises ValueError
    if a length does not fit, or there are never any requests.
    """

    def __init__(
        self,
        rate: Fraction,
        peak: Fraction | None = None,
        length: Fraction = Fraction(1),
        every: Fraction = Fraction(1),
    ) -> None:
        if not 0 < length <= every:
            raise ValueError("a burst's LENGTH is above 0 and not above its EVERY")
        quiet = (every - length) / 2
        self._parts = [(quiet, rate), (length, rate if peak is None else peak), (quiet, rate)]
        self._every = every
        self._lines = sum(each * rate for each, rate in self._parts)  # of one turn
        if not self._lines:
            raise ValueError("at rate 0 there is nothing to write")

    def due(self, seconds: Fraction) -> int:
        """Return how many lines are due by so many seconds after the start."""
        turns, seconds = divmod(seconds, self._every)
        lines = turns * self._lines
        for length, rate in self._parts:
            lines += min(seconds, length) * rate
            seconds -= min(seconds, length)
        return floor(lines)

    def when(self, line: int) -> Fraction:
        """Return how many seconds after the start a line is due. line: counted from 1."""
        turns = ceil(line / self._lines) - 1
        lines, seconds = line - turns * self._lines, turns * self._every
        for length, rate in self._parts:
            if lines <= length * rate:
                break
            lines -= length * rate
            seconds += length
        return seconds + lines / rate
