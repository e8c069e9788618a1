"""The tables of values: a value is never cut where there is room, columns give way to it first."""

from typing import NamedTuple

from rich.text import Text

from clfparse.counting.keys import key, name
from clfparse.values.escapes import displayed
from clfstats.summary import Row
from clfstats.views import text as textview
from clfstats.views.humanize import count, percent, size, slowness
from clfstats.views.live.lines import Piece, line
from clfstats.views.live.scene import FieldTable

_BAR, _LEAST_BAR = 20, 4  # columns of the longest bar, where there is room
_SORTED = "bold underline"
_STYLES = {"errors": "red", "p95": "magenta", "share": "dim", "bytes": "cyan"}


class FigureColumn(NamedTuple):
    """A column of figures. name: as in a summary, or share."""

    name: str
    title: str
    cells: list[str]

    @property
    def width(self) -> int:
        """Columns of the terminal that it takes, with the blank before it."""
        return max(len(self.title), *map(len, self.cells), 3) + 1


def value_text(row: Row) -> str:
    """Return a row's value, safe to show."""
    return displayed(name(key(row["value"]))) or '""'


def matching(table: FieldTable, wanted: str) -> FieldTable:
    """Return a table with those rows alone whose value contains a text, in any case."""
    if not wanted:
        return table
    rows = [row for row in table.rows if wanted.casefold() in value_text(row).casefold()]
    return table._replace(rows=rows, searched=len(table.rows))


def table_lines(
    table: FieldTable,
    hits: int,
    width: int,
    height: int,
    *,
    order: str,
    first: int,
    chosen: int | None,
    wanted: str = "",
) -> list[Text]:
    """Return the lines of a table: titles, and rows from the first on that there is room for.

    hits: of all values. chosen: the row that keys act on; None where the table is not active.
    """
    rows = table.rows[first : first + height - 1]
    names = [value_text(row) for row in rows]
    longest = max(map(textview.columns, names), default=0)
    columns, room = _fitting(_columns(rows, hits, order), longest, width)
    bar = min(_BAR, room - max(longest, textview.columns(displayed(table.field)) + 14) - 1)
    space = max(0, room - bar - 1) if bar >= _LEAST_BAR else room
    lines = [_titles(table, columns, space, order, wanted, width, active=chosen is not None)]
    most = max((row["hits"] for row in table.rows), default=1)
    for at, (row, text) in enumerate(zip(rows, names, strict=True)):
        style = "reverse" if first + at == chosen else ""
        shown = textview.cut(text, space)
        pieces: list[Piece] = [(shown + " " * (space - textview.columns(shown)), style)]
        pieces += [
            (f"{column.cells[at]:>{column.width}}", style or _STYLES.get(column.name, ""))
            for column in columns
        ]
        if bar >= _LEAST_BAR:
            pieces.append((" " + "█" * (row["hits"] * bar // most), "blue"))
        lines.append(line(pieces, width))
    return lines


def _columns(rows: list[Row], hits: int, order: str) -> list[FigureColumn]:
    """Return the columns, what matters most first: hits, what rows are sorted by, the others."""
    columns = {
        "hits": FigureColumn("hits", "hits", [f"{row['hits']:,}" for row in rows]),
        "share": FigureColumn(
            "share", "share", [percent(row["hits"], hits) if hits else "" for row in rows]
        ),
        "errors": FigureColumn(
            "errors", "5xx", [f"{row['errors']:,}" if row["errors"] else "" for row in rows]
        ),
    }
    slow = slowness(rows)
    if any(slow) or order == "p95":
        columns["p95"] = FigureColumn("p95", "p95", slow)
    columns["bytes"] = FigureColumn("bytes", "bytes", [size(row["bytes"]) for row in rows])
    firsts = ["hits"] + [order] * (order != "hits")
    return [columns[name] for name in [*firsts, *(name for name in columns if name not in firsts)]]


def _fitting(
    columns: list[FigureColumn], longest: int, width: int
) -> tuple[list[FigureColumn], int]:
    """Return the columns that there is room for beside the longest value, and the room for that."""
    room = width - 1
    shown: list[FigureColumn] = []
    for at, column in enumerate(columns):
        is_sorted = at < 2 and column.name != "share"
        if room - column.width >= (min(longest, width // 3) if is_sorted else max(longest, 12)):
            shown.append(column)
            room -= column.width
    return shown, room


def _titles(
    table: FieldTable,
    columns: list[FigureColumn],
    room: int,
    order: str,
    wanted: str,
    width: int,
    *,
    active: bool,
) -> Text:
    listed = len(table.rows)
    title = displayed(table.field)
    number = f" {count(table.values, 'value')}" if table.values > listed or not wanted else ""
    if wanted:
        among = f" of {table.searched:,} listed" if table.values > table.searched else ""
        number = f" {listed:,}{among} with {displayed(wanted)!r}"
    style = "bold reverse" if active else "bold"
    head = textview.cut(title, room)
    rest = textview.cut(number, room - textview.columns(head)) if room > len(head) else ""
    space = " " * (room - textview.columns(head) - textview.columns(rest))
    pieces: list[Piece] = [(head, style), (rest + space, "dim")]
    for column in columns:
        text = column.title
        pieces.append((" " * (column.width - len(text)), ""))
        pieces.append((text, _SORTED if column.name == order else "dim"))
    return line(pieces, width)
