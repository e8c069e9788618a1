"""What the benchmark runs: on each log the filters, and every peer on PATH that does such work."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from _bench_json import caddy
from _bench_logs import apache, common, iis, mixed, nginx

PIPELINE = "clfparse | tee >(clfalert) | clfstats"  # the name of the row, its filters in order
# "$1" is the log, or what clfparse made of it.
_AWK = """'{split($%d, a, "/"); n["/" a[2]]++} END {for (k in n) print k, n[k]}' "$1\""""
_MILLER = (
    """'{0} =~ "^/" {{@n["/" . splitax({0}, "/")[2]] += 1}} end {{emit @n, "section"}}' "$1\""""
)
_NGINX = (
    """--log-format='%h %^[%d:%t %^] "%r" %s %b "%R" "%u" "%^"'"""
    " --date-format=%d/%b/%Y --time-format=%H:%M:%S"
)


class Log(NamedTuple):
    """make: yields its lines. options: of clfparse. target: its field, to awk; 0 in a JSON log.

    goaccess: GoAccess's options for it, or "" if it cannot read it. jc: jc can read it.
    """

    make: Callable[[Random], Iterator[str]]
    options: str = ""
    target: int = 7
    goaccess: str = ""
    jc: bool = False


LOGS = {
    "common": Log(common, goaccess="--log-format=COMMON", jc=True),
    "nginx": Log(nginx, goaccess=_NGINX),
    "apache": Log(apache, goaccess="--log-format=COMBINED", jc=True),
    "caddy": Log(caddy, " --format json", target=0, goaccess="--log-format=CADDY"),
    "iis": Log(iis, " --format w3c", target=5, goaccess="--log-format=W3C"),
    "mixed": Log(mixed),
}


class BenchCommand(NamedTuple):
    """name: as in the table. run: for bash, which has the input's path in "$1". reads: that path.

    needs: what must be on PATH.
    """

    name: str
    run: str
    reads: Path
    needs: str = "bash"


def parse_command(log: Log) -> str:
    """Return the command that reads a log."""
    return f'clfparse{log.options} "$1"'


def baseline(log: Log, text: Path) -> BenchCommand:
    """Return what all is compared to."""
    if log.target:
        return BenchCommand("mawk: count sections", f"mawk {_AWK % log.target}", text, "mawk")
    return BenchCommand("jq -c .", 'jq -c . "$1"', text, "jq")


def commands(log: Log, text: Path, records: Path, *, peers: bool) -> Iterator[BenchCommand]:
    """Yield what is timed, first what all is compared to.

    text: the log. records: what clfparse makes of it. peers: those on PATH too.
    """
    yield baseline(log, text)
    if peers:
        yield from filter(is_there, _on_text(log, text))
    yield BenchCommand("clfparse", parse_command(log), text)
    yield BenchCommand("clfstats", 'clfstats "$1"', records)
    yield BenchCommand("clfalert", 'clfalert "$1"', records)
    yield BenchCommand(PIPELINE, f"{parse_command(log)} | tee >(clfalert) | clfstats", text)
    if peers:
        yield from filter(is_there, _on_records(records))


def is_there(command: BenchCommand) -> bool:
    """Tell whether what a command needs is on PATH."""
    return shutil.which(command.needs) is not None


def _on_text(log: Log, text: Path) -> Iterator[BenchCommand]:
    """Yield what else reads a log beside clfparse."""
    field, form = f"${log.target}", "--inidx --ifs ' '"
    if log.target:
        yield BenchCommand("gawk: count sections", f"gawk {_AWK % log.target}", text, "gawk")
    else:
        field, form = '$request["uri"]', "--ijsonl"
    miller = f"mlr {form} --ojsonl put -q {_MILLER.format(field)}"
    yield BenchCommand("Miller: count sections", miller, text, "mlr")
    if log.goaccess:
        goaccess = f'goaccess "$1" --no-global-config {log.goaccess} -o "$1.report.json"'
        yield BenchCommand("GoAccess, to JSON", goaccess, text, "goaccess")
    if log.jc:
        yield BenchCommand("jc --clf-s", 'jc --clf-s < "$1"', text, "jc")


def _on_records(records: Path) -> Iterator[BenchCommand]:
    """Yield what reads records beside clfstats and clfalert."""
    distinct = 'mlr --ijsonl --ojsonl count-distinct -f section "$1"'
    yield BenchCommand("jq -c ., on records", 'jq -c . "$1"', records, "jq")
    yield BenchCommand("Miller: count sections, on records", distinct, records, "mlr")
