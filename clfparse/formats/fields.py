"""Logs that name their fields: what of them goes into a record, and under which name the rest."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from clfparse.record import Record, Refused
from clfparse.values.escapes import printable
from clfparse.values.request import section
from clfparse.values.times import written

ALWAYS = (
    *("time", "host", "ident", "user", "method", "path", "query", "protocol"),
    *("status", "bytes", "section"),
)
RESERVED = {*Record.__annotations__, "type"}
BLANK = ("", "-")
DEEPEST = 32

_LARGEST = {"status": 999, "bytes": 10**18 - 1, "bytes_in": 10**18 - 1, "port": 65535}
DURATIONS = {"duration", "upstream_duration"}
_DIGITS = 18  # of a number at most
_FRACTION = re.compile(rf"\d{{1,{_DIGITS}}}\.\d{{1,{_DIGITS}}}", re.ASCII)
_PORT = re.compile(r"( \[[^\]]*\] | [^:]* ) : (\d{1,5})", re.VERBOSE | re.ASCII)
_MOMENT = re.compile(r"\d{4}[-/]")


def fill(
    source: dict[str, Any],
    names: Mapping[str, Iterable[str]],
    value_of: Callable[[str, str, object], object],
) -> dict[str, Any]:
    """Move to a record what can be read from source: of each field's names the first such.

    value_of takes a field, its name in the log and what is there; None: not to be read. None, ""
    and "-" are nothing. What is not used stays in source. Optional fields are there if named.
    """
    record: dict[str, Any] = dict.fromkeys(ALWAYS)
    for field, candidates in names.items():
        for name in candidates:
            if name not in source:
                continue
            raw = source[name]
            if raw is None or raw in BLANK:
                del source[name]
                record.setdefault(field)
            elif (value := value_of(field, name, raw)) is not None:
                del source[name]
                record[field] = value
                break
    split_server(record)
    return record


def split_server(record: dict[str, Any]) -> None:
    """Take the port from the server's name."""
    server = record.get("server")
    if server and ":" in server:
        record["server"], port = split_port(server)
        if port is not None and record.get("port") is None:
            record["port"] = port


def split_target(record: dict[str, Any], *, whole: bool = True) -> None:
    """Take the query from the path, if path is a whole target, and find the section."""
    path = record["path"]
    if path is None:
        return
    if whole and "?" in path:
        path, _, query = path.partition("?")
        record["path"], record["query"] = path, query
    record["section"] = section(path)


def split_port(name: str) -> tuple[str, int | None]:
    """Split ``name:port``; an IPv6 address has a port only behind brackets."""
    match = _PORT.fullmatch(name)
    if not match or not match[1] or int(match[2]) > _LARGEST["port"]:
        return name, None
    return match[1], int(match[2])


def keep(record: dict[str, Any], rest: Iterable[tuple[str, object]]) -> dict[str, Any]:
    """Add to a record what else there is: headers of the request, of the response, others.

    A name that means something else in a record gets ``json_`` before it. Raises Refused for what
    is nested too deep.
    """
    for name, value in sorted(rest, key=lambda pair: rank(pair[0])):
        blank = isinstance(value, str) and value in BLANK
        record[_free(name, record, RESERVED)] = None if blank else _clean(value, DEEPEST)
    return record


def rank(name: str) -> int:
    """Return the order of what else there is, by what a record calls it."""
    return 0 if name.startswith("header_") else 1 if name.startswith("response_header_") else 2


def _free(name: str, taken: Mapping[str, object], reserved: Iterable[str] = ("type",)) -> str:
    """Return a printable name that is not taken. A "type" would make an alert of a record."""
    name = printable(name)
    if name in taken or name in reserved:
        name = f"json_{name}"
    while name in taken:  # a client may spell a header a thousand ways: one step for each
        name = f"json_{len(taken)}_{name}"
    return name


def _clean(value: object, depth: int) -> object:
    """Return a value of JSON of which all text is printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict | list) and not depth:
        raise Refused(f"nested deeper than {DEEPEST}")
    if isinstance(value, list):
        return [_clean(each, depth - 1) for each in value]
    if isinstance(value, dict):
        found: dict[str, object] = {}
        for name, each in value.items():
            found[_free(name, found)] = _clean(each, depth - 1)
        return found
    return value


def read(field: str, raw: object, per_second: int = 1) -> object:
    """Return what a field of the record may hold, None where raw is no such thing.

    Numbers may be written as text. per_second: raw's units in a second, of a duration.
    """
    if field in DURATIONS:
        return seconds(raw, per_second)
    return WHOLE[field](raw) if field in WHOLE else text(raw)


def text(raw: object) -> str | None:
    """Read what may be written as a number, too."""
    if type(raw) is str:
        return printable(raw)
    return str(raw) if type(raw) is int or type(raw) is float else None


def seconds(raw: object, per_second: int = 1) -> float | None:
    """Read a duration of so many units in a second."""
    number = _number(raw)
    return number if number is None or per_second == 1 else round(number / per_second, 9)


def _whole(largest: int) -> Callable[[object], int | None]:
    def whole(raw: object) -> int | None:
        number = raw if type(raw) is int else _number(raw)
        if number is None or not 0 <= number <= largest:
            return None
        return number if type(number) is int else int(number) if number % 1 == 0 else None

    return whole


WHOLE = {field: _whole(largest) for field, largest in _LARGEST.items()}


def _number(raw: object) -> float | None:
    if type(raw) is str:
        if raw.isdecimal():
            return int(raw) if len(raw) <= _DIGITS and raw.isascii() else None
        return float(raw) if _FRACTION.fullmatch(raw) else None
    return raw if (type(raw) is float or type(raw) is int) and raw >= 0 else None


def moment(raw: str) -> str:
    """Return the RFC 3339 time, to the second and in its own offset, of one written alike.

    ``2006-01-02T15:04:05.9-0700`` or ``2006/01/02 15:04:05``; without an offset it is of the zone
    that --zone names, or UTC. Raises ValueError if it is none or does not exist, or lies outside
    the years 3 to 9997.
    """
    if not _MOMENT.match(raw):
        raise ValueError("not of the form 2006-01-02 15:04:05")
    return written(raw.encode("ascii", "replace"))
