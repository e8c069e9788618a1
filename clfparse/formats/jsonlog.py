r"""Logs of one JSON object per line: Caddy, nginx (``escape=json``), Traefik, and their like.

Names of fields are those of Caddy 2's http.log.access, nginx's variables, Traefik's access log, and
those that application frameworks have in common. ``request.uri`` is "uri" in the object "request".
"""

import re
from binascii import unhexlify
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import orjson

from clfparse.formats.fields import BLANK, fill, keep, moment, read, split_port, split_target
from clfparse.record import Refused
from clfparse.values.escapes import plain, printable
from clfparse.values.request import Request, parse_request, section
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
_NAMES = {field: names.split() for field, names in NAMES.items()}
_BESIDE = {field: names for field, names in _NAMES.items() if field not in Request._fields}
_LOOKED_FOR = NAMES["time"].replace(" ", ", ")

# How many of a name's units make a second, where it is not in seconds.
_PER_SECOND = {"Duration": 10**9, "OriginDuration": 10**9}
_PER_SECOND |= {
    name: 10**digits
    for name in _NAMES["duration"]
    for unit, digits in (("_ms", 3), ("_us", 6), ("_ns", 9))
    if name.endswith(unit)
}

# Headers of a request, of its response: Caddy's, nginx's, Traefik's (these with capitals).
_HEADERS = {
    "header_": r"request\.headers\.|http_(?!(?:method|status|version)\Z)|request_(?=[A-Z])",
    "response_header_": r"resp_headers\.|sent_http_|downstream_(?=[A-Z])",
}
_HEADER = {field: re.compile(names) for field, names in _HEADERS.items()}

# Caddy tells of a request here too, beside its line in the access log: it would count twice.
_NO_ACCESS = ("http.log.error", "http.handlers.")
_OPENED = {"request", "request.headers", "resp_headers"}  # objects whose members are fields

_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+|\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]+\]?", re.ASCII)
_ESCAPE = re.compile(rb"((?:\\x[0-9A-Fa-f]{2})+)|\\.", re.DOTALL)
_EPOCH = re.compile(r"(\d{9,19})(?:\.\d{1,18})?", re.ASCII)
_LONGEST_DURATION = 1024  # of text: some eighty upstreams
_PART = re.compile(r"(\d{1,15}(?:\.\d{1,18})?)(ns|us|[\u00b5\u03bc]s|ms|s|m|h)", re.ASCII)
_SPAN = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}


class JsonLog:
    """Reads lines; no line depends on another."""

    def parse(self, line: bytes) -> dict[str, Any] | None:
        """Read one line, without its newline; None for a blank line.

        duration and upstream_duration are in seconds. What the record has no name for is kept as it
        is, but for what is unprintable. Raises Refused for what is not a JSON object, has nothing
        of a request or no readable time, or is nested deeper than 32.
        """
        line = line.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r")
        if not line:
            return None
        source = _flat(_load(line))
        logger = source.get("logger")
        if isinstance(logger, str) and logger.startswith(_NO_ACCESS):
            raise Refused("not of the access log, by its logger")
        whole = source.get("request")
        request = parse_request(printable(whole)) if isinstance(whole, str) else None
        record = fill(source, _BESIDE if request else _NAMES, _read)
        if request:
            del source["request"]
            record |= {**request._asdict(), "section": section(request.path)}
        elif record["method"] is record["path"] is None and isinstance(whole, str):
            record["request"] = None if whole in BLANK else printable(whole)
            del source["request"]
        if record["method"] is record["path"] is record["status"] is None:
            raise Refused("no request in it")
        if record["time"] is None:
            raise Refused(f"no readable time in {_LOOKED_FOR}")
        if not request:
            split_target(record)
        return keep(record, _rest(source))


def _load(line: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        try:
            found = orjson.loads(_ESCAPE.sub(_mended, plain(line).encode()))
        except orjson.JSONDecodeError as error:
            raise Refused("not JSON") from error
    if not isinstance(found, dict):
        raise Refused("not a JSON object")
    return found


def _mended(escape: re.Match[bytes]) -> bytes:
    r"""Make JSON of what is none: ``\xhh``, of nginx without escape=json and of Apache.

    So a client cannot hide by sending a quote, or a byte that is not UTF-8.
    """
    if not escape[1]:
        return rb"\\v" if escape[0] == rb"\v" else escape[0]
    return orjson.dumps(plain(unhexlify(escape[1].replace(b"\\x", b""))))[1:-1]


def _flat(found: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Take the members of some objects out of them; a header's values become one text."""
    source: dict[str, Any] = {}
    for name, value in found.items():
        path = prefix + name
        if path in _OPENED and isinstance(value, dict):
            source |= _flat(value, path + ".")
        elif prefix.endswith("headers.") and isinstance(value, list):
            texts = all(isinstance(each, str) for each in value)
            source[path] = ", ".join(value) if texts else value
        else:
            source[path] = value
    return source


def _rest(source: dict[str, Any]) -> Iterable[tuple[str, object]]:
    """Name what was not taken, for `keep`."""
    request = {}
    for name, value in source.items():
        for field, pattern in _HEADER.items():
            if found := pattern.match(name):
                yield field + name[found.end() :].lower().replace("-", "_"), value
                break
        else:
            if name.startswith("request."):
                request[name.removeprefix("request.")] = value
            else:
                yield name, value
    if request:
        yield "request", request


def _read(field: str, name: str, raw: object) -> object:
    """Read a field as `read` does, and beyond that what only these logs write."""
    if field == "time":
        return _time(raw)
    if field in ("duration", "upstream_duration"):
        return _duration(name, raw)
    value = read(field, raw)
    if not isinstance(value, str):
        return value
    if field == "host":
        # Of "host" nobody knows whose name it is, unless it is an address and no client is named.
        value = split_port(value)[0].strip("[]")
        return value if name != "host" or _ADDRESS.fullmatch(value) else None
    if name == "server_name" and value == "_":
        return None  # nginx: none of the names
    return value.removeprefix("?") if field == "query" else value  # Apache's %q has it


def _duration(name: str, raw: object) -> object:
    if name == "latency" and isinstance(raw, int) and raw:
        return None  # of which unit?
    value = read("duration", raw, _PER_SECOND.get(name, 1))
    if value is not None or not isinstance(raw, str) or len(raw) > _LONGEST_DURATION:
        return value
    return _attempts(raw) if name == "upstream_response_time" else _span(raw)


def _time(raw: object) -> str | None:
    """Read a time in any of the forms of these logs; an epoch's unit goes by its magnitude."""
    if isinstance(raw, str):
        raw = raw.strip("[]")
        if not (found := _EPOCH.fullmatch(raw)):
            for form in (moment, _clf):
                with suppress(ValueError):
                    return form(raw)
            return None
        raw = int(found[1])
    if not isinstance(raw, int | float) or not 10**8 <= raw < 10**20:
        return None  # before 1973: rather a duration
    second = int(raw)
    while second >= 10**11:  # in the year 5138; the same in milliseconds is in 1973
        second //= 1000
    return str(Instant(second, 0))


def _clf(raw: str) -> str:
    return rfc3339(raw.encode("ascii", "replace"))


def _attempts(raw: str) -> float | None:
    """Sum up nginx's times of several upstreams: ``0.1, - : 0.3``."""
    parts = [part.strip() for part in re.split("[,:]", raw)]
    times = [read("duration", part) for part in parts if part not in BLANK]
    known = [time for time in times if isinstance(time, int | float)]
    return round(sum(known), 9) if known and len(known) == len(times) else None


def _span(raw: str) -> float | None:
    """Read a duration with units, as Go writes it: ``1m2.5s``, ``310µs``."""
    parts = list(_PART.finditer(raw))
    if not parts or "".join(part[0] for part in parts) != raw:
        return None
    return round(sum(float(part[1]) * _SPAN.get(part[2], 1e-6) for part in parts), 9)
