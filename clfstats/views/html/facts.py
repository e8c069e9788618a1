"""The figures that stand first on the page."""

from collections.abc import Iterator

from clfstats.counting.accumulator import Accumulator
from clfstats.views import humanize
from clfstats.views.html import scale
from clfstats.views.html.markup import Markup, element, escaped, join
from clfstats.views.html.series import Series
from clfstats.views.html.tables import as_share
from clfstats.views.html.times import brief
from clfstats.views.humanize import size


def facts(whole: Accumulator, series: Series) -> Markup:
    """Return figures of the whole time, each with what it is."""
    shown = []
    for name, figure, remark in _facts(whole, series):
        said = element("dd", escaped(figure), *_small(remark))
        shown.append(element("div", element("dt", escaped(name)), said))
    return element("dl", join(shown))


def _facts(whole: Accumulator, series: Series) -> Iterator[tuple[str, str, str]]:
    """Yield names, figures and remarks."""
    span, emitted = series.span, whole.emit(0)
    hits = emitted["hits"]
    yield "requests", f"{hits:,}", ""
    inside = sum(cell.point.totals.hits for cell in series.cells)
    yield "mean", scale.as_rate(inside / (span.end - span.start)), ""
    peak = series.busiest
    yield "peak", scale.as_rate(peak.rate), brief(peak.start, span.offsets.at(peak.start))
    yield "sent", size(emitted["bytes"]), ""
    yield "hosts", f"{emitted['hosts']:,}", "an estimate" if whole.hosts_approximate else ""
    yield "server errors", f"{emitted['errors']:,}", as_share(emitted["errors"], hits)
    if durations := emitted.get("duration"):
        p95, longest = map(humanize.duration, (durations["p95"], durations["max"]))
        yield "p95", p95, f"longest {longest}"


def _small(remark: str) -> list[Markup]:
    return [element("small", escaped(remark))] if remark else []
