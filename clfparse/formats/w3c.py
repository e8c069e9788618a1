"""W3C Extended Log File Format, where the log itself names its fields: IIS, CloudFront and others.

    #Fields: date time c-ip cs-method cs-uri-stem sc-status
    2018-05-09 16:00:39 192.0.2.7 GET /pages/create 200

By the draft (https://www.w3.org/TR/WD-logfile.html) times are UTC, time-taken is in seconds, and a
quote in a quoted string is doubled. IIS writes milliseconds, and ``+`` for a space in a header.
CloudFront has tabs between fields, and percent-encodes headers.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote_to_bytes

from clfparse.formats.fields import fill, keep, moment, read, split_target
from clfparse.record import Refused
from clfparse.values.escapes import plain
from clfparse.values.times import rfc3339

# What a field of the record may be called in a log; the first that can be read is taken.
NAMES = {
    "time": ("time",),  # put together with the date beforehand
    "host": ("c-ip", "c-dns"),
    "user": ("cs-username", "c-auth-id"),
    "method": ("cs-method",),
    "path": ("cs-uri-stem", "cs-uri"),
    "query": ("cs-uri-query",),
    "protocol": ("cs-version", "cs-protocol-version", "cs-protocol"),
    "status": ("sc-status",),
    "bytes": ("sc-bytes", "bytes"),
    "duration": ("time-taken", "timetakenms"),
    "referer": ("cs(referer)", "cs(referrer)"),
    "user_agent": ("cs(user-agent)",),
    "bytes_in": ("cs-bytes",),
    "server": ("x-host-header", "cs-host", "cs(host)", "s-sitename"),
    "port": ("s-port",),
}
_MUST = {"sc-status", "sc-bytes", "bytes"}  # a line in which these are no numbers is out of step
DATES = ("date", "date-utc", "date-local")
TIMES = ("time", "time-utc", "time-local")

_IIS = {"sc-substatus", "sc-win32-status", "s-sitename"}  # no other server has them
_MOST_FIELDS = 256  # CloudFront has 33

_HEADER = re.compile(r"(cs|sc)\((.+)\)")
_PREFIX = {"cs": "header_", "sc": "response_header_"}
_HEADERS = tuple(_PREFIX.values())
_FIELD = re.compile(rb'( "(?: [^"]++ | "" )*+" (?=[ ]|\Z) | [^ ]++ )', re.VERBOSE)
_CLOCK = re.compile(
    r"(?:([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60)(?:\.\d{1,18})?)?|24:00:00)", re.ASCII
)
_A_DAY = 24 * 3600


class W3C:
    """Reads lines, each by the directives before it.

    fields: what #Fields would say; least: how many of them a line has at least, if not all.
    directives: how many there were.
    """

    def __init__(self, fields: str = "", least: int = 0) -> None:
        self.directives = 0
        self._least = least
        self.fields: list[str] = []  # in lower case
        self._own: dict[str, str] = {}  # what a record calls them
        self._iis = self.cloudfront = False  # they are such a server's
        self._why = "no #Fields line so far"  # there are no fields
        self._microsoft = False  # #Software says so
        self._day: date | None = None  # of lines without a date
        self._second = 0  # of that day: the last line's
        self._turned = False  # that day is later than #Date's
        if fields:
            self._name_fields(fields.split())

    def parse(self, line: bytes) -> dict[str, Any] | None:
        """Read one line, without its newline; None for a directive and a blank line.

        duration is in seconds; fields that the record has no name for are text, None for ``-``.
        Raises Refused for a line that does not fit #Fields, a time that is none, a status or size
        that is no number in range; and for a #Fields line that names no field, too many, or one
        twice (its first value is then taken).
        """
        line = line.rstrip(b"\r")
        if line.startswith(b"#"):
            self.directives += 1
            self._direct(line)
            return None
        if not line.strip(b" \t"):
            return None
        source = self._split(line)
        source["time"] = self._time(source)
        return self.record(source, self._read)

    @property
    def iis(self) -> bool:
        """Whether fields or #Software are Microsoft's."""
        return self._iis or self._microsoft

    def record(
        self, source: dict[str, Any], value_of: Callable[[str, str, object], object]
    ) -> dict[str, Any]:
        """Return the record of texts by name, which are used up. value_of: see `fill`."""
        record = fill(source, NAMES, value_of)
        if not _MUST.isdisjoint(source):
            raise Refused("status or size is no number in range")
        split_target(record, whole="cs-uri-stem" not in self.fields)
        return keep(record, ((self._own[name], value) for name, value in source.items()))

    def _direct(self, line: bytes) -> None:
        name, _, value = line[1:].partition(b":")
        words = plain(value.replace(b"\t", b" ")).split()
        if name.strip().lower() == b"software":
            self._microsoft = words[:1] in (["Microsoft"], ["IIS"])
        elif name.strip().lower() == b"date":
            self._day, self._turned = _day(words[0]) if words else None, False
            self._second = _second(words[1]) or 0 if len(words) > 1 else 0
        elif name.strip().lower() == b"fields":
            self._least = 0
            self._name_fields(words)

    def _name_fields(self, words: list[str]) -> None:
        self.fields, self._why = [], "the last #Fields line was refused"
        if not 0 < len(words) <= _MOST_FIELDS:
            raise Refused(f"#Fields names {len(words)} fields, not 1 to {_MOST_FIELDS}")
        self.fields = [word.lower() for word in words]
        self._own = {name: _own(name) for name in self.fields}
        self._iis = not _IIS.isdisjoint(self.fields)
        self.cloudfront = any(name.startswith("x-edge-") for name in self.fields)
        if len(set(self.fields)) < len(words):
            raise Refused("#Fields names a field twice: its first value is taken")

    def _split(self, line: bytes) -> dict[str, object]:
        """Split a line at tabs, if the first gap is one, or else at spaces; name the values."""
        if not self.fields:
            raise Refused(self._why)
        wanted = len(self.fields)
        line = line.strip(b" ")
        if b" " not in line.partition(b"\t")[0] and b"\t" in line:
            parts = [part.strip(b" ") for part in line.split(b"\t")]
        else:
            # Without a space in quotes, this is all; a client's quote in IIS's log opens nothing.
            parts = [part for part in line.split(b" ") if part]
            if len(parts) != wanted:
                parts = _FIELD.findall(line)
        if not (self._least or wanted) <= len(parts) <= wanted:
            raise Refused(f"{len(parts)} fields, where #Fields names {wanted}")
        source: dict[str, object] = {}
        for name, part in zip(self.fields, parts, strict=False):
            source.setdefault(name, self.text(name, part))
        return source

    def text(self, name: str, raw: bytes) -> str | None:
        """Return the text of a field; None if there is none."""
        if len(raw) > 1 and raw.startswith(b'"') and raw.endswith(b'"'):
            raw = raw[1:-1].replace(b'""', b'"')
        elif undo := self.undo(name):
            raw = undo(raw)
        return None if raw in (b"-", b"") else plain(raw)

    def undo(self, name: str) -> Callable[[bytes], bytes] | None:
        """Return what undoes what the server does to a field, if it does: to headers."""
        if not self._own[name].startswith(_HEADERS):
            return None
        if self.cloudfront:
            return _agent if name == "cs(user-agent)" else unquote_to_bytes
        if not self.iis or name == "cs(referer)":
            return None  # a referer has no spaces: its "+" are its own
        return _cookies if name == "cs(cookie)" else _spaced

    def _read(self, field: str, name: str, raw: object) -> object:
        if name == "cs-protocol" and "/" not in str(raw):
            return None  # http, https
        thousands = name == "timetakenms" or (
            name == "time-taken" and self.iis and str(raw).isdigit()
        )
        return read(field, raw, 1000 if thousands else 1)

    def _time(self, source: dict[str, object]) -> str:
        """Take date and time from a line; those that are local are of --zone's zone."""
        name = next((name for name in TIMES if name in source), "")
        clock = source.pop(name, None)
        if not isinstance(clock, str):
            raise Refused("no time in the line")
        day = next((source.pop(name) for name in DATES if name in source), None)
        if (second := _second(clock)) is None:
            raise Refused("impossible time: not of the form 13:55:36")
        day = day or self._today(second)
        try:
            zone = "" if name.endswith("-local") else "Z"  # by the draft, times are UTC
            return moment(f"{day}T{clock}{':00' * (len(clock) == 5)}{zone}")
        except ValueError as error:
            raise Refused(f"impossible time: {error}") from error

    def _today(self, second: int) -> date:
        """Return the day of a line without date. A time that jumps back is the next day's."""
        if not self._day:
            raise Refused("no date, neither among #Fields nor as #Date")
        if self._turned and self._second < 60 and second >= _A_DAY - 60:
            return self._day - timedelta(days=1)  # late: it must not turn the day once more
        if second < self._second - _A_DAY // 2:
            self._day += timedelta(days=1)
            self._turned = True
        self._second = second
        return self._day


def _agent(raw: bytes) -> bytes:
    """CloudFront may encode a user agent twice; one without a space but with %20 is such."""
    raw = unquote_to_bytes(raw)
    return unquote_to_bytes(raw) if b"%20" in raw and b" " not in raw else raw


def _cookies(raw: bytes) -> bytes:
    """Between cookies there are spaces; their values may be base64."""
    return raw.replace(b";+", b"; ")


def _spaced(raw: bytes) -> bytes:
    """``++`` is rather `` +``, as in a bot's "(a; +http://b)", than two spaces."""
    return b" +".join(part.replace(b"+", b" ") for part in raw.split(b"++"))


def _day(text: str) -> date | None:
    """Read #Date's day: 1996-01-12 or, as in the draft's example, 12-Jan-1996."""
    try:
        clf = rfc3339(f"{text.replace('-', '/')}:00:00:00 +0000".encode("ascii", "replace"))
    except ValueError:
        clf = text
    try:
        return date.fromisoformat(moment(f"{clf[:10]}T00:00:00")[:10])
    except ValueError:
        return None


def _second(clock: str) -> int | None:
    match = _CLOCK.fullmatch(clock)
    if not match or not match[1]:
        return _A_DAY if match else None
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)


def _own(name: str) -> str:
    if name == "s-ip":
        return "server_address"
    if found := _HEADER.fullmatch(name):
        name = _PREFIX[found[1]] + found[2]
    return name.replace("-", "_").replace("(", "_").replace(")", "")
