"""The command line of clfstats."""

from datetime import timedelta
from typing import Annotated

import typer

from clfparse.events import order
from clfparse.events.clock import Mode
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
from clfparse.stream.lines import RECORD_LINE
from clfparse.stream.rejects import Rejects
from clfparse.stream.run import run
from clfstats.filter import HINT
from clfstats.options import TOP, By, Given, Top, Window, check_fields, rate
from clfstats.outputs import Options, OutputForm, UsageError, make

app = typer.Typer(**PLAIN)


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
        OutputForm | None,
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
            help="With --live or --output html: show FILE's lines, the other filters' messages.",
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
    rejects = Rejects("clfstats", HINT)
    fields = tuple(dict.fromkeys(by or (["section", "host"] if live else ["section"])))
    optional = ("host",) if output == OutputForm.HTML and "host" not in fields else ()
    if parts:
        check_fields(fields)
    options = Options(
        files or [],
        output,
        parts,
        live,
        window,
        fields + optional,
        optional,
        top,
        messages,
        history,
        label,
        threshold,
        alert_window,
        metrics_file,
        rejects_file,
        context.obj,
    )
    try:
        job, screen, metrics = make(
            options, rejects, top=TOP if top is None else top, delay=delay, mode=clock
        )
    except UsageError as error:
        raise typer.BadParameter(str(error)) from error
    status = run(
        job,
        rejects,
        options.files,
        RECORD_LINE,
        rejects_file,
        seconds=order.seconds,
        strict=strict,
        screen=screen,
        messages=messages if live else None,
        metrics=metrics,
    )
    raise typer.Exit(status)
