"""The figures that stand first on the page."""

from collections.abc import Iterator

from clfstats.counting.accumulator import Accumulator
from clfstats.views.html import scale
from clfstats.views.html.charts import Series
from clfstats.views.html.markup import Markup, element, join, text
from clfstats.views.html.points import Cell
from clfstats.views.html.times import brief
from clfstats.views.humanize import duration, percent, size


def facts(whole: Accumulator, series: Series) -> Markup:
    """Return figures of the whole time, each with what it is."""
    shown = (
        element("div", element("dt", text(name)), element("dd", text(figure), *_small(remark)))
        for name, figure, remark in _facts(whole, series)
    )
    return element("dl", join(shown))


def _facts(whole: Accumulator, series: Series) -> Iterator[tuple[str, str, str]]:
    """Yield names, figures and remarks."""
    span, emitted = series.span, whole.emit(0)
    hits = emitted["hits"]
    yield "requests", f"{hits:,}", ""
    yield "mean", scale.rate(hits / (span.end - span.start)), ""
    peak = _peak(series)
    yield "peak", scale.rate(peak.rate), brief(peak.start, span.offsets.at(peak.start))
    yield "sent", size(emitted["bytes"]), ""
    yield "hosts", f"{emitted['hosts']:,}", "an estimate" if whole.hosts_approximate else ""
    share = percent(emitted["errors"], hits).strip() if hits else ""
    yield "server errors", f"{emitted['errors']:,}", share
    if durations := emitted.get("duration"):
        yield "p95", duration(durations["p95"]), f"longest {duration(durations['max'])}"


def _peak(series: Series) -> Cell:
    """Return the point with the highest rate; of those at an edge only where there is no other."""
    inner = series.cells[1:-1]
    return max(inner or series.cells, key=lambda cell: cell.rate)


def _small(remark: str) -> list[Markup]:
    return [element("small", text(remark))] if remark else []
