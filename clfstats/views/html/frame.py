"""The frame of a chart: its axes, what is drawn within them, and what stands beside it.

Shapes are stretched to the page's width, text is not: a figure is as legible on a telephone as on
a wall. What is drawn has its own coordinates, of WIDTH by `scale.TOP`; text stands at shares of the
width. It is all without styles, which the page's policy forbids: classes are named in style.css.
"""

from collections.abc import Iterable
from typing import NamedTuple

from clfstats.views.html.markup import EMPTY, Markup, element, escaped, join
from clfstats.views.html.offsets import Offsets
from clfstats.views.html.point import Cell
from clfstats.views.html.scale import TOP, Scale
from clfstats.views.html.times import TimeTick

WIDTH = 10_000
_LANE = 14  # pixels above what is drawn, for alerts
_HEIGHT = 200  # of what is drawn
_FOOT = 24  # for times
_EDGE = 95  # per cent of the width, after which text would leave the page
_MARGIN = 12  # pixels that it may go beyond the chart


class Extent(NamedTuple):
    """The time of a chart, ``[start, end)`` in epoch seconds."""

    start: int
    end: int
    offsets: Offsets

    def x(self, second: int) -> int:
        """Return where a second is drawn."""
        share = (second - self.start) / (self.end - self.start)
        return round(WIDTH * min(max(share, 0.0), 1.0))

    def percent(self, second: int) -> float:
        """Return the same as a share of the width."""
        return self.x(second) * 100 / WIDTH


def frame(
    span: Extent,
    scale: Scale,
    times: Iterable[TimeTick],
    drawn: Markup,
    *,
    title: str,
    description: str,
    behind: Markup = EMPTY,
    above: Markup = EMPTY,
) -> Markup:
    """Return a chart. drawn: shapes. behind, above: what is not stretched, such as alerts."""
    stretched = element(
        "svg",
        drawn,
        y=_LANE,
        width="100%",
        height=_HEIGHT,
        viewBox=f"0 0 {WIDTH} {TOP}",
        preserveAspectRatio="none",
    )
    return element(
        "svg",
        element("title", escaped(title)),
        element("desc", escaped(description)),
        behind,
        join(_level(tick.at, tick.label) for tick in scale.ticks),
        stretched,
        above,
        join(_time(tick, span.percent(tick.second)) for tick in times),
        class_="chart",
        role="img",
        height=_LANE + _HEIGHT + _FOOT,
    )


def height(share: float) -> float:
    """Return where a share of the height stands, in pixels."""
    return round(_LANE + _HEIGHT * (1 - share), 1)


def shades(bands: Iterable[tuple[int, int, str]]) -> Markup:
    """Return times as bands, each from x to x, with a bar above it that has a title."""
    drawn = [(f"M{x} 0h{until - x}v1h{x - until}z", title) for x, until, title in bands]
    whole = element("path", d="".join(path for path, _ in drawn))
    bars = (element("path", element("title", escaped(title)), d=path) for path, title in drawn)
    return join([_lane("band", whole, _LANE, _HEIGHT), _lane("bar", join(bars), 2, 8)])


def _lane(kind: str, drawn: Markup, y: int, high: int) -> Markup:
    box = {"viewBox": f"0 0 {WIDTH} 1", "preserveAspectRatio": "none"}
    return element("svg", drawn, class_=kind, y=y, width="100%", height=high, **box)


def level_line(share: float, label: Markup) -> Markup:
    """Return a line across the chart, with what it says."""
    y = height(share)
    drawn = element("line", class_="limit", x2="100%", y1=y, y2=y)
    shown = element("text", label, class_="limit", x="100%", dx=-4, dy=-5, y=y, text_anchor="end")
    return join([drawn, shown])


def steps(pieces: Iterable[tuple[int, int, int]], *, area: bool) -> str:
    """Return the path of a line in steps: of pieces, each from x to x at a y; it may be broken.

    area: down to the bottom at each end, to be filled.
    """
    joined: list[tuple[int, int, int]] = []
    for x, until, y in pieces:
        if joined and joined[-1][1:] == (x, y):
            x = joined.pop()[0]  # noqa: PLW2901 - it begins earlier
        joined.append((x, until, y))
    path, end = "", None
    for x, until, y in joined:
        if x == end:
            path += f"V{y}H{until}"
        elif area:
            path += f"{f'V{TOP}' if path else ''}M{x} {TOP}V{y}H{until}"
        else:
            path += f"M{x} {y}H{until}"
        end = until
    return f"{path}V{TOP}" if area and path else path


def hovers(span: Extent, cells: Iterable[Cell], titles: Iterable[str]) -> Markup:
    """Return a place over each point, which says what is there; none where nothing is."""
    places = (
        element("rect", element("title", escaped(title)), x=x, width=span.x(cell.end) - x)
        for cell, title in zip(cells, titles, strict=True)
        if title
        for x in [span.x(cell.start)]
    )
    return element("g", join(places), class_="hover")


def _level(at: float, label: str) -> Markup:
    y = height(at)
    drawn = element("line", class_="base" if not at else "level", x2="100%", y1=y, y2=y)
    return join([drawn, element("text", escaped(label), x=-8, y=y + 4, text_anchor="end")])


def _time(tick: TimeTick, percent: float) -> Markup:
    y, minor = _LANE + _HEIGHT, "minor" if tick.minor else None
    anchor, dx = ("end", _MARGIN) if percent > _EDGE else ("middle", None)
    x = f"{percent:g}%"
    mark = element("line", class_="mark", x1=x, x2=x, y1=y, y2=y + 4)
    place = {"x": x, "dx": dx, "y": y + 18, "text_anchor": anchor}
    return join([mark, element("text", escaped(tick.label), class_=minor, **place)])
