"""The client: an address or a name, and nothing else in its place.

What stands where a server writes the client and is neither is somebody else's: a collector's
header, a date, half of another line. Read as a host it would make one client many, or many one.
"""

import re

IPV4 = rb"\d{1,3}+\.\d{1,3}+\.\d{1,3}+\.\d{1,3}+"
_GROUP = rb"[0-9A-Fa-f]{1,4}"
# RFC 4291, section 2.2: eight groups, or fewer around one "::", the last two perhaps as IPv4.
# Never a clock's 12:34:56, which has neither; nor one behind the number of its line, as in
# 12:2001:db8::1: that is an address by itself, and none that is in use begins with such a number.
_NUMBERED = (
    rb"(?![014-9]?\d{1,3}:(?:[23][0-9A-Fa-f]|[Ff][C-Ec-e])[0-9A-Fa-f]{2}(?=:)[0-9A-Fa-f:]*::)"
)
_LAST = rb"(?:%b|%b)" % (IPV4, _GROUP)
_SHORT = rb"(?!(?:[0-9A-Fa-f]*+:){9})(?:%b(?::%b){0,6})?::(?:(?:%b:){0,6}%b)?" % (
    *(_GROUP, _GROUP, _GROUP, _LAST),
)
_FULL = rb"%b(?::%b){5}:(?:%b|%b:%b)" % (_GROUP, _GROUP, IPV4, _GROUP, _GROUP)
_ZONE = rb"(?:%[0-9A-Za-z._-]{1,32})?+"
IPV6 = rb"%b(?:%b|%b)%b" % (_NUMBERED, _FULL, _SHORT, _ZONE)
ADDRESS = rb"(?:%b|%b)" % (IPV4, IPV6)
# RFC 1123, section 2.1, and the underscores of real life. Its last label has a letter, or is the
# only one: access.log.1 is a file's name, and a collector numbers or dates lines.
NAMED = b"".join(rb"(?<!\.\d{%d})" % digits for digits in (1, 2, 3, 4, 8))
NAME = rb"(?=[0-9._-]{0,255}[A-Za-z])[0-9A-Za-z._-]{1,255}+" + NAMED
HOST = rb"(?:unix:|%b(?![0-9A-Za-z._-])|%b(?![0-9A-Za-z._:-])|%b)" % (IPV4, IPV6, NAME)
# One that a port follows, of which an IPv6 address must leave the last group.
BEFORE_PORT = rb"(?:unix:|\[%b\]|%b(?=:\d{1,5}(?![0-9A-Fa-f:.]))|%b|%b)" % (IPV6, IPV6, IPV4, NAME)
PORT = rb"\d{1,5}"
# A server's name, configured or the client's: nginx's may be a pattern, lighttpd's a URL.
SERVER = (
    rb"(?:~[^ \n]++|(?:https?://)?+(?:\[%b\]|%b(?![0-9A-Za-z._:-])|(?:[0-9A-Za-z._*\x80-\xff-]|\\x[0-9A-Fa-f]{2})++))"
    % (IPV6, IPV6)
)
# What proxies write into X-Forwarded-For and its like: addresses, some with a port, "unknown". A
# client may have sent other words, but none that a header before the first could be taken for.
_LISTED = rb"(?:\[%b\](?::%b)?+|%b(?![0-9A-Za-z._:-])|%b(?::%b)?+)" % (IPV6, PORT, IPV6, IPV4, PORT)
_FIRST = rb"(?:%b|-|unknown|localhost)" % _LISTED
ADDRESSES = rb"%b(?:,[ ]*+(?:%b|[0-9A-Za-z._-]++))*+" % (_FIRST, _LISTED)

# By `re.fullmatch`, which compiles a pattern when it is needed: a plain log has no use for these.
_PORTED = rb"(%b|\[%b\]|%b):(\d{1,5})" % (IPV4, IPV6, NAME)
_BRACKETED = rb"\[(%b)\]" % IPV6


def is_address(raw: bytes) -> bool:
    """Tell whether this is an IPv4 or IPv6 address, perhaps with a zone."""
    return re.fullmatch(ADDRESS, raw) is not None


def host(raw: bytes) -> str | None:
    """Return an address or name, without brackets and port; None if raw is neither."""
    raw = raw.strip()
    if match := re.fullmatch(_PORTED, raw):
        raw = match[1]
    if match := re.fullmatch(_BRACKETED, raw):
        raw = match[1]
    return raw.decode("ascii") if re.fullmatch(HOST, raw) else None


def before_port(raw: bytes) -> str | None:
    """Return the host of what ends with a port, an IPv6 address perhaps without brackets."""
    return host(raw.rpartition(b":")[0])


def first(addresses: bytes) -> str | None:
    """Return the first address of a list such as X-Forwarded-For's: the client, if no proxy lies.

    Names are passed over: Squid writes "unknown", and a client may have sent anything.
    """
    hosts = map(host, addresses.split(b","))
    return next((each for each in hosts if each and is_address(each.encode())), None)


def port(raw: bytes) -> int | None:
    """Return the port behind a host; None if there is none."""
    match = re.fullmatch(_PORTED, raw)
    return int(match[2]) if match and int(match[2]) < 1 << 16 else None


def last_port(raw: bytes) -> int | None:
    """Return the port of what ends with one; None if it is none."""
    number = raw.rpartition(b":")[2]
    return int(number) if number.isdigit() and int(number) < 1 << 16 else None
