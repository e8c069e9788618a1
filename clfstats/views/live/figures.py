"""The lines of figures at the top: what the tables are of, and all since the start."""

from rich.text import Text

from clfstats.counting.figures import Totals
from clfstats.views.humanize import classes, count, latency, percent, size
from clfstats.views.live.lines import Piece, between, line
from clfstats.views.live.look import Look
from clfstats.views.live.state import number

_COLOURS = {"2xx": "green", "3xx": "cyan", "4xx": "yellow", "5xx": "red"}


def heading(name: str, state: list[Piece], width: int) -> Text:
    """Return the first line: the log's name, and how things stand."""
    return between([(name, "bold")], state, width)


def look_line(look: Look, width: int, *, short: bool) -> Text:
    """Return the figures of what the tables are of, as many as there is room for."""
    title = look.title[11:19] if short and look.start is not None else look.title
    pieces: list[Piece] = [(title, "bold")]
    if look.note:
        pieces.append((f" ({look.note})", "yellow"))
    pieces.append((f"  {count(look.counts.hits, 'hit')}", ""))
    if look.rate is not None and not short:
        pieces.append((f"  {number(look.rate)}/s", ""))
    pieces.append((f"  {size(look.counts.bytes)}", "cyan"))
    if look.hosts is not None:
        pieces.append((f"  {count(look.hosts, 'host')}", ""))
    if look.latency:
        pieces += [
            (f"  {name} {shown}", "magenta") for name, shown in latency(look.latency).items()
        ]
    return line(pieces, width)


def status_line(look: Look | None, total: Totals, width: int) -> Text:
    """Return hits by class of status, and what all records add up to."""
    status = look.status if look else {}
    hits = sum(status.values())
    left: list[Piece] = [
        (f"{name} {percent(part, hits).strip()}  ", _COLOURS.get(name, "dim"))
        for name, part in classes(status).items()
    ]
    right = f"total {count(total.hits, 'hit')}  {size(total.bytes)}"
    return between(
        left, [(right, ""), (f"  {total.errors:,} 5xx", "red" * bool(total.errors))], width
    )
