"""Logs of one JSON object per line: Caddy, nginx (``escape=json``), Traefik, and their like.

Nearly every line holds printable text only, and has the names of many others: it is read by a plan,
in a third of the time, and what needs no change is not touched. Any other line is made flat and
read item by item. The record is the same, byte for byte.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from clfparse.formats.fields import ALWAYS, BLANK, DEEPEST, keep, split_server, split_target
from clfparse.formats.format import Format
from clfparse.formats.jsonfields import NAMES
from clfparse.formats.jsonplan import (
    HEADER,
    MEMBER,
    OTHER,
    PLANS,
    REQUEST_HEADERS,
    RESPONSE_HEADERS,
    Names,
    Remembered,
    Steps,
    Unusual,
)
from clfparse.formats.jsontext import Object, is_printable, load
from clfparse.record import Refused
from clfparse.values.escapes import printable
from clfparse.values.request import Request, parse_request, section

_LOOKED_FOR = NAMES["time"].replace(" ", ", ")

# Caddy tells of a request here too, beside its line in the access log: it would count twice.
_NO_ACCESS = ("http.log.error", "http.handlers.")
_OPENED = {"request", "request.headers", "resp_headers"}  # objects whose members are fields

_FIELDS: Object = dict.fromkeys(ALWAYS)
_NOTHING: Object = {}
_NESTED = {dict, list}

Sources = tuple[Object, Object, Object]  # the line, its request, that one's headers


class JsonLog(Format):
    """Reads lines; no line depends on another."""

    def parse(self, line: bytes) -> Object | None:
        """Read one line, without its newline; None for a blank line.

        duration and upstream_duration are in seconds. What the record has no name for is kept as it
        is, but for what is unprintable. Raises Refused for what is not a JSON object, has nothing
        of a request or no readable time, or is nested deeper than 32.
        """
        line = line.strip(b" \t\r")
        if not line:
            return None
        source, line = load(line)
        if is_printable(line) or is_printable(orjson.dumps(source).replace(rb"\\", b"")):
            try:
                return _planned(source)
            except Unusual:
                source = orjson.loads(line)
        return _itemized(_flat(source))

    def record(self, source: Object) -> Object:
        """Make a record of an object whose text is printable, as `parse` does. Raises Refused."""
        try:
            return _planned(dict(source))
        except Unusual:
            return _itemized(_flat(source))


def _planned(line: Object) -> Object:
    """Make a record of a line whose text is all printable. Raises Unusual, Refused."""
    request, headers, responses, apart = _NOTHING, _NOTHING, _NOTHING, False
    if type(line.get("request")) is dict:
        request, apart = line.pop("request"), True
        if type(request.get("headers")) is dict:
            headers = request.pop("headers")
    if type(line.get("resp_headers")) is dict:
        responses, apart = line.pop("resp_headers"), True
    request_line = _request_line(line)
    shape = tuple(line), tuple(request), apart, request_line is not None, True
    steps, names, ordered = PLANS[shape]
    record = _record((line, request, headers), steps, request_line)
    if request:
        line["request"] = request
    length = len(record) + len(headers) + len(responses) + len(line)
    _add_headers(record, headers, REQUEST_HEADERS)
    _add_headers(record, responses, RESPONSE_HEADERS)
    _add_others(record, line, names, ordered)
    if len(record) < length:
        raise Unusual  # two have one name
    return record


def _itemized(line: Object) -> Object:
    """Make a record of any line, made flat. Raises Refused."""
    request_line = _request_line(line)
    steps, names, _ = PLANS[tuple(line), (), False, request_line is not None, False]
    record = _record((line, _NOTHING, _NOTHING), steps, request_line)
    return keep(record, _rest(line, names))


def _request_line(line: Object) -> Request | None:
    logger, request = line.get("logger"), line.get("request")
    if isinstance(logger, str) and logger.startswith(_NO_ACCESS):
        raise Refused("not of the access log, by its logger")
    return parse_request(printable(request)) if isinstance(request, str) else None


def _record(sources: Sources, steps: Steps, request_line: Request | None) -> Object:
    """Move to a record what it has fields for."""
    record = _filled(sources, steps)
    line = sources[0]
    if request_line:
        del line["request"]
        record["method"], record["path"], record["query"], record["protocol"] = request_line
        record["section"] = section(request_line.path)
    elif record["method"] is record["path"] is None and isinstance(line.get("request"), str):
        request = line.pop("request")
        record["request"] = None if request in BLANK else printable(request)
    if record["method"] is record["path"] is record["status"] is None:
        raise Refused("no request in it")
    if record["time"] is None:
        raise Refused(f"no readable time in {_LOOKED_FOR}")
    if not request_line:
        split_target(record)
    return record


def _filled(sources: Sources, steps: Steps) -> Object:
    """Move to a record what can be read: of each field the first such, in the record's order.

    None, "" and "-" are nothing. What cannot be read stays where it is.
    """
    record = _FIELDS.copy()
    for field, places in steps:
        for at, name, read, texts in places:
            source = sources[at]
            if name not in source:
                continue
            raw = source[name]
            if type(raw) is not str:
                value = raw if raw is None else read(raw)
            elif raw and raw != "-":
                value = read(raw) if texts else raw
            else:
                value = raw = None
            if raw is None:
                del source[name]
                record.setdefault(field)
            elif value is not None:
                del source[name]
                record[field] = value
                break
    split_server(record)
    return record


def _add_headers(record: Object, headers: Object, names: Remembered[str, str]) -> None:
    try:
        for name, values in headers.items():
            if type(values) is not list:
                raise Unusual
            text = ", ".join(values)
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
        elif order == MEMBER:
            raise Unusual
        elif order == HEADER:
            record[own] = value
        else:
            responses[own] = value
    if not ordered:
        record |= responses
        record |= others


def _sound(value: Object | list[Any], depth: int = DEEPEST) -> bool:
    """Whether an object or an array of printable text needs no change."""
    if not depth or (type(value) is dict and "type" in value):
        return False
    for each in value.values() if isinstance(value, dict) else value:
        if type(each) in _NESTED and not _sound(each, depth - 1):
            return False
    return True


def _flat(line: Object, prefix: str = "") -> Object:
    """Take the members of some objects out of them; a header's values become one text."""
    flat: Object = {}
    for name, value in line.items():
        path = prefix + name
        if path in _OPENED and isinstance(value, dict):
            flat |= _flat(value, path + ".")
        elif prefix.endswith("headers.") and isinstance(value, list):
            texts = all(isinstance(each, str) for each in value)
            flat[path] = ", ".join(value) if texts else value
        else:
            flat[path] = value
    return flat


def _rest(line: Object, names: Names) -> Iterator[tuple[str, object]]:
    """Name what was not taken, for `keep`."""
    request = {}
    for path, value in line.items():
        order, own, _ = names[path]
        if order == MEMBER:
            request[own] = value
        else:
            yield own, value
    if request:
        yield "request", request
