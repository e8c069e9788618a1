"""From a line to a JSON object, and whether its text may stand as it is."""

import re
from binascii import unhexlify
from itertools import islice
from typing import Any

import orjson

from clfparse.record import Refused
from clfparse.values.escapes import plain

Object = dict[str, Any]

_MENDED = re.compile(rb"((?:\\x[0-9A-Fa-f]{2})+)|\\.", re.DOTALL)
_escape = re.compile(rb'\\[^"]').search

# What stands around the objects of an array that is printed a record a line.
BRACKETS = {b"[", b"]", b"],", b",", b"];"}
_OF_ARRAY = re.compile(rb"[\[,]?[ \t]*(\{.*\})[ \t]*[,\]]?[ \t]*\]?", re.DOTALL)
# A line of an object that is printed over several.
_PART = re.compile(rb'[{}\[\]]+[ \t]*,?|"(?:[^"\\]|\\.)*"[ \t]*:[ \t]*.*[,{\[\]}"\w]', re.DOTALL)
_GLUED = re.compile(rb"\}[ \t]*,?[ \t]*\{")
_GLUES = 8  # places where two objects may be glued, that are tried


def load(line: bytes) -> tuple[Object, bytes]:
    """Return the object of a line, and the JSON it was read from. Raises Refused."""
    try:
        source = orjson.loads(line)
    except orjson.JSONDecodeError:
        source, line = _mend(line)
    if not isinstance(source, dict):
        if isinstance(source, list) and any(isinstance(each, dict) for each in source):
            raise Refused("an array in one line: jq -c '.[]' makes a line of each of its records")
        raise Refused("not a JSON object")
    return source, line


def _mend(line: bytes) -> tuple[Any, bytes]:
    """Read what is hardly JSON: part of an array, or with escapes that are not JSON's."""
    mended = _MENDED.sub(_mended, plain(line).encode())
    for text in (mended, *(match[1] for match in [_OF_ARRAY.fullmatch(mended)] if match)):
        try:
            return orjson.loads(text), text
        except orjson.JSONDecodeError:
            pass
    raise Refused(_reason(mended))


def _reason(line: bytes) -> str:
    """Say why a line is no JSON, and what makes it some."""
    if _PART.fullmatch(line):
        return "a part of JSON over several lines: jq -c . makes a line of each record"
    for glue in islice(_GLUED.finditer(line), _GLUES):
        try:
            orjson.loads(line[: glue.start() + 1])
        except orjson.JSONDecodeError:
            continue
        return "two JSON objects in one line: jq -c . makes a line of each"
    return "not JSON"


def _mended(escape: re.Match[bytes]) -> bytes:
    r"""Make JSON of what is none: ``\xhh``, of nginx without escape=json and of Apache.

    So a client cannot hide by sending a quote, or a byte that is not UTF-8.
    """
    if not escape[1]:
        return rb"\\v" if escape[0] == rb"\v" else escape[0]
    return orjson.dumps(plain(unhexlify(escape[1].replace(b"\\x", b""))))[1:-1]


def is_printable(raw: bytes) -> bool:
    """Whether all text of JSON is surely printable: one look at the line saves one at each text.

    A backslash before anything but a quote leaves it open.
    """
    at = raw.find(b"\\")  # five times as fast as to begin with the regular expression
    if at >= 0 and _escape(raw, at):
        return False
    return 127 not in raw if raw.isascii() else raw.decode().isprintable()
