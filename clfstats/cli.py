"""The command line of clfstats."""

from datetime import timedelta
from typing import Annotated

import typer

from clfparse.cli import (
    HELP,
    PLAIN,
    ClockMode,
    Delay,
    Files,
    Output,
    OutputForm,
    Rejects,
    Strict,
    Version,
    window_option,
)
from clfparse.clock import Mode
from clfparse.lines import RECORD_LINE
from clfparse.refusals import Refusals
from clfparse.stream import run, terminal
from clfstats.stats import HINT, JsonView, Stats, View
from clfstats.text import TextView

app = typer.Typer(**PLAIN)


def _view(output: Output | None) -> View:
    to = terminal()
    text = output == Output.TEXT if output else to.is_terminal
    return TextView(to.width, colour=to.colour) if text else JsonView()


@app.command(
    context_settings=HELP,
    help="""Sum up clfparse's records: the top sections and the traffic of each window.

Reads records. Windows follow the log's own time, and close when a live log falls silent. What
comes too late for its window is written as a late pane of it. Alerts of clfalert that stand
between the records are passed on.

\b
Examples:
  tail -F access.log | clfparse | tee >(clfalert) | clfstats
  clfparse access.log | clfstats --window 1h --by section --by status --output text
  clfparse access.log | clfstats | jq -c '[.start, .hits, .errors]'
""",
)
def main(
    files: Files = None,
    window: Annotated[int, window_option("10s")] = 10,
    top: Annotated[
        int, typer.Option(min=0, metavar="N", help="How many values to show of each field.")
    ] = 10,
    by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD",
            show_default="section",
            help="Field of the records whose values to count; may be given again.",
        ),
    ] = None,
    delay: Delay = timedelta(seconds=2),
    clock: ClockMode = Mode.AUTO,
    output: OutputForm = None,
    rejects: Rejects = None,
    strict: Strict = False,
    _version: Version = False,
) -> None:
    """Parse the command line and run."""
    refusals = Refusals("clfstats", HINT)
    fields = tuple(dict.fromkeys(by or ["section"]))
    job = Stats(
        refusals,
        _view(output),
        window=window,
        by=fields,
        top=top,
        delay=delay,
        mode=clock,
    )
    raise typer.Exit(run(job, refusals, files or [], RECORD_LINE, rejects, strict=strict))
