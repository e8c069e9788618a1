"""The command line of clfalert."""

from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

import typer

from clfalert.filter import HINT, Watch
from clfalert.history import History
from clfalert.options import HistoryFile, Label, Recover, Threshold, recovery
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
from clfparse.stream.descriptors import terminal
from clfparse.stream.lines import RECORD_LINE
from clfparse.stream.rejects import Rejects
from clfparse.stream.run import run

app = typer.Typer(**PLAIN)


class Output(StrEnum):
    """The form of what is written."""

    TEXT = "text"
    JSON = "json"


def _is_text(output: Output | None, through: bool) -> bool:
    if through and output is Output.TEXT:
        raise typer.BadParameter("--pass writes JSON: --output text does not go with it")
    return not through and (output is Output.TEXT or (output is None and terminal().is_terminal))


@app.command(
    context_settings=HELP,
    help="""Report when traffic is high, and when it recovers.

Reads clfparse's records, or parts of clfstats. An alert is written when the average over the window
exceeds the threshold, and its recovery when the average drops below it again. Time is the log's
own. When a live log falls silent, alerts still recover.

\b
Examples:
  tail -F access.log | clfparse | tee >(clfalert) | clfstats
  tail -F access.log | clfparse | clfalert --pass | clfstats
  clfparse access.log | jq -c 'select(.status >= 500)' | clfalert -t 1
""",
)
def main(
    files: Files = None,
    threshold: Threshold = Fraction(10),
    recover: Recover = None,
    window: Annotated[int, window_option("2m")] = 120,
    delay: Delay = timedelta(seconds=2),
    clock: ClockMode = Mode.AUTO,
    output: Annotated[
        Output | None,
        typer.Option(show_default="text to a terminal, else json", help="What to write."),
    ] = None,
    through: Annotated[
        bool, typer.Option("--pass", help="Write the records too, alerts between them, as JSON.")
    ] = False,
    history_file: HistoryFile = None,
    label: Label = None,
    rejects_file: RejectsFile = None,
    strict: Strict = False,
    _version: Version = False,
) -> None:
    """Parse the command line and run."""
    rejects = Rejects("clfalert", HINT)
    history = None if history_file is None else History(history_file)
    job = Watch(
        rejects,
        threshold=threshold,
        recover=recovery(threshold, recover),
        window=window,
        delay=delay,
        mode=clock,
        text=_is_text(output, through),
        through=through,
        colour=terminal().colour,
        history=history,
        label=label,
    )
    status = run(
        job,
        rejects,
        files or [],
        RECORD_LINE,
        rejects_file,
        seconds=order.seconds,
        strict=strict,
        shared=not through,  # with --pass, its reader hears nobody else
        history=history,
    )
    raise typer.Exit(status)
