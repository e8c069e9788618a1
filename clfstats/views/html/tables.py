"""The tables of a report: values of fields, status codes, alerts, and the figures of all points."""

from collections.abc import Iterable, Sequence

from clfparse.values.times import Instant
from clfstats.counting.keys import key
from clfstats.summary import Row
from clfstats.views.html import charts, scale
from clfstats.views.html.alerts import Alerts, Cause, Episode
from clfstats.views.html.charts import Series
from clfstats.views.html.markup import EMPTY, Markup, element, join, text, value
from clfstats.views.html.times import brief, length, stamp
from clfstats.views.humanize import duration, percent, size

_ALERTS = 50  # of the first and of the last that are listed
_FEW = 12  # that stand there unasked
_CAUSE = 80  # characters of a value beside an alert


def table(heads: Sequence[str], rows: Iterable[Markup], *, kind: str, caption: str) -> Markup:
    """Return a table. kind: its class, by which style.css knows which columns are figures."""
    head = element("tr", *(element("th", text(name), scope="col") for name in heads))
    whole = element(
        "table",
        element("caption", text(caption)),
        element("thead", head),
        element("tbody", join(rows, "\n")),
        class_=kind,
    )
    return element("div", whole, class_="scroll", tabindex=0, role="region", aria_label=caption)


def top(field: str, rows: Sequence[Row], hits: int) -> Markup:
    """Return the values of a field with the most hits. hits: of all values."""
    timed = any("p95" in row for row in rows)
    heads = [field, "requests", "share", "", "bytes", "5xx", *(["p95"] if timed else [])]
    return table(
        heads, (_top_row(row, hits, timed=timed) for row in rows), kind="top", caption=field
    )


def counts(title: str, counted: dict[str, int], most: int) -> Markup:
    """Return how often each of some names came, most hits first."""
    hits = sum(counted.values())
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    shown, rest = ranked[:most], sum(number for _, number in ranked[most:])
    rows = [(value(name), number) for name, number in shown]
    rows += [(text(f"{len(ranked) - most:,} others"), rest)] if rest else []
    made = (
        element("tr", element("th", name, scope="row"), *_share(number, hits))
        for name, number in rows
    )
    return table([title, "requests", "share", ""], made, kind="top", caption=title)


def legend(series: Series) -> Markup:
    """Return the classes of status, each with its colour, hits and share."""
    totals = {
        name: sum(charts.by_class(cell.point).get(name, 0) for cell in series.cells)
        for name in charts.CLASSES
    }
    hits = sum(totals.values())
    rows = (
        element(
            "tr",
            element("th", _swatch(name), text(f"{name} {meaning}"), scope="row"),
            *_share(totals[name], hits),
        )
        for name, meaning in reversed(charts.CLASSES.items())
        if totals[name]
    )
    heads = ["class", "requests", "share", ""]
    return table(heads, rows, kind="top", caption="Classes of status, as in the chart")


def alerts(held: Alerts) -> Markup:
    """Return the alerts, oldest first: of very many the first and the last."""
    episodes = held.episodes
    left_out = max(0, len(episodes) - 2 * _ALERTS)
    caused = any(episode.causes for episode in episodes)
    rows = [_alert(episode, caused=caused) for episode in episodes]
    if left_out or held.forgotten:
        number = left_out + held.forgotten
        gap = element("td", text(f"{number:,} more alerts between these"), colspan=4 + caused)
        rows[_ALERTS : _ALERTS + left_out] = [element("tr", gap)]
    heads = ["triggered", "recovered", "lasted", "mean rate"]
    heads += ["most hits came from"] * caused
    made = table(heads, rows, kind="alerts", caption="Alerts")
    if len(rows) <= _FEW:
        return made
    number = len(episodes) + held.forgotten
    return element("details", element("summary", text(f"All {number:,} alerts")), made)


def points(series: Series) -> Markup:
    """Return the figures of each point that has traffic."""
    offsets = series.span.offsets
    zone = len({offsets.at(cell.start) for cell in series.cells}) > 1
    timed = any(cell.point.durations.buckets for cell in series.cells)
    heads = ["from", "requests", "per second", "bytes", "4xx", "5xx"]
    heads += [f"p{number}" for number in charts.PERCENTILES] if timed else []
    rows = []
    for start, end, point in series.cells:
        if not point.totals.hits:
            continue
        figures = [
            f"{point.totals.hits:,}",
            f"{point.totals.hits / (end - start):,.4g}",
            size(point.totals.bytes),
            f"{point.status['4xx']:,}",
            f"{point.totals.errors:,}",
        ]
        if timed:
            sketch = point.durations
            each = charts.PERCENTILES
            figures += [duration(sketch.quantile(p)) if sketch.buckets else "" for p in each]
        begins = element("th", text(brief(start, offsets.at(start), zone=zone)), scope="row")
        rows.append(element("tr", begins, *(element("td", text(figure)) for figure in figures)))
    return table(heads, rows, kind="points", caption="Points with traffic")


def _top_row(row: Row, hits: int, *, timed: bool) -> Markup:
    p95 = row.get("p95")
    cells = [
        *_share(row["hits"], hits),
        element("td", text(size(row["bytes"]))),
        element("td", text(f"{row['errors']:,}" if row["errors"] else "")),
    ]
    if timed:
        cells.append(element("td", text("" if p95 is None else duration(p95))))
    return element("tr", element("th", value(key(row["value"])), scope="row"), *cells)


def _share(number: int, hits: int) -> list[Markup]:
    """Return the cells of a number, its share, and that as a bar."""
    share = number * 100 / hits if hits else 0.0
    bar = element("svg", element("rect", width=f"{share:.1f}%", height="100%"), aria_hidden="true")
    return [
        element("td", text(f"{number:,}")),
        element("td", text(_percent(number, hits))),
        element("td", bar, class_="share"),
    ]


def _percent(number: int, hits: int) -> str:
    if not hits:
        return ""
    return "<1%" if 0 < number < hits / 200 else percent(number, hits).strip()


def _swatch(name: str) -> Markup:
    drawn = element("rect", class_=charts.css(name), width="100%", height="100%")
    return element("svg", drawn, class_="swatch", aria_hidden="true")


def _alert(episode: Episode, *, caused: bool) -> Markup:
    start, end, until = episode.start, episode.end, episode.until
    label = element("b", text(f"{episode.label} ")) if episode.label else EMPTY
    lasted = length(max(0, end.second - start.second)) if start and end else ""
    ended = _until(start, end) if end else "again triggered" if until else "still open"
    rate = f"{episode.rate:,.1f}/s" if episode.rate is not None else ""
    if rate and episode.threshold is not None:
        rate += f" above {scale.number(episode.threshold)}/s"
    return element(
        "tr",
        element("th", label, text(stamp(*start, zone=True) if start else "earlier"), scope="row"),
        *(element("td", text(shown)) for shown in (ended, lasted, rate)),
        *([element("td", _causes(episode))] if caused else []),
    )


def _until(start: Instant | None, end: Instant) -> str:
    """Return a time; where it is of the same day as the start, without the day."""
    written, first = stamp(*end, zone=True), stamp(*start, zone=True) if start else ""
    same = written[:10] + written[19:] == first[:10] + first[19:]
    return written[11:19] if same else written


def _causes(episode: Episode) -> Markup:
    """Return the first value of each field in the alert's window."""
    first: dict[str, Cause] = {}
    for cause in episode.causes:
        first.setdefault(cause.field, cause)
    return join((_cause(cause, episode.hits) for cause in first.values()), " ")


def _cause(cause: Cause, hits: float | None) -> Markup:
    share = f" {min(cause.hits / hits, 1):.0%}" if hits else ""
    name = text(f"{cause.field} ")
    return element("span", name, element("b", value(cause.value, _CAUSE)), text(share))
