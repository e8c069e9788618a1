"""The page as a whole: its head, and what stands on it in which order."""

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from clfstats.counting.accumulator import Accumulator
from clfstats.views.html import charts, notes, tables
from clfstats.views.html.alert_table import list_alerts
from clfstats.views.html.alerts import Episodes
from clfstats.views.html.facts import facts
from clfstats.views.html.frame import Extent
from clfstats.views.html.markup import EMPTY, Markup, element, escaped, join
from clfstats.views.html.notes import Notes
from clfstats.views.html.points import Points
from clfstats.views.html.series import Series
from clfstats.views.html.times import length, period
from clfstats.views.humanize import count

# Nothing is loaded and nothing runs: not even what a browser would ask for by itself.
_POLICY = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"


class About(NamedTuple):
    """What a page says of its run. command: as it was given. files: that were read, if named."""

    command: str
    version: str
    files: tuple[str, ...] = ()


class PageContent(NamedTuple):
    """What a page is made of.

    top: how many values are shown. late: hits. lines: that were read, refused ones too. own: what
    clfstats has reported; others: what the other filters have, None where that is not known.
    """

    about: About
    points: Points
    whole: Accumulator
    alerts: Episodes
    by: tuple[str, ...]
    top: int
    late: int
    lines: int
    refused: int
    own: Notes
    others: Notes | None

    def series(self) -> Series | None:
        """Return what charts are made of; None where no record has come."""
        points = self.points
        if points.start is None:
            return None
        time = Extent(points.start, points.end, points.offsets)
        return Series(time, points.cells, self.alerts.episodes, points.width)


def render(content: PageContent) -> bytes:
    """Return the page."""
    names = [", ".join(content.about.files)] if content.about.files else []
    title = ": ".join(["Traffic report", *names])
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy()),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", escaped(title)),
        element("style", _style()),
    )
    body = element("body", element("main", join(_sections(content, title), "\n")))
    page = join([Markup("<!DOCTYPE html>"), element("html", head, body, lang="en")], "\n")
    return f"{page}\n".encode("utf-8", "backslashreplace")


def _sections(content: PageContent, title: str) -> Iterator[Markup]:
    series = content.series()
    yield _header(series, title)
    if series:
        yield facts(content.whole, series)
        unit = f"requests per {series.unit.name}"
        remarks = notes.of_traffic(content.points, series)
        yield _section("Traffic", charts.draw_traffic(series), remarks, remark=unit)
    if series or content.alerts.any:
        yield _section("Alerts", *_alerts(content.alerts))
    if series:
        legend = tables.legend(content.whole.status)
        yield _section("Status", charts.draw_status(series), legend, remark=unit)
        if timed := charts.draw_latency(series):
            remark = "how long requests took"
            yield _section("Latency", timed, *notes.of_latency(), remark=remark)
        yield element("div", join(_tops(content)), class_="pair")
        yield element("div", join(_names(content)), class_="pair")
    yield _section("Late and refused", *notes.of_lines(content))
    if series:
        summary = element("summary", escaped("The figures of each point"))
        yield element("details", summary, tables.points(series))
    yield _footer(content.about)


def _header(series: Series | None, title: str) -> Markup:
    when = escaped("No record was read.")
    if series:
        time = series.span
        written = f"{period(*time)}, {length(time.end - time.start)}"
        when = escaped(written)
    return element("header", element("h1", escaped(title)), element("p", when))


def _section(title: str, *content: Markup, remark: str = "") -> Markup:
    small = [element("small", escaped(f" {remark}"))] if remark else []
    return element("section", element("h2", escaped(title), *small), *content)


def _alerts(alerts: Episodes) -> Iterator[Markup]:
    if alerts.episodes:
        yield list_alerts(alerts)
        yield notes.of_alerts()
    elif not alerts.untimed:
        yield notes.of_no_alert()
    if alerts.untimed:
        yield element("p", escaped(f"Not shown, without a time: {count(alerts.untimed, 'alert')}."))


def _tops(content: PageContent) -> Iterator[Markup]:
    emitted = content.whole.emit(content.top)
    for field in content.by:
        rows = emitted["top"][field]
        uncounted = content.whole.uncounted(field)
        shown = tables.top(field, rows, emitted["hits"] - uncounted) if rows else EMPTY
        yield _section(f"Top of {field}", shown, notes.of_values(content, field))


def _names(content: PageContent) -> Iterator[Markup]:
    most = max(content.top, 10)
    if "status" not in content.by:
        yield _section("Status codes", tables.counts("status", content.whole.status, most))
    if "method" not in content.by:
        yield _section("Methods", tables.counts("method", content.whole.methods, most))


def _footer(about: About) -> Markup:
    return element(
        "footer",
        element("p", element("code", escaped(about.command))),
        element("p", escaped(f"clf-filters {about.version}")),
    )


@cache
def _style() -> Markup:
    written = files(__package__).joinpath("style.css").read_text(encoding="utf-8")
    return Markup(f"\n{written}")


def _policy() -> str:
    digest = sha256(_style().encode()).digest()
    return _POLICY.format(b64encode(digest).decode())
