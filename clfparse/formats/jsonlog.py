"""Logs of one JSON object per line: Caddy, nginx (``escape=json``), Traefik, and their like.

Nearly every line holds printable text only, and has the names of many others: it is read by a plan,
in a third of the time, and what needs no change is not touched. Any other line is read
item by item. The record is the same, byte for byte.
"""

from operator import itemgetter
from typing import Any

import orjson

from clfparse.formats.fields import DEEPEST, keep
from clfparse.formats.format import Format
from clfparse.formats.jsonopen import Opened, put_back, roots, take
from clfparse.formats.jsonplan import (
    HEADER,
    OTHER,
    PLANS,
    Names,
    Unusual,
    header_name,
)
from clfparse.formats.jsonrecord import fill_json, request_line
from clfparse.formats.jsontext import BRACKETS, Object, is_printable, load
from clfparse.formats.jsonwatch import UnitWatch
from clfparse.formats.remembered import Remembered

_NESTED = {dict, list}


class JsonLog(Format):
    """Reads lines; no line depends on another."""

    def __init__(self) -> None:
        super().__init__()
        self._watch = UnitWatch()
        self._watching = True
        self.notices = self._watch.notices

    def parse(self, line: bytes) -> Object | None:
        """Read one line, without its newline; None for a blank line, or an array's bracket.

        duration and upstream_duration are in seconds. What the record has no name for is kept as it
        is, but for what is unprintable. Raises Refused for what is not a JSON object, has nothing
        of a request or no readable time, or is nested deeper than 32.
        """
        if line[:1] != b"{" or line[-1:] != b"}":
            line = line.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r")
            if not line or line in BRACKETS:
                return None
        source, line = load(line)
        if is_printable(line) or is_printable(orjson.dumps(source).replace(rb"\\", b"")):
            return self._seen(_read(source, line))
        return self._seen(_itemized(source))

    def record(self, source: Object) -> Object:
        """Make a record of an object whose text is printable, as `parse` does. Raises Refused."""
        return self._seen(_read(source, orjson.dumps(source)))

    def _seen(self, record: Object) -> Object:
        if self._watching:
            self._watching = self._watch.look(record)
        return record

    def close(self) -> None:
        """Take note of the end of input."""
        self._watch.close()


def _read(source: Object, line: bytes) -> Object:
    """Make a record of a line whose text is all printable. Raises Refused."""
    try:
        return _planned(source)
    except Unusual:
        return _itemized(orjson.loads(line))


def _planned(line: Object) -> Object:
    """Make a record of a line whose text is all printable. Raises Unusual, Refused."""
    sources, looks, _ = opened = take(line)
    request = request_line(line, looks[0].lines)
    steps, forwarded, names, ordered, headers, members = PLANS[looks, request is not None, True]
    record = fill_json(opened, steps, forwarded, request)
    if members:
        put_back(opened, members)
    length = len(record) + len(line)
    for at, own in headers:
        length += len(sources[at])
        _add_headers(record, sources[at], own)
    _add_others(record, line, names, ordered)
    if len(record) < length:
        raise Unusual  # two have one name
    return record


def _itemized(line: Object) -> Object:
    """Make a record of any line, item by item. Raises Refused."""
    sources, looks, _ = opened = take(line)
    root_of = roots(opened)
    request = request_line(line, looks[0].lines)
    steps, forwarded, names, _, headers, members = PLANS[looks, request is not None, False]
    for at, _ in headers:
        sources[at] = {name: _joined(each) for name, each in sources[at].items()}
    record = fill_json(opened, steps, forwarded, request)
    put_back(opened, members)
    return keep(record, _rest(opened, names, root_of))


def _add_headers(record: Object, headers: Object, names: Remembered[str, str]) -> None:
    try:
        for name, values in headers.items():
            if type(values) is list:
                text = ", ".join(values)
            elif type(values) is str:
                text = values
            else:
                raise Unusual
            record[names[name]] = text if text and text != "-" else None
    except TypeError as error:
        raise Unusual from error


def _add_others(record: Object, line: Object, names: Names, ordered: bool) -> None:
    responses: Object = {}
    others: Object = record if ordered else {}
    for name, raw in line.items():
        value = raw
        if type(raw) is str:
            if not raw or raw == "-":
                value = None
        elif type(raw) in _NESTED and not _sound(raw):
            raise Unusual
        order, _, own = names[name]
        if order == OTHER:
            others[own] = value
        elif order == HEADER:
            record[own] = value
        else:
            responses[own] = value
    if not ordered:
        record |= responses
        record |= others


def _sound(value: Object | list[Any], depth: int = DEEPEST) -> bool:
    """Whether an object or an array of printable text needs no change."""
    if not depth or ("type" in value and type(value) is dict):
        return False
    for each in value.values() if isinstance(value, dict) else value:
        kind = type(each)
        if (kind is dict or kind is list) and not _sound(each, depth - 1):
            return False
    return True


def _joined(value: object) -> object:
    """Make one text of a header's values."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return value


def _rest(opened: Opened, names: Names, root_of: list[str]) -> list[tuple[str, object]]:
    """Name what was not taken, in the order of the line; what is left of objects comes last."""
    sources, looks, _ = opened
    at = {name: place for place, name in enumerate(looks[0].names)}
    rest = []
    for source, look, root in zip(sources, looks, root_of, strict=True):
        if look.headers:
            for name, value in source.items():
                rest.append((at[root], header_name(look.headers, name), value))
    for name, value in sources[0].items():
        place = len(at) if name in root_of[1:] else at[name]
        rest.append((place, names[name][1], value))
    return [item[1:] for item in sorted(rest, key=itemgetter(0))]
