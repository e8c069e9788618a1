"""A server's format made ready to read by: literals joined, one time, one value for each field."""

import re
from typing import cast

from clfparse.values import strftime
from clfparse.values.kinds import (
    BRACKETED,
    EPOCH,
    PATH,
    QUERY,
    REQUEST,
    SECONDS,
    TEXT,
    URI,
    FormatError,
    Kind,
    Value,
)

Item = bytes | Value

_SPREAD = {REQUEST: {"method", "path", "query", "protocol"}, URI: {"query"}}


def arranged(items: list[Item]) -> list[Item]:
    """Make items ready. Raises FormatError where there is no time, or two values run together."""
    return _named(_timed(_merged(items)))


def _merged(items: list[Item]) -> list[Item]:
    """Join literals, and a path with the query behind it."""
    found: list[Item] = []
    for item in items:
        last = found[-1] if found else b""
        if isinstance(item, bytes) and isinstance(last, bytes) and found:
            found[-1] = last + item
        elif isinstance(item, Value) and isinstance(last, Value):
            if (last.kind, item.kind) == (PATH, QUERY):
                found[-1] = last._replace(directive=last.directive + item.directive, kind=URI)
            elif last.kind.pattern is None and item.kind.pattern is None:
                message = f"nothing stands between {last.directive} and {item.directive}"
                raise FormatError(f"{message}: they cannot be told apart", item.at)
            else:
                found.append(item)
        else:
            found.append(item)
    return found


def _timed(items: list[Item]) -> list[Item]:
    """Keep one time: one that is whole by itself, or all parts of one put together."""
    times = {at: item for at, item in enumerate(items) if _is_time(item)}
    whole = {at: kind for at, item in times.items() if (kind := _kind(item)).read is not str}
    if whole:
        kept = min(whole, key=lambda at: (whole[at] is not BRACKETED, at))
        return [
            _unnamed(item) if at in times and at != kept else item for at, item in enumerate(items)
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
        found = pattern.fullmatch(raw)
        if not found:
            raise ValueError("not of its form")
        parts = dict(zip(names, (part.decode("ascii") for part in found.groups()), strict=True))
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
