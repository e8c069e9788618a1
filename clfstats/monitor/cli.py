"""The command line of clfmon."""

from datetime import timedelta
from fractions import Fraction
from typing import Annotated

import typer

from clfalert.options import HistoryFile, Label, Recover, Threshold, recovery
from clfparse.formats.options import Client, Forms, Zone, check_formats, use_zone
from clfparse.options import HELP, PLAIN, Delay, Version, window_option
from clfparse.stream.descriptors import terminal
from clfstats.counting.grid import LENGTHS, window_seconds
from clfstats.monitor import demo
from clfstats.monitor.commands import Settings
from clfstats.monitor.logs import label_of
from clfstats.monitor.options import Configurable, formats, given
from clfstats.monitor.run import monitor
from clfstats.options import TOP, By, Top

app = typer.Typer(**PLAIN)

_LOG = "/tmp/access.log"  # noqa: S108 - named by the specification of the pipeline
Logs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="LOG ...", help="Watch these; wait for what is not there yet.", show_default=_LOG
    ),
]


def _check(settings: Settings) -> None:
    """Check what the filters would refuse. Raises BadParameter."""
    if "-" in settings.logs:
        raise typer.BadParameter(
            "stdin cannot be followed; `clfparse | clfalert --pass | clfstats --live` reads it"
            " (a file of that name is ./-)"
        )
    recovery(settings.threshold, settings.recover)
    use_zone(settings.zone)
    if settings.forms:
        check_formats(settings.forms)


@app.command(
    cls=Configurable,
    context_settings=HELP,
    help="""Watch access logs: their traffic, window by window, and an alert when it is high.

On a terminal it shows a screen with keys, which ? lists; when that is left by q or Ctrl-C, the last
whole window and all alerts stay. It runs

\b
  tail -F LOG | clfparse | clfalert --pass | clfstats --live

Each option can be set by a variable of the environment, too: --alert-window by
CLFMON_ALERT_WINDOW. The command line overrides it.

\b
Examples:
  clfmon --demo
  clfmon --threshold 50 --lines 100000 /var/log/nginx/access.log
  clfmon access.log | jq -c 'select(.type == "alert")'
""",
)
def main(
    context: typer.Context,
    logs: Logs = None,
    threshold: Threshold = Fraction(10),
    recover: Recover = None,
    alert_window: Annotated[int, window_option("2m", window="the alert's window")] = 120,
    history: HistoryFile = None,
    label: Label = None,
    window: Annotated[
        int, window_option("10s", window_seconds, LENGTHS, "the statistics' window")
    ] = 10,
    by: By = None,
    top: Top = None,
    delay: Delay = timedelta(seconds=2),
    forms: Forms = None,
    client: Client = None,
    zone: Zone = None,
    lines: Annotated[
        int,
        typer.Option(
            "-n",
            "--lines",
            metavar="N",
            min=0,
            help="Begin with the last N lines of each LOG: enough of them give the alert its window"
            " back after a restart.",
        ),
    ] = 10,
    plain: Annotated[
        bool,
        typer.Option(
            "--plain", help="Write text, in place of the screen, or of JSON to what is no terminal."
        ),
    ] = False,
    alerts: Annotated[bool, typer.Option("--alerts", help="Write alerts alone.")] = False,
    made_up: Annotated[
        bool,
        typer.Option(
            "--demo",
            help="Show made-up traffic, with a peak, short windows and a threshold to suit.",
        ),
    ] = False,
    _version: Version = False,
) -> None:
    """Parse the command line and run."""
    settings = Settings(
        logs=logs or [_LOG],
        lines=lines,
        forms=formats(context, forms),
        client=client,
        zone=zone,
        threshold=threshold,
        recover=recover,
        alert_window=alert_window,
        history=history,
        label=label_of(logs or [_LOG]) if label is None and not made_up else label,
        window=window,
        by=by or [],
        top=TOP if top is None else top,
        delay=delay,
        live=terminal().screen and not plain and not alerts,
        plain=plain,
        alerts=alerts,
        demo=made_up,
    )
    if made_up:
        try:
            settings = demo.suited(settings, given(context))
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    _check(settings)
    raise typer.Exit(monitor(settings))
