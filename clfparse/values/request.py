"""The request line: ``METHOD target [PROTOCOL]``, and the section of the site it asks for."""

import re
from typing import NamedTuple

# RFC 9110, section 5.6.2: token.
_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

# RFC 9110, section 2.5: HTTP-name is case-sensitive; sloppy clients spell it small all the same.
_PROTOCOL = re.compile(r"(?:[A-Z]+|http)/[0-9]+(?:\.[0-9]+)?")

# What stands before the path of an absolute-form target: RFC 3986, scheme and authority.
_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/]*")

# Not of a target, though spaces may be in one: a second protocol, or one with junk behind it.
_PROTOCOL_WITHIN = re.compile(r" HTTP[/0-9]")


class Request(NamedTuple):
    """The parts of a request line. ``path?query`` is the target as it was sent."""

    method: str
    path: str
    query: str | None
    protocol: str | None


def parse_request(line: str) -> Request | None:
    """Take a request line apart; None if it is not ``METHOD target [PROTOCOL]``.

    A path with spaces in it is kept whole, as clients send them. Without PROTOCOL it is HTTP/0.9.
    """
    method, _, rest = line.partition(" ")
    target = rest.strip(" ")
    head, _, last = target.rpartition(" ")
    protocol = None
    if _PROTOCOL.fullmatch(last):
        target, protocol = head.rstrip(" "), last
    if not target or method == "-" or not _METHOD.fullmatch(method):
        return None
    if " " in target and not _is_path(target):
        return None
    path, mark, query = target.partition("?")
    return Request(method, path, query if mark else None, protocol)


def _is_path(target: str) -> bool:
    """Tell whether a target with spaces is a path, rather than words of another protocol."""
    path = target.startswith("/") or _ORIGIN.match(target)
    return bool(path) and not _PROTOCOL_WITHIN.search(target)


def section(path: str) -> str:
    """Return the path up to its second ``/``, without a fragment.

    ``/pages/create`` is in ``/pages``, ``http://my.site.com/pages/create`` in
    ``http://my.site.com/pages``, ``/`` in ``/``, ``*`` in ``*``.
    """
    if "#" in path:
        path = path.partition("#")[0]
    origin = None if path.startswith("/") else _ORIGIN.match(path)
    first = path.find("/", origin.end()) if origin else path.find("/")
    second = path.find("/", first + 1) if first >= 0 else -1
    return path if second < 0 else path[:second]
