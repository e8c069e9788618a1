"""Lines of a server's own format in bulk: those that `clfparse.formats.custom` reads one by one."""

import re
from typing import Any

from clfparse.formats.column import quoted, times, values, words
from clfparse.formats.custom import Custom
from clfparse.formats.form import Form, Part, column
from clfparse.formats.patterns import NUMBER, QUOTED, STATUS, but, numbers, request, target
from clfparse.values.escapes import text
from clfparse.values.kinds import NUMBER as A_NUMBER
from clfparse.values.kinds import PATH, QUERY, REQUEST, URI, Value
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
            parts.append(None if item.endswith(b"\r") and end == b"\n" else item)
        elif isinstance(before, bytes) and before.endswith(b'"') and _is_quoted(item, end):
            parts[-1], items[at + 1] = before[:-1], after[1:]
            parts.append(column(item.field, QUOTED, quoted(item.kind.read)))
        else:
            part = _part(item, end)
            parts.append(part if item.field or not part else Part(_groupless(part.pattern)))
    whole = [part for part in parts if part is not None]
    fields = [field for field in custom.fields if field != "request"]
    return [Form(whole, fields)] if len(whole) == len(parts) else []


def _is_quoted(item: Value, end: bytes) -> bool:
    """Tell whether quotes may be taken with the value between them."""
    text = item.kind.pattern is None and item.kind not in {*_INSIDE, QUERY}
    return text and end == b'"' and item.field != ""


def _part(item: Value, end: bytes) -> Part | None:
    """Return the part that a value is. end: what follows begins with it; empty for a value."""
    kind = item.kind
    if kind in _NUMBERS:
        return column(item.field, _NUMBERS[kind], numbers)
    if kind.pattern is not None:
        make = times(kind.read) if item.field == "time" else values(kind.read)
        return column(item.field, rb"(?>%b)" % _groupless(kind.pattern), make)
    if not end or end in _INSIDE.get(kind, b""):
        return None
    if kind is REQUEST:
        return request(end)
    # A line's last text does not end in a space, nor one before a quote in a backslash.
    end += b" " * (end == b"\n") + b"\\" * (end == b'"')
    if kind in _INSIDE:
        return target(end, text, query=kind is URI)
    return column(item.field, but(end) + b"*+", (values if kind is QUERY else words)(kind.read))


def _groupless(pattern: bytes) -> bytes:
    """Return a pattern without groups; what is escaped is none."""
    return re.sub(rb"(\\.)|\((?!\?)", lambda match: match[1] or b"(?:", pattern, flags=re.DOTALL)
