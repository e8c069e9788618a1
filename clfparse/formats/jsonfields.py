"""What JSON logs call the fields of a record, and how they write them.

Names are those of Caddy 2's http.log.access, nginx's variables, Traefik's access log, and those
that application frameworks have in common. ``request.uri`` is "uri" in the object "request".
"""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any

from clfparse.formats.fields import BLANK, DURATIONS, WHOLE, moment, seconds, split_port, text
from clfparse.values.times import Instant, rfc3339

# What a field of the record may be called in a log, in the order of the record. The first that can
# be read is taken: a server's own names before general ones, times with an offset before others.
NAMES = {
    "time": "time_iso8601 time_local StartLocal StartUTC time timestamp @timestamp ts datetime"
    " msec",
    "host": "request.client_ip request.remote_ip request.remote_addr remote_addr ClientHost"
    " ClientAddr client_ip remote_ip clientip ip client client_addr remote_host host",
    "ident": "ident",
    "user": "user_id remote_user ClientUsername user username",
    "method": "request_method request.method RequestMethod method http_method",
    "path": "request_uri request.uri RequestPath uri path url",
    "query": "args query_string query",
    "protocol": "server_protocol request.proto RequestProtocol protocol proto http_version",
    "status": "status DownstreamStatus status_code statusCode response_status http_status",
    "bytes": "body_bytes_sent size DownstreamContentSize bytes response_size bytes_out bytes_sent",
    "duration": "request_time duration Duration duration_ms latency_ms response_time_ms elapsed_ms"
    " duration_us latency_us duration_ns latency_ns latency_human latency",
    "referer": "http_referer request.headers.Referer request_Referer referer referrer",
    "user_agent": "http_user_agent request.headers.User-Agent request_User-Agent user_agent"
    " userAgent agent",
    "bytes_in": "request_length bytes_read RequestContentSize bytes_in request_size",
    "upstream_duration": "upstream_response_time OriginDuration",
    "server": "request.host server_name RequestHost vhost host http_host",
    "port": "server_port RequestPort port",
}

# How many of a name's units make a second, where it is not in seconds.
_PER_SECOND = {"Duration": 10**9, "OriginDuration": 10**9}
_PER_SECOND |= {
    name: 10**digits
    for name in NAMES["duration"].split()
    for unit, digits in (("_ms", 3), ("_us", 6), ("_ns", 9))
    if name.endswith(unit)
}

_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+|\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]+\]?", re.ASCII)
_EPOCH = re.compile(r"(\d{9,19})(?:\.\d{1,18})?", re.ASCII)
_CACHED = 1 << 14  # seconds: 4.5 hours
_LONGEST_DURATION = 1024  # of text: some eighty upstreams
_PART = re.compile(r"(\d{1,15}(?:\.\d{1,18})?)(ns|us|[\u00b5\u03bc]s|ms|s|m|h)", re.ASCII)
_SPAN = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}

Reader = Callable[[Any], object]  # of a value that is not blank: None if it is no such field


def reader(field: str, name: str) -> Reader:
    """Return what reads a field from a value of this name."""
    if name == "latency":
        return _latency
    if field in DURATIONS:
        written = _attempts if name == "upstream_response_time" else _span
        return _duration(_PER_SECOND.get(name, 1), written)
    if field in WHOLE:
        return WHOLE[field]
    if field == "host":
        return _client_or_site if name == "host" else _client
    if name == "server_name":
        return _server_name
    return {"time": _time, "query": _query}.get(field, text)


def _client(raw: object) -> str | None:
    name = text(raw)
    if name is not None and ":" in name:
        name = split_port(name)[0]
    return name and name.strip("[]")


def _client_or_site(raw: object) -> str | None:
    """Read a "host", which may be either: it is the client's if it is an address."""
    name = _client(raw)
    return name if name is not None and _ADDRESS.fullmatch(name) else None


def _server_name(raw: object) -> str | None:
    return None if raw == "_" else text(raw)  # nginx: none of the names


def _query(raw: object) -> str | None:
    return None if (query := text(raw)) is None else query.removeprefix("?")  # Apache's %q has it


def _duration(
    per_second: int, written: Callable[[str], float | None]
) -> Callable[[object], float | None]:
    """Return what reads a number of units, so many to a second, or else what may be written."""

    def read(raw: object) -> float | None:
        value = seconds(raw, per_second)
        if value is None and type(raw) is str and len(raw) <= _LONGEST_DURATION:
            return written(raw)
        return value

    return read


def _latency(raw: object) -> float | None:
    return None if isinstance(raw, int) and raw else _duration(1, _span)(raw)  # of which unit?


def _attempts(raw: str) -> float | None:
    """Sum up nginx's times of several upstreams: ``0.1, - : 0.3``."""
    parts = [part.strip() for part in re.split("[,:]", raw)]
    times = [seconds(part) for part in parts if part not in BLANK]
    known = [time for time in times if time is not None]
    return round(sum(known), 9) if known and len(known) == len(times) else None


def _span(raw: str) -> float | None:
    """Read a duration with units, as Go writes it: ``1m2.5s``, ``310µs``."""
    parts = list(_PART.finditer(raw))
    if not parts or "".join(part[0] for part in parts) != raw:
        return None
    return round(sum(float(part[1]) * _SPAN.get(part[2], 1e-6) for part in parts), 9)


def _time(raw: object) -> str | None:
    """Read a time in any of the forms of these logs; an epoch's unit goes by its magnitude."""
    if isinstance(raw, str):
        raw = raw.strip("[]")
        if not (match := _EPOCH.fullmatch(raw)):
            try:
                return moment(raw)
            except ValueError:
                return _clf(raw)
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


def _clf(raw: str) -> str | None:
    with suppress(ValueError):
        return rfc3339(raw.encode("ascii", "replace"))
    return None
