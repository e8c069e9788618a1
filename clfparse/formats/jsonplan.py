"""What the names in a JSON log mean: worked out once for each shape of line, not for each line."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from clfparse.formats.fields import BLANK, RESERVED, rank
from clfparse.formats.jsonfields import NAMES, Reader, reader
from clfparse.values.escapes import printable
from clfparse.values.request import Request

# Headers of a request, of its response: Caddy's, nginx's, Traefik's (these with capitals).
_HEADERS = {
    "header_": r"request\.headers\.|http_(?!(?:method|status|version)\Z)|request_(?=[A-Z])",
    "response_header_": r"resp_headers\.|sent_http_|downstream_(?=[A-Z])",
}
_HEADER = {field: re.compile(names) for field, names in _HEADERS.items()}
HEADER, RESPONSE, OTHER, MEMBER = range(4)  # as `rank` has it; and a member of "request"

LINE, REQUEST, HEADERS = range(3)  # objects in which a field may stand
_KNOWN = {path for names in NAMES.values() for path in names.split()}
_IN_HEADERS = {path for path in _KNOWN if path.startswith("request.headers.")}
_TEXTS = {"ident", "user", "method", "path", "protocol", "referer", "user_agent"}

# Entries, characters of a key. A server has few shapes, but clients choose the names of headers.
_SHAPES, _LONGEST_SHAPE = 1 << 10, 1 << 11
_NAMES, _LONGEST_NAME = 1 << 12, 1 << 6

K = TypeVar("K")
V = TypeVar("V")
# What is asked of every line is in plain tuples, which take the least time.
#
# Shape: the names in a line; those in its object "request"; whether that or "resp_headers" stands
# apart, not among the line's names; whether a request line has been read; whether all text is
# printable.
Shape = tuple[tuple[str, ...], tuple[str, ...], bool, bool, bool]
# Place: the object, the name there, what reads the value, whether text needs that.
Place = tuple[int, str, Reader, bool]
# Steps: where to look for each field, in turn.
Steps = list[tuple[str, list[Place]]]
# Names: of each name its rank, what a record calls it, and what it does if it has no other such.
Names = dict[str, tuple[int, str, str]]
# Plan: its steps, the names, whether these come in the order of their ranks.
Plan = tuple[Steps, Names, bool]


class Unusual(Exception):  # noqa: N818 - no error: such a line is read item by item
    """There is more to a line than a plan can foresee."""


class Remembered(dict[K, V]):
    """What was made of keys: of so many at most, and of none that would take much memory.

    length: the number of characters in a key; longest: that of those that are remembered.
    """

    def __init__(
        self, make: Callable[[K], V], length: Callable[[K], int], most: int, longest: int
    ) -> None:
        self._make, self._length, self._most, self._longest = make, length, most, longest

    def __missing__(self, key: K) -> V:
        made = self._make(key)
        if self._length(key) <= self._longest:
            if len(self) >= self._most:
                self.clear()
            self[key] = made
        return made


def _plan(shape: Shape) -> Plan:
    """Plan for a shape. Raises Unusual if what stands apart may share a name with the line."""
    line, request, apart, request_line, plain = shape
    names = {name: _OWN[name] for name in (*line, "request")}
    members = {f"request.{name}" for name in request}
    ordered = all(name[0] == OTHER for name in names.values())
    if apart and not (ordered and all(_OWN[path][0] == MEMBER for path in members)):
        raise Unusual
    known = _KNOWN & members.union(line, _IN_HEADERS if apart else ())
    return _steps(frozenset(known), apart, request_line, plain), names, ordered


@lru_cache(_SHAPES)
def _steps(known: frozenset[str], apart: bool, request_line: bool, plain: bool) -> Steps:
    """Make the steps of a plan. Many shapes have the same: one copy stays in the CPU's cache."""
    steps: Steps = []
    for field, paths in NAMES.items():
        texts = not plain or field not in _TEXTS
        places = [_place(field, path, apart, texts) for path in paths.split() if path in known]
        if places and not (request_line and field in Request._fields):
            steps.append((field, places))
    return steps


def _place(field: str, path: str, apart: bool, texts: bool) -> Place:
    if apart and path in _IN_HEADERS:
        return HEADERS, path.removeprefix("request.headers."), _header, True
    if apart and path.startswith("request."):
        return REQUEST, path.removeprefix("request."), reader(field, path), texts
    return LINE, path, reader(field, path), texts


def _header(values: object) -> str:
    """Read a header where each is a list of values."""
    try:
        header = ", ".join(values) if isinstance(values, list) else ""
    except TypeError:
        header = ""
    if header in BLANK:
        raise Unusual
    return header


def _own(path: str) -> tuple[int, str, str]:
    own = path.removeprefix("request.")
    order = rank(path) if own == path else MEMBER
    for field, pattern in _HEADER.items():
        if match := pattern.match(path):
            own = field + path[match.end() :].lower().replace("-", "_")
            order = rank(own)
            break
    free = printable(own)
    return order, own, f"json_{free}" if free in RESERVED else free


def _own_header(prefix: str) -> Remembered[str, str]:
    return Remembered(lambda name: _own(prefix + name)[2], len, _NAMES, _LONGEST_NAME)


def _length(shape: Shape) -> int:
    return sum(map(len, shape[0] + shape[1]))


_OWN = Remembered(_own, len, _NAMES, _LONGEST_NAME)
PLANS = Remembered(_plan, _length, _SHAPES, _LONGEST_SHAPE)
REQUEST_HEADERS = _own_header("request.headers.")
RESPONSE_HEADERS = _own_header("resp_headers.")
