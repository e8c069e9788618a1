"""The command line of clfparse."""

from functools import partial
from typing import Annotated

import typer

from clfparse.filter import Parser
from clfparse.formats.detect import AUTO, NAMES, Format, format_of
from clfparse.formats.hints import hint
from clfparse.options import HELP, PLAIN, Files, RejectsFile, Strict, Version
from clfparse.stream.lines import LOG_LINE
from clfparse.stream.rejects import Rejects
from clfparse.stream.run import run
from clfparse.values.escapes import printable
from clfparse.values.kinds import FormatError

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
it, told apart line by line; or what --format says. A line that cannot be read is reported on
stderr, never dropped in silence.

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
    rejects_file: RejectsFile = None,
    strict: Strict = False,
    _version: Version = False,
) -> None:
    """Parse the command line and run."""
    job_format = _format(form)
    rejects = Rejects("clfparse", partial(hint, form))
    job = Parser(rejects, job_format)
    raise typer.Exit(run(job, rejects, files or [], LOG_LINE, rejects_file, strict=strict))
