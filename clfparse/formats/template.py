"""The format strings of this project's own format files: ``{host} [{time:loose}] "{request}"``.

``{field:kind}`` is a value, ``{:kind}`` one that is not kept, a kind with a ``%`` a time as
strftime writes it; all else stands for itself.
"""

import re
from urllib.parse import unquote_to_bytes

from clfparse.values import kinds, strftime
from clfparse.values.escapes import plain
from clfparse.values.hosts import ADDRESS, IPV4, IPV6, NAME, PORT, host, port
from clfparse.values.kinds import FormatError, Kind, Value

_VALUE = re.compile(r"\{(\w*)(?::([^{}]+))?\}")


def _rest(raw: bytes) -> str | None:
    return plain(raw.strip(b" \t")) or None


def _percent(raw: bytes) -> str | None:
    return None if raw == b"-" else plain(unquote_to_bytes(raw))


def _times(raw: bytes) -> list[float]:
    """Return the seconds of a load balancer's three parts; -1 is of none that came."""
    return [float(part) for part in raw.split() if part != b"-1"]


_ALB = (
    ("duration", lambda raw: round(sum(_times(raw)), 9) if _times(raw) else None),
    ("upstream_duration", lambda raw: _times(raw)[1] if len(_times(raw)) > 2 else None),
)
_PEER = (("host", host), ("remote_port", port))
_SECONDS = rb"(?:\d{1,9}(?:\.\d{1,9})?|-1)"

KINDS = {
    "text": kinds.TEXT,
    "word": kinds.WORD,
    "name": Kind(kinds.WORD.read, "a name", rb"[^ /\]\n]++"),
    "tls": Kind(kinds.WORD.read, "a version of TLS", rb"(?:TLS|SSL)v[0-9.]++|-"),
    "label": Kind(kinds.WORD.read, "a word of letters and digits", rb"[0-9A-Za-z_.-]++"),
    "cell": Kind(kinds.WORD.read, "text", rb"[^\t\n]*+"),
    "rest": Kind(_rest, "more fields", rb"(?:[ \t][^\n]*+)?"),
    "braces": Kind(_rest, "captured headers", rb"(?:\{[^}\n]*\} )*+"),
    "percent": Kind(_percent),
    "upstreams": kinds.UPSTREAM_LIST,
    "alb_times": Kind(
        kinds.spread(*_ALB),
        "three times",
        rb"%b %b %b" % (_SECONDS, _SECONDS, _SECONDS),
        spreads=True,
        fields=_ALB,
    ),
    "peer": Kind(
        kinds.spread(*_PEER),
        "an address, perhaps with a port",
        rb"\[%b\](?::%b)?|%b(?![0-9A-Fa-f:])|(?:%b|%b)(?::%b)?"
        % (IPV6, PORT, IPV6, IPV4, NAME, PORT),
        spreads=True,
        fields=_PEER,
    ),
    "host": kinds.HOST_NAME,
    "address": kinds.HOST_NAME._replace(expected="an address", pattern=ADDRESS),
    "client": kinds.CLIENT,
    "list": kinds.LIST,
    "addresses": kinds.LIST._replace(pattern=rb"%b(?:, ?%b)*+(?![^ ])" % (ADDRESS, ADDRESS)),
    "user": kinds.USER,
    "request": kinds.REQUEST,
    "method": kinds.WORD,
    "path": kinds.PATH,
    "uri": kinds.URI,
    "query": kinds.QUERY,
    "status": kinds.STATUS,
    "number": kinds.NUMBER,
    "count": kinds.COUNT,
    "s": kinds.SECONDS,
    "ms": kinds.MILLISECONDS,
    "us": kinds.MICROSECONDS,
    "ns": kinds.NANOSECONDS,
    "timer": kinds.TIMER,
    "span": kinds.SPAN,
    "clf": kinds.LOCAL,
    "loose": kinds.ANY_TIME,
    "iso": kinds.ISO_TIME,
    "epoch": kinds.EPOCH,
}
# The kinds of fields that need not be named.
_OWN = {
    **{name: KINDS[name] for name in ("host", "client", "user", "request", "path", "query")},
    "status": kinds.STATUS,
    "bytes": kinds.NUMBER,
    "bytes_in": kinds.NUMBER,
    "port": kinds.NUMBER,
    "remote_port": kinds.NUMBER,
    "ident": kinds.IDENT,
}


def items(form: str) -> list[bytes | Value]:
    """Return what a format string is made of; raises FormatError."""
    made: list[bytes | Value] = []
    at = 0
    for match in _VALUE.finditer(form):
        made.append(form[at : match.start()].encode())
        made.append(_value(match))
        at = match.end()
    return [*made, form[at:].encode()]


def _value(match: re.Match[str]) -> Value:
    field, kind = match.groups()
    if kind and "%" in kind:
        try:
            source, names = strftime.pattern(kind)
        except ValueError as error:
            raise FormatError(str(error.args[0]), match.start(2)) from error
        made = Kind(str, f"a time of the form {kind}", source.encode())
        return Value(match[0], match.start(), field, made, "", tuple(names))
    if kind is None:
        return Value(match[0], match.start(), field, _OWN.get(field, kinds.TEXT))
    if kind not in KINDS:
        raise FormatError(f"no kind of values is called {kind!r}", match.start(2))
    return Value(match[0], match.start(), field, KINDS[kind])
