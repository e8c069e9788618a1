"""Alerts as bands of a chart: those too close to be distinguished at its size are one band."""

from collections.abc import Iterable

from clfstats.views.html.alerts import Episode
from clfstats.views.html.frame import Extent
from clfstats.views.html.times import length, local_time
from clfstats.views.humanize import count

_MOST = 120  # bands
_APART = 20  # of the width of a chart: less than is seen


def bands(episodes: Iterable[Episode], span: Extent) -> list[tuple[int, int, str]]:
    """Return where alerts begin and end in a chart, in order, and what each says of itself.

    Those between which there is too little room are one; an alert outside of the chart is none.
    """
    placed: list[tuple[int, int, Episode]] = []
    for episode in episodes:
        since = episode.start.second if episode.start else span.start
        ends = episode.end or episode.until
        until = ends.second if ends else span.end
        if since <= span.end and until >= span.start:
            placed.append((span.x(since), span.x(until), episode))
    placed.sort(key=lambda place: place[:2])
    apart = _APART
    while len(groups := _grouped(placed, apart)) > _MOST:
        apart *= 2
    return [(start, end, _title(group)) for start, end, group in groups]


def _grouped(
    placed: Iterable[tuple[int, int, Episode]], apart: int
) -> list[tuple[int, int, list[Episode]]]:
    groups: list[tuple[int, int, list[Episode]]] = []
    for start, end, episode in placed:
        if groups and start - groups[-1][1] < apart:
            groups[-1][2].append(episode)
            groups[-1] = (groups[-1][0], max(groups[-1][1], end), groups[-1][2])
        else:
            groups.append((start, end, [episode]))
    return groups


def _title(group: list[Episode]) -> str:
    if len(group) > 1:
        return f"{count(len(group), 'alert')}, the first {timed(group[0])}"
    (episode,) = group
    label = f"{episode.label}: " if episode.label else "Alert: "
    return label + timed(episode)


def timed(episode: Episode) -> str:
    """Return when an alert was triggered and when it recovered, and how long it was open."""
    start, end = episode.start, episode.end
    if not start:
        return f"recovered {local_time(*end)}" if end else ""
    if end:
        lasted = length(max(0, end.second - start.second))
        return f"{local_time(*start)} – {local_time(*end)}, {lasted}"
    return f"triggered {local_time(*start)}, {'again later' if episode.until else 'still open'}"
