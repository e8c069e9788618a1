"""The fast way through plain lines of a server's own format: a `clfparse.bulk.Form` made of it."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, cast

import orjson

from clfparse.arrange import Item
from clfparse.bulk import QUERY, REST, SECTION, Cache, Form, sizes
from clfparse.custom import Custom
from clfparse.values import NUMBER, PATH, REQUEST, URI, Kind, Value

Make = Callable[[list[bytes]], Iterable[bytes]]
Piece = bytes | tuple[int, Make | None]  # a constant, or a group's column and what is made of it

_METHOD = rb"([A-Z]++)"
_PROTOCOL = rb"(HTTP/\d(?:\.\d)?)"
_NUMBER = rb"(?>(?:0|[1-9]\d{0,17}+)(?!\d)|-)"  # its text is its JSON
_SPREAD: dict[Kind, tuple[bytes, list[str]]] = {
    REQUEST: (
        _METHOD + b" " + SECTION + REST + QUERY + b" " + _PROTOCOL,
        ["method", "section", "rest", "query", "protocol"],
    ),
    PATH: (SECTION + REST, ["section", "rest"]),
    URI: (SECTION + REST + QUERY, ["section", "rest", "query"]),
}


def form(custom: Custom) -> Form | None:
    """Return the form of the plain lines of a format; None for one whose lines go the slow way.

    A plain line is printable ASCII without escapes, of an ordinary request. Whatever the pattern
    takes, `custom.parse` reads the same of it.
    """
    source = b"^"
    pieces: dict[str, list[Piece]] = {}
    groups = 0
    for at, item in enumerate(custom.items):
        if isinstance(item, bytes):
            source += re.escape(item)
            continue
        found = _value(custom.items, at, item)
        if found is None:
            return None
        pattern, names = found
        source += pattern
        pieces |= _pieces(item, {name: groups + n for n, name in enumerate(names, 1)})
        groups += len(names)
    layout, columns = _layout(custom.fields, pieces)
    return Form(rb"(?-x:%b\n)" % source, layout, columns)


def _value(items: list[Item], at: int, item: Value) -> tuple[bytes, list[str]] | None:
    """Return the pattern of a value in plain lines, and the names of its groups."""
    if item.kind.pattern is not None:
        pattern = _NUMBER if item.kind is NUMBER else _closed(item.kind)
        return _group(item, pattern)
    after = items[at + 1] if at + 1 < len(items) else b"\n"
    end = after[:1] if isinstance(after, bytes) else None
    if end is None:
        return None
    if item.kind in _SPREAD:
        # Nothing in it may be taken for what follows.
        apart = b'"\t\n' if item.kind is REQUEST else b'"\t\n '
        return _SPREAD[item.kind] if end in apart else None
    without = b'"\\' + end + b" " * (end == b"\n")
    text = bytes(c for c in range(0x20, 0x7F) if c not in without)
    return _group(item, rb"[%b]*+" % re.escape(text))


def _group(item: Value, pattern: bytes) -> tuple[bytes, list[str]]:
    return (rb"(%b)" % pattern, ["raw"]) if item.field else (rb"(?:%b)" % pattern, [])


def _closed(kind: Kind) -> bytes:
    # Without groups; what is escaped is none.
    groupless = re.sub(
        rb"(\\.)|\((?!\?)", lambda found: found[1] or b"(?:", kind.pattern or b"", flags=re.DOTALL
    )
    return rb"(?>%b)" % groupless


def _pieces(item: Value, groups: dict[str, int]) -> dict[str, list[Piece]]:
    """Return what the output's fields are made of; groups: numbers, by name."""
    if not item.field:
        return {}
    if item.kind in _SPREAD:
        section: Piece = (groups["section"], None)
        found: dict[str, list[Piece]] = {
            "path": [b'"', section, (groups["rest"], None), b'"'],
            "section": [b'"', section, b'"'],
        }
        if "query" in groups:
            found["query"] = [(groups["query"], partial(map, Cache(_query).__getitem__))]
        for name in {"method", "protocol"} & groups.keys():
            found[name] = [b'"', (groups[name], None), b'"']
        return found
    read = Cache(partial(_json, item.kind)).__getitem__
    make: Make = sizes if item.kind is NUMBER else partial(map, read)
    return {item.field: [(groups["raw"], make)]}


def _layout(
    fields: list[str], pieces: dict[str, list[Piece]]
) -> tuple[list[bytes], list[tuple[int, int, Make | None]]]:
    """Lay out a record: constants, and places for columns."""
    row: list[Piece] = []
    for field in fields:
        if field != "request":  # a plain line's is taken apart
            row += [b',"%b":' % field.encode(), *pieces.get(field, [b"null"])]
    layout = [b"", b"{"]  # the first is for the lines before
    columns: list[tuple[int, int, Make | None]] = []
    for piece in [cast("bytes", row[0])[1:], *row[1:], b"}\n"]:
        if not isinstance(piece, bytes):
            columns.append((len(layout), *piece))
            layout += [b"", b""]
        else:
            layout[-1] += piece
    return layout, columns


def _json(kind: Kind, raw: bytes) -> bytes:
    made: Any = kind.read(raw)
    return orjson.dumps(made)


def _query(raw: bytes) -> bytes:
    return b'"%b"' % raw[1:] if raw else b"null"
