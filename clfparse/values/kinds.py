"""What a server's directive writes, and what of a record is read from it.

A format is a list of literals and values. `formats.apache` and `formats.nginx` make it of the
server's own string; `clfparse.formats.custom` reads lines by it.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from clfparse.values.escapes import text, value
from clfparse.values.hosts import (
    ADDRESS,
    ADDRESSES,
    BEFORE_PORT,
    HOST,
    PORT,
    SERVER,
    before_port,
    first,
    host,
    is_address,
    last_port,
)
from clfparse.values.request import parse_request, section
from clfparse.values.times import CLF, ISO, LOOSE, Instant, instant, rfc3339, written

LEVEL = rb"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)"  # of a logger
_UNIT = rb"(?:ns|us|\xc2\xb5s|\xce\xbcs|ms|s|m|h)"
_UNITS = {b"ns": 1e-9, b"us": 1e-6, b"ms": 1e-3, b"s": 1.0, b"m": 60.0, b"h": 3600.0}
_UNITS |= {micro + b"s": 1e-6 for micro in (b"\xc2\xb5", b"\xce\xbc")}
_PARTS = re.compile(rb"(\d+(?:\.\d+)?) ?(%b)" % _UNIT)
_DECIMAL = rb"\d{1,15}(?:\.\d{1,9})?"


class Kind(NamedTuple):
    """A sort of values.

    read: makes what the record holds of what stands in the line: a value, or where it spreads, the
    fields by name; raises ValueError. pattern: None is any text up to what follows. fields: what
    makes each field it spreads over, where none of them needs the others.
    """

    read: Callable[[bytes], Any]
    expected: str = "text"
    pattern: bytes | None = None
    spreads: bool = False
    fields: tuple[tuple[str, Callable[[bytes], Any]], ...] = ()


class Value(NamedTuple):
    """A value in its place. field: of the record; none is kept if it is empty.

    second: the field's name where another value has the first name; None takes the first name from
    those that have a second.
    """

    directive: str  # as the format spells it
    at: int  # place in the format
    field: str
    kind: Kind
    second: str | None = None
    names: tuple[str, ...] = ()  # of the groups in the pattern: parts of a time, see strftime


# Another line, in a user: one that begins after this one's time, or before all of that was written.
# A whole time may be of a client that tries to look like a line.
_TORN = (
    rb"\A- +\[\d|\[\d{1,2}/[A-Za-z]{3}/(?!\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\])|[+-]\d{4}\] %b "
    % ADDRESS
)

_CLOCK = rb"\d\d:\d\d:\d\d(?![^.,\dZ+-])"


def _user(raw: bytes) -> str | None:
    return "" if raw == b'""' else value(raw)


def is_user(raw: bytes, *, named: bool) -> bool:
    """Tell whether this is a user: spaces may be a name's, or stand in front of the client.

    named: what stands for the client is a name, as a collector's header may begin with.
    """
    words = raw.split()
    if b"[" in raw and re.search(_TORN, raw):
        return False
    if named and (raw.endswith((b":", b"|")) or any(re.match(_CLOCK, word) for word in words)):
        return False  # a header's time, its program, or what stands behind a container's name
    if len(words) < 2:
        return True
    if words[0].startswith(b"[") and words[1] == b"-" and is_address(words[0].strip(b"[]")):
        return False  # ingress-nginx until 2019: the client, once more
    if words[-2:] == [b"-", b"-"] or any(is_address(word.rstrip(b",")) for word in words):
        return False  # the client, behind a relay's address
    return not (named and b"-" in words)


def _host(raw: bytes) -> str | None:
    return None if raw == b"-" else host(raw)


def spread(*fields: tuple[str, Callable[[bytes], Any]]) -> Callable[[bytes], dict[str, Any]]:
    """Return what reads several fields of one value."""
    return lambda raw: {name: read(raw) for name, read in fields}


def forwarded(field: str, pattern: bytes | None) -> Kind:
    """Return the kind of addresses that are a log's only client: the first one is the host."""
    fields = (("host", first), (field, value))
    return Kind(spread(*fields), "a list of addresses", pattern, spreads=True, fields=fields)


def _number(raw: bytes) -> int | None:
    return None if raw in {b"-", b"-1"} else int(raw)


def _count(raw: bytes) -> int | None:
    """Read HAProxy's: -1 is for what did not happen, +12 for what goes on (``option logasap``)."""
    return None if raw.startswith(b"-") else int(raw)


def _timer(raw: bytes) -> float | None:
    return None if (count := _count(raw)) is None else count / 1_000


def _seconds(unit: int, raw: bytes) -> float | None:
    """Return seconds, of a count of units: a float as exact as it can be."""
    return None if raw == b"-" else float(raw) / unit


def _sum(raw: bytes) -> float | None:
    """Add up what nginx has from several upstreams: ``0.1, 0.2 : 0.3``; ``-`` is none."""
    times = [float(part) for part in raw.replace(b":", b",").split(b",") if part.strip(b" -")]
    return round(sum(times), 9) if times else None


def _span(raw: bytes) -> float | None:
    """Return seconds, of Go's ``1m2.5s`` or ``310\u00b5s``, or of ``12 ms``."""
    parts = _PARTS.findall(raw)
    return round(sum(float(number) * _UNITS[unit] for number, unit in parts), 9) if parts else None


def _epoch(unit: int, raw: bytes) -> str:
    whole, _, _ = raw.partition(b".")
    try:
        instant(text := str(Instant(int(whole) // unit, 0)))
    except OverflowError as error:
        raise ValueError("year is out of range") from error
    return text


def _bracketed(raw: bytes) -> str:
    return rfc3339(raw[1:-1])


def _query(raw: bytes) -> str | None:
    """Read ``?x=1`` as Apache writes it, ``x=1`` as nginx does, or nothing."""
    return text(raw[1:]) if raw[:1] == b"?" else value(raw) or None


# In a request this is another's: writers without a lock glue their lines.
SECOND = rb"\[\d{1,2}/[A-Za-z]{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] \"[A-Z]"


_COLORED = re.compile(rb"\x1b\[[0-9;]+m(.*)\x1b\[0?m")  # by Werkzeug


def is_torn(raw: bytes) -> bool:
    """Tell whether another line begins in this."""
    return re.search(SECOND, raw) is not None


def one_request(raw: bytes) -> bytes:
    """Return what stood between quotes; raises ValueError where that is more than one request.

    Servers that do not escape a quote leave open where a request ends.
    """
    if match := _COLORED.fullmatch(raw):
        raw = match[1]
    if b'"' in raw:
        if raw.startswith(b'"') and raw.endswith(b'"'):
            raise ValueError("quotes are doubled, as in CSV")
        if b'" "' in raw or is_torn(raw):
            raise ValueError("two requests in one line")
    return raw


def request_fields(raw: bytes) -> dict[str, Any]:
    """Return the fields that come of a request line; raises ValueError where it is two."""
    raw = one_request(raw)
    parts = parse_request(text(raw))
    if not parts:
        return {"request": value(raw)}
    return {**parts._asdict(), "section": section(parts.path)}


def path(raw: bytes) -> dict[str, Any]:
    """Return the fields that come of a path."""
    whole = value(raw)
    return {"path": whole, "section": whole and section(whole)}


def uri(raw: bytes) -> dict[str, Any]:
    """Return the fields that come of a path with its query."""
    before, mark, query = raw.partition(b"?")
    return {**path(before), "query": text(query) if mark else None}


TEXT = Kind(value)
# Between spaces: what has none in it, so that what has some is refused rather than cut wrongly.
WORD = Kind(value, "a word", rb"[^ \n]++")
# Not the client, nor what belongs to a header: a bar, a clock, a name with a colon behind it.
IDENT = Kind(value, "an identity", rb"-(?![^ ])|(?!%b(?:[ ,:]|\Z)|\d\d:)[^ |,\n]++(?<!:)" % ADDRESS)
BEFORE_PATH = Kind(value, "text", rb"[^/ \"\n]*+")  # a path begins with a slash
HOST_NAME = Kind(_host, "an address or a name", rb"%b|-" % HOST)
HOST_BEFORE_PORT = Kind(_host, "an address or a name", rb"(?:%b|-)" % BEFORE_PORT)
_CLIENT = (("host", before_port), ("remote_port", last_port))
CLIENT = Kind(
    spread(*_CLIENT),
    "an address and a port",
    rb"%b:%b|-" % (BEFORE_PORT, PORT),
    spreads=True,
    fields=_CLIENT,
)
# The first of a line: a word without what a collector's header has in it.
FIRST_WORD = Kind(
    value, "a word", rb"[^\x00-\x20\x7f:<>()\[\]{}|,;\"']++(?::%b)?+(?![^ \n])" % PORT
)
HOST_HEADER = Kind(value, "a server's name", rb"%b(?::%b)?+" % (SERVER, PORT))
SERVER_BEFORE_PORT = Kind(value, "a server's name", rb"%b|%b" % (BEFORE_PORT, SERVER))
SERVER_NAME = Kind(value, "a server's name", SERVER)
LIST = Kind(value, "a list of addresses", ADDRESSES)
USER = Kind(_user)
QUOTED_USER = Kind(lambda raw: "" if raw == b'""' else value(raw))
REQUEST = Kind(request_fields, "a request line", spreads=True)
# By its protocol, since nothing else says where it ends; or nothing, or a client's bytes.
BARE_REQUEST = Kind(
    request_fields,
    "a request line",
    rb"[A-Za-z_-]+ [^ \n]+(?: (?!HTTP/)[^ \n]+)*? HTTP/\d(?:\.\d)?(?![^ \r\n])|-|\\x[^ \n]*",
    spreads=True,
)
METHOD = Kind(value, "a method")
PATH = Kind(path, "a path", spreads=True)
URI = Kind(uri, "a path", spreads=True)
QUERY = Kind(_query, "a query")
STATUS = Kind(_number, "a status of three digits", rb"\d{3}|-1?")
NUMBER = Kind(_number, "a number", rb"\+?\d{1,18}|-")
SECONDS = Kind(partial(_seconds, 1), "seconds", rb"%b|-" % _DECIMAL)
MILLISECONDS = Kind(partial(_seconds, 1_000), "milliseconds", rb"%b|-" % _DECIMAL)
COUNT = Kind(_count, "a number", rb"[+-]?\d{1,18}")
TIMER = Kind(_timer, "milliseconds", rb"[+-]?\d{1,15}")
MICROSECONDS = Kind(partial(_seconds, 1_000_000), "microseconds", rb"\d{1,18}|-")
NANOSECONDS = Kind(partial(_seconds, 1_000_000_000), "nanoseconds", rb"\d{1,18}|-")
SPAN = Kind(_span, "a duration such as 1.5ms", rb"(?:\d{1,15}(?:\.\d{1,18})? ?%b)+|-" % _UNIT)
UPSTREAMS = Kind(_sum, "seconds", rb"(?:%b|-)(?:(?:, | : )(?:%b|-)){0,32}+" % (_DECIMAL, _DECIMAL))
# What nginx has of several upstreams it tried: those of one group by commas, groups by colons.
UPSTREAM_LIST = Kind(value, "a list", rb"%b(?:(?:, | : )%b){0,32}+" % ((rb"[^ ,\"|;\]\n]*+",) * 2))
# A media type, whose parameters may stand behind "; ".
MEDIA_TYPE = Kind(value, "a media type", rb"[^ ;\"|\n]++(?:; ?[^ ;=\"|\n]++=[^ ;\"|\n]++)*+;?")
BRACKETED = Kind(_bracketed, "a time such as [10/Oct/2000:13:55:36 -0700]", rb"\[%b\]" % CLF)
LOCAL = Kind(rfc3339, "a time such as 10/Oct/2000:13:55:36 -0700", CLF)
ISO_TIME = Kind(written, "a time such as 2000-10-10T13:55:36-07:00", ISO)
ANY_TIME = Kind(written, "a time such as 10/Oct/2000:13:55:36", rb"%b|%b" % (LOOSE, ISO))
EPOCH = Kind(partial(_epoch, 1), "seconds since 1970", rb"\d{1,12}(?:\.\d{1,9})?")
EPOCH_MILLISECONDS = Kind(partial(_epoch, 1_000), "milliseconds since 1970", rb"\d{1,15}")
EPOCH_MICROSECONDS = Kind(partial(_epoch, 1_000_000), "microseconds since 1970", rb"\d{1,18}")


class FormatError(ValueError):
    """A format that cannot be read: what is wrong, and at which place of it."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at
