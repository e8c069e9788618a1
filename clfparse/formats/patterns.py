"""Parts of a line that several formats have, for `clfparse.formats.form`.

Every repetition is possessive: what it takes it never gives back, so that no line takes more than
linear time.
"""

import re
from itertools import pairwise

from clfparse.formats.column import Decode, inner, json, queries
from clfparse.formats.form import Column, Part, Piece, between
from clfparse.values.escapes import text
from clfparse.values.hosts import ADDRESS

# Up to the first quote that is not escaped. A quote behind two backslashes is for the slow way.
QUOTED = rb'"[^"]*+(?:(?<=[^\\]\\)"[^"]*+)*+(?<!\\)"'
# Of W3C logs: a line by which others are read, and the newline before it.
DIRECTIVE = re.compile(rb"(\n(?:\xef\xbb\xbf)?#[^\n]*+)")
STATUS = rb"[1-9]\d\d|-"
NUMBER = rb"[1-9]\d{0,17}+|0|-"

_NEVER = {*range(0x20), 0x22, 0x7F}  # in a text without quotes: a quote, a control character

numbers = json(b"-")


def but(excluded: bytes) -> bytes:
    """Return the class of a text's bytes but some: of ranges, since re makes a bitmap of these."""
    bounds = pairwise([-1, *sorted(_NEVER | {*excluded}), 256])
    ranges = (rb"\x%02x-\x%02x" % (low + 1, high - 1) for low, high in bounds if high - low > 1)
    return b"[%b]" % b"".join(ranges)


# As `kinds.IDENT`, of bytes that need no escapes.
IDENT = rb"-(?![^ ])|(?!%b[ ,:]|\d\d:)%b++(?<!:)" % (ADDRESS, but(b" |,"))


def request(end: bytes) -> Part:
    """Return ``METHOD target PROTOCOL``, up to a byte that is not in it.

    Spaces may be in a target, but no protocol; `request` strips those at its end.
    """

    def words(excluded: bytes) -> bytes:
        word = _text(end + b" " + excluded)
        return rb"%b*+(?: (?!HTTP[/0-9])%b*+)*+" % (word, word)

    section, rest, query = words(b"/?#"), words(b"?"), words(b"")
    pattern = rb"([A-Z]++) ((/%b)%b)((?:\?%b)?+)(?<! ) (HTTP/\d(?:\.\d)?+)"
    pattern %= section, rest, query
    fields = {"method": between(Column(1)), "protocol": between(Column(5))}
    return Part(pattern, 5, fields | _target(2, text) | {"query": [Column(4, queries(text))]})


def target(end: bytes, decode: Decode, *, query: bool) -> Part:
    """Return a path, perhaps with its query, up to a byte that is not in it."""
    mark = b"?" * query
    pattern = rb"((/%b*+)%b*+)" % (_text(end + b"/#" + mark), _text(end + mark))
    if not query:
        return Part(pattern, 2, _target(1, decode))
    fields = _target(1, decode) | {"query": [Column(3, queries(decode))]}
    return Part(rb"%b((?:\?%b*+)?+)" % (pattern, _text(end)), 3, fields)


def _text(excluded: bytes) -> bytes:
    return but(excluded + b"\\")  # that might stand for a slash, a question mark or a space


def _target(group: int, decode: Decode) -> dict[str, list[Piece]]:
    """Return the fields of a path, in one group, and of its section, in the next."""
    make = inner(decode)
    return {"path": between(Column(group, make)), "section": between(Column(group + 1, make))}
