"""The command line of clfparse, and the options that clfstats and clfalert share with it."""

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

import typer

from clfparse.clock import Mode
from clfparse.escapes import printable
from clfparse.formats import AUTO, NAMES, Format, format_of
from clfparse.hints import hint
from clfparse.lines import LOG_LINE
from clfparse.parser import Parser
from clfparse.refusals import Refusals
from clfparse.stream import run
from clfparse.times import duration, seconds
from clfparse.values import FormatError

# Rich and its completion double the time that --help takes.
PLAIN: dict[str, Any] = {
    "add_completion": False,
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
}
HELP: dict[str, Any] = {"help_option_names": ["-h", "--help"]}


class Output(StrEnum):
    """The form of what is written."""

    TEXT = "text"
    JSON = "json"


def usage(parse: Callable[[str], Any]) -> Callable[[Any], Any]:
    """Make a parser's ValueError bad usage; typer passes defaults through, parsed already."""

    def parser(value: Any) -> Any:  # noqa: ANN401
        try:
            return parse(value) if isinstance(value, str) else value
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error

    return parser


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # a tenth of the time of a start

        typer.echo(f"clf-filters {version('clf-filters')}")
        raise typer.Exit


def window_option(default: str) -> Any:  # noqa: ANN401 - as typer.Option returns
    """Return the option --window, in seconds. default: as --help shows it."""
    return typer.Option(
        parser=usage(lambda text: seconds(duration(text))),
        metavar="DURATION",
        show_default=default,
        help="Length of the window: 10s, 2m, 1h.",
    )


Files = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILE", help="Read these in turn; - is stdin.", show_default="stdin"),
]
Rejects = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Add every refused line to FILE, byte for byte."),
]
Strict = Annotated[bool, typer.Option("--strict", help="End with status 1 if a line was refused.")]
Version = Annotated[
    bool,
    typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit."),
]
Delay = Annotated[
    timedelta,
    typer.Option(
        parser=usage(duration),
        metavar="DURATION",
        show_default="2s",
        help="How late a record may come and still be in time.",
    ),
]
ClockMode = Annotated[
    Mode,
    typer.Option(
        help="Whether silence moves time: auto, where the last record was within 10 minutes of the"
        " wall clock; event, never; wall, always."
    ),
]
OutputForm = Annotated[
    Output | None,
    typer.Option(show_default="text to a terminal, else json", help="What to write."),
]

app = typer.Typer(**PLAIN)


def _format(text: str) -> Format:
    """Return the format; where it cannot be read, that is shown under the place."""
    if text == "auto":
        return AUTO
    try:
        return format_of(text)
    except FormatError as error:
        shown = printable(text)
        at = len(printable(text[: error.at]))
        message = f"{printable(str(error))}\n  {shown}\n  {' ' * at}^"
        raise typer.BadParameter(message, param_hint="--format") from error


@app.command(
    context_settings=HELP,
    help="""Turn access-log lines into JSON records, one per line.

Reads Common Log Format and combined, each with or without vhost[:port] before it and fields after
it, told apart line by line; or what --format says. A line that cannot be read is told on stderr,
never dropped in silence.

\b
Examples:
  tail -F access.log | clfparse | clfstats
  clfparse --format '%h %t "%r" %>s %D' access.log | clfstats
  clfparse access.log | jq -r 'select(.status >= 500) | .path'
  clfparse --rejects odd.log access.log.*.gz > records.jsonl
""",
)
def main(
    files: Files = None,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=f"How lines are read: {', '.join(NAMES)}, or the server's own format string, of"
            " Apache (LogFormat) or nginx (log_format).",
        ),
    ] = "auto",
    rejects: Rejects = None,
    strict: Strict = False,
    _version: Version = False,
) -> None:
    """Parse the command line and run."""
    job_format = _format(form)
    refusals = Refusals("clfparse", partial(hint, form))
    job = Parser(refusals, job_format)
    raise typer.Exit(run(job, refusals, files or [], LOG_LINE, rejects, strict=strict))
