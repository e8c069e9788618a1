"""nginx's log_format: its variables."""

import re

from clfparse.formats.apache import KINDS
from clfparse.record import Record
from clfparse.values.kinds import (
    EPOCH,
    HOST_NAME,
    ISO_TIME,
    LOCAL,
    METHOD,
    NUMBER,
    PATH,
    QUERY,
    REQUEST,
    SECONDS,
    SERVER_NAME,
    STATUS,
    TEXT,
    UPSTREAM_LIST,
    UPSTREAMS,
    URI,
    USER,
    FormatError,
    Kind,
    Value,
)

_VARIABLE = re.compile(r"\$ (?: \{ (\w+) \} | (\w+) )", re.VERBOSE | re.ASCII)

# In the strings of nginx's configuration: ngx_conf_read_token.
_ESCAPE = re.compile(r"\\([\\\"'trn])")
_ESCAPES = {"t": "\t", "r": "\r", "n": "\n"}

# The field, its kind, and its second name, if it leaves the first to others (see Value).
_KNOWN: dict[str, tuple[str, Kind] | tuple[str, Kind, str]] = {
    "remote_addr": ("host", HOST_NAME),
    "the_real_ip": ("host", HOST_NAME, "the_real_ip"),  # ingress-nginx's
    "remote_user": ("user", USER),
    "time_local": ("time", LOCAL),
    "time_iso8601": ("time", ISO_TIME),
    "msec": ("time", EPOCH, ""),
    "request": ("request", REQUEST),
    "request_method": ("method", METHOD),
    "request_uri": ("path", URI),
    "uri": ("path", PATH, "uri"),
    "document_uri": ("path", PATH, "uri"),
    "args": ("query", QUERY, "args"),
    "query_string": ("query", QUERY, "args"),
    "server_protocol": ("protocol", TEXT),
    "status": ("status", STATUS),
    "body_bytes_sent": ("bytes", NUMBER),
    "bytes_sent": ("bytes", NUMBER, "bytes_out"),
    "request_length": ("bytes_in", NUMBER),
    "http_referer": ("referer", TEXT),
    "http_user_agent": ("user_agent", TEXT),
    "request_time": ("duration", SECONDS),
    "upstream_response_time": ("upstream_duration", UPSTREAMS),
    "server_name": ("server", SERVER_NAME),
    "host": ("server", SERVER_NAME, "server_requested"),
    "server_port": ("port", NUMBER),
    "remote_port": ("remote_port", NUMBER),
    "server_addr": ("server_address", HOST_NAME),
    "pid": ("pid", NUMBER),
    "connection_requests": ("keepalive", NUMBER),
}
# ngx_http_upstream_module: what is known of each of the servers that were tried.
_UPSTREAM = re.compile(
    r"upstream_(?:addr|status|(?:connect|header|first_byte|session|queue|response)_time"
    r"|response_length|bytes_(?:sent|received))"
)
_FAMILIES = {"http_": "header_", "sent_http_": "response_header_"}


def items(form: str) -> list[bytes | Value]:
    """Return what a log_format string is made of; raises FormatError."""
    made: list[bytes | Value] = []
    at = 0
    for variable in _VARIABLE.finditer(form):
        _literal(form, at, variable.start(), made)
        made.append(_value(variable))
        at = variable.end()
    _literal(form, at, len(form), made)
    return made


def _literal(form: str, start: int, end: int, made: list[bytes | Value]) -> None:
    text = form[start:end]
    if "$" in text:
        raise FormatError("'$' begins no variable", start + text.index("$"))
    if text:
        text = _ESCAPE.sub(lambda escape: _ESCAPES.get(escape[1], escape[1]), text)
        made.append(text.encode("utf-8", "surrogateescape"))


def _value(variable: re.Match[str]) -> Value:
    name = variable[1] or variable[2]
    if name in _KNOWN:
        return Value(variable[0], variable.start(), *_KNOWN[name])
    # A variable of somebody's own must not pass for a field that readers know, nor for an alert.
    field = f"nginx_{name}" if name in Record.__annotations__ or name == "type" else name
    for prefix, before in _FAMILIES.items():
        if name.startswith(prefix):
            field = before + name.removeprefix(prefix)
    kind = UPSTREAM_LIST if _UPSTREAM.fullmatch(name) else KINDS.get(field, TEXT)
    return Value(variable[0], variable.start(), field, kind)
