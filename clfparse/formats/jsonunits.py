"""Durations in JSON logs: their unit, by the name or by what else is in the line.

Where neither says it, a number is no duration: a thousandfold error would look like a fast server,
or like an outage.
"""

import re
from collections.abc import Callable, Collection
from typing import Any

from clfparse.formats.fields import BLANK, as_seconds
from clfparse.formats.jsonnames import PER_SECOND

_LONGEST_DURATION = 1024  # of text: some eighty upstreams
_LONGEST_SECONDS = 10**8  # three years: rather a time
_FEW_NANOSECONDS = 10**4  # more whole seconds than any request takes
_SPAN = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "msec": 1e-3, "s": 1, "sec": 1, "m": 60, "h": 3600}
_PART = re.compile(
    r"(\d{1,15}(?:\.\d{1,18})?)\x20?(ns|us|[\u00b5\u03bc]s|msec|ms|sec|s|m|h)", re.ASCII
)
_THOUSANDTHS = re.compile(r"\d{1,8}\.\d{3}", re.ASCII)

# Names that are nginx's variables: its times are in seconds, to the millisecond.
_NGINX = (
    "bodybytessent timeiso8601 timelocal httpuseragent httpreferer httpreferrer httpxforwardedfor"
    " upstreamaddr upstreamstatus upstreamresponsetime upstreamtime serverprotocol"
)
# Durations, the names beside them that tell the server, how many must be there, units a second.
_SERVERS = [
    # Envoy, Istio: %DURATION%
    ("duration", "responseflags upstreamcluster downstreamremoteaddress upstreamservicetime", 1, 3),
    ("duration", "authority bytesreceived upstreamhost downstreamremote routename", 2, 3),
    ("upstreamservicetime xenvoyupstreamservicetime latenciesrequest latenciesproxy", "", 0, 3),
    # Traefik
    (
        "Duration OriginDuration",
        "downstreamstatus downstreamcontentsize originduration originstatus overhead startlocal",
        1,
        9,
    ),
    ("OriginDuration", "", 0, 9),
    # Caddy
    ("duration", "resp_headers", 1, 0),
    ("duration", "requestproto requesturi requestmethod requestremoteip", 4, 0),
    # Elastic Common Schema; Cloudflare
    ("eventduration OriginResponseTime", "", 0, 9),
    # Rails: lograge, GitLab
    ("duration", "controller action view db allocations viewduration dbduration", 2, 3),
    # node: pino and bunyan, express-winston; morgan
    ("responsetime", "req", 1, 3),
    ("responsetime", "res", 1, 3),
    ("response-time total-time", "", 0, 3),
    # logback-access
    ("elapsedtime", "requesteduri requestedurl @version", 1, 3),
    # CloudFront
    ("timetaken", "x-edge-location x-edge-result-type x-host-header x-edge-request-id", 1, 0),
    # Serilog
    ("Elapsed", "requestpath requestmethod statuscode", 2, 3),
    # API Gateway
    (
        "responselatency integrationlatency",
        "resourcepath requesttimeepoch integrationlatency extendedrequestid apiid routekey",
        1,
        3,
    ),
    # APISIX
    ("latency upstreamlatency", "apisixlatency routeid", 1, 3),
    # Echo
    ("latency", "latencyhuman", 1, 9),
    # HAProxy
    (
        "tt ta totaltime timetotal duration",
        "terminationstate frontendname backendname srvqueue srvconn actconn feconn beconn",
        1,
        3,
    ),
]
_TABLE = [
    (set(names.split()), set(beside.split()), number, 10**digits)
    for names, beside, number, digits in _SERVERS
]
_NGINX_NAMES = set(_NGINX.split())
HAPROXY = _TABLE[-1][1]  # its names
SIGNS = _NGINX_NAMES.union(*(beside for _, beside, _, _ in _TABLE))

Reader = Callable[[Any], object]


def duration(key: str, name: str, signs: Collection[str]) -> Reader:
    """Return what reads a duration. signs: the names of the line that are among SIGNS."""
    nginx = not _NGINX_NAMES.isdisjoint(signs)
    if key in _NGINX_TIMES:
        return _NGINX_TIMES[key][nginx]
    for per_second in (PER_SECOND[0].get(key), PER_SECOND[1].get(key)):
        if per_second:
            return _counted(per_second)
    for names, beside, number, per_second in _TABLE:
        if (key in names or name in names) and len(beside.intersection(signs)) >= number:
            return _server_seconds if per_second == 1 else _counted(per_second)
    return _thousandths if nginx else _with_unit


def _counted(per_second: int) -> Callable[[object], float | None]:
    """Return what reads a number of units, so many to a second, or text with a unit."""

    def read(raw: object) -> float | None:
        value = as_seconds(raw, per_second)
        if value is None:
            return parse_span(raw)
        return value if value < _LONGEST_SECONDS else None

    return read


_seconds = _counted(1)


def _server_seconds(raw: object) -> float | None:
    """Read seconds of a server that writes them with a fraction, but may be set to another unit."""
    if type(raw) is float:
        return raw if 0 <= raw < _LONGEST_SECONDS else None
    return None if type(raw) is int and raw > _FEW_NANOSECONDS else _seconds(raw)


def _thousandths(raw: object) -> float | None:
    """Read seconds with three digits behind the point, which nginx alone writes."""
    if type(raw) is float:
        return raw if round(raw, 3) == raw and 0 <= raw < _LONGEST_SECONDS else None
    if type(raw) is str and _THOUSANDTHS.fullmatch(raw):
        return float(raw)
    return _with_unit(raw)


def _with_unit(raw: object) -> float | None:
    """Read text with a unit; of a number, only 0 is known."""
    return parse_span(raw) if as_seconds(raw) != 0 else 0


def _attempts(raw: object) -> float | None:
    """Sum up nginx's times of several upstreams: ``0.1, - : 0.3``."""
    value = _seconds(raw)
    if value is not None or type(raw) is not str or len(raw) > _LONGEST_DURATION:
        return value
    parts = [part.strip() for part in re.split("[,:]", raw)]
    times = [as_seconds(part) for part in parts if part not in BLANK]
    known = [time for time in times if time is not None]
    return round(sum(known), 9) if known and len(known) == len(times) else None


def parse_span(raw: object) -> float | None:
    """Read a duration with units, as Go writes it: ``1m2.5s``, ``310µs``; or ``18.2 ms``."""
    if type(raw) is not str or len(raw) > _LONGEST_DURATION:
        return None
    parts = list(_PART.finditer(raw))
    if not parts or "".join(part[0] for part in parts) != raw:
        return None
    return round(sum(float(part[1]) * _SPAN.get(part[2], 1e-6) for part in parts), 9)


# Whether other names are nginx's: its request_time always has a fraction; others' may be of
# any unit.
_NGINX_TIMES = {
    "requesttime": (_thousandths, _seconds),
    "upstreamresponsetime": (_attempts, _attempts),
    "upstreamtime": (_thousandths, _attempts),
}
