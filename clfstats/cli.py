"""The command line of clfstats."""

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from clfparse.events import order
from clfparse.events.alert import Alert
from clfparse.events.clock import Mode
from clfparse.events.reader import Reader
from clfparse.options import (
    HELP,
    PLAIN,
    ClockMode,
    Delay,
    Files,
    RejectsFile,
    Strict,
    Version,
    window_option,
)
from clfparse.stream.clash import clash
from clfparse.stream.descriptors import STDIN, is_terminal, terminal
from clfparse.stream.journal import Unusable, lines_of
from clfparse.stream.lines import RECORD_LINE
from clfparse.stream.rejects import Rejects
from clfparse.stream.run import run
from clfparse.values.escapes import displayed, printable
from clfstats.filter import HINT, Stats, View
from clfstats.metrics import Metrics
from clfstats.options import TOP, By, Top, Window, check_fields, rate
from clfstats.views.jsonl import JsonView
from clfstats.views.parts import PartsView
from clfstats.views.text import TextView

if TYPE_CHECKING:  # which other outputs need not pay for
    from clfparse.stream.contract import Filter
    from clfparse.stream.live import Screen
    from clfstats.views.live.board import Board

app = typer.Typer(**PLAIN)


class Output(StrEnum):
    """The form of what is written."""

    TEXT = "text"
    JSON = "json"


def _view(output: Output | None, parts: bool) -> View | PartsView:
    to = terminal()
    if parts:
        if output == Output.TEXT:
            raise typer.BadParameter("--parts is JSON: --output text does not go with it")
        return PartsView()
    text = output == Output.TEXT if output else to.is_terminal
    if not text:
        return JsonView()
    return TextView(lambda: to.size()[0], colour=to.colour, whole=not to.is_terminal)


def _check_live(output: Output | None, parts: bool, files: list[str]) -> None:
    """Check that a screen can be shown. Raises BadParameter."""
    if parts:
        raise typer.BadParameter("--parts is JSON: --live does not go with it")
    if output:
        raise typer.BadParameter("--live is an output of its own: --output does not go with it")
    if not terminal().screen:
        raise typer.BadParameter("--live needs a terminal to draw on; stdout is none")
    if "-" in (files or ["-"]) and is_terminal(STDIN):
        raise typer.BadParameter(
            "--live takes keys from the terminal, and records from a pipe or files; stdin is none"
        )


def _begin(board: "Board", path: str) -> None:
    """Show the alerts of a history from the start."""
    reader = Reader(rejects := Rejects("", ""))
    try:
        lines = [line + b"\n" for line in lines_of(path)]
    except Unusable as error:
        raise typer.BadParameter(str(error)) from error
    alerts = [event for event in reader.add(b"".join(lines)) if isinstance(event, Alert)]
    if rejects.refused or len(alerts) < len(lines):
        raise typer.BadParameter(f"{printable(path)}: not all of its lines are alerts")
    board.begin(alerts)


def _refuse(**options: object) -> None:
    """Refuse options that go with a screen alone."""
    for name, value in options.items():
        if value is not None:
            raise typer.BadParameter(f"--{name.replace('_', '-')} goes with --live")


def _board(
    fields: tuple[str, ...],
    window: int,
    top: int | None,
    known: tuple[str, float | None, int | None],
    history: str | None,
    rejects_file: str | None,
) -> "Board":
    """Return what a screen knows. known: the log's name; of clfalert, the threshold and window."""
    from clfstats.views.live.board import Board, Known

    label, threshold, alert_window = known
    board = Board(fields, window, Known(displayed(label), threshold, alert_window), top)
    if history:
        if clashing := clash([history], {"--rejects": rejects_file}, stdout=False):
            raise typer.BadParameter(clashing)
        _begin(board, history)
    return board


def _shown(stats: Stats, board: "Board", rejects: Rejects) -> "tuple[Filter, Screen]":
    """Return the filter that a screen looks at, and that screen."""
    from clfstats.views.live.screen import LiveScreen
    from clfstats.views.live.shared import Shared

    screen = LiveScreen(board, stats, rejects, colour=terminal().colour)
    return Shared(stats, board), screen


@app.command(
    context_settings=HELP,
    help="""Sum up clfparse's records: the top sections and the traffic of each window.

Reads records, or parts of them. Windows follow the log's own time, and close when a live log falls
silent. A record that comes too late for its window is counted in a late pane of it. Alerts of
clfalert between the records are passed on.

\b
Examples:
  tail -F access.log | clfparse | tee >(clfalert) | clfstats
  tail -F access.log | clfparse | clfalert --pass | clfstats --live
  clfparse access.log | clfstats --window 1h --by section --by status --output text
  clfparse access.log | clfstats | jq -c '[.start, .hits, .errors]'
  ls *.gz | parallel 'clfparse {} | clfstats --parts' | LC_ALL=C sort | clfstats
""",
)
def main(
    files: Files = None,
    window: Window = 10,
    top: Top = None,
    by: By = None,
    delay: Delay = timedelta(seconds=2),
    clock: ClockMode = Mode.AUTO,
    output: Annotated[
        Output | None,
        typer.Option(show_default="text to a terminal, else json", help="What to write."),
    ] = None,
    parts: Annotated[
        bool,
        typer.Option(
            "--parts",
            help="Write parts: all that was counted of each window, which clfstats adds up.",
        ),
    ] = False,
    live: Annotated[
        bool,
        typer.Option("--live", help="Show a screen, with keys (? lists them), until q or Ctrl-C."),
    ] = False,
    messages: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="With --live: show the lines added to FILE, such as the other filters' messages.",
        ),
    ] = None,
    history: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="With --live: begin with the alerts in FILE."),
    ] = None,
    label: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="With --live: the log's name, at the top.",
            show_default="the files",
        ),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            parser=rate,
            metavar="N",
            show_default="that of the first alert",
            help="With --live: clfalert's, to be shown from the start.",
        ),
    ] = None,
    alert_window: Annotated[
        int | None,
        window_option("that of the first alert", window="the alert's window, for --live"),
    ] = None,
    metrics_file: Annotated[
        str | None,
        typer.Option(
            "--metrics",
            metavar="FILE",
            help="Replace FILE at each window by counters of the run, for Prometheus.",
        ),
    ] = None,
    rejects_file: RejectsFile = None,
    strict: Strict = False,
    _version: Version = False,
) -> None:
    """Parse the command line and run."""
    if live:
        _check_live(output, parts, files or [])
    else:
        _refuse(
            messages=messages,
            history=history,
            label=label,
            threshold=threshold,
            alert_window=alert_window,
        )
    rejects = Rejects("clfstats", HINT)
    fields = tuple(dict.fromkeys(by or (["section", "host"] if live else ["section"])))
    if parts:
        if top is not None:
            raise typer.BadParameter("--parts writes all values: --top does not go with it")
        check_fields(fields)
    if metrics_file is not None and "section" not in fields:
        raise typer.BadParameter("--metrics counts by section: --by section is needed, too")
    metrics = None if metrics_file is None else Metrics(metrics_file, rejects)
    board = None
    if live:
        known = (" ".join(files or []) if label is None else label, threshold, alert_window)
        board = _board(fields, window, top, known, history, rejects_file)
    job: Filter
    job = stats = Stats(
        rejects,
        None if board else _view(output, parts),
        watcher=board,
        window=window,
        by=fields,
        top=TOP if top is None else top,
        delay=delay,
        mode=clock,
        metrics=metrics,
    )
    screen = None
    if board:
        job, screen = _shown(stats, board, rejects)
    status = run(
        job,
        rejects,
        files or [],
        RECORD_LINE,
        rejects_file,
        seconds=order.seconds,
        strict=strict,
        screen=screen,
        messages=messages,
        metrics=metrics,
    )
    raise typer.Exit(status)
