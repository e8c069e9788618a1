"""The tables of a report: values of fields, status codes, alerts, and the figures of all points."""

from collections.abc import Iterable, Sequence

from clfparse.counting.keys import key
from clfstats.summary import Row
from clfstats.views import humanize
from clfstats.views.html.markup import Markup, element, escaped, join, shown_value
from clfstats.views.html.series import CLASSES, PERCENTILES, Series, by_class, css
from clfstats.views.html.times import brief
from clfstats.views.humanize import percent, size


def table(heads: Sequence[str], rows: Iterable[Markup], *, kind: str, caption: str) -> Markup:
    """Return a table. kind: its class, by which style.css knows which columns are figures."""
    head = element("tr", *(element("th", escaped(name), scope="col") for name in heads))
    whole = element(
        "table",
        element("caption", escaped(caption)),
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
    rows = [(shown_value(name), number) for name, number in shown]
    rows += [(escaped(f"{len(ranked) - most:,} others"), rest)] if rest else []
    made = (
        element("tr", element("th", name, scope="row"), *_share(number, hits))
        for name, number in rows
    )
    return table([title, "requests", "share", ""], made, kind="top", caption=title)


def legend(status: dict[str, int]) -> Markup:
    """Return the classes of status codes, each with its colour, hits and share."""
    totals, hits = by_class(humanize.classes(status)), sum(status.values())
    rows = (
        element(
            "tr",
            element("th", _swatch(name), escaped(f"{name} {meaning}"), scope="row"),
            *_share(totals[name], hits),
        )
        for name, meaning in reversed(CLASSES.items())
        if name in totals
    )
    heads = ["class", "requests", "share", ""]
    return table(heads, rows, kind="top", caption="Classes of status, as in the chart")


def points(series: Series) -> Markup:
    """Return the figures of each point that has traffic."""
    offsets = series.span.offsets
    zone = len({offsets.at(cell.start) for cell in series.cells}) > 1
    timed = any(cell.point.durations.buckets for cell in series.cells)
    heads = ["from", "requests", "per second", "bytes", "4xx", "5xx"]
    heads += [f"p{number}" for number in PERCENTILES] if timed else []
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
            known = [sketch.quantile(p) if sketch.buckets else None for p in PERCENTILES]
            figures += ["" if p is None else humanize.duration(p) for p in known]
        begins = element("th", escaped(brief(start, offsets.at(start), zone=zone)), scope="row")
        rows.append(element("tr", begins, *(element("td", escaped(figure)) for figure in figures)))
    return table(heads, rows, kind="points", caption="Points with traffic")


def _top_row(row: Row, hits: int, *, timed: bool) -> Markup:
    p95 = row.get("p95")
    cells = [
        *_share(row["hits"], hits),
        element("td", escaped(size(row["bytes"]))),
        element("td", escaped(f"{row['errors']:,}" if row["errors"] else "")),
    ]
    if timed:
        cells.append(element("td", escaped("" if p95 is None else humanize.duration(p95))))
    return element("tr", element("th", shown_value(key(row["value"])), scope="row"), *cells)


def _share(number: int, hits: int) -> list[Markup]:
    """Return the cells of a number, its share, and that as a bar."""
    share = number * 100 / hits if hits else 0.0
    bar = element("svg", element("rect", width=f"{share:.1f}%", height="100%"), aria_hidden="true")
    return [
        element("td", escaped(f"{number:,}")),
        element("td", escaped(as_share(number, hits))),
        element("td", bar, class_="share"),
    ]


def as_share(number: int, hits: int) -> str:
    """Return a share in per cent; what is not nothing or all does not look so."""
    if not hits:
        return ""
    if 0 < number < hits / 200:
        return "<1%"
    return ">99%" if hits > number > hits * 199 / 200 else percent(number, hits).strip()


def _swatch(name: str) -> Markup:
    drawn = element("rect", class_=css(name), width="100%", height="100%")
    return element("svg", drawn, class_="swatch", aria_hidden="true")
