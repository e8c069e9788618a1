"""What a server's directive writes, and what of a record is read from it.

A format is a list of literals and values. `formats.apache` and `formats.nginx` make it of the
server's own string; `clfparse.formats.custom` reads lines by it.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from clfparse.values.escapes import text, value
from clfparse.values.request import parse_request, section
from clfparse.values.times import Instant, instant, rfc3339

_CLF = rb"\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}"
_DECIMAL = rb"\d{1,15}(?:\.\d{1,9})?"


class Kind(NamedTuple):
    """A sort of values.

    read: makes what the record holds of what stands in the line: a value, or where it spreads, the
    fields by name; raises ValueError. pattern: None is any text up to what follows.
    """

    read: Callable[[bytes], Any]
    expected: str = "text"
    pattern: bytes | None = None
    spreads: bool = False


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


def _user(raw: bytes) -> str | None:
    return "" if raw == b'""' else value(raw)


def _number(raw: bytes) -> int | None:
    return None if raw == b"-" else int(raw)


def _seconds(unit: int, raw: bytes) -> float | None:
    """Return seconds, of a count of units: a float as exact as it can be."""
    return None if raw == b"-" else float(raw) / unit


def _sum(raw: bytes) -> float | None:
    """Add up what nginx has from several upstreams: ``0.1, 0.2 : 0.3``; ``-`` is none."""
    found = [float(part) for part in raw.replace(b":", b",").split(b",") if part.strip(b" -")]
    return round(sum(found), 9) if found else None


def _epoch(unit: int, raw: bytes) -> str:
    whole, _, _ = raw.partition(b".")
    try:
        instant(found := str(Instant(int(whole) // unit, 0)))
    except OverflowError as error:
        raise ValueError("year is out of range") from error
    return found


def _bracketed(raw: bytes) -> str:
    return rfc3339(raw[1:-1])


def _iso(raw: bytes) -> str:
    instant(found := raw.decode("ascii"))
    return found


def _query(raw: bytes) -> str | None:
    """Read ``?x=1`` as Apache writes it, ``x=1`` as nginx does, or nothing."""
    return text(raw[1:]) if raw[:1] == b"?" else value(raw) or None


def request(raw: bytes) -> dict[str, Any]:
    """Return the fields that come of a request line."""
    found = parse_request(text(raw))
    if not found:
        return {"request": value(raw)}
    return {**found._asdict(), "section": section(found.path)}


def path(raw: bytes) -> dict[str, Any]:
    """Return the fields that come of a path."""
    found = value(raw)
    return {"path": found, "section": found and section(found)}


def uri(raw: bytes) -> dict[str, Any]:
    """Return the fields that come of a path with its query."""
    before, mark, query = raw.partition(b"?")
    return {**path(before), "query": text(query) if mark else None}


TEXT = Kind(value)
USER = Kind(_user)
REQUEST = Kind(request, "a request line", spreads=True)
METHOD = Kind(value, "a method")
PATH = Kind(path, "a path", spreads=True)
URI = Kind(uri, "a path", spreads=True)
QUERY = Kind(_query, "a query")
STATUS = Kind(_number, "a status of three digits", rb"\d{3}|-")
NUMBER = Kind(_number, "a number", rb"\d{1,18}|-")
SECONDS = Kind(partial(_seconds, 1), "seconds", rb"%b|-" % _DECIMAL)
MILLISECONDS = Kind(partial(_seconds, 1_000), "milliseconds", rb"\d{1,18}|-")
MICROSECONDS = Kind(partial(_seconds, 1_000_000), "microseconds", rb"\d{1,18}|-")
UPSTREAMS = Kind(_sum, "seconds", rb"(?:%b|-)(?:(?:, | : )(?:%b|-)){0,32}+" % (_DECIMAL, _DECIMAL))
BRACKETED = Kind(_bracketed, "a time such as [10/Oct/2000:13:55:36 -0700]", rb"\[%b\]" % _CLF)
LOCAL = Kind(rfc3339, "a time such as 10/Oct/2000:13:55:36 -0700", _CLF)
ISO = Kind(
    _iso,
    "a time such as 2000-10-10T13:55:36-07:00",
    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d",
)
EPOCH = Kind(partial(_epoch, 1), "seconds since 1970", rb"\d{1,12}(?:\.\d{1,9})?")
EPOCH_MILLISECONDS = Kind(partial(_epoch, 1_000), "milliseconds since 1970", rb"\d{1,15}")
EPOCH_MICROSECONDS = Kind(partial(_epoch, 1_000_000), "microseconds since 1970", rb"\d{1,18}")


class FormatError(ValueError):
    """A format that cannot be read: what is wrong, and at which place of it."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at
