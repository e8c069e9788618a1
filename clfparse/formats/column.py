r"""Columns of a block: JSON is made of the values that stand at one place of many lines.

A plain value is printable ASCII without a backslash: its text is its JSON. Whether all are plain is
asked of a whole block or column; only where they are not, each is looked at, and what is not plain
is decoded by itself. Nothing is remembered of what clients choose; of times there are few.
"""

from collections.abc import Callable

import orjson

from clfparse.values.zones import LOCAL

Decode = Callable[[bytes], str | None]

# Takes a column, and whether its block is ASCII without a backslash. Raises ValueError for a value
# that cannot be read.
Make = Callable[[list[bytes], bool], list[bytes]]

_CACHED = 4_096  # times

# For `bytes.translate`, which takes 0.4 ns a byte: what is not plain is changed, a newline too.
_PLAIN = bytes(c if 0x20 <= c < 0x7F and c != 0x5C else 0x20 for c in range(256))


class _Times(dict[bytes, bytes]):
    """Remembers the JSON of times."""

    def __init__(self, read: Callable[[bytes], str]) -> None:
        self._read = read

    def __missing__(self, raw: bytes) -> bytes:
        if len(self) >= _CACHED:
            self.clear()
        made = self[raw] = b'"%b"' % self._read(raw).encode()
        return made


def times(read: Callable[[bytes], str]) -> Make:
    """Make times, as read makes one."""
    known = _Times(read).__getitem__

    def make(column: list[bytes], _: bool) -> list[bytes]:
        if LOCAL.zone:  # the same text may stand for two times: see clfparse.values.zones
            return [b'"%b"' % read(raw).encode() for raw in column]
        return [*map(known, column)]

    return make


def json(none: bytes) -> Make:
    """Make what is JSON as it stands, but for one value, which is null."""
    return lambda column, _: (
        [b"null" if raw == none else raw for raw in column] if none in column else column
    )


def values(read: Callable[[bytes], object]) -> Make:
    """Make anything, as read makes one of it: all of them in one document."""

    def make(column: list[bytes], _: bool) -> list[bytes]:
        whole = orjson.dumps([*map(read, column)], option=orjson.OPT_INDENT_2)
        return whole[4:-2].split(b",\n  ")  # no string has a raw newline

    return make


def words(decode: Decode, undo: Callable[[bytes], bytes] | None = None) -> Make:
    """Make texts without quotes and control characters; ``-`` is null.

    undo: changes plain texts, as decode does, all at once, with quotes around and lines between.
    """

    def make(column: list[bytes], plain: bool) -> list[bytes]:
        if plain or is_plain(column):
            whole = b'"%b"' % b'"\n"'.join(column)  # half the time that each by itself would take
            return (undo(whole) if undo else whole).replace(b'"-"', b"null").split(b"\n")
        if undo:
            return [orjson.dumps(decode(raw)) for raw in column]
        return [b"null" if raw == b"-" else b'"%b"' % _inner(raw, decode) for raw in column]

    return make


def inner(decode: Decode) -> Make:
    """Make texts of the same sort, between quotes of the record, never null."""

    def make(column: list[bytes], plain: bool) -> list[bytes]:
        return column if plain or is_plain(column) else [_inner(raw, decode) for raw in column]

    return make


def queries(decode: Decode) -> Make:
    """Make texts of the same sort, each with a ``?`` before it; nothing is null."""
    texts = inner(decode)

    def make(column: list[bytes], plain: bool) -> list[bytes]:
        return [b'"%b"' % raw[1:] if raw else b"null" for raw in texts(column, plain)]

    return make


def is_plain(column: list[bytes]) -> bool:
    """Tell whether all values are ASCII without a backslash."""
    whole = b"".join(column)
    return whole.isascii() and b"\\" not in whole


def _inner(raw: bytes, decode: Decode) -> bytes:
    return raw if raw.isascii() and b"\\" not in raw else orjson.dumps(decode(raw))[1:-1]


def quoted(decode: Decode) -> Make:
    """Make texts of any bytes but bare quotes, each with the log's quotes; ``"-"`` is null."""

    def made(raw: bytes) -> bytes:
        if b"\n" in raw:
            raise ValueError("a quote is not closed in its line")
        return raw if raw.translate(_PLAIN) == raw else orjson.dumps(decode(raw[1:-1]))

    def make(column: list[bytes], _: bool) -> list[bytes]:
        whole = b"".join(column)
        if whole.translate(_PLAIN) == whole:
            return [b"null" if raw == b'"-"' else raw for raw in column]
        return [b"null" if raw == b'"-"' else made(raw) for raw in column]

    return make
