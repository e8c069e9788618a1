"""A server's format made ready to read by: literals joined, one time, one value for each field.

Where values end is made sure here: by quotes, by what they are, or by having no space in them. A
line that does not fit is refused then, rather than cut in the wrong places.
"""

import re
from typing import cast

from clfparse.values import strftime
from clfparse.values.hosts import ADDRESSES
from clfparse.values.kinds import (
    BARE_REQUEST,
    BEFORE_PATH,
    BRACKETED,
    EPOCH,
    FIRST_WORD,
    HOST_BEFORE_PORT,
    HOST_HEADER,
    HOST_NAME,
    IDENT,
    LIST,
    MEDIA_TYPE,
    METHOD,
    PATH,
    QUERY,
    QUOTED_USER,
    REQUEST,
    SECONDS,
    SERVER_BEFORE_PORT,
    SERVER_NAME,
    TEXT,
    UPSTREAM_LIST,
    URI,
    USER,
    WORD,
    FormatError,
    Kind,
    Value,
    forwarded,
)

Item = bytes | Value

_SPREAD = {REQUEST: {"method", "path", "query", "protocol"}, URI: {"query"}}
_QUOTED = {
    **dict.fromkeys([HOST_HEADER, IDENT, LIST, MEDIA_TYPE, SERVER_NAME, UPSTREAM_LIST, WORD], TEXT),
    USER: QUOTED_USER,
}
# Before a space, a pattern says where the value ends; before anything else it is any text.
_SPACED = {IDENT, LIST, MEDIA_TYPE, UPSTREAM_LIST, WORD}


_BEFORE_PORT = {HOST_NAME: HOST_BEFORE_PORT, SERVER_NAME: SERVER_BEFORE_PORT}


def arranged(items: list[Item]) -> list[Item]:
    """Make items ready. Raises FormatError where there is no time, or two values run together."""
    named = _named(_timed(_merged(items)))
    return _trimmed(_bounded(_with_client(named)))


def _merged(items: list[Item]) -> list[Item]:
    """Join literals, and a path with the query behind it."""
    merged: list[Item] = []
    for item in items:
        last = merged[-1] if merged else b""
        if isinstance(item, bytes) and isinstance(last, bytes) and merged:
            merged[-1] = last + item
        elif isinstance(item, Value) and isinstance(last, Value):
            if (last.kind, item.kind) == (PATH, QUERY):
                merged[-1] = last._replace(directive=last.directive + item.directive, kind=URI)
            elif last.kind in {HOST_HEADER, SERVER_NAME, TEXT} and item.kind in {
                PATH,
                URI,
            }:  # a path begins with a slash
                merged[-1:] = [last._replace(kind=BEFORE_PATH), item]
            elif _is_any(last.kind) and _is_any(item.kind):
                message = f"nothing stands between {last.directive} and {item.directive}"
                raise FormatError(f"{message}: where does one end?", item.at)
            else:
                merged.append(item)
        else:
            merged.append(item)
    return merged


def _is_any(kind: Kind) -> bool:
    """Tell whether this may be any text, or as good as that."""
    return kind.pattern is None or kind in {HOST_HEADER, SERVER_NAME}


def _timed(items: list[Item]) -> list[Item]:
    """Keep one time: one that is whole by itself, or all parts of one put together."""
    times = {at: item for at, item in enumerate(items) if _is_time(item)}
    whole = {at: kind for at, item in times.items() if (kind := _kind(item)).read is not str}
    if whole:
        chosen = min(whole, key=lambda at: (whole[at] is not BRACKETED, at))
        return [
            _unnamed(item) if at in times and at != chosen else item
            for at, item in enumerate(items)
        ]
    if not times:
        raise FormatError("no time in it: every record needs one", 0)
    first, last = min(times), max(times)
    for item in items[first : last + 1]:
        if isinstance(item, Value) and item.kind.read is not str:
            raise FormatError("the parts of a time must stand beside each other", item.at)
    return [*items[:first], _composed(items[first : last + 1]), *items[last + 1 :]]


def _is_time(item: Item) -> bool:
    return isinstance(item, Value) and item.field == "time"


def _kind(item: Item) -> Kind:
    return cast("Value", item).kind


def _unnamed(item: Item) -> Item:
    return cast("Value", item)._replace(field="")


def _composed(region: list[Item]) -> Value:
    """Make one value of the parts of a time and what stands between them."""
    values = [item for item in region if isinstance(item, Value)]
    names = [name for value in values for name in value.names]
    if not strftime.is_date(set(names)):
        raise FormatError(
            "the time is not whole: a day, an hour and a minute are needed", values[0].at
        )
    source = b"".join(
        (item.kind.pattern or b"") if isinstance(item, Value) else re.escape(item)
        for item in region
    )
    pattern = re.compile(source)

    def read(raw: bytes) -> str:
        match = pattern.fullmatch(raw)
        if not match:
            raise ValueError("not of its form")
        parts = dict(zip(names, (part.decode("ascii") for part in match.groups()), strict=True))
        if "epoch" in parts:
            return str(EPOCH.read(parts["epoch"].encode()))
        return strftime.assemble(parts)

    directive = "".join(v.directive for v in values)
    expected = values[0].kind.expected
    return Value(directive, values[0].at, "time", Kind(read, expected, source))


def _named(items: list[Item]) -> list[Item]:
    """Give each field to one value: to the first that has no second name for it."""
    values = [item for item in items if isinstance(item, Value)]
    taken: set[str] = set()
    names: dict[int, str] = {}
    for value in sorted(values, key=_rank):
        field = value.field if value.field not in taken else value.second or ""
        names[value.at] = field if field not in taken else ""
        taken |= {field} | _SPREAD.get(value.kind, set())
    return [_called(item, names[item.at]) if isinstance(item, Value) else item for item in items]


def _rank(value: Value) -> tuple[bool, ...]:
    """Order values by their claim to a field: those with a second name can do without it."""
    coarse = value.kind is SECONDS
    return value.second is not None, bool(value.second), coarse, value.kind is not REQUEST


def _called(value: Value, field: str) -> Value:
    """Give a value its field; only by its first name it may spread over others."""
    spreads = value.kind.spreads and field not in {"", value.field}
    return value._replace(field=field, kind=TEXT if spreads else value.kind)


def _with_client(items: list[Item]) -> list[Item]:
    """Where no value is the host, take it from the first that holds what proxies say of it."""
    values = [item for item in items if isinstance(item, Value)]
    if any("host" in {value.field, *dict(value.kind.fields)} for value in values):
        return items
    at = next((v.at for v in values if v.kind is LIST and v.field), None)
    return [
        item._replace(kind=forwarded(item.field, ADDRESSES))
        if isinstance(item, Value) and item.at == at
        else item
        for item in items
    ]


def _bounded(items: list[Item]) -> list[Item]:
    """Give each value the kind that its place makes sure of."""
    bounded: list[Item] = []
    for place, item in enumerate(items):
        if isinstance(item, Value):
            before = items[place - 1] if place else b""
            bounded.append(item._replace(kind=_placed(item.kind, before, items[place + 1 :])))
        else:
            bounded.append(item)
    return bounded


def _placed(kind: Kind, before: Item, after: list[Item]) -> Kind:
    end = after[0] if after and isinstance(after[0], bytes) else b""
    if end.startswith(b":") and kind in _BEFORE_PORT:
        return _BEFORE_PORT[kind]
    if before == b"" and end.startswith(b" ") and kind in {TEXT, METHOD, WORD}:
        return FIRST_WORD._replace(read=kind.read)
    return _between(kind, before, after)


def _between(kind: Kind, before: Item, after: list[Item]) -> Kind:
    end = after[0] if after and isinstance(after[0], bytes) else b""
    if isinstance(before, bytes) and before.endswith(b'"') and end.startswith(b'"'):
        if kind.fields and kind.pattern == ADDRESSES:  # a client may have sent any text
            return kind._replace(pattern=None)
        return _QUOTED.get(kind, kind)
    spaced = end.startswith(b" ") or not after
    if not spaced and (kind in _SPACED or (kind.fields and kind.pattern == ADDRESSES)):
        return kind._replace(expected="text", pattern=None)
    if (
        kind in {TEXT, METHOD}
        and before != b""
        and after
        and not end.strip(b" ")
        and _is_free(after[1:])
    ):
        return kind._replace(expected="a word", pattern=WORD.pattern)
    return BARE_REQUEST if kind is REQUEST and spaced else kind


def _is_free(items: list[Item]) -> bool:
    """Tell whether these begin with a value that may be any text."""
    return bool(items) and isinstance(items[0], Value) and items[0].kind.pattern is None


def _trimmed(items: list[Item]) -> list[Item]:
    """Leave out spaces after a line; they mean nothing."""
    last = items[-1]
    items = [*items[:-1], last.rstrip(b" ") if isinstance(last, bytes) else last]
    return [item for item in items if item != b""] or [b""]
