"""The grammar of an access-log line: one line in, one record out, or the reason why not.

    [vhost[:port]] host ident user [time] "request" status bytes ["referer" "user_agent"] [extra]

This is the Common Log Format (httpd's mod_log_config), combined, and their relatives, distinguished
line by line. Every step scans forward only, so that no line takes more than linear time.
"""

import re

from clfparse.record import MainRecord, Record, Refused
from clfparse.values.escapes import plain, text, value
from clfparse.values.hosts import (
    ADDRESS,
    HOST,
    IPV4,
    IPV6,
    NAME,
    PORT,
    first,
    host,
    is_address,
    port,
)
from clfparse.values.kinds import LEVEL, is_torn, is_user, one_request
from clfparse.values.request import parse_request, section
from clfparse.values.times import CLF, ISO, LOOSE, rfc3339, written

_CLF = re.compile(CLF)

# The time, and the request's opening quote.
_TIME = re.compile(rb" \[(%b|%b)\](?: *+(\"))?" % (LOOSE, ISO))

# Before the time. The first that fits is taken: ident is all but always "-", so a "-" in its place
# tells a virtual host before the line from a user name with spaces in it.
_NAMED = b"(?:%b)" % HOST
_BRACKETED = rb"\[%b\]" % IPV6
# A proxy's list, or an address with its port, may stand for the client.
_HOST = rb"(?P<host>-|%b|(?:%b|unknown)(?:,[ ]?[^ ,\"]+)++|%b:%b(?:,[ ]?[^ ,\"]+)*+|%b(?::%b)?)" % (
    *(_NAMED, ADDRESS, IPV4, PORT, _BRACKETED, PORT),
)
# Loggers and collectors put these words before a line.
NO_VHOST = rb"(?!(?:%b|stdout|stderr)[ ])" % LEVEL
_VHOST = rb"%b(?P<vhost>-|%b|%b)" % (NO_VHOST, _NAMED, _BRACKETED)
_USER = rb"(?P<user>.+)"
_WORD = rb"(?P<user>(?!%b(?: |\Z))[^ ]+)" % ADDRESS
# Not the client, nor what belongs to a header: a bar, a clock, a name with a colon behind it.
_IDENT = rb"(?P<ident>(?!%b(?:[ ,:]|\Z)|\d\d:)[^ |,]*[^ |,:])" % ADDRESS
_BY_NAMES = [
    rb" ++".join(parts)
    for parts in (
        # vhost:port, one colon, or none outside the brackets of an IPv6 address
        (rb"(?P<vhost>(?:%b|%b|%b):%b)" % (IPV4, NAME, _BRACKETED, PORT), _HOST, _IDENT, _USER),
        (_HOST, rb"(?P<ident>-)", _USER),
        (_VHOST, _HOST, rb"(?P<ident>-)", _USER),
        # an identity is given, and an IPv4 or IPv6 address stands in second place
        (_VHOST, rb"(?P<host>%b)" % ADDRESS, _IDENT, _WORD),
        (_HOST, _IDENT, _WORD),
    )
]

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
# With a port, one might as well be an upstream's.
FORWARDED = rb'"(?:-|%b(?:, *+%b)*+)"' % (ADDRESS, ADDRESS)


def parse(line: bytes) -> Record:
    """Read one line, without its newline; a carriage return at its end is not part of it.

    Raises Refused, with the reason, for a line that is not of this grammar.
    """
    return read_line(line)[0]


def read_line(line: bytes) -> tuple[Record, str]:
    """Do as `parse`; return how the line ends, too: common, combined, main or extra."""
    line = line.removesuffix(b"\r")
    time = find_time(line)
    client = client_fields(line[: time.start()])
    try:
        moment = rfc3339(time[1]) if _CLF.fullmatch(time[1]) else written(time[1])
    except ValueError as error:
        raise Refused(f"impossible time: {error}") from error
    request = _REQUEST[0].match(line, time.end()) or _REQUEST[1].match(line, time.end())
    if not request:
        raise Refused("no status and size after the request")
    record = _record(moment, client, request)
    rest = _take_combined(record, line[request.end() :]).rstrip(b" ")
    end = "combined" if "referer" in record else "common"
    if end == "combined" and re.fullmatch(FORWARDED, rest):
        record["header_x_forwarded_for"] = value(rest[1:-1])
        end, rest = "main", b""
    if "vhost" in client:
        record["vhost"] = value(client["vhost"])
    if rest:
        if is_torn(rest):
            raise Refused("another line begins in it")
        record["extra"] = extra(rest)
        end = "extra"
    if record["method"] is None:
        record["request"] = value(request[1])
    return _with_client(record, client["host"]), end


def _with_client(record: MainRecord, client: bytes) -> MainRecord:
    """Keep what stands beside the client's own address: its port, or the proxies behind it."""
    if b"," in client:
        record["header_x_forwarded_for"] = value(client)
    elif (number := port(client)) is not None:
        record["remote_port"] = number
    return record


def find_time(line: bytes) -> re.Match[bytes]:
    """Find the first time with a quote behind it: no server lets a bare quote into a user name."""
    match = None
    for match in _TIME.finditer(line):
        if match[2]:
            return match
    if match:
        raise Refused("no request in quotes")
    if not line:
        raise Refused("empty line")
    raise Refused("no time such as [10/Oct/2000:13:55:36 -0700]")


def client_fields(before: bytes) -> dict[str, bytes]:
    """Read what stands before the time: host, ident, user, and vhost if there is one."""
    before = before.strip(b" ")
    for form in _BY_NAMES:
        # Compiled when it is needed: most logs are read in bulk.
        if match := re.fullmatch(form, before, re.DOTALL):
            client = match.groupdict()
            if is_user(client["user"], named=not is_address(client["host"])):
                return client
    raise Refused("no host, identity and user before the time")


def _record(time: str, client: dict[str, bytes], match: re.Match[bytes]) -> MainRecord:
    line, status, size = match.groups()
    try:
        request = parse_request(text(one_request(line)))
    except ValueError as error:
        raise Refused(str(error)) from error
    return {
        "time": time,
        "host": first(client["host"]) if b"," in client["host"] else host(client["host"]),
        "ident": value(client["ident"]),
        "user": "" if client["user"] == b'""' else value(client["user"]),
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
    if match := _QUOTED[0].match(rest, start):
        return match
    if not (match := _QUOTED[1].match(rest, start)):
        raise Refused("a quoted field is not closed")
    if is_torn(match[0]):
        raise Refused("another line begins in it")
    return match


def extra(raw: bytes) -> str | None:
    """Return the text of fields after the known ones, as the server wrote it."""
    return None if raw == b"-" else plain(raw)


def _number(digits: bytes) -> int | None:
    return None if digits == b"-" else int(digits)
