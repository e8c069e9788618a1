"""Axes: from figures to places, and the figures that stand beside them."""

from collections.abc import Callable
from math import ceil, floor, log10
from typing import NamedTuple

from clfstats.views import humanize

TOP = 1_000  # the height of what is drawn, from 0 at its top
_TICKS = 4  # at most, beside 0
_APART = 50  # times the least figure, from which the greatest makes an axis logarithmic
# Of a rate, with the seconds that each is of.
_UNITS = (("second", "s", 1), ("minute", "min", 60), ("hour", "h", 3_600), ("day", "d", 86_400))


class Level(NamedTuple):
    """A line across the chart. at: from 0, its bottom, to 1, its top."""

    at: float
    label: str


class Scale(NamedTuple):
    """An axis. place: from a figure to how high it stands, from 0 to 1."""

    place: Callable[[float], float]
    ticks: list[Level]
    logarithmic: bool = False

    def y(self, figure: float) -> int:
        """Return where a figure is drawn, from the top."""
        return TOP - round(TOP * min(max(self.place(figure), 0.0), 1.0))


class Unit(NamedTuple):
    """What rates are shown in. seconds: of one."""

    name: str
    sign: str
    seconds: int


def unit_of(rate: float) -> Unit:
    """Return the shortest unit in which a rate, in hits per second, is at least 1."""
    units = [Unit(*unit) for unit in _UNITS]
    return next((unit for unit in units if rate * unit.seconds >= 1), units[-1])


def as_rate(per_second: float) -> str:
    """Return a rate in its unit: ``12.3/s``, ``4.5/h``."""
    unit = unit_of(per_second)
    return f"{per_second * unit.seconds:,.1f}/{unit.sign}"


def linear(most: float, label: Callable[[float], str]) -> Scale:
    """Return an axis from 0 to a round figure that is not below the greatest."""
    step = nice(most / _TICKS) if most > 0 else 1.0
    count = max(1, ceil(most / step - 1e-9))
    top = step * count
    ticks = [Level(at / count, label(step * at)) for at in range(count + 1)]
    return Scale(lambda figure: figure / top, ticks)


def logarithmic(least: float, most: float, label: Callable[[float], str]) -> Scale:
    """Return an axis of powers of ten, from below the least figure, which is above 0."""
    low, high = floor(log10(least)), ceil(log10(most))
    high = max(high, low + 1)
    step = -(-(high - low) // (_TICKS + 1))
    ticks = [
        Level((power - low) / (high - low), label(10.0**power))
        for power in range(low, high + 1, step)
    ]
    least = 10.0**low
    return Scale(lambda figure: (log10(max(figure, least)) - low) / (high - low), ticks, True)


def durations(least: float, most: float) -> Scale:
    """Return an axis of seconds; logarithmic where they are far apart."""
    if 0 < least * _APART < most:
        return logarithmic(least, most, humanize.duration)
    unit = 60 if most > 60 else 1
    axis = linear(most / unit, lambda figure: humanize.duration(figure * unit) if figure else "0")
    return axis._replace(place=lambda seconds: axis.place(seconds / unit))


def nice(least: float) -> float:
    """Return the least of 1, 2 and 5, times a power of ten, that is not below a figure."""
    power = 10.0 ** floor(log10(least))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= least * (1 - 1e-9))


def number(figure: float) -> str:
    """Return a figure beside an axis, without what says nothing: ``0.5``, ``1,000``."""
    return f"{figure:,.10g}" if figure < 1e9 else f"{figure:,.3g}"
