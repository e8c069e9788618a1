"""What a page says in words: what its figures mean, and what is not in them."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from clfstats.views.html import scale
from clfstats.views.html.markup import EMPTY, Markup, element, escaped, join, shown_value
from clfstats.views.html.points import Points
from clfstats.views.html.series import PERCENTILES, Series
from clfstats.views.html.times import length, period
from clfstats.views.humanize import count

if TYPE_CHECKING:
    from clfstats.views.html.page import PageContent

_ENDS = 20  # messages from the beginning, and from the end: totals are there


class Notes(NamedTuple):
    """Messages: the first, the last, and how many there were between them."""

    first: list[str]
    between: int
    last: list[str]

    @classmethod
    def gather(cls, messages: Iterable[str]) -> "Notes":
        """Return the ends of messages that may be any number."""
        first: list[str] = []
        last: deque[str] = deque(maxlen=_ENDS)
        between = 0
        for message in messages:
            if len(first) < _ENDS:
                first.append(message)
            else:
                between += len(last) == _ENDS
                last.append(message)
        return cls(first, between, list(last))


def of_traffic(points: Points, series: Series) -> Markup:
    """Say what a point is, and which records are in none."""
    said = [f"Each point is {length(points.width)}; the first and the last may be shorter."]
    if any(cell.rate > series.peak for cell in series.cells):
        said.append("One of these goes beyond the chart: it was seen for less than half its time.")
    windows = sorted({each.window for each in series.episodes if each.window})
    if windows:
        over = " or ".join(length(int(window)) for window in windows[:3])
        said.append(
            f"An alert goes by the mean over {over}: a point above the threshold need not be one."
        )
    if hidden := series.hidden:
        limits = ", ".join(f"{scale.number(limit)}/s" for limit in hidden[:3])
        said.append(f"Not drawn, since it is far above or one of many: threshold {limits}.")
    if outside := points.outside:
        time = period(outside.start, outside.end, points.offsets)
        said.append(
            f"{count(outside.hits, 'request')} with a time far from the others ({time}) "
            f"{'is' if outside.hits == 1 else 'are'} in no point and not in the mean, but in all"
            " other figures."
        )
    return _paragraph(*said)


def of_latency() -> Iterator[Markup]:
    """Say which line is which, and what it means."""
    keys = []
    for percentile in PERCENTILES:
        drawn = element("path", class_=f"line p{percentile}", d="M0 5h24")
        keys += [element("svg", drawn, class_="key", aria_hidden="true")]
        keys += [escaped(f" p{percentile} ")]
    yield element("p", *keys, class_="note")
    yield _paragraph("Half of the requests took no longer than p50, 95 of 100 no longer than p95.")


def of_alerts() -> Markup:
    """Say what the rate of an alert is."""
    return _paragraph("The mean rate is that of the alert's own window when it was triggered.")


def of_no_alert() -> Markup:
    """Say how alerts come to the page."""
    return _advice(
        "No alert came with the records: ", "clfalert --pass", " before clfstats brings them."
    )


def of_values(content: "PageContent", field: str) -> Markup:
    """Say what the values of a field lack."""
    said = []
    whole = content.whole
    if hits := whole.uncounted(field):
        said.append(
            f"Not counted in {count(hits, 'request')}: those came as parts that were made without"
            f" --by {field}."
        )
    elif field in whole.missing:
        said.append("No record has this field.")
    if missed := whole.missed(field):
        said.append(
            "Approximate: there were too many values to hold all, and the least have gone."
            f" Each may have had up to {count(missed, 'request')} more."
        )
    elif whole.is_approximate(field):
        said.append("Hits are exact; durations were too many: the p95 of some is of a part.")
    return _paragraph(*said) if said else EMPTY


def of_lines(content: "PageContent") -> Iterator[Markup]:
    """Say what was read, late and refused; with what the filters have reported."""
    said = [f"clfstats read {count(content.lines, 'line')} and refused {content.refused:,}."]
    if content.late:
        said.append(
            f"{count(content.late, 'request')} came late, after the window had been closed:"
            " counted here by the time of the record."
        )
    else:
        said.append("No record was late.")
    yield _paragraph(*said)
    yield _listed(content.own)
    if content.others is None:
        yield _advice(
            "What clfparse refused is on its standard error: ", "--messages FILE", " shows it here."
        )
    elif content.others.first:
        yield _paragraph("The other filters reported:")
        yield _listed(content.others)
    else:
        yield _paragraph("The other filters reported nothing.")


def _listed(messages: Notes) -> Markup:
    between = [f"… {messages.between:,} more …"] * bool(messages.between)
    lines = [*messages.first, *between, *messages.last]
    items = (element("li", shown_value(line)) for line in lines)
    return element("ul", join(items), class_="messages") if lines else EMPTY


def _advice(before: str, code: str, after: str) -> Markup:
    """Say what to type for what is missing."""
    parts = (escaped(before), element("code", escaped(code)), escaped(after))
    return element("p", *parts, class_="note")


def _paragraph(*sentences: str) -> Markup:
    return element("p", escaped(" ".join(sentences)), class_="note")
