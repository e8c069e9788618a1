"""What charts are made of: the points of a time, and the alerts in it."""

from collections.abc import Sequence
from typing import NamedTuple

from clfstats.views.html import scale
from clfstats.views.html.alerts import Episode
from clfstats.views.html.frame import Extent
from clfstats.views.html.point import Cell

# From the bottom of the chart to its top, errors first: those are read from the base line.
CLASSES = {
    "5xx": "server errors",
    "4xx": "client errors",
    "3xx": "redirections",
    "2xx": "successes",
    "1xx": "informational",
    "other": "no such status",
    "-": "no status",
}
PERCENTILES = (50, 95, 99)
_LIMITS = 3  # thresholds that are drawn
_ABOVE = 3  # times as high as the traffic a threshold is that is not drawn


class Series(NamedTuple):
    """What charts are made of: the time, its points, and the alerts. width: of a point, seconds."""

    span: Extent
    cells: Sequence[Cell]
    episodes: Sequence[Episode]
    width: int

    @property
    def busiest(self) -> Cell:
        """The point with the highest rate, of those seen for half of their time at least.

        What came in the first second of a day says little of the day: it may go beyond the chart.
        """
        whole = [cell for cell in self.cells if 2 * (cell.end - cell.start) >= self.width]
        return max(whole or self.cells, key=lambda cell: cell.rate)

    @property
    def peak(self) -> float:
        """The highest rate of those points."""
        return self.busiest.rate

    @property
    def unit(self) -> scale.Unit:
        """The unit of rates in charts."""
        return scale.unit_of(self.peak)

    @property
    def thresholds(self) -> list[float]:
        """Thresholds of the alerts, in hits per second, that can be drawn: the least of them."""
        return [limit for limit in self._limits if limit <= _ABOVE * self.peak][:_LIMITS]

    @property
    def hidden(self) -> list[float]:
        """The others."""
        return [limit for limit in self._limits if limit not in self.thresholds]

    @property
    def _limits(self) -> list[float]:
        return sorted({each.threshold for each in self.episodes if each.threshold is not None})


def css(name: str) -> str:
    """Return the name of a class of status in style.css."""
    return "none" if name == "-" else f"s{name[0]}" if name != "other" else name


def by_class(status: dict[str, int]) -> dict[str, int]:
    """Return hits by class of status, in the order of CLASSES; without those that have none."""
    return {name: hits for name in CLASSES if (hits := of_class(status, name))}


def of_class(status: dict[str, int], name: str) -> int:
    """Return the hits of a class; `other` is all that CLASSES does not name."""
    if name != "other":
        return status.get(name, 0)
    return sum(hits for other, hits in status.items() if other not in CLASSES)
