"""The charts of a report: traffic with its alerts, classes of status, how long requests took."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clfstats.views.html import scale
from clfstats.views.html.alerts import Episode
from clfstats.views.html.bands import bands
from clfstats.views.html.frame import Span, frame, hovers, line, shades, steps
from clfstats.views.html.markup import EMPTY, Markup, element, join, text
from clfstats.views.html.points import Cell, Point
from clfstats.views.html.times import brief, ticks
from clfstats.views.humanize import count, duration, percent

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
    """What charts are made of: the time, its points, and the alerts."""

    span: Span
    cells: Sequence[Cell]
    episodes: Sequence[Episode]

    @property
    def peak(self) -> float:
        """The highest rate of a point."""
        return max((cell.rate for cell in self.cells), default=0.0)

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


def traffic(series: Series) -> Markup:
    """Draw hits per second, or a longer unit; thresholds, and when there was an alert."""
    span, cells, limits = series.span, series.cells, series.thresholds
    most = max([series.peak, *limits])
    unit = series.unit
    axis = scale.linear(most * unit.seconds, scale.number)
    pieces = (
        (span.x(cell.start), span.x(cell.end), axis.y(cell.rate * unit.seconds)) for cell in cells
    )
    path = element("path", class_="traffic", d=steps(pieces, area=True))
    over = (
        line(axis.place(limit * unit.seconds), text(f"threshold {scale.number(limit)}/s"))
        for limit in limits
    )
    titles = [f"{_when(series, cell)}: {_hits(cell)}" if _busy(cell) else "" for cell in cells]
    return frame(
        span,
        axis,
        ticks(*span),
        join([path, hovers(span, cells, titles)]),
        title=f"Requests per {unit.name}",
        description=_described(series, unit),
        behind=shades(bands(series.episodes, span)),
        above=join(over),
    )


def status(series: Series) -> Markup:
    """Draw hits by class of status, one above the other."""
    span, cells = series.span, series.cells
    unit = series.unit
    axis = scale.linear(series.peak * unit.seconds, scale.number)
    shown = [name for name in CLASSES if any(_of_class(cell.point, name) for cell in cells)]
    paths = []
    for at in range(len(shown), 0, -1):  # the highest first: the others lie before it
        pieces = (
            (
                span.x(cell.start),
                span.x(cell.end),
                axis.y(
                    sum(_of_class(cell.point, name) for name in shown[:at])
                    * unit.seconds
                    / (cell.end - cell.start)
                ),
            )
            for cell in cells
        )
        name = shown[at - 1]
        paths.append(element("path", class_=f"class {css(name)}", d=steps(pieces, area=True)))
    titles = [
        f"{_when(series, cell)}: {_classes(cell.point, shown)}" if _busy(cell) else ""
        for cell in cells
    ]
    return frame(
        span,
        axis,
        ticks(*span),
        join([*paths, hovers(span, cells, titles)]),
        title=f"Requests per {unit.name} by class of status",
        description="From the bottom: " + ", ".join(f"{n}, {CLASSES[n]}" for n in shown) + ".",
    )


def latency(series: Series) -> Markup:
    """Draw percentiles of durations; nothing where no record had one."""
    span = series.span
    cells = [cell for cell in series.cells if cell.point.durations.buckets]
    if not cells:
        return EMPTY
    lines = {p: [cell.point.durations.quantile(p) for cell in cells] for p in PERCENTILES}
    axis = scale.durations(min(map(min, lines.values())), max(map(max, lines.values())))
    paths = []
    for number, figures in lines.items():
        pieces = (
            (span.x(cell.start), span.x(cell.end), axis.y(figure))
            for cell, figure in zip(cells, figures, strict=True)
        )
        paths.append(element("path", class_=f"line p{number}", d=steps(pieces, area=False)))
    titles = [
        f"{_when(series, cell)}: "
        + ", ".join(f"p{number} {duration(lines[number][at])}" for number in PERCENTILES)
        for at, cell in enumerate(cells)
    ]
    kind = "; the axis is logarithmic" if axis.logarithmic else ""
    return frame(
        span,
        axis,
        ticks(*span),
        join([*paths, hovers(span, cells, titles)]),
        title="How long requests took",
        description=f"Half of all requests took no longer than p50, 95 % than p95{kind}.",
    )


def css(name: str) -> str:
    """Return the name of a class of status in style.css."""
    return "none" if name == "-" else f"s{name[0]}" if name != "other" else name


def by_class(point: Point) -> dict[str, int]:
    """Return hits by class of status, in the order of CLASSES; without those that have none."""
    return {name: hits for name in CLASSES if (hits := _of_class(point, name))}


def _of_class(point: Point, name: str) -> int:
    if name != "other":
        return point.status[name]
    return sum(hits for other, hits in point.status.items() if other not in CLASSES)


def _busy(cell: Cell) -> bool:
    return cell.point.totals.hits > 0


def _when(series: Series, cell: Cell) -> str:
    return brief(cell.start, series.span.offsets.at(cell.start))


def _hits(cell: Cell) -> str:
    return f"{count(cell.point.totals.hits, 'request')}, {scale.rate(cell.rate)}"


def _classes(point: Point, shown: list[str]) -> str:
    hits = point.totals.hits
    return ", ".join(_shares(point, shown, hits))


def _shares(point: Point, shown: list[str], hits: int) -> Iterator[str]:
    for name in reversed(shown):
        if number := _of_class(point, name):
            yield f"{name} {number:,} ({percent(number, hits).strip()})"


def _described(series: Series, unit: scale.Unit) -> str:
    peak = series.peak * unit.seconds
    alerts = f" {count(len(series.episodes), 'alert')}." if series.episodes else ""
    return f"At most {peak:,.1f} requests per {unit.name} in a point.{alerts}"
