"""What the screen shows at a moment, taken from the board at once: it is drawn without the lock."""

from typing import NamedTuple

from clfparse.values.times import Instant
from clfstats import summary as summaries
from clfstats.counting.accumulator import Accumulator
from clfstats.counting.figures import Totals
from clfstats.counting.pane import Window
from clfstats.summary import Row, Summary
from clfstats.views.humanize import count, span
from clfstats.views.live.archive import Past
from clfstats.views.live.board import Board
from clfstats.views.live.narrowed import Narrowed

MOST = 500  # rows of a table that is made of counters


class FieldTable(NamedTuple):
    """The rows of a field, in the order asked for. values: how many there are, as far as known.

    searched: of how many the rows are those that contain a text.
    """

    field: str
    rows: list[Row]
    values: int
    searched: int = 0


class Scene(NamedTuple):
    """What the tables and the first line of figures are of.

    title: which time, as text; note: what is to be known of it. hosts: distinct ones; None where
    that is not known. rate: hits per second; None where that means nothing.
    """

    title: str
    note: str
    counts: Totals
    rate: float | None
    hosts: int | None
    status: dict[str, int]
    latency: Summary | None
    tables: list[FieldTable]
    start: int | None = None  # of the window
    end: int | None = None

    @property
    def timed(self) -> bool:
        """Whether there are durations."""
        return bool(self.latency and "duration" in self.latency)


def window_scene(window: Window, order: str) -> Scene:
    """Return the scene of a window that is open: as it fills."""
    summary = summaries.summary(window, 0)
    notes = ["filling", *["approximate"] * ("approximate" in summary)]
    tables = _tables(window.traffic, list(summary["top"]), order)
    return _of_summary(summary, window.traffic.totals, notes, tables, (window.start, window.end))


def past_scene(past: Past, order: str) -> Scene:
    """Return the scene of a window of the archive."""
    summary, late = past.summary, past.late
    notes: list[str] = [mark for mark in ("partial", "approximate") if mark in summary]
    if late.hits:
        notes.append(f"{count(late.hits, 'late hit')} not in the tables")
    counts = Totals(summary["hits"], summary["bytes"], summary["errors"]).plus(late)
    tables = [
        FieldTable(field, sorted(rows, key=_ORDERS[order]), past.values[field])
        for field, rows in summary["top"].items()
    ]
    scene = _of_summary(summary, counts, notes, tables, (past.start, past.end))
    return scene._replace(rate=None, hosts=None) if late.hits else scene


def total_scene(board: Board, order: str) -> Scene:
    """Return the scene of all windows written so far."""
    note = "" if board.at_end else "of windows that are over"
    return _of_traffic("since the start", note, board.total, board.by, order)


def narrowed_scene(narrowed: Narrowed, by: tuple[str, ...], order: str) -> Scene:
    """Return the scene of what the screen is narrowed to."""
    records = count(narrowed.number, "record")
    note = "no record is held"
    if narrowed.since:
        extent = "all" if narrowed.whole else "the last"
        note = f"of {extent} {records}, from {str(narrowed.since)[11:19]}"
    if not narrowed.between:
        return _of_traffic("", note, narrowed.traffic, by, order)
    start, end = narrowed.between
    if narrowed.whole or (narrowed.since and narrowed.since.second < start):
        note = f"of {records}"
    else:
        note = f"of the {records} that are held"
    offset = narrowed.since.offset if narrowed.since else 0
    title = f"{str(Instant(start, offset))[11:19]}–{str(Instant(end, offset))[11:19]}"
    scene = _of_traffic(title, note, narrowed.traffic, by, order)
    return scene._replace(start=start, end=end)


def ordered(scene: Scene, order: str) -> Scene:
    """Sort again what is shown of a past window, or is paused."""
    tables = [table._replace(rows=sorted(table.rows, key=_ORDERS[order])) for table in scene.tables]
    return scene._replace(tables=tables)


def _of_summary(
    summary: Summary,
    counts: Totals,
    notes: list[str],
    tables: list[FieldTable],
    times: tuple[int, int],
) -> Scene:
    return Scene(
        span(summary),
        ", ".join(notes),
        counts,
        summary["rate"],
        summary["hosts"],
        summary["status"],
        summary,
        tables,
        *times,
    )


def _of_traffic(
    title: str, note: str, traffic: Accumulator, by: tuple[str, ...], order: str
) -> Scene:
    emitted = traffic.emit(0)
    if "approximate" in emitted:
        note += ", approximate" if note else "approximate"
    tables = _tables(traffic, by, order)
    latency: Summary = {"type": "summary", "start": "", "end": "", "rate": 0.0, **emitted}
    hosts, status = emitted["hosts"], emitted["status"]
    return Scene(title, note, traffic.totals, None, hosts, status, latency, tables)


def _tables(
    traffic: Accumulator, by: "tuple[str, ...] | list[str]", order: str
) -> list[FieldTable]:
    return [
        FieldTable(field, traffic.ranked(field, order, MOST), traffic.distinct(field))
        for field in by
    ]


_ORDERS = {
    "hits": lambda row: -row["hits"],
    "bytes": lambda row: (-row["bytes"], -row["hits"]),
    "errors": lambda row: (-row["errors"], -row["hits"]),
    "p95": lambda row: (-(row.get("p95") or 0.0), -row["hits"]),
}
