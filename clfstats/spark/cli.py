"""The command line of clfspark."""

from functools import partial
from typing import Annotated

import typer

from clfparse.formats.options import Client, Forms, Zone, check_formats, hint_of, use_zone
from clfparse.options import HELP, PLAIN, RejectsFile, Strict, Version
from clfstats.options import By, Window, check_fields
from clfstats.spark.drive import Wanted, drive
from clfstats.spark.emit import unit
from clfstats.spark.pairs import CountOptions

app = typer.Typer(**PLAIN)


@app.command(
    context_settings=HELP,
    help="""Count access logs on many cores or machines, by Spark, and write parts.

Reads logs as clfparse does, and writes the parts of clfstats --parts: sorted, one of each window.
clfstats and clfalert read them. A LOG is a file that all hosts see under the same path, a directory
of such, or a pattern; with a scheme before it (hdfs://, s3a://) Hadoop's file system has it.

\b
Examples:
  clfspark /mnt/logs | tee >(clfalert) | clfstats --window 1h
  clfspark --master spark://10.0.0.1:7077 '/mnt/logs/*.gz' > parts.jsonl
  clfspark hdfs:///logs/2026-11-* --by section --by status | clfstats --by status
""",
)
def main(
    logs: Annotated[
        list[str], typer.Argument(metavar="LOG ...", help="A file, a directory or a pattern.")
    ],
    master: Annotated[
        str,
        typer.Option(
            metavar="URL",
            show_default="local, all cores",
            help="Where Spark is: local[N], spark://HOST:PORT, yarn, k8s://HOST:PORT.",
        ),
    ] = "local[*]",
    forms: Forms = None,
    client: Client = None,
    zone: Zone = None,
    by: By = None,
    window: Window = 10,
    rejects_file: RejectsFile = None,
    strict: Strict = False,
    _version: Version = False,
) -> None:
    """Parse the command line and run."""
    if "-" in logs:
        raise typer.BadParameter("standard input cannot be divided: name files")
    use_zone(zone)
    texts = forms or ["auto"]
    check_formats(texts)
    fields = tuple(dict.fromkeys(by or ["section"]))
    check_fields(fields)
    settings = CountOptions(
        unit(window), fields, tuple(texts), zone, client, False, bool(rejects_file)
    )
    hint = partial(hint_of, texts)
    wanted = Wanted(logs, window, settings, master, rejects_file, strict, hint)
    raise typer.Exit(drive(wanted))
