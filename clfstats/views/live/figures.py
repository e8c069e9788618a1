"""The lines of figures at the top: what the tables are of, and all since the start."""

from rich.text import Text

from clfstats.counting.figures import Totals
from clfstats.views.humanize import classes, count, latency, percent, size
from clfstats.views.live import state
from clfstats.views.live.lines import Piece, at_both_ends, line
from clfstats.views.live.scene import Scene

_COLOURS = {"2xx": "green", "3xx": "cyan", "4xx": "yellow", "5xx": "red"}


def heading(name: str, pieces: list[Piece], width: int) -> Text:
    """Return the first line: the log's name, and how things stand."""
    return at_both_ends([(name, "bold")], pieces, width)


def scene_line(scene: Scene, width: int, *, short: bool) -> Text:
    """Return the figures of what the tables are of, as many as there is room for."""
    is_window = scene.latency is not None and scene.latency["start"] != ""
    title = scene.title[11:19] if short and is_window else scene.title
    pieces: list[Piece] = [(title, "bold")]
    if scene.note:
        pieces.append((f" ({scene.note})", "yellow"))
    pieces.append((f"  {count(scene.counts.hits, 'hit')}", ""))
    if scene.rate is not None and not short:
        pieces.append((f"  {state.number(scene.rate)}/s", ""))
    pieces.append((f"  {size(scene.counts.bytes)}", "cyan"))
    if scene.hosts is not None:
        pieces.append((f"  {count(scene.hosts, 'host')}", ""))
    if scene.latency:
        pieces += [
            (f"  {name} {shown}", "magenta") for name, shown in latency(scene.latency).items()
        ]
    return line(pieces, width)


def status_line(scene: Scene | None, total: Totals, width: int) -> Text:
    """Return hits by class of status, and what all records add up to."""
    status = scene.status if scene else {}
    hits = sum(status.values())
    left: list[Piece] = [
        (f"{name} {percent(part, hits).strip()}  ", _COLOURS.get(name, "dim"))
        for name, part in classes(status).items()
    ]
    right = f"total {count(total.hits, 'hit')}  {size(total.bytes)}"
    return at_both_ends(
        left, [(right, ""), (f"  {total.errors:,} 5xx", "red" * bool(total.errors))], width
    )
