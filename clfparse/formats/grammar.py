"""The grammar of an access-log line: one line in, one record out, or the reason why not.

    [vhost[:port]] host ident user [time] "request" status bytes ["referer" "user_agent"] [extra]

This is the Common Log Format (httpd's mod_log_config), combined, and their relatives, told apart
line by line. Every step scans forward only, so that no line takes more than linear time.
"""

import re

from clfparse.record import MainRecord, Record, Refused
from clfparse.values.escapes import plain, text, value
from clfparse.values.request import parse_request, section
from clfparse.values.times import rfc3339

_TIME = re.compile(
    rb"""
    [ ]\[ (\d{1,2} / [A-Z][a-z]{2} / \d{4} : \d\d : \d\d : \d\d [ ] [+-]\d{4}) \]  # time
    (?: [ ]*+ (\") )?  # the request's opening quote
    """,
    re.VERBOSE,
)

# Before the time. The first that fits is taken: ident is all but always "-", so a "-" in its place
# tells a virtual host before the line from a user name with spaces in it.
_HOST = rb"(?P<host> [^ ,\"]+ (?: , [ ]?+ [^ ,\"]+ )*+ )"  # several: X-Forwarded-For
_VHOST = rb"(?P<vhost> [^ ,\"]+ )"
_USER = rb"(?P<user> .+ )"
_IDENT = rb"(?P<ident> [^ ]+ )"
_BY_NAMES = [
    re.compile(rb"[ ]++".join(parts), re.VERBOSE | re.DOTALL)
    for parts in (
        # vhost:port, one colon, or none outside the brackets of an IPv6 address
        (rb"(?P<vhost> (?: [^ ,:\"]+ | \[[^ ]+\] ) : \d++ )", _HOST, _IDENT, _USER),
        (_HOST, rb"(?P<ident> - )", _USER),
        (_VHOST, _HOST, rb"(?P<ident> - )", _USER),
        # an identity is given, and an IPv4 or IPv6 address stands in second place
        (_VHOST, rb"(?P<host> \d+\.\d+\.\d+\.\d+ | [0-9A-Fa-f]*:[0-9A-Fa-f:.]+ )", _IDENT, _USER),
        (_HOST, _IDENT, _USER),
    )
]

# What a collector has put before the line, which must not be taken for the client's name.
_HEADER = re.compile(
    rb"""
      <\d{1,3}>                                     # syslog's priority: RFC 3164, RFC 5424
    | [A-Z][a-z]{2} [ ] [ \d]\d [ ] \d\d:\d\d:\d\d  # its time: Oct 11 22:14:15
    | \d{4}-\d\d-\d\d [T ]                         # an ISO 8601 time
    | [^ ]+ [ ]+ \|                                # docker compose's: web_1  |
    """,
    re.VERBOSE,
)

# Status and size after the request's closing quote.
_NUMBERS = rb"\" [ ]++ (\d{3} | -) [ ]++ (\d{1,18} | -) (?= [ ] | \Z ) [ ]*+"
_REQUEST = [
    re.compile(rb"(" + content + rb")" + _NUMBERS, re.VERBOSE | re.DOTALL)
    # Where quotes are escaped the first bare one ends the field; else status and size must follow.
    for content in (rb"(?: [^\"\\]++ | \\. )*+", rb".*?")
]

_QUOTED = [
    re.compile(rb"\" (" + content + rb") \" (?= [ ] | \Z ) [ ]*+", re.VERBOSE | re.DOTALL)
    for content in (rb"(?: [^\"\\]++ | \\. )*+", rb".*?")
]

# nginx's main has one more field: addresses of clients, as proxies have named them.
_IPV4 = rb"\d{1,3}(?:\.\d{1,3}){3}"
IPV6 = rb"(?=[0-9A-Fa-f:]{0,37}::)[0-9A-Fa-f:.]{2,45}|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){7}"
_ADDRESS = rb"(?:%b|%b)" % (_IPV4, IPV6)
FORWARDED = rb'"(?:-|%b(?:, *+%b)*+)"' % (_ADDRESS, _ADDRESS)
_FORWARDED = re.compile(FORWARDED)


def parse(line: bytes) -> Record:
    """Read one line, without its newline; a carriage return at its end is not part of it.

    Raises Refused, with the reason, for a line that is not of this grammar.
    """
    line = line.removesuffix(b"\r")
    time = find_time(line)
    who = names(line[: time.start()])
    try:
        written = rfc3339(time[1])
    except ValueError as error:
        raise Refused(f"impossible time: {error}") from error
    request = _REQUEST[0].match(line, time.end()) or _REQUEST[1].match(line, time.end())
    if not request:
        raise Refused("no status and size after the request")
    record = _record(written, who, request)
    rest = _take_combined(record, line[request.end() :]).rstrip(b" ")
    if "referer" in record and _FORWARDED.fullmatch(rest):
        record["header_x_forwarded_for"] = value(rest[1:-1])
        rest = b""
    if "vhost" in who:
        record["vhost"] = value(who["vhost"])
    if rest:
        record["extra"] = extra(rest)
    if record["method"] is None:
        record["request"] = value(request[1])
    return record


def find_time(line: bytes) -> re.Match[bytes]:
    """Find the first time with a quote behind it: no server lets a bare quote into a user name."""
    found = None
    for found in _TIME.finditer(line):
        if found[2]:
            return found
    if found:
        raise Refused("no request in quotes")
    if not line:
        raise Refused("empty line")
    raise Refused("no time such as [10/Oct/2000:13:55:36 -0700]")


def names(before: bytes) -> dict[str, bytes]:
    """Read what stands before the time: host, ident, user, and vhost if there is one."""
    before = before.strip(b" ")
    if _HEADER.match(before):
        raise Refused("a header, as of syslog, stands before the line")
    for form in _BY_NAMES:
        if found := form.fullmatch(before):
            return found.groupdict()
    raise Refused("no host, identity and user before the time")


def _record(time: str, who: dict[str, bytes], found: re.Match[bytes]) -> MainRecord:
    line, status, size = found.groups()
    request = parse_request(text(line))
    return {
        "time": time,
        "host": value(who["host"]),
        "ident": value(who["ident"]),
        "user": "" if who["user"] == b'""' else value(who["user"]),
        "method": request and request.method,
        "path": request and request.path,
        "query": request and request.query,
        "protocol": request and request.protocol,
        "status": _number(status),
        "bytes": _number(size),
        "section": request and section(request.path),
    }


def _take_combined(record: Record, rest: bytes) -> bytes:
    """Take a pair of quoted fields from what follows status and size; return what is left."""
    referer = _quoted(rest, 0)
    agent = referer and _quoted(rest, referer.end())
    if not referer or not agent:
        return rest
    record["referer"] = value(referer[1])
    record["user_agent"] = value(agent[1])
    return rest[agent.end() :]


def _quoted(rest: bytes, start: int) -> re.Match[bytes] | None:
    if rest[start : start + 1] != b'"':
        return None
    found = _QUOTED[0].match(rest, start) or _QUOTED[1].match(rest, start)
    if not found:
        raise Refused("a quoted field is not closed")
    return found


def extra(raw: bytes) -> str | None:
    """Return the text of fields after the known ones, as the server wrote it."""
    return None if raw == b"-" else plain(raw)


def _number(digits: bytes) -> int | None:
    return None if digits == b"-" else int(digits)
