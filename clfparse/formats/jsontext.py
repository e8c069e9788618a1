"""From a line to a JSON object, and whether its text may stand as it is."""

import re
from binascii import unhexlify
from typing import Any

import orjson

from clfparse.record import Refused
from clfparse.values.escapes import plain

Object = dict[str, Any]

_MENDED = re.compile(rb"((?:\\x[0-9A-Fa-f]{2})+)|\\.", re.DOTALL)
_escape = re.compile(rb'\\[^"]').search


def load(line: bytes) -> tuple[Object, bytes]:
    """Return the object of a line, and the JSON it was read from. Raises Refused."""
    try:
        source = orjson.loads(line)
    except orjson.JSONDecodeError:
        try:
            line = _MENDED.sub(_mended, plain(line).encode())
            source = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise Refused("not JSON") from error
    if not isinstance(source, dict):
        raise Refused("not a JSON object")
    return source, line


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
    if _escape(raw):
        return False
    return 127 not in raw if raw.isascii() else raw.decode().isprintable()
