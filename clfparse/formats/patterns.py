"""Parts of a line that several formats have, for `clfparse.formats.form`.

Every repetition is possessive: what it takes it never gives back, so that no line takes more than
linear time.
"""

import re
from itertools import pairwise

from clfparse.formats.column import Decode, inner, json, queries
from clfparse.formats.form import Column, Part, Piece, between
from clfparse.values.escapes import text

# Up to the first quote that is not escaped. A quote behind two backslashes is for the slow way.
QUOTED = rb'"[^"]*+(?:(?<=[^\\]\\)"[^"]*+)*+(?<!\\)"'
STATUS = rb"[1-9]\d\d|-"
NUMBER = rb"(?>(?:[1-9]\d{0,17}+|0)(?!\d)|-)"

_NEVER = {*range(0x20), 0x22, 0x7F}  # in a text without quotes: a quote, a control character
_PROTOCOL = rb"[A-Z]++/\d++(?:\.\d++)?+"

numbers = json(b"-")


def but(excluded: bytes) -> bytes:
    """Return the class of a text's bytes but some: of ranges, since re makes a bitmap of these."""
    bounds = pairwise([-1, *sorted(_NEVER | {*excluded}), 256])
    ranges = (rb"\x%02x-\x%02x" % (low + 1, high - 1) for low, high in bounds if high - low > 1)
    return b"[%b]" % b"".join(ranges)


def request(end: bytes) -> Part:
    """Return ``METHOD target PROTOCOL``, up to a byte that is not in it.

    A target with spaces in it ends before the last one; `request` strips others there.
    """
    behind = rb"\r?$" if end == b"\n" else re.escape(end)

    def words(excluded: bytes) -> bytes:
        word = _text(end + b" " + excluded)
        return rb"%b*+(?: (?!%b%b)%b*+)*+" % (word, _PROTOCOL, behind, word)

    path, rest, query = words(b"/?#"), words(b"?"), words(b"")
    pattern = rb"([A-Z]++) (/%b)(%b)((?:\?%b)?+)(?<! ) (%b)" % (path, rest, query, _PROTOCOL)
    fields = {"method": between(Column(1)), "protocol": between(Column(5))}
    return Part(pattern, 5, fields | _target(2, text) | {"query": [Column(4, queries(text))]})


def target(end: bytes, decode: Decode, *, query: bool) -> Part:
    """Return a path, perhaps with its query, up to a byte that is not in it."""
    mark = b"?" * query
    pattern = rb"(/%b*+)(%b*+)" % (_text(end + b"/#" + mark), _text(end + mark))
    if not query:
        return Part(pattern, 2, _target(1, decode))
    fields = _target(1, decode) | {"query": [Column(3, queries(decode))]}
    return Part(rb"%b((?:\?%b*+)?+)" % (pattern, _text(end)), 3, fields)


def _text(excluded: bytes) -> bytes:
    return but(excluded + b"\\")  # that might stand for a slash, a question mark or a space


def _target(group: int, decode: Decode) -> dict[str, list[Piece]]:
    """Return the fields of a path: its section is in one group, the rest in the next."""
    make = inner(decode)
    section, rest = Column(group, make), Column(group + 1, make)
    return {"path": between(section, rest), "section": between(section)}
