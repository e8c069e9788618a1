"""What all windows of a run add up to."""

from clfstats.counting.accumulator import Accumulator

_WINDOWS = 1_000
_TEXT = 1 << 20  # bytes


class Whole:
    """Adds up the traffic of windows. by: fields whose values are counted.

    Some windows are added up first, and then all: once values have gone, to merge costs as much as
    there are values, however small the window is.
    """

    def __init__(self, by: tuple[str, ...]) -> None:
        self._by = by
        self._all = Accumulator(by)
        self._some = Accumulator(by)
        self._windows = 0  # in those

    def add(self, traffic: Accumulator) -> None:
        """Count what a window has counted."""
        self._some.merge(traffic)
        self._windows += 1
        if self._windows >= _WINDOWS or self._some.text >= _TEXT:
            self.traffic()

    def traffic(self) -> Accumulator:
        """Return what all windows so far add up to."""
        self._all.merge(self._some)
        self._some = Accumulator(self._by)
        self._windows = 0
        return self._all
