"""The chart of requests per second: an axis with numbers and times, the threshold, alerts."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.text import Text

from clfparse.values.times import Instant, short
from clfstats.views.live import state
from clfstats.views.live.alerts import Span
from clfstats.views.live.lines import Piece, line

AXIS = 8  # columns before the bars
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_MARKED = {" ": "▁", "█": "▓"}  # of the lowest row, where an alert was triggered
_TICK = 12  # columns from a time below the chart to the next
_NEAR = 4  # times the highest bar: a threshold above that is not drawn


class Drawing(NamedTuple):
    """What is drawn. rates: hits per second by column, None where they are not known any longer.

    start: of the first column, epoch seconds; step: seconds of each. offset: of the log, seconds
    from UTC. marked: the column that the tables are of. threshold: hits per second. spans: of
    alerts.
    """

    rates: Sequence[float | None]
    start: int
    step: int
    offset: int
    marked: int | None
    threshold: float | None
    spans: Sequence[Span]


def chart(drawing: Drawing, width: int, height: int, *, active: bool) -> list[Text]:
    """Return the lines: a caption, the bars, and times below them where there is room."""
    most = max((rate or 0.0 for rate in drawing.rates), default=0.0)
    limit = drawing.threshold
    shown = limit is not None and limit <= max(most, 1) * _NEAR
    top = max(most, limit * 1.05 if shown and limit else 0.0) or 1.0
    rows = height - 2
    lines = [_caption(drawing, most, width, active=active)]
    at = None if not shown or limit is None else min(rows - 1, int(limit / top * rows))
    high = _high(drawing)
    for row in range(rows - 1, -1, -1):
        label = _label(drawing, row, rows, top, at)
        axis = f"{label:>{AXIS - 2}} ┤" if label else " " * (AXIS - 2) + " │"
        cells = _cells(drawing, row, top / rows, at, high)
        lines.append(line(_joined([(axis, "dim"), *cells]), width))
    lines.append(_times(drawing, width))
    return lines


def _caption(drawing: Drawing, most: float, width: int, *, active: bool) -> Text:
    pieces: list[Piece] = [("requests/s", "bold reverse" if active else "bold")]
    step = f", {short(drawing.step)} a column"
    if most:
        at = drawing.rates.index(most)
        peak = state.clock(drawing.start + at * drawing.step, drawing.offset)
        step += f", at most {state.number(most)}/s at {peak}"
    if drawing.threshold is not None:
        step += f", threshold {state.number(drawing.threshold)}/s"
    return line([*pieces, (step, "dim")], width)


def _high(drawing: Drawing) -> set[int]:
    """Return the columns in which an alert was triggered."""
    columns: set[int] = set()
    for span in drawing.spans:
        first = (span.start - drawing.start) // drawing.step
        end = len(drawing.rates)
        if span.end is not None:
            end = min(end, -(-(span.end - drawing.start) // drawing.step))
        columns.update(range(max(0, first), end))
    return columns


def _label(drawing: Drawing, row: int, rows: int, top: float, limit: int | None) -> str:
    """Return what the axis says beside a row, counted from the lowest."""
    if row == limit and drawing.threshold is not None:
        return state.number(drawing.threshold)
    if row == rows - 1:
        return state.number(top)
    if row == 0:
        return "0"
    is_middle = rows >= 6 and row == rows // 2 and limit not in {row - 1, row + 1}
    return state.number(top * row / rows) if is_middle else ""


def _cells(
    drawing: Drawing, row: int, each: float, limit: int | None, high: set[int]
) -> Iterator[Piece]:
    """Yield the cells of a row. each: hits per second of a row; limit: the threshold's row."""
    for column, rate in enumerate(drawing.rates):
        eighths = -int(-((rate or 0.0) * 8) // each) - row * 8
        cell = "·" if rate is None and row == 0 else _EIGHTHS[min(max(eighths, 0), 8)]
        style = "red" if column in high else "blue"
        if cell == " " and row == limit:
            cell, style = "─", "yellow"
        elif row == 0 and column in high:  # seen without colours, too
            cell = _MARKED.get(cell, cell)
        yield cell, "magenta" if column == drawing.marked else style


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Join neighbours of one style: a line of few pieces is drawn in a fraction of the time."""
    joined: list[Piece] = []
    for text, style in pieces:
        if joined and joined[-1][1] == style:
            joined[-1] = (joined[-1][0] + text, style)
        else:
            joined.append((text, style))
    return joined


def _times(drawing: Drawing, width: int) -> Text:
    """Return times below their columns, and a mark below that which the tables are of."""
    text = " " * (AXIS - 1)
    for column in range(0, len(drawing.rates), _TICK):
        time = str(Instant(drawing.start + column * drawing.step, drawing.offset))
        long = drawing.step * _TICK >= 43_200
        label = f"╵{time[5:16].replace('T', ' ')}" if long else f"╵{time[11:19]}"
        marked = drawing.marked is not None and column <= drawing.marked < column + len(label)
        if AXIS + column + len(label) <= width and not marked:
            text = f"{text:<{AXIS + column}}" + label
    pieces: list[Piece] = [(text, "dim")]
    if drawing.marked is not None and 0 <= drawing.marked < len(drawing.rates):
        at = AXIS + drawing.marked
        pieces = [(f"{text:<{at}}"[:at], "dim"), ("▲", "magenta"), (text[at + 1 :], "dim")]
    return line(pieces, width)
