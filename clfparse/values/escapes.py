r"""Between the bytes of a log and text that is safe to print.

Apache's `ap_escape_logitem` writes ``\" \\ \n \t`` ... and ``\xhh`` in lower case; nginx's
`ngx_http_log_escape` writes ``\xHH`` in upper case for all of them, ``"`` and ``\`` too. A decoded
text holds what the client sent wherever that is printable UTF-8, in the sense of `str.isprintable`;
the rest stays as the server wrote it (``\x1b``: four characters).
"""

import re
import unicodedata
from binascii import unhexlify
from collections.abc import Iterable

_MARKS = 6  # in a row; Burmese and Tibetan stack up to five

_ESCAPED = rb"""
      \\x[0-9A-Fa-f]{2}  # a byte in hexadecimal: both servers
    | \\["\\]            # a quote, a backslash: Apache alone
"""
_ESCAPE = re.compile(_ESCAPED, re.VERBOSE)
# Any other byte stands for itself; \n and \t too are left as written.
_TOKEN = re.compile(_ESCAPED + rb"| .", re.VERBOSE | re.DOTALL)


def text(raw: bytes) -> str:
    r"""Return what the client sent, escapes undone: ``\xd0\x9f`` and ``\xD0\x9F`` are ``П``."""
    if b"\\" not in raw:
        return plain(raw)
    values = _ESCAPE.sub(_undone, raw)
    if (whole := _whole(values)) is not None:
        return whole
    tokens = _TOKEN.findall(raw)
    return _join(values, (token if len(token) > 1 else _hex(token[0]) for token in tokens))


def value(raw: bytes) -> str | None:
    """Return a field's text; ``-`` is None."""
    return None if raw == b"-" else text(raw)


def plain(raw: bytes) -> str:
    r"""Return bytes as text, escapes as they stand; what is unprintable becomes ``\xhh``."""
    whole = _whole(raw)
    return _join(raw, map(_hex, raw)) if whole is None else whole


def printable(characters: str) -> str:
    r"""Return text that a terminal only prints: ``\x1b``, ``\u202e`` for what would act on it."""
    if characters.isprintable():
        return characters
    return "".join(c if c.isprintable() else _named(c) for c in characters)


def displayed(characters: str) -> str:
    r"""Return text for a line on a terminal: `printable`, and of a bounded length for its columns.

    Of characters that take no column only a few in a row are text; more are written ``\u0301``.
    """
    shown = printable(characters)
    if shown.isascii():
        return shown
    parts, run = [], 0
    for character in shown:
        run = run + 1 if is_mark(character) else 0
        parts.append(character if run <= _MARKS else _named(character))
    return "".join(parts)


def is_mark(character: str) -> bool:
    """Tell whether a terminal draws a character over the one before it: an accent, a vowel."""
    return (
        unicodedata.category(character)[0] == "M"
        or "\u1160" <= character <= "\u11ff"  # of Hangul: vowels, and consonants after them
        or "\ud7b0" <= character <= "\ud7ff"
        or character in "\u3164\uffa0"
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # colours of the skin
    )


def _named(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _undone(escape: re.Match[bytes]) -> bytes:
    return unhexlify(token[2:]) if (token := escape[0])[1:2] == b"x" else token[1:]


def _whole(values: bytes) -> str | None:
    """Decode bytes of which every character may stand: nearly all; None if one may not."""
    try:
        characters = values.decode()
    except UnicodeDecodeError:
        return None
    return characters if characters.isprintable() else None


def _hex(byte: int) -> bytes:
    return b"\\x%02x" % byte


def _join(values: bytes, sources: Iterable[bytes]) -> str:
    """Decode bytes; where a character may not stand, put the sources of its bytes instead."""
    written = iter(sources)
    parts = []
    # surrogateescape makes each invalid byte one (unprintable) character.
    for character in values.decode("utf-8", "surrogateescape"):
        width = len(character.encode("utf-8", "surrogateescape"))
        source = b"".join(next(written) for _ in range(width))
        parts.append(character if character.isprintable() else source.decode("ascii"))
    return "".join(parts)
