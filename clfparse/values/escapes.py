r"""Between the bytes of a log and text that is safe to print.

Apache's `ap_escape_logitem` writes ``\" \\ \n \t`` ... and ``\xhh`` in lower case; nginx's
`ngx_http_log_escape` writes ``\xHH`` in upper case for all of them, ``"`` and ``\`` too. A decoded
text holds what the client sent wherever that is printable UTF-8, in the sense of `str.isprintable`;
the rest stays as the server wrote it (``\x1b``: four characters).
"""

import re
import unicodedata
from binascii import unhexlify
from collections.abc import Sequence
from functools import lru_cache

_MARKS = 6  # in a row; Burmese and Tibetan stack up to five

_ESCAPED = rb"""
      \\x[0-9A-Fa-f]{2}  # a byte in hexadecimal: both servers
    | \\["\\]            # a quote, a backslash: Apache alone
"""
_ESCAPE = re.compile(_ESCAPED, re.VERBOSE)
# Any other byte stands for itself; \n and \t too are left as written.
_TOKEN = re.compile(_ESCAPED + rb"| .", re.VERBOSE | re.DOTALL)

# surrogateescape makes each invalid byte one such character.
_RUN = re.compile("(?P<invalid>[\udc80-\udcff]+)|[ -~]+|.", re.DOTALL)


def text(raw: bytes) -> str:
    r"""Return what the client sent, escapes undone: ``\xd0\x9f`` and ``\xD0\x9F`` are ``П``."""
    if b"\\" not in raw:
        return plain(raw)
    values = _ESCAPE.sub(_undone, raw)
    if (whole := _whole(values)) is not None:
        return whole
    return _join(values, _TOKEN.findall(raw))


def value(raw: bytes) -> str | None:
    """Return a field's text; ``-`` is None."""
    return None if raw == b"-" else text(raw)


def plain(raw: bytes) -> str:
    r"""Return bytes as text, escapes as they stand; what is unprintable becomes ``\xhh``."""
    whole = _whole(raw)
    return _join(raw, raw) if whole is None else whole


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


def _join(values: bytes, tokens: Sequence[bytes | int]) -> str:
    """Decode bytes; a character that may not stand remains as its bytes were written.

    tokens: what each byte was written as. By runs, since clients may send nothing but such bytes.
    """
    at = 0
    parts = []
    for match in _RUN.finditer(values.decode("utf-8", "surrogateescape")):
        run = match[0]
        invalid = match.lastgroup == "invalid"
        end = at + (len(run) if invalid or run.isascii() else len(run.encode()))
        parts.append(run if run.isprintable() else "".join(map(_written, tokens[at:end])))
        at = end
    return "".join(parts)


@lru_cache(1 << 9)
def _written(token: bytes | int) -> str:
    """Return an escape as it stands, and any other byte as one."""
    if isinstance(token, bytes):
        if len(token) > 1:
            return token.decode("ascii")
        token = token[0]
    return f"\\x{token:02x}"
