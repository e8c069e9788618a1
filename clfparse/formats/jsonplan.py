"""What the names in a JSON log mean: worked out once for each shape of line, not for each line."""

import re
from functools import lru_cache

from clfparse.formats.fields import BLANK, RESERVED, place
from clfparse.formats.jsonfields import Reader, is_url, reader
from clfparse.formats.jsonnames import (
    CANONICAL,
    FORWARDED,
    FORWARDED_KEYS,
    HEADER_FIELDS,
    KEYS,
)
from clfparse.formats.jsonopen import Look
from clfparse.formats.jsonunits import HAPROXY, SIGNS
from clfparse.formats.remembered import LONGEST_NAME, LONGEST_SHAPE, SHAPES, Remembered
from clfparse.formats.remembered import NAMES as MOST_NAMES
from clfparse.values.escapes import printable
from clfparse.values.request import Request

# What nginx's and CGI's variables, and others that begin like them, are if no headers.
_NO_HEADER = (
    "(?:method|verb|status|version|proto|protocol|code|re[qs]|resp|rsp|request|response|scheme|path"
    "|url|uri|query|port|bytes|size|length|duration|latency|time|route|target|flavor|type|body|id"
    r"|client_ip|server_name|useragent)(?![a-zA-Z0-9]|[-_]?(?:forwarded|override))"
)
# Headers of a request, of its response: Caddy's, nginx's, Traefik's (these with capitals).
_HEADERS = {
    "header_": r"(?:request|req)\.headers\."
    rf"|http_(?!(?i:{_NO_HEADER}))|HTTP_(?!(?i:{_NO_HEADER}))"
    rf"|request_(?=[A-Z])(?!(?i:{_NO_HEADER}))",
    "response_header_": r"resp_headers\.|(?:response|res)\.headers\.|sent_http_"
    r"|downstream_(?=[A-Z])",
}
_HEADER = {field: re.compile(names) for field, names in _HEADERS.items()}
HEADER, RESPONSE, OTHER = range(3)  # as `rank` has it

_MOST_KNOWN = 1 << 6  # in a line: clients may spell a header that is a field in many ways
_TEXTS = {"ident", "user", "method", "path", "protocol", "referer", "user_agent"}
_CODES = {"code", "response"}  # of many things, unless beside a request
_KEYS = {key for keys in KEYS.values() for key in keys}
_CLIENTS = set(KEYS["host"]) - {"host"}
_PLACES = {"endpoint", "target"}  # of other things, too
_METHODS, _PATHS = set(KEYS["method"]), set(KEYS["path"]) - _PLACES
_STATUS = set(KEYS["status"])

# What is asked of every line is in plain tuples, which take the least time.
#
# Name: the object it is in, by number, as it is written, in its one spelling.
Name = tuple[int, str, str]
# Place: the object, the name there, what reads the value, whether text needs that.
Place = tuple[int, str, Reader, bool]
# Steps: where to look for each field, in turn.
Steps = list[tuple[str, list[Place]]]
# Forwarded: where to look for the client's address if no step has it.
Forwarded = list[tuple[int, str]]
# Names: of each name its rank, what a record calls it, and what it does if it has no other such.
Names = dict[str, tuple[int, str, str]]
# Plan: its steps, what is forwarded, the names, whether these come in the order of their ranks;
# the objects that hold headers, with what a record calls those; the other objects.
Plan = tuple[Steps, Forwarded, Names, bool, list[tuple[int, "Remembered[str, str]"]], list[int]]
# Asked: how the line and the objects in it look, whether a request line was read, whether all text
# is printable.
Asked = tuple[tuple[Look, ...], bool, bool]


class Unusual(Exception):  # noqa: N818 - no error: such a line is read item by item
    """There is more to a line than a plan can foresee."""


def _plan(asked: Asked) -> Plan:
    """Plan for a shape. Raises Unusual if headers may share a name with the line's."""
    looks, request_line, plain = asked
    known: list[Name] = []
    signs = set()
    for at, look in enumerate(looks):
        for name in look.names:
            key = CANONICAL[look.before + name]
            signs |= {key, name}
            if (key in _KEYS or key in FORWARDED_KEYS) and len(name) <= LONGEST_NAME:
                known.append((at, name, key))
    own = {name: _OWN[name] for name in looks[0].names}
    ordered = all(name[0] == OTHER for name in own.values())
    headers = sorted((look.headers, at) for at, look in enumerate(looks) if look.headers)
    if plain and not ordered and headers:
        raise Unusual
    inside = tuple(at for called, at in headers if called == "header_")
    steps = _steps(
        tuple(known[:_MOST_KNOWN]), inside, frozenset(SIGNS & signs), request_line, plain
    )
    members = [at for at, look in enumerate(looks) if at and not look.headers]
    return *steps, own, ordered, [(at, HEADER_NAMES[called]) for called, at in headers], members


@lru_cache(SHAPES)
def _steps(
    known: tuple[Name, ...],
    inside: tuple[int, ...],
    signs: frozenset[str],
    request_line: bool,
    plain: bool,
) -> tuple[Steps, Forwarded]:
    """Make the steps of a plan. Many shapes have the same: one copy stays in the CPU's cache.

    inside: the objects that hold a request's headers.
    """
    at_key: dict[str, list[Name]] = {}
    for name in known:
        at_key.setdefault(name[2], []).append(name)
    forwarded = _forwarded(at_key, inside)
    left_out = _left_out(at_key, request_line)
    steps: Steps = []
    for field, keys in KEYS.items():
        places = [
            _place(field, name, signs, plain)
            for key in _of_server(field, keys, signs)
            for name in at_key.get(key, ())
            if (field, key) not in left_out
        ]
        heads: list[Place] = [
            (at, name, _header if plain else _header_text, not plain)
            for at in inside
            for name in HEADER_FIELDS.get(field, ())
        ]
        places = places + heads if field == "server" else heads + places
        if places and not (request_line and field in Request._fields):
            steps.append((field, places))
    return steps, forwarded


def _of_server(field: str, keys: list[str], signs: frozenset[str]) -> list[str]:
    """Return the keys of a field. HAProxy's bytes_read is what a server sent."""
    if HAPROXY.isdisjoint(signs):
        return keys
    if field == "bytes":
        return [*keys, "bytesread"]
    return [key for key in keys if key != "bytesread"]


def _left_out(at_key: dict[str, list[Name]], request_line: bool) -> set[tuple[str, str]]:
    """Return fields' keys that mean something else in such a line."""
    left_out = set()
    if not request_line and (_METHODS | _PATHS).isdisjoint(at_key):
        left_out |= {("status", key) for key in _CODES}
    if _METHODS.isdisjoint(at_key):
        left_out |= {("path", key) for key in _PLACES}
    if (_PATHS | _STATUS).isdisjoint(at_key):
        left_out.add(("method", "verb"))
    if "ident" not in at_key:
        left_out.add(("user", "auth"))
    forwarded = FORWARDED_KEYS & at_key.keys()  # nginx's if they begin with http
    if not _CLIENTS.isdisjoint(at_key) or any(key.startswith("http") for key in forwarded):
        left_out.add(("host", "host"))  # the site, as its address maybe
    return left_out


def _forwarded(at_key: dict[str, list[Name]], inside: tuple[int, ...]) -> Forwarded:
    """Return where the client's address may be in a list."""
    clients = [name for key in KEYS["host"] if key != "host" for name in at_key.get(key, ())]
    if clients:
        return [(at, name) for at, name, _ in clients]
    flat = [(at, name) for key in at_key if key in FORWARDED_KEYS for at, name, _ in at_key[key]]
    return flat + [(at, name) for at in inside for name in FORWARDED]


def _place(field: str, name: Name, signs: frozenset[str], plain: bool) -> Place:
    at, written, key = name
    texts = not plain or field not in _TEXTS
    if (field == "path" and is_url(key, written)) or "version" in key:
        texts = True
    return at, written, reader(field, key, written, signs), texts


def _header(values: object) -> str:
    """Read a header where each is a list of values."""
    try:
        header = ", ".join(values) if isinstance(values, list) else ""
    except TypeError:
        header = ""
    if header in BLANK:
        raise Unusual
    return header


def _header_text(value: object) -> str | None:
    return printable(value) if isinstance(value, str) else None


def _own(path: str) -> tuple[int, str, str]:
    own = path
    for field, pattern in _HEADER.items():
        if match := pattern.match(path):
            own = header_name(field, path[match.end() :])
            break
    free = printable(own)
    return place(own), own, f"json_{free}" if free in RESERVED else free


def header_name(called: str, name: str) -> str:
    """Return what a record calls a header. called: "header_" or "response_header_"."""
    return called + name.lower().replace("-", "_")


def _own_header(called: str) -> Remembered[str, str]:
    return Remembered(
        lambda name: printable(header_name(called, name)), len, MOST_NAMES, LONGEST_NAME
    )


def _length(asked: Asked) -> int:
    return sum(len(name) for look in asked[0] for name in look.names)


_OWN = Remembered(_own, len, MOST_NAMES, LONGEST_NAME)
PLANS = Remembered(_plan, _length, SHAPES, LONGEST_SHAPE)
HEADER_NAMES = {called: _own_header(called) for called in ("header_", "response_header_")}
