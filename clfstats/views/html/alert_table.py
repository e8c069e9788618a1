"""The alerts of a report as a table: when, for how long, how high, and who asked most."""

from clfparse.counting.keys import key
from clfparse.events.alert import Share
from clfparse.values.times import Instant
from clfstats.views import humanize
from clfstats.views.html import scale, tables
from clfstats.views.html.alerts import Episode, Episodes
from clfstats.views.html.markup import EMPTY, Markup, element, escaped, join, shown_value
from clfstats.views.html.times import length, local_time

_ALERTS = 50  # of the first and of the last that are listed
_FEW = 12  # that stand there unasked
_CAUSE = 80  # characters of a value beside an alert


def list_alerts(held: Episodes) -> Markup:
    """Return the alerts, oldest first: of very many the first and the last."""
    episodes = held.episodes
    left_out = max(0, len(episodes) - 2 * _ALERTS)
    caused = any(episode.causes for episode in episodes)
    rows = [_alert(episode, caused=caused) for episode in episodes]
    if left_out or held.forgotten:
        number = left_out + held.forgotten
        gap = element("td", escaped(f"{number:,} more alerts between these"), colspan=4 + caused)
        rows[_ALERTS : _ALERTS + left_out] = [element("tr", gap)]
    heads = ["triggered", "recovered", "lasted", "mean rate"]
    heads += ["most hits came from"] * caused
    made = tables.table(heads, rows, kind="alerts", caption="Alerts")
    if len(rows) <= _FEW:
        return made
    number = len(episodes) + held.forgotten
    return element("details", element("summary", escaped(f"All {number:,} alerts")), made)


def _alert(episode: Episode, *, caused: bool) -> Markup:
    start, end, until = episode.start, episode.end, episode.until
    label = element("b", escaped(f"{episode.label} ")) if episode.label else EMPTY
    lasted = length(max(0, end.second - start.second)) if start and end else ""
    ended = _until(start, end) if end else "again triggered" if until else "still open"
    begun = local_time(*start, zone=True) if start else "earlier"
    rate = f"{scale.number(episode.rate)}/s" if episode.rate is not None else ""
    if rate and episode.threshold is not None:
        rate += f" above {scale.number(episode.threshold)}/s"
    return element(
        "tr",
        element("th", label, escaped(begun), scope="row"),
        *(element("td", escaped(shown)) for shown in (ended, lasted, rate)),
        *([element("td", join(map(_cause, episode.causes), " "))] if caused else []),
    )


def _until(start: Instant | None, end: Instant) -> str:
    """Return a time; where it is of the same day as the start, without the day."""
    written, first = local_time(*end, zone=True), local_time(*start, zone=True) if start else ""
    same = written[:10] + written[19:] == first[:10] + first[19:]
    return written[11:19] if same else written


def _cause(share: Share) -> Markup:
    _, percents = humanize.cause(share)
    value = element("b", shown_value(key(share.value), _CAUSE))
    return element("span", escaped(f"{share.field} "), value, escaped(f" {percents}%"))
