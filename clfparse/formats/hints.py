"""What to try where no line could be read: the format that fits them, or a command that helps."""

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable

from clfparse.formats import catalog
from clfparse.formats.format import Format
from clfparse.formats.grammar import parse
from clfparse.record import Refused
from clfparse.values.escapes import plain, printable
from clfparse.values.hosts import ADDRESS

_CLIENT = re.compile(rb"(?:\w[0-9A-Za-z_.-]*(?::\d+)? +)?%b +- " % ADDRESS)
_WORDS = 8  # of a collector's header before a line, at most
_DEFAULT = (
    "--format takes the server's own format string, LogFormat or log_format, or a name"
    " (clfparse --help)"
)
_W3C = re.compile(rb"#(?:Fields|Version|Software|Date):|\d{4}-\d\d-\d\d[ \t]\d\d:\d\d:\d\d[ \t]")
_ERROR_LOG = re.compile(
    rb"""
      \d{4}/\d\d/\d\d[ ]\d\d:\d\d:\d\d[ ]\[(?:debug|info|notice|warn|error|crit|alert|emerg)\]
    | \[[A-Z][a-z]{2}[ ][A-Z][a-z]{2}[ ]+\d+[ ][0-9:.]+[ ]\d{4}\][ ]\[[\w:-]+\]
    | (?:\[[^\]]*\][ ])?(?:PHP[ ])?(?:Notice|Warning|Fatal[ ]error):
    """,
    re.VERBOSE,
)
# Consoles of frameworks write for a person who looks on.
_CONSOLE = re.compile(
    rb"""
      (?:INFO|WARNING|DEBUG):\s+\S+[ ]-[ ]\"[A-Z]+[ ]   # uvicorn
    | (?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[ ]/\S*[ ](?:\x1b\[\d+m)?\d{3}[ ]  # morgan's dev
    | Started[ ](?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[ ]\"  # Rails
    | Processing[ ]by[ ]\S+\#  |  Completed[ ]\d{3}[ ]
    """,
    re.VERBOSE,
)
_NUMBERED = re.compile(rb"\S+ \S+ \S+ \[\d\d/\d\d/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] \"")
_THREAD = re.compile(rb"-exec-\d+\b|;[0-9A-F]{32};")
_RENAME = (
    "jq -c '{time: .WHEN, remote_addr: .CLIENT, method: .METHOD, path: .PATH, status: .STATUS}'"
    " | clfparse --format json"
)


def hint(names: list[str], lines: list[bytes]) -> str:
    """Say what to try with lines that were refused. names: as --format has them."""
    tried = " ".join(map(printable, names))
    says: list[Callable[[list[str], list[bytes]], str | None]] = [
        *(_tomcat, _known, _error_log, _console, _json, _w3c, _header, _month, _guess),
    ]
    said = next(filter(None, (say(names, lines) for say in says)), None)
    return said or f"{_DEFAULT} (tried: {tried})"


def _most(descriptions: Iterable[str | None], number: int) -> str | None:
    """Return the description that more than half of the lines have."""
    counts = Counter(description for description in descriptions if description)
    [(description, count)] = counts.most_common(1) or [("", 0)]
    return description if count * 2 > number else None


def _share(pattern: re.Pattern[bytes], lines: list[bytes]) -> bool:
    return sum(pattern.match(line.lstrip()) is not None for line in lines) * 2 > len(lines)


def _known(names: list[str], lines: list[bytes]) -> str | None:
    if description := _most(map(_stock, lines), len(lines)):
        return f"these lines look like {description}; leave --format out"
    tried = {entry.name for name in names if (entry := catalog.find(name))}
    for entry in catalog.entries():
        readers = [] if entry.name in tried else _readers(entry)
        if readers and _most((_reads(readers, line) for line in lines), len(lines)):
            return f"these lines look like {entry.name}; try --format {entry.name}"
    return None


def _readers(entry: catalog.Entry) -> list[Format]:
    from clfparse.formats.detect import formats_of  # which imports much that a run may not need

    return [] if entry.reader in {"clf", "json", "w3c"} else formats_of(entry)


def _reads(readers: list[Format], line: bytes) -> str | None:
    for each in readers:
        try:
            each.parse(line)
        except Refused:
            continue
        return "read"
    return None


def _error_log(_names: list[str], lines: list[bytes]) -> str | None:
    if _share(_ERROR_LOG, lines):
        return "these are lines of an error log; clfparse reads access logs"
    return None


def _console(_names: list[str], lines: list[bytes]) -> str | None:
    if _share(_CONSOLE, lines):
        return (
            "these lines are for a console, and have no time; let the server write an access log,"
            " with the time in each line"
        )
    return None


def _tomcat(names: list[str], lines: list[bytes]) -> str | None:
    strings = [name for name in names if "%" in name and ":" not in name[:8]]
    if strings and sum(map(bool, map(_THREAD.search, lines))) * 2 > len(lines):
        form = shlex.quote(f"tomcat9:{strings[0]}")
        return (
            f"these lines look like Tomcat's; try --format {printable(form)}"
            " (10 and newer: tomcat:)"
        )
    return None


def _json(names: list[str], lines: list[bytes]) -> str | None:
    starts = sum(line.lstrip().startswith((b"{", b"[{", b"}", b'"')) for line in lines)
    if starts * 2 <= len(lines) or not any(
        line.lstrip().startswith((b"{", b"[")) for line in lines
    ):
        return None
    if any(line.strip() in {b"{", b"["} for line in lines):
        return "these lines look like JSON over several lines; try jq -c . | clfparse"
    if any(line.lstrip().startswith(b"[{") for line in lines):
        return "these lines look like JSON arrays; try jq -c '.[]' | clfparse"
    if not {"auto", "json"}.isdisjoint(names):
        return f"what is missing may have another name; try {_RENAME}"
    return "these lines look like JSON; try --format json"


def _w3c(names: list[str], lines: list[bytes]) -> str | None:
    if not any(map(_W3C.match, lines)):
        return None
    if not {"auto", "w3c", "iis"}.isdisjoint(names):
        return (
            "these lines look like W3C Extended Log Format without their #Fields;"
            " try (grep -h '^#Fields' LOG; tail -n 100 -F LOG) | clfparse"
        )
    return "these lines look like W3C Extended Log Format; try --format w3c"


def _header(_names: list[str], lines: list[bytes]) -> str | None:
    if description := _most(map(_behind, lines), len(lines)):
        return description
    return None


def _month(_names: list[str], lines: list[bytes]) -> str | None:
    if not _share(_NUMBERED, lines):
        return None
    end = '"%r" %>s %b' + ' "%{Referer}i" "%{User-Agent}i"' * lines[0].endswith(b'"')
    form = f"'%h %l %u [%{{%d/%m/%Y:%H:%M:%S %z}}t] {end}'"
    return f"the month is a number: try --format {form}, with %m/%d where it comes first"


def _guess(names: list[str], lines: list[bytes]) -> str | None:
    from clfparse.formats.guess import guess

    if names == ["auto"] and (form := guess(lines)):
        return (
            f"try --format {printable(shlex.quote(form))}, with names of your own for what is"
            " called field"
        )
    return None


def _stock(line: bytes) -> str | None:
    """Describe a line that the stock formats fit."""
    try:
        record = parse(line)
    except Refused:
        return None
    name = "'combined'" if "referer" in record else "'common'"
    name += " with a vhost prefix" if "vhost" in record else ""
    return name + (" and more fields at the end" if "extra" in record else "")


def _behind(line: bytes) -> str | None:
    """Say how to cut off some words of a collector's, behind which a line fits."""
    said = None
    at = 0
    for _ in range(_WORDS):
        at = line.find(b" ", at) + 1
        if not at:
            break
        rest = line[at:].lstrip()
        if description := _stock(rest):
            shown, number = plain(line[:at].strip()), len(line[:at].split())
            said = (
                f"these lines look like {description} behind '{shown}';"
                f" try sed -E 's/^([^ ]+ +){{{number}}}//' | clfparse"
            )
            if _CLIENT.match(rest):
                break
    return said
