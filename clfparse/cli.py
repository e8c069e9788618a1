"""The command line of clfparse."""

from collections.abc import Sequence
from functools import partial

import typer

from clfparse.filter import Parser
from clfparse.formats.detect import format_of
from clfparse.formats.options import Client, Forms, Zone, check_formats, hint_of, use_zone
from clfparse.options import HELP, PLAIN, Files, RejectsFile, Strict, Version
from clfparse.stream.contract import Unchanged
from clfparse.stream.lines import LOG_LINE
from clfparse.stream.rejects import Rejects
from clfparse.stream.run import run

app = typer.Typer(**PLAIN)


def _seconds(lines: Sequence[bytes]) -> list[int | None]:
    from clfparse.events import order  # one file has no need of it

    return order.seconds(lines)


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
    forms: Forms = None,
    zone: Zone = None,
    client: Client = None,
    rejects_file: RejectsFile = None,
    strict: Strict = False,
    _version: Version = False,
) -> None:
    """Parse the command line and run."""
    use_zone(zone)
    check_formats(forms or [])
    rejects = Rejects("clfparse", partial(hint_of, forms or ["auto"]))
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
        seconds=_seconds,
        stage=parser,
        strict=strict,
    )
    raise typer.Exit(status)
