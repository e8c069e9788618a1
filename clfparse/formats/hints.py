"""What to try where no line could be read: the format that fits them."""

import re
from collections.abc import Iterable

from clfparse.formats.grammar import parse
from clfparse.record import Refused
from clfparse.values.escapes import plain, printable

# An address where the client's is, after vhost or vhost:port: there no header is left.
_CLIENT = re.compile(
    rb"(?:(?:[\w-]+\.[\w.-]+(?::\d+)?|[\w-]+:\d+) +)?[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]+ +- "
)
_WORDS = 8  # of a collector's header before a line, at most
_DEFAULT = "--format takes the server's own LogFormat or log_format string, w3c or json"
_W3C = re.compile(rb"#(?:Fields|Version|Software|Date):|\d{4}-\d\d-\d\d[ \t]\d\d:\d\d:\d\d[ \t]")


def hint(names: list[str], lines: list[bytes]) -> str:
    """Say which format fits most of the lines that were refused. names: as --format has them."""
    tried = " ".join(names)
    if found := _most(map(_stock, lines), len(lines)):
        return f"these lines look like {found}; leave --format out"
    if sum(line.lstrip().startswith(b"{") for line in lines) * 2 > len(lines):
        return "these lines look like JSON; try --format json" * (tried != "json") or _DEFAULT
    if any(map(_W3C.match, lines)) and tried != "w3c":
        return "these lines look like W3C Extended Log Format; try --format w3c"
    if found := _most(map(_behind, lines), len(lines)):
        return f"these lines look like {found}; cut that off before clfparse reads them"
    return f"{_DEFAULT} (tried: {printable(tried)})"


def _most(found: Iterable[str | None], number: int) -> str | None:
    """Return the first description, if more than half of the lines have one."""
    told = [one for one in found if one]
    return told[0] if len(told) * 2 > number else None


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
    """Describe a line that fits behind some words of a collector's."""
    told = None
    at = 0
    for _ in range(_WORDS):
        at = line.find(b" ", at) + 1
        if not at:
            break
        rest = line[at:].lstrip()
        if found := _stock(rest):
            told = f"{found} behind '{plain(line[:at].strip())}'"
            if _CLIENT.match(rest):
                break
    return told
