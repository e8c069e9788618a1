"""Logs that name their fields: what of them goes into a record, and under which name the rest."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from clfparse.record import Record, Refused
from clfparse.values.escapes import printable
from clfparse.values.request import section
from clfparse.values.times import instant

_ALWAYS = (
    *("time", "host", "ident", "user", "method", "path", "query", "protocol"),
    *("status", "bytes", "section"),
)
_RESERVED = {*Record.__annotations__, "type"}
BLANK = ("", "-")
_DEEPEST = 32

_LARGEST = {"status": 999, "bytes": 10**18 - 1, "bytes_in": 10**18 - 1, "port": 65535}
_DURATIONS = {"duration", "upstream_duration"}
_DIGITS = re.compile(r"\d{1,18}(\.\d{1,18})?", re.ASCII)
_PORT = re.compile(r"( \[[^\]]*\] | [^:]* ) : (\d{1,5})", re.VERBOSE | re.ASCII)
_MOMENT = re.compile(
    r"""
    (\d{4}) [-/] (\d\d) [-/] (\d\d) [Tt\x20] (\d\d:\d\d:\d\d)  # date, time
    (?: [.,] \d{1,18} )?  # a fraction is cut off
    \x20? (?: [Zz] | UTC | ([+-]\d\d) :? (\d\d) )?  # offset
    """,
    re.VERBOSE | re.ASCII,
)


def fill(
    source: dict[str, Any],
    names: Mapping[str, Iterable[str]],
    value_of: Callable[[str, str, object], object],
) -> dict[str, Any]:
    """Move to a record what can be read from source: of each field's names the first such.

    value_of takes a field, its name in the log and what is there; None: not to be read. None, ""
    and "-" are nothing. What is not used stays in source. Optional fields are there if named.
    """
    record: dict[str, Any] = dict.fromkeys(_ALWAYS)
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
    if record.get("server"):
        record["server"], port = split_port(record["server"])
        if port is not None and record.get("port") is None:
            record["port"] = port
    return record


def split_target(record: dict[str, Any], *, whole: bool = True) -> None:
    """Take the query from the path, if path is a whole target, and find the section."""
    if record["path"] is None:
        return
    path, mark, query = record["path"].partition("?")
    if whole and mark:
        record["path"], record["query"] = path, query
    record["section"] = section(record["path"])


def split_port(name: str) -> tuple[str, int | None]:
    """Split ``name:port``; an IPv6 address has a port only behind brackets."""
    found = _PORT.fullmatch(name)
    if not found or not found[1] or int(found[2]) > _LARGEST["port"]:
        return name, None
    return found[1], int(found[2])


def keep(record: dict[str, Any], rest: Iterable[tuple[str, object]]) -> dict[str, Any]:
    """Add to a record what else there is: headers of the request, of the response, others.

    A name that means something else in a record gets ``json_`` before it. Raises Refused for what
    is nested too deep.
    """
    for name, value in sorted(rest, key=_rank):
        blank = isinstance(value, str) and value in BLANK
        record[_free(name, record, _RESERVED)] = None if blank else _clean(value, _DEEPEST)
    return record


def _rank(pair: tuple[str, object]) -> int:
    name = pair[0]
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
        raise Refused(f"nested deeper than {_DEEPEST}")
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
    if field not in _LARGEST and field not in _DURATIONS:
        text = isinstance(raw, str | int | float) and not isinstance(raw, bool)
        return printable(str(raw)) if text else None
    if isinstance(raw, str) and (found := _DIGITS.fullmatch(raw)):
        raw = float(raw) if found[1] else int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float) or raw < 0:
        return None
    if field in _DURATIONS:
        return raw if per_second == 1 else round(raw / per_second, 9)
    return int(raw) if raw == int(raw) and raw <= _LARGEST[field] else None


def moment(raw: str) -> str:
    """Return the RFC 3339 time, to the second and in its own offset, of one written alike.

    ``2006-01-02T15:04:05.9-0700`` or ``2006/01/02 15:04:05``; without an offset it is UTC. Raises
    ValueError if it is none or does not exist, or lies outside the years 3 to 9997.
    """
    if not (found := _MOMENT.fullmatch(raw)):
        raise ValueError("not of the form 2006-01-02 15:04:05")
    year, month, day, clock, hours, minutes = found.groups()
    zone = f"{hours}:{minutes}" if hours else "+00:00"
    text = f"{year}-{month}-{day}T{clock}{'+00:00' if zone == '-00:00' else zone}"
    instant(text)
    return text
