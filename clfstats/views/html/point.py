"""A point of a chart, and its time."""

from collections import Counter
from typing import NamedTuple

from clfparse.counting.ddsketch import DDSketch
from clfstats.counting.figures import Totals
from clfstats.counting.pane import Window
from clfstats.views.humanize import classes


class Point:
    """What was counted in a time. status: hits by class."""

    def __init__(self) -> None:
        self.totals = Totals()
        self.status: Counter[str] = Counter()
        self.durations = DDSketch()

    def add(self, window: Window) -> None:
        """Count a window."""
        traffic = window.traffic
        self.totals = self.totals.plus(traffic.totals)
        self.status.update(classes(traffic.status))
        self.durations.merge(traffic.durations)

    def merge(self, other: "Point") -> None:
        """Count what another point has counted."""
        self.totals = self.totals.plus(other.totals)
        self.status.update(other.status)
        self.durations.merge(other.durations)


class Cell(NamedTuple):
    """A point and its time, ``[start, end)``: as much of it as the run has seen."""

    start: int
    end: int
    point: Point

    @property
    def rate(self) -> float:
        """Hits per second."""
        return self.point.totals.hits / (self.end - self.start)


class Aside(NamedTuple):
    """Windows that are in no point: their hits, and their time."""

    hits: int
    start: int
    end: int
