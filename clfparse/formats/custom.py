"""Lines of a server's own format, read item by item.

Every value ends at a place that is found by scanning forward once, so that no line takes more than
linear time, and a line that does not fit is refused by the first item that does not.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from clfparse.formats.arrange import Item, arranged
from clfparse.record import ALWAYS, Refused
from clfparse.values.escapes import plain, printable
from clfparse.values.hosts import is_address
from clfparse.values.kinds import (
    BARE_REQUEST,
    BEFORE_PATH,
    HOST_HEADER,
    IDENT,
    LIST,
    MEDIA_TYPE,
    SERVER_NAME,
    UPSTREAM_LIST,
    USER,
    WORD,
    Value,
    is_user,
)

_NEXT = ["duration", "referer", "user_agent", "request"]  # where there, in this order
_SHOWN = 20  # bytes of a line that a message quotes
# To look for the end of these from every place that may be before one would not be linear.
_ENDLESS = {
    kind.pattern
    for kind in (
        *(BARE_REQUEST, BEFORE_PATH, HOST_HEADER, IDENT, LIST, MEDIA_TYPE, SERVER_NAME),
        *(UPSTREAM_LIST, WORD),
    )
}
_SPACES = re.compile(rb"(?:\\ )+")


class Custom:
    """Reads lines of one format.

    items: what the format is made of. fields: of each record, in order; section is made of path.
    padded: whether spaces may stand before a line.
    Raises FormatError for a format without a time, or whose values cannot be distinguished.
    """

    def __init__(self, items: list[Item]) -> None:
        self.items = arranged(items)
        named: list[str] = []
        for item in self.items:
            if isinstance(item, Value) and item.field:
                named += [name for name, _ in item.kind.fields] or [item.field]
        if {"referer", "user_agent"} & set(named):
            named += ["referer", "user_agent"]
        rest = [field for field in dict.fromkeys(named) if field not in {*ALWAYS, *_NEXT}]
        self.fields = [*ALWAYS, *(field for field in _NEXT if field in named), *rest]
        first = self.items[0]
        # Where a line may begin with any text, spaces are of that.
        self.padded = isinstance(first, bytes) or first.kind.pattern is not None
        self._steps = _steps(self.items, look=3)

    def parse(self, line: bytes, *, reason: bool = True) -> dict[str, Any]:
        """Read one line, without its newline; raises Refused.

        reason: whether the place and the reason are said, which takes longer than all else.
        """
        line = line.removesuffix(b"\r")
        values: dict[str, Any] = {}
        user = b""
        at = len(line) - len(line.lstrip(b" ")) if self.padded else 0
        for place, (item, step) in enumerate(zip(self.items, self._steps, strict=True)):
            if not (match := step.match(line, at)):
                raise Refused(self._reason(line, place, at) if reason else "not of this format")
            at = match.end()
            if isinstance(item, Value):
                values |= _read(item, match[0])
                user = match[0] if item.kind is USER else user
        if line[at:].strip(b" "):
            raise Refused(f"{_place(line, at)}: expected {self._expected(len(self.items))}")
        host = values.get("host")
        if not is_user(user, named=not (host and is_address(host.encode()))):
            raise Refused("what stands before the line is not the client")
        return self._record(values)

    def begins(self, line: bytes) -> bool:
        """Tell whether the first items of a line are of this format."""
        at = len(line) - len(line.lstrip(b" ")) if self.padded else 0
        for step in self._steps[:2]:
            if not (match := step.match(line, at)):
                return False
            at = match.end()
        return True

    @cached_property
    def _early(self) -> list[re.Pattern[bytes]]:
        """Patterns by which each value ends as early as it may."""
        return _steps(self.items, look=1)

    def _reason(self, line: bytes, place: int, at: int) -> str:
        """Say where reading stops if the value in this place ends as early as it may."""
        for step in self._early[place:]:
            if not (match := step.match(line, at)):
                break
            at = match.end()
            place += 1
        return f"{_place(line, at)}: expected {self._expected(place)}"

    def _record(self, values: dict[str, Any]) -> dict[str, Any]:
        record = {field: values.get(field) for field in self.fields}
        if "request" not in values:
            record.pop("request", None)
        return record

    def _expected(self, place: int) -> str:
        if place == len(self.items):
            return "the end of the line"
        item, *rest = self.items[place:]
        if isinstance(item, bytes):
            return f"'{plain(item)}'"
        end = plain(rest[0]) if rest and isinstance(rest[0], bytes) else ""
        upto = f", up to '{end}'" if end and item.kind.pattern is None else ""
        return f"{item.kind.expected} for {printable(item.directive)}{upto}"


def literal(text: bytes, *, first: bool = False) -> bytes:
    """Return the pattern of a format's own text: spaces are as many as a server pads with.

    first: whether a line begins with it.
    """
    pattern = _SPACES.sub(rb" ++", re.escape(text))
    return rb" *+" + pattern.removeprefix(rb" ++") if first else pattern


def _read(item: Value, raw: bytes) -> dict[str, Any]:
    if not item.field:
        return {}
    try:
        made = item.kind.read(raw)
    except ValueError as error:
        raise Refused(f"{printable(item.directive)}: {error}") from error
    return dict(made) if item.kind.spreads else {item.field: made}


def _place(line: bytes, at: int) -> str:
    shown = plain(line[at : at + _SHOWN])
    return f"column {at + 1}, at '{shown}'" if at < len(line) else "at the end"


def _steps(items: list[Item], look: int) -> list[re.Pattern[bytes]]:
    """Return a pattern for each item. look: items behind a value that tell where it ends."""
    return [re.compile(_pattern(items, at, look), re.DOTALL) for at in range(len(items))]


def _pattern(items: list[Item], at: int, look: int) -> bytes:
    value = items[at]
    if isinstance(value, bytes):
        return literal(value, first=not at)
    if value.kind.pattern is not None:
        return rb"(?>%b)" % value.kind.pattern
    following = b"".join(_following(items[at + 1 :], look))
    if not following:
        return rb"(?:.*[^ ])?+"
    before, after = items[at - 1] if at else b"", items[at + 1]
    # Spaces are as many as there are: only before the first of them a value may end.
    lazy = rb".*?%b(?=%b)" % (rb"(?<! )" * following.startswith(rb" ++"), following)
    quoted = isinstance(before, bytes) and before.endswith(b'"')
    if quoted and isinstance(after, bytes) and after.startswith(b'"'):
        # Where quotes are escaped the first bare one ends the field; else what follows must.
        lazy = rb'(?:[^"\\]++|\\.)*+(?=%b)|%b' % (following, lazy)
    return rb"(?>%b)" % lazy


def _following(items: list[Item], look: int) -> Iterator[bytes]:
    """Yield what tells the end of a value: literals, and values that have a pattern."""
    for item in items[:look]:
        if isinstance(item, bytes):
            yield literal(item)
        elif item.kind.pattern is None or item.kind.pattern in _ENDLESS:
            return
        else:
            yield rb"(?:%b)" % item.kind.pattern
    if look > 1 and 0 < len(items) <= look:
        yield rb"(?![^ ])"  # the last one ends with the line, or before spaces
