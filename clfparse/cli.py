"""The command line of clfparse."""

from functools import partial
from typing import Annotated

import typer

from clfparse.events import order
from clfparse.filter import Parser
from clfparse.formats.catalog import names
from clfparse.formats.detect import format_of
from clfparse.options import HELP, PLAIN, Files, RejectsFile, Strict, Version
from clfparse.stream.contract import Unchanged
from clfparse.stream.lines import LOG_LINE
from clfparse.stream.rejects import Rejects
from clfparse.stream.run import run
from clfparse.values.escapes import printable
from clfparse.values.kinds import FormatError
from clfparse.values.zones import use

app = typer.Typer(**PLAIN)


def _check(texts: list[str]) -> None:
    """Try the formats; where one cannot be read, that is shown under the place."""
    for text in texts:
        try:
            format_of(text)
        except FormatError as error:
            shown = printable(text)
            at = len(printable(text[: error.at]))
            message = f"{printable(str(error))}\n  {shown}\n  {' ' * at}^"
            raise typer.BadParameter(message, param_hint="--format") from error


def _hint(names: list[str], lines: list[bytes]) -> str:
    from clfparse.formats.hints import hint  # which most runs have no use for

    return hint(names, lines)


@app.command(
    context_settings=HELP,
    help="""Turn access-log lines into JSON records, one per line.

Reads the logs of most servers, proxies and load balancers, each line by its own form; or by what
--format says. What collectors put before a line comes off. A line that cannot be read is reported
on stderr, never dropped in silence.

\b
Examples:
  tail -F access.log | clfparse | clfstats
  clfparse --format '%h %t "%r" %>s %D' access.log | clfstats
  clfparse access.log | jq -r 'select(.status >= 500) | .path'
  clfparse --rejects odd.log access.log* > records.jsonl
""",
)
def main(
    files: Files = None,
    forms: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            show_default="auto",
            help=f"How lines are read: auto, {', '.join(names())}, or the server's own format"
            " string, of Apache (LogFormat), nginx (log_format), gunicorn, or Tomcat with its name"
            " before it (tomcat9:%h ...). May be repeated: a line is in one of them.",
        ),
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default="UTC",
            help="The zone of times that are written without one: Europe/Berlin.",
        ),
    ] = None,
    client: Annotated[
        str | None,
        typer.Option(
            metavar="FIELD",
            help="Take host from the first address of this field, where it has one: of proxies'"
            " headers, the one that yours sets (header_x_forwarded_for, cf_connecting_ip).",
        ),
    ] = None,
    rejects_file: RejectsFile = None,
    strict: Strict = False,
    _version: Version = False,
) -> None:
    """Parse the command line and run."""
    if zone is not None:
        try:
            use(zone)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--zone") from error
    _check(forms or [])
    rejects = Rejects("clfparse", partial(_hint, forms or ["auto"]))
    several = len(files or []) > 1
    last: list[Parser] = []

    def parser(rejects: Rejects, log: str) -> Parser:
        """Return the parser of one file: most are of the same form as those before."""
        usual = last.pop().usual if last else None
        named = log if several else None
        last.append(Parser(rejects, format_of(*forms or ["auto"]), client, named, usual))
        return last[0]

    status = run(
        Unchanged(),
        rejects,
        files or [],
        LOG_LINE,
        rejects_file,
        seconds=order.seconds,
        stage=parser,
        strict=strict,
    )
    raise typer.Exit(status)
