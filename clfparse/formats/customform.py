"""Lines of a server's own format in bulk: those that `clfparse.formats.custom` reads one by one."""

import re
from collections.abc import Callable
from typing import Any

from clfparse.formats import patterns
from clfparse.formats.column import Make, quoted, times, values, words
from clfparse.formats.custom import Custom, literal
from clfparse.formats.form import Column, Form, Part, Piece, column
from clfparse.formats.patterns import NUMBER, QUOTED, STATUS, but, numbers, request, target
from clfparse.values.escapes import text
from clfparse.values.kinds import (
    BARE_REQUEST,
    HOST_NAME,
    IDENT,
    PATH,
    QUERY,
    REQUEST,
    URI,
    USER,
    WORD,
    Kind,
    Value,
)
from clfparse.values.kinds import NUMBER as A_NUMBER
from clfparse.values.kinds import STATUS as A_STATUS

_NUMBERS = {A_NUMBER: rb"(?>(?:%b)(?!\d))" % NUMBER, A_STATUS: STATUS}
# What is in a value does not end it.
_INSIDE = {REQUEST: b" ./?0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", PATH: b"/", URI: b"/?"}


def forms(custom: Custom) -> list[Form]:
    """Return the form of a format's lines; none if a text may end in more ways than one."""
    items: list[Any] = [*custom.items, b"\n"]
    parts: list[bytes | Part | None] = []
    for at in range(len(items) - 1):
        before, item, after = parts[-1] if parts else None, items[at], items[at + 1]
        end = after[:1] if isinstance(after, bytes) else b""
        if isinstance(item, bytes):
            # A carriage return may be the line's end, or before it.
            ends = item.endswith(b"\r") and end == b"\n"
            parts.append(None if ends else item)
        elif isinstance(before, bytes) and before.endswith(b'"') and _is_quoted(item, end):
            parts[-1], items[at + 1] = before[:-1], after[1:]
            parts.append(_quoted(item))
        else:
            part = _part(item, end)
            parts.append(part if item.field or not part else Part(_groupless(part.pattern)))
    whole = [
        Part(literal(part, first=not at)) if isinstance(part, bytes) else part
        for at, part in enumerate(parts)
        if part
    ]
    fields = [field for field in custom.fields if field != "request"]
    # What may stand before a line is for the slow way, but for spaces.
    start = Part(rb"(?!\xef\xbb\xbf|\0)" + rb" *+" * custom.padded)
    return [Form([start, *whole], fields)] if None not in parts else []


def _is_quoted(item: Value, end: bytes) -> bool:
    """Tell whether quotes may be taken with the value between them."""
    text = item.kind.pattern is None and item.kind not in {*_INSIDE, QUERY}
    return text and end == b'"' and item.field != ""


def _quoted(item: Value) -> Part:
    if not item.kind.fields:
        return column(item.field, QUOTED, quoted(item.kind.read))
    return _spread(item.kind, QUOTED, lambda raw: raw[1:-1])


def _spread(kind: Kind, pattern: bytes, text: Callable[[bytes], bytes]) -> Part:
    """Return the part of a value that several fields are made of, each by itself."""

    def made(read: Callable[[bytes], object]) -> Make:
        def one_line(raw: bytes) -> object:
            if b"\n" in raw:
                raise ValueError("a quote is not closed in its line")
            return read(text(raw))

        return values(one_line)

    fields: dict[str, list[Piece]] = {name: [Column(1, made(read))] for name, read in kind.fields}
    return Part(b"(%b)" % pattern, 1, fields)


def _part(item: Value, end: bytes) -> Part | None:
    """Return the part that a value is. end: what follows begins with it; empty for a value."""
    kind = item.kind
    if kind in _NUMBERS:
        return column(item.field, _NUMBERS[kind], numbers)
    if kind is BARE_REQUEST:
        return request(b" ")
    if kind.pattern == WORD.pattern:
        return column(item.field, but(b" ") + b"++", words(kind.read))
    if kind is IDENT:
        return column(item.field, patterns.IDENT, words(kind.read))
    return _text(item, end) if kind.pattern is None else _of_pattern(item, kind.pattern)


def _of_pattern(item: Value, source: bytes) -> Part:
    kind, pattern = item.kind, rb"(?>%b)" % _groupless(source)
    if kind.fields:
        return _spread(kind, pattern, bytes)
    if kind is HOST_NAME:
        return column(item.field, pattern, words(kind.read))
    make = times(kind.read) if item.field == "time" else values(kind.read)
    return column(item.field, pattern, make)


def _text(item: Value, end: bytes) -> Part | None:
    kind = item.kind
    if not end or end in _INSIDE.get(kind, b""):
        return None
    if kind is REQUEST:
        return request(end)
    # A line's last text does not end in a space, nor one before a quote in a backslash.
    end += b" " * (end == b"\n") + b"\\" * (end == b'"')
    if kind in _INSIDE:
        return target(end, text, query=kind is URI)
    if kind is USER:  # what may be none goes the slow way
        return column(item.field, but(end + b" [:") + rb"*+(?<!\|)", words(kind.read))
    if kind.fields:
        return _spread(kind, but(end) + b"*+", bytes)
    return column(item.field, but(end) + b"*+", (values if kind is QUERY else words)(kind.read))


def _groupless(pattern: bytes) -> bytes:
    """Return a pattern without groups; what is escaped is none."""
    return re.sub(rb"(\\.)|\((?!\?)", lambda match: match[1] or b"(?:", pattern, flags=re.DOTALL)
