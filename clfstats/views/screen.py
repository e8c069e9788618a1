"""The live screen: the board, laid out for a terminal of any size."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.layout import Layout
from rich.padding import Padding
from rich.text import Text

from clfparse.stream.contract import Now
from clfparse.stream.rejects import Rejects
from clfparse.values.escapes import displayed
from clfstats.counting.figures import Totals
from clfstats.filter import Stats
from clfstats.views import panels
from clfstats.views.board import Board
from clfstats.views.humanize import classes, count, latency, span

_SILENT = timedelta(seconds=3)  # after which the screen says so
_LOW = 16  # lines of a terminal that is too low for a chart
_NARROW = 60  # columns of a terminal that is too narrow for two tables
_WIDE = 100  # columns from which nothing need be shortened
_NOTES = 3  # lines
_WAITING = [
    "Records come from clfparse, and alerts from clfalert --pass between them.",
    "The top values appear when the first window with traffic is over.",
]


class BoardScreen:
    """Draws a board; what the filters have to say stands at its foot.

    Each drawing is made of lines that fit the width, and holds no control sequence but colours.
    """

    def __init__(self, board: Board, stats: Stats, rejects: Rejects, *, colour: bool) -> None:
        self._board = board
        self._stats = stats
        self._rejects = rejects
        self._colour = colour
        self._notes: list[str] = []

    def report(self, message: str) -> None:
        """Show a message at the foot, until there are newer ones."""
        self._notes = [*self._notes, displayed(message)][-_NOTES:]

    def draw(self, width: int, height: int, now: Now) -> list[str]:
        """Return the lines of a full screen: what matters most is kept where it is small."""
        board = self._board
        foot = self._foot(width, max(0, height - 10))
        room = max(0, height - 4 - len(foot))
        chart = 0 if height < _LOW else max(4, room // 4)
        alerts = max(3, room // 3)
        parts: list[tuple[RenderableType, int]] = [
            (self._heading(width, self._state(now)), 1),
            (self._totals(width), 3),
            (panels.chart(list(board.windows), width, chart), chart),
            (self._tops(width, _split), room - chart - alerts),
            (self._alerts(width, alerts), alerts),
            (panels.notes(foot), len(foot)),
        ]
        layout = Layout()
        layout.split_column(*(Layout(part, size=lines) for part, lines in parts if lines > 0))
        return self._render(layout, width, height)

    def _foot(self, width: int, room: int) -> list[str]:
        """Return the messages, the newest one whole: what to do stands at its end."""
        if not self._notes:
            return []
        *older, newest = self._notes
        console = Console(file=StringIO(), width=width, _environ={})
        newest_lines = [line.plain.rstrip() for line in Text(newest).wrap(console, width)]
        return [*older[: max(0, room - len(newest_lines))], *newest_lines][:room]

    def last(self, width: int) -> list[str]:
        """Return what stays when the screen is left: the last state, and all alerts in order."""
        board = self._board
        parts = [self._heading(width, self._counts()), self._totals(width)]
        parts += [self._tops(width, panels.beside)] * bool(board.busy)
        parts.append(panels.history(board.alerts, board.forgotten))
        return self._render(Group(*parts), width, None)

    def _heading(self, width: int, state: str) -> RenderableType:
        title = self._title(width)
        durations = latency(self._board.last) if self._board.last else {}
        for name, shown in durations.items():
            longer = f"{title}  {name} {shown}"
            title = longer if len(longer) + 1 + len(state) <= width else title
        return panels.heading(title, state)

    def _title(self, width: int) -> str:
        if not self._board.last:
            return "clfstats"
        return span(self._board.last)[0 if width >= _NARROW else len("2019-02-07 ") :]

    def _state(self, now: Now) -> str:
        refused = self._rejects.refused
        silent = self._stats.silent(now)
        silence = f"no record for {silent // timedelta(seconds=1)} s" * (silent >= _SILENT)
        if self._rejects.lines > refused or self._board.alerts:
            return ", ".join(filter(None, [self._counts(), silence]))
        if refused:
            return f"{count(refused, 'line')} read, none a record of clfparse"
        return "waiting for the first record" + f", {silent // timedelta(seconds=1)} s" * bool(
            silence
        )

    def _counts(self) -> str:
        counts = {"refused": self._rejects.refused, "late": self._board.late}
        return ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)

    def _totals(self, width: int) -> RenderableType:
        board = self._board
        counts, window = Totals(), (dict[str, int](), "0.0/s", "0")
        if last := board.last:
            counts = Totals(last["hits"], last["bytes"], last["errors"])
            window = (classes(last["status"]), f"{last['rate']:,.1f}/s", f"{last['hosts']:,}")
        total = board.total.plus(self._stats.pending())
        titles = ("last window", "since start") if width > _WIDE else ("window", "total")
        rows = [
            (titles[0], counts, *window),
            (titles[1], total, dict(sorted(board.status.items())), "", ""),
        ]
        return panels.totals(rows, space=2 if width > _WIDE else 1)

    def _tops(
        self, width: int, beside: Callable[[list[RenderableType]], RenderableType]
    ) -> RenderableType:
        if not self._board.busy:
            return panels.notes(_WAITING)
        summary = self._board.busy
        before, after = "top ", ""
        if summary is not self._board.last:  # and the newest window is empty
            before, after = "", f" at {span(summary)[11:19]}"
        each = width if width < _NARROW or len(summary["top"]) == 1 else width // 2 - 1
        tables = [
            panels.top(f"{before}{field}{after}", rows, summary["hits"], each)
            for field, rows in summary["top"].items()
        ]
        return tables[0] if width < _NARROW else beside(tables[:2])

    def _alerts(self, width: int, height: int) -> RenderableType:
        board = self._board
        if board.has_source:
            return panels.alerts(board.alerts, board.forgotten, width, height)
        return panels.no_alerts(width, height)

    def _render(self, part: RenderableType, width: int, height: int | None) -> list[str]:
        console = Console(
            file=StringIO(),
            width=width,
            height=height,
            force_terminal=True,
            color_system="standard" if self._colour else None,
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
            _environ={},
        )
        with console.capture() as captured:
            console.print(part)
        return captured.get().removesuffix("\n").split("\n")


def _split(tables: list[RenderableType]) -> RenderableType:
    """Put tables side by side where the height is known: half the time of panels.beside."""
    layout = Layout()
    layout.split_row(*(Layout(Padding(table, (0, 1, 0, 0))) for table in tables))
    return layout
