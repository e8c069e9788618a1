"""How JSON logs write the fields of a record."""

import re
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import lru_cache
from typing import Any

from clfparse.formats import jsonhost, jsonunits
from clfparse.formats.fields import DURATIONS, WHOLE, as_text, moment
from clfparse.values.times import Instant, rfc3339

_EPOCH = re.compile(r"(\d{9,19})(?:\.\d{1,18})?", re.ASCII)
_HTTP_DATE = re.compile(  # RFC 9110, section 5.6.7: IMF-fixdate; and C's asctime
    r"""
    [A-Z][a-z]{2}, \x20 (\d\d) \x20 ([A-Z][a-z]{2}) \x20 (\d{4}) \x20 (\d\d:\d\d:\d\d) \x20 GMT
    | [A-Z][a-z]{2} \x20 ([A-Z][a-z]{2}) \x20+ (\d{1,2}) \x20 (\d\d:\d\d:\d\d) \x20 (\d{4})
    """,
    re.VERBOSE | re.ASCII,
)
_CLF = re.compile(  # without a zone, or with a fraction: HAProxy
    r"(\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d)(?:\.\d{1,9})?( [+-]\d{4})?", re.ASCII
)
_CACHED = 1 << 14  # seconds: 4.5 hours
_LONGEST_TIME = 64  # characters
_VERSION = re.compile(r"\d(?:\.\d)?", re.ASCII)
_STATUS = re.compile(r"([1-5]\d\d) [A-Z][A-Za-z'\x20-]*", re.ASCII)
_ORIGIN = re.compile(r"https?://", re.IGNORECASE)
_CODES = range(100, 600)
_LARGEST = 999
_whole = WHOLE["status"]

Reader = Callable[[Any], object]  # of a value that is not blank: None if it is no such field


class Full(str):
    """A URL with its origin: a record has its server and its path."""

    __slots__ = ()


def reader(field: str, key: str, name: str, signs: Collection[str]) -> Reader:
    """Return what reads a field from a value.

    key: its name, in the one spelling of `jsonnames`; name: as it is written. signs: see
    `jsonunits.duration`.
    """
    if field in DURATIONS:
        return jsonunits.duration(key, name, signs)
    if field == "status":
        return _code if key in ("code", "response") else _status
    if field in WHOLE:
        return WHOLE[field]
    if field == "path" and is_url(key, name):
        return _url
    if field == "host":
        return _CLIENTS.get(key, jsonhost.client)
    return _READERS.get(key) or _READERS.get(field, as_text)


def is_url(key: str, name: str) -> bool:
    """Whether a name is that of a URL that may have an origin; Azure's is ``requestUri``."""
    return key.endswith("url") or key in ("urlfull", "urloriginal") or name == "requestUri"


def _status(raw: object) -> object:
    if type(raw) is int:
        return raw if 0 <= raw <= _LARGEST else None
    status = _whole(raw)
    if status is None and type(raw) is str and (match := _STATUS.fullmatch(raw)):
        return int(match[1])
    return status


def _code(raw: object) -> object:
    """Read a status under a name that many things have."""
    return code if (code := _status(raw)) in _CODES else None


def _url(raw: object) -> str | None:
    url = as_text(raw)
    return Full(url) if url is not None and _ORIGIN.match(url) else url


def _server_name(raw: object) -> str | None:
    return None if raw == "_" else as_text(raw)  # nginx: none of the names


def _query(raw: object) -> str | None:
    query = as_text(raw)
    return query and query.removeprefix("?")  # Apache's %q has it


def _version(raw: object) -> str | None:
    """Read a protocol, or its version alone."""
    version = as_text(raw)
    return f"HTTP/{version}" if version and _VERSION.fullmatch(version) else version


def read_time(raw: object) -> str | None:
    """Read a time in any of the forms of these logs; an epoch's unit goes by its magnitude."""
    if isinstance(raw, str):
        if len(raw) > _LONGEST_TIME:
            return None
        raw = raw.strip("[] ")
        if not (match := _EPOCH.fullmatch(raw)):
            return _written(raw)
        raw = int(match[1])
    if not isinstance(raw, (int, float)) or not 10**8 <= raw < 10**20:
        return None  # before 1973: rather a duration
    second = int(raw)
    while second >= 10**11:  # in the year 5138; the same in milliseconds is in 1973
        second //= 1000
    return _utc(second)


@lru_cache(_CACHED)
def _utc(second: int) -> str:
    return str(Instant(second, 0))


def _written(raw: str) -> str | None:
    try:
        return moment(raw)
    except ValueError:
        return _worded(raw)


def _worded(raw: str) -> str | None:
    """Read a time in which the month is a word."""
    if match := _HTTP_DATE.fullmatch(raw):
        day, month, year, clock = match.group(1, 2, 3, 4) if match[1] else match.group(6, 5, 8, 7)
        raw = f"{day}/{month}/{year}:{clock} +0000"
    elif match := _CLF.fullmatch(raw):
        raw = match[1] + (match[2] or " +0000")
    with suppress(ValueError):
        return rfc3339(raw.encode("ascii", "replace"))
    return None


_CLIENTS = {"host": jsonhost.address, "client": jsonhost.dotted}  # a "host" may be the site


def _http(raw: object) -> str | None:
    """Read a "version", which may be anything's."""
    version = as_text(raw)
    return version if version and version.startswith("HTTP/") else None


_READERS: dict[str, Reader] = {
    "time": read_time,
    "query": _query,
    "servername": _server_name,
    "version": _http,
    "httpversion": _version,
    "requesthttpversion": _version,
}
