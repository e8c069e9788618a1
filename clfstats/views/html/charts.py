"""The charts of a report: traffic with its alerts, classes of status, how long requests took."""

from collections.abc import Iterator

from clfstats.views import humanize
from clfstats.views.html import scale
from clfstats.views.html.bands import bands
from clfstats.views.html.frame import frame, hovers, level_line, shades, steps
from clfstats.views.html.markup import EMPTY, Markup, element, escaped, join
from clfstats.views.html.point import Cell, Point
from clfstats.views.html.series import CLASSES, PERCENTILES, Series, css, of_class
from clfstats.views.html.times import brief, ticks
from clfstats.views.humanize import count, percent


def draw_traffic(series: Series) -> Markup:
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
        level_line(axis.place(limit * unit.seconds), escaped(f"threshold {scale.number(limit)}/s"))
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


def draw_status(series: Series) -> Markup:
    """Draw hits by class of status, one above the other."""
    span, cells = series.span, series.cells
    unit = series.unit
    axis = scale.linear(series.peak * unit.seconds, scale.number)
    shown = [name for name in CLASSES if any(of_class(cell.point.status, name) for cell in cells)]
    paths = []
    for at in range(len(shown), 0, -1):  # the highest first: the others lie before it
        pieces = (
            (
                span.x(cell.start),
                span.x(cell.end),
                axis.y(
                    sum(of_class(cell.point.status, name) for name in shown[:at])
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


def draw_latency(series: Series) -> Markup:
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
        + ", ".join(f"p{number} {humanize.duration(lines[number][at])}" for number in PERCENTILES)
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


def _busy(cell: Cell) -> bool:
    return cell.point.totals.hits > 0


def _when(series: Series, cell: Cell) -> str:
    return brief(cell.start, series.span.offsets.at(cell.start))


def _hits(cell: Cell) -> str:
    return f"{count(cell.point.totals.hits, 'request')}, {scale.as_rate(cell.rate)}"


def _classes(point: Point, shown: list[str]) -> str:
    hits = point.totals.hits
    return ", ".join(_shares(point, shown, hits))


def _shares(point: Point, shown: list[str], hits: int) -> Iterator[str]:
    for name in reversed(shown):
        if number := of_class(point.status, name):
            yield f"{name} {number:,} ({percent(number, hits).strip()})"


def _described(series: Series, unit: scale.Unit) -> str:
    peak = series.peak * unit.seconds
    alerts = f" {count(len(series.episodes), 'alert')}." if series.episodes else ""
    return f"At most {peak:,.1f} requests per {unit.name} in a point.{alerts}"
