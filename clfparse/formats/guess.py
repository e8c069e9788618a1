"""A format string for lines of which nothing is known but what they look like.

Only what its shape shows gets a server's name: the client's address, the time, the
request, status and size behind it. All else is called field: its meaning is the user's to say.
"""

import re
from collections.abc import Iterator

from clfparse.formats.custom import Custom
from clfparse.record import Refused
from clfparse.values.hosts import ADDRESS
from clfparse.values.kinds import FormatError
from clfparse.values.times import CLF, ISO

_MOST = 40  # values
_REQUEST = rb"[A-Z]+ [^ \"]+ HTTP/\d(?:\.\d)?"
# What stands between quotes is one value; else values stand between spaces and the like.
_PIECE = re.compile(
    rb"\"(?:(?P<quoted_request>%b)|\[(?P<quoted_time>%b)\]|(?P<quoted_address>%b)"
    rb"|(?P<quoted_number>\d+)|(?P<quoted>(?:[^\"\\]|\\.)*))\""
    rb"|(?<![^ ;|\[({=])(?:(?P<time>%b)|(?P<iso>%b)|(?P<epoch>\d{10}\.\d{3})|(?P<request>%b)"
    rb"|(?P<address>%b)|(?P<grouped>\d+(?:,\d+)+)|(?P<number>\d+|-)|(?P<word>[^ ;|\"\[\],=]+))"
    rb"(?![^ ;|\])},:=])" % (_REQUEST, CLF, ADDRESS, CLF, ISO, _REQUEST, ADDRESS)
)
_ONCE = {
    "time": "$time_local",
    "iso": "$time_iso8601",
    "epoch": "$msec",
    "request": "$request",
    "address": "$remote_addr",
}


_TIMES = ("time", "iso", "epoch")


def guess(lines: list[bytes]) -> str | None:
    """Return a format string of nginx's syntax that reads most of the lines, or None."""
    for line in lines[:3]:
        form = "".join(_pieces(line))
        if sum(_reads(form, each) for each in lines) * 2 > len(lines):
            return form
    return None


def _pieces(line: bytes) -> Iterator[str]:
    line = line.strip()
    taken: set[str] = set()
    at = fields = 0
    name = ""
    for match in _PIECE.finditer(line):
        kind = match.lastgroup or ""
        start, end = match.span(kind)
        yield line[at:start].decode("utf-8", "replace")
        at = end
        name = _name(kind.removeprefix("quoted_"), match[kind], taken, name)
        if not name:
            fields += 1
            name = f"$field{fields}"
        taken.add(name)
        yield name if fields <= _MOST else match[kind].decode("utf-8", "replace")
    yield line[at:].decode("utf-8", "replace")


def _name(kind: str, value: bytes, taken: set[str], before: str) -> str:
    """Return the server's name of a value; none if its shape does not show it.

    taken: the names before it; before: the last of them.
    """
    name = _ONCE.get(kind, "")
    if value == b"-" and taken <= {"$remote_addr", "-"} and taken:  # as in common
        return "$remote_user" if "-" in taken else "-"
    if kind == "number" and "$request" in taken:
        name = "$status" if re.fullmatch(rb"[1-5]\d\d", value) else "$body_bytes_sent"
        if name == "$status" and "$status" in taken:
            name = "$body_bytes_sent"
        if name == "$body_bytes_sent" and before != "$status":
            name = ""  # further on it may be a time
    if kind in _TIMES and taken & {_ONCE[time] for time in _TIMES}:
        name = ""
    return "" if name in taken else name


def _reads(form: str, line: bytes) -> bool:
    from clfparse.formats import nginx

    try:
        record = Custom(nginx.items(form)).parse(line, reason=False)
    except (FormatError, Refused):
        return False
    return record["method"] is not None and record["status"] is not None
