"""The command line of clfstats."""

import shlex
from collections.abc import Iterator
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
)
from clfparse.stream.clash import clash
from clfparse.stream.descriptors import Follower, terminal
from clfparse.stream.journal import Unusable, lines_of
from clfparse.stream.lines import RECORD_LINE
from clfparse.stream.live import Screen
from clfparse.stream.rejects import Rejects
from clfparse.stream.run import run
from clfparse.values.escapes import printable
from clfstats.filter import HINT, Stats, View, WindowView
from clfstats.metrics import Metrics
from clfstats.options import TOP, By, Given, Top, Window, check_fields
from clfstats.views.board import Board
from clfstats.views.jsonl import JsonView
from clfstats.views.parts import PartsView
from clfstats.views.text import TextView

if TYPE_CHECKING:
    from clfstats.views.html.page import About
    from clfstats.views.html.view import HtmlView

app = typer.Typer(**PLAIN)


class Output(StrEnum):
    """The form of what is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


def _view(output: Output | None, live: bool, parts: bool) -> View | PartsView:
    to = terminal()
    if parts:
        if live or output in {Output.TEXT, Output.HTML}:
            raise typer.BadParameter(
                "--parts is JSON: --live, --output text and --output html do not go with it"
            )
        return PartsView()
    if live:
        if output:
            raise typer.BadParameter("--live is an output of its own: --output does not go with it")
        if not to.screen:
            raise typer.BadParameter("--live needs a terminal to draw on; stdout is none")
        return Board()
    text = output == Output.TEXT if output else to.is_terminal
    return TextView(lambda: to.size()[0], colour=to.colour) if text else JsonView()


def _report(
    about: "About",
    rejects: Rejects,
    messages: str | None,
    *,
    window: int,
    by: tuple[str, ...],
    optional: tuple[str, ...],
    top: int,
) -> "HtmlView":
    from clfstats.views.html.view import HtmlView  # the other outputs need not pay for it

    if terminal().is_terminal:
        raise typer.BadParameter("--output html is a page: write it to a file, as > report.html")

    def reported() -> Iterator[str]:
        try:
            yield from Follower(messages or "").read_all()
        except OSError as error:
            failure = f"{printable(messages or '')}: {error.strerror}"
            rejects.report(failure)
            yield failure  # what is not known is not taken for nothing

    others = None if messages is None else reported
    return HtmlView(
        about, rejects, window=window, by=by, optional=optional, top=top, messages=others
    )


def _about(context: typer.Context, files: list[str] | None) -> "About":
    from importlib.metadata import version

    from clfstats.views.html.page import About

    command = shlex.join(["clfstats", *context.obj])
    return About(command, version("clf-filters"), tuple(files or ()))


def _begin(board: Board, path: str) -> None:
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


def _screen(view: View | WindowView, job: Stats, rejects: Rejects) -> Screen | None:
    if not isinstance(view, Board):
        return None
    from clfstats.views.screen import BoardScreen  # the other outputs need not pay for it

    return BoardScreen(view, job, rejects, colour=terminal().colour)


@app.command(
    cls=Given,
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
  clfparse access.log | clfalert --pass | clfstats --output html > report.html
  ls *.gz | parallel 'clfparse {} | clfstats --parts' | LC_ALL=C sort | clfstats
""",
)
def main(
    context: typer.Context,
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
        bool, typer.Option("--live", help="Show a screen that is redrawn in place, until Ctrl-C.")
    ] = False,
    messages: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="With --live or --output html: show FILE's lines, the other filters' messages.",
        ),
    ] = None,
    history: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="With --live: begin with the alerts in FILE."),
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
    page = output == Output.HTML
    if messages is not None and not (live or page):
        raise typer.BadParameter("--messages goes with --live and --output html")
    if history is not None and not live:
        raise typer.BadParameter("--history goes with --live")
    rejects = Rejects("clfstats", HINT)
    fields = tuple(dict.fromkeys(by or (["section", "host"] if live else ["section"])))
    optional = ("host",) if page and "host" not in fields else ()
    fields += optional
    if parts:
        if top is not None:
            raise typer.BadParameter("--parts writes all values: --top does not go with it")
        check_fields(fields)
    if metrics_file is not None and "section" not in fields:
        raise typer.BadParameter("--metrics counts by section: --by section is needed, too")
    if metrics_file is not None and page:
        raise typer.BadParameter("--metrics counts windows: --output html does not go with it")
    metrics = None if metrics_file is None else Metrics(metrics_file, rejects)
    shown = TOP if top is None else top
    view: View | WindowView
    traffic = None
    if page and not (live or parts):
        about = _about(context, files)
        view = report = _report(
            about, rejects, messages, window=window, by=fields, optional=optional, top=shown
        )
        traffic = report.traffic
    else:
        view = _view(output, live, parts)
    if history and isinstance(view, Board):
        if clashing := clash([history], {"--rejects": rejects_file}, stdout=False):
            raise typer.BadParameter(clashing)
        _begin(view, history)
    job = Stats(
        rejects,
        view,
        window=window,
        by=fields,
        optional=optional,
        top=shown,
        delay=delay,
        mode=clock,
        metrics=metrics,
        traffic=traffic,
    )
    status = run(
        job,
        rejects,
        files or [],
        RECORD_LINE,
        rejects_file,
        seconds=order.seconds,
        strict=strict,
        screen=_screen(view, job, rejects),
        messages=messages if live else None,
        metrics=metrics,
    )
    raise typer.Exit(status)
