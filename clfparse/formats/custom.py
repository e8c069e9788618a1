"""Lines of a server's own format, read item by item.

Every value ends at a place that is found by scanning forward once, so that no line takes more than
linear time, and a line that does not fit is refused by the first item that does not.
"""

import re
from collections.abc import Iterator
from typing import Any

from clfparse.formats.arrange import Item, arranged
from clfparse.record import ALWAYS, Refused
from clfparse.values.escapes import plain, printable
from clfparse.values.kinds import Value

_NEXT = ["duration", "referer", "user_agent", "request"]  # where there, in this order
_SHOWN = 20  # bytes of a line that a message quotes


class Custom:
    """Reads lines of one format.

    items: what the format is made of. fields: of each record, in order; section is made of path.
    Raises FormatError for a format without a time, or whose values cannot be told apart.
    """

    def __init__(self, items: list[Item]) -> None:
        self.items = arranged(items)
        named = [item.field for item in self.items if isinstance(item, Value) and item.field]
        if {"referer", "user_agent"} & set(named):
            named += ["referer", "user_agent"]
        rest = [field for field in dict.fromkeys(named) if field not in {*ALWAYS, *_NEXT}]
        self.fields = [*ALWAYS, *(field for field in _NEXT if field in named), *rest]
        self._steps = _steps(self.items, look=3)

    def parse(self, line: bytes) -> dict[str, Any]:
        """Read one line, without its newline; raises Refused, with the place and the reason."""
        line = line.removesuffix(b"\r")
        found: dict[str, Any] = {}
        at = 0
        for place, (item, step) in enumerate(zip(self.items, self._steps, strict=True)):
            if not (value := step.match(line, at)):
                raise Refused(self._reason(line, place, at))
            at = value.end()
            if isinstance(item, Value):
                found |= _read(item, value[0])
        if line[at:].strip(b" "):
            raise Refused(f"{_place(line, at)}: expected {self._expected(len(self.items))}")
        return self._record(found)

    def _reason(self, line: bytes, place: int, at: int) -> str:
        """Say where reading stops if the value in this place ends as early as it may."""
        for step in _steps(self.items, look=1)[place:]:
            if not (value := step.match(line, at)):
                break
            at = value.end()
            place += 1
        return f"{_place(line, at)}: expected {self._expected(place)}"

    def _record(self, found: dict[str, Any]) -> dict[str, Any]:
        record = {field: found.get(field) for field in self.fields}
        if "request" not in found:
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
        return re.escape(value)
    if value.kind.pattern is not None:
        return rb"(?>%b)" % value.kind.pattern
    following = b"".join(_following(items[at + 1 :], look))
    if not following:
        return rb".*"
    before, literal = items[at - 1] if at else b"", items[at + 1]
    lazy = rb".*?(?=%b)" % following
    quoted = isinstance(before, bytes) and before.endswith(b'"')
    if quoted and isinstance(literal, bytes) and literal.startswith(b'"'):
        # Where quotes are escaped the first bare one ends the field; else what follows must.
        lazy = rb'(?:[^"\\]++|\\.)*+(?=%b)|%b' % (following, lazy)
    return rb"(?>%b)" % lazy


def _following(items: list[Item], look: int) -> Iterator[bytes]:
    """Yield what tells the end of a value: literals, and values that have a pattern."""
    for item in items[:look]:
        if isinstance(item, bytes):
            yield re.escape(item)
        elif item.kind.pattern is None:
            return
        else:
            yield rb"(?:%b)" % item.kind.pattern
    if look > 1 and 0 < len(items) <= look:
        yield rb"(?![^ ])"  # the last one ends with the line, or before spaces
