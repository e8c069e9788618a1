"""Lines of names and values: LTSV, logfmt, and Heroku's router, which writes the latter.

Their names mean what they mean in JSON logs (`jsonfields`), but for those that LTSV recommends
(http://ltsv.org): what is read here becomes the same object.
"""

import re
from collections.abc import Mapping
from typing import Any

from clfparse.formats.format import Format
from clfparse.formats.jsonlog import JsonLog
from clfparse.record import Refused
from clfparse.values.escapes import text

_LABEL = re.compile(rb"[A-Za-z_][0-9A-Za-z_.-]*+:")
# LTSV's own labels, where JSON logs have other names for the same.
_LTSV = {
    "forwardedfor": "x_forwarded_for",
    "req": "request",
    "ua": "user_agent",
    "reqtime": "request_time",
    "reqtime_microsec": "duration_us",
    "apptime": "upstream_response_time",
    "vhost": "server_name",
    "cache": "upstream_cache_status",
    "reqsize": "request_length",
}
_PAIR = re.compile(rb'\s*+([^\s="]+)(?:=(?:"((?:[^"\\]|\\.)*+)"|([^\s"]*+)))?(?=\s|\Z)')
_HEROKU = re.compile(rb"(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) heroku\[router\]: ")
_HEROKU_NAMES = {"host": "server_name", "fwd": "x_forwarded_for", "service": "duration"}
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)


class Pairs(Format):
    """Reads lines of one of the three, by name: ltsv, logfmt, heroku."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._split = {"ltsv": _ltsv, "logfmt": _logfmt, "heroku": _heroku}[name]
        self._log = JsonLog()

    def parse(self, line: bytes) -> Mapping[str, object] | None:
        """Read one line. Raises Refused where it is no such, or has nothing of a request."""
        return self._log.record(self._split(line.strip(b" \t\r")))

    def close(self) -> None:
        """Take the end of the input."""
        self._log.close()
        self.notices += self._log.notices
        self._log.notices.clear()


def _ltsv(line: bytes) -> dict[str, Any]:
    parts = [part for part in line.split(b"\t") if part]
    if len(parts) < 3 or not all(map(_LABEL.match, parts)):
        raise Refused("not LTSV: label:value, with tabs between")
    pairs = [part.split(b":", 1) for part in parts]
    labels = [label.decode("ascii") for label, _ in pairs]
    source = {
        _LTSV.get(label, label): text(value)
        for label, (_, value) in zip(labels, pairs, strict=True)
    }
    if "host" in source and "remote_addr" not in source:
        source["remote_addr"] = source.pop("host")  # ltsv.org: the client's
    return source


def _logfmt(line: bytes) -> dict[str, Any]:
    source: dict[str, Any] = {}
    at = 0
    while at < len(line):
        if not (match := _PAIR.match(line, at)):
            raise Refused("not logfmt: name=value, with spaces between")
        name, quoted, bare = match.groups()
        value = bare if quoted is None else _ESCAPE.sub(rb"\1", quoted)
        if value is not None:
            source.setdefault(text(name), text(value))
        at = match.end()
    if len(source) < 3:
        raise Refused("not logfmt: name=value, with spaces between")
    return source


def _heroku(line: bytes) -> dict[str, Any]:
    match = _HEROKU.match(line)
    if not match:
        raise Refused("not of Heroku's router")
    source = {
        _HEROKU_NAMES.get(name, name): value for name, value in _logfmt(line[match.end() :]).items()
    }
    source["time"] = match[1].decode()
    source.pop("protocol", None)  # http, https
    return source
