"""Logs of one JSON object per line: Caddy, nginx (``escape=json``), Traefik, and their like.

Nearly every line holds printable text only, and has the names of many others: it is read by a plan,
in a third of the time, and what needs no change is not touched. Any other line is made flat and
read item by item. The record is the same, byte for byte.
"""

from operator import itemgetter
from typing import Any

import orjson

from clfparse.formats.fields import ALWAYS, BLANK, DEEPEST, keep, split_server, split_target
from clfparse.formats.jsonfields import Full
from clfparse.formats.jsonhost import first_address
from clfparse.formats.jsonopen import Opened, put_back, roots, take
from clfparse.formats.jsonplan import (
    HEADER,
    OTHER,
    PLANS,
    Forwarded,
    Names,
    Steps,
    Unusual,
    header_name,
)
from clfparse.formats.jsontext import BRACKETS, Object, is_printable, load
from clfparse.formats.jsonwatch import Watch, names_of
from clfparse.formats.remembered import Remembered
from clfparse.record import Refused
from clfparse.values.escapes import printable
from clfparse.values.request import Request, parse_request, section

# Caddy tells of a request here too, beside its line in the access log: it would count twice.
_NO_ACCESS = ("http.log.error", "http.handlers.")

_FIELDS: Object = dict.fromkeys(ALWAYS)
_NESTED = {dict, list}


class JsonLog:
    """Reads lines; no line depends on another. notices: messages that nobody has read yet."""

    def __init__(self) -> None:
        self._watch = Watch()
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
        record = None
        if is_printable(line) or is_printable(orjson.dumps(source).replace(rb"\\", b"")):
            try:
                record = _planned(source)
            except Unusual:
                source = orjson.loads(line)
        if record is None:
            record = _itemized(source)
        if self._watching:
            self._watching = self._watch.look(record)
        return record

    def close(self) -> None:
        """Take note of the end of input."""
        self._watch.close()


def _planned(line: Object) -> Object:
    """Make a record of a line whose text is all printable. Raises Unusual, Refused."""
    sources, looks, _ = opened = take(line)
    request_line = _request_line(line, looks[0].lines)
    steps, forwarded, names, ordered, headers, members = PLANS[
        looks, request_line is not None, True
    ]
    record = _record(opened, steps, forwarded, request_line)
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
    request_line = _request_line(line, looks[0].lines)
    steps, forwarded, names, _, headers, members = PLANS[looks, request_line is not None, False]
    for at, _ in headers:
        sources[at] = {name: _joined(each) for name, each in sources[at].items()}
    record = _record(opened, steps, forwarded, request_line)
    put_back(opened, members)
    return keep(record, _rest(opened, names, root_of))


def _request_line(line: Object, names: tuple[str, ...]) -> tuple[str, Request] | None:
    """Find a request line, and read it."""
    logger = line.get("logger")
    if isinstance(logger, str) and logger.startswith(_NO_ACCESS):
        raise Refused("not of the access log, by its logger")
    for name in names:
        text = line.get(name)
        if isinstance(text, str) and (request := parse_request(printable(text))):
            return name, request
    return None


def _record(
    opened: Opened, steps: Steps, forwarded: Forwarded, request_line: tuple[str, Request] | None
) -> Object:
    """Move to a record what it has fields for."""
    sources = opened[0]
    record = _filled(sources, steps)
    line = sources[0]
    if request_line:
        name, request = request_line
        del line[name]
        record["method"], record["path"], record["query"], record["protocol"] = request
        record["section"] = section(request.path)
    elif record["path"] is None:
        _no_request_line(record, line, opened[1][0].lines)
    if record["method"] is record["path"] is record["status"] is None:
        names = names_of(opened[1][0].names)
        raise Refused(f"no request in it: no method, path or status among its names: {names}")
    if record["time"] is None:
        names = names_of(opened[1][0].names)
        raise Refused(f"no time in it, such as time or timestamp, that can be read; names: {names}")
    if record["host"] is None:
        for at, name in forwarded:
            if host := first_address(sources[at].get(name)):
                record["host"] = host
                break
    if not request_line:
        if type(record["path"]) is Full:
            _split_origin(record)
        split_target(record)
    return record


def _no_request_line(record: Object, line: Object, names: tuple[str, ...]) -> None:
    """Read what stands for a request line, but is none.

    Beside a method, it may be the target: Apache's ``%U``, or so called by Logstash's patterns.
    """
    for name in names:
        request = line.get(name)
        if not isinstance(request, str):
            continue
        if record["method"] is None:
            del line[name]
            record["request"] = None if request in BLANK else printable(request)
        elif request.startswith("/") and " " not in request:
            record["path"] = printable(line.pop(name))
        break


def _split_origin(record: Object) -> None:
    """Take the server from a URL."""
    origin, slash, path = record["path"].partition("://")[2].partition("/")
    origin, mark, query = origin.partition("?")
    record["path"] = slash + path if slash and not mark else f"/{mark}{query}{slash}{path}"
    if record.get("server") is None and origin:
        record["server"] = origin.rpartition("@")[2]
        split_server(record)


def _filled(sources: list[Object], steps: Steps) -> Object:
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
    if not depth or (type(value) is dict and "type" in value):
        return False
    for each in value.values() if isinstance(value, dict) else value:
        if type(each) in _NESTED and not _sound(each, depth - 1):
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
        place = len(at) if name in root_of else at[name]
        rest.append((place, names[name][1], value))
    return [item[1:] for item in sorted(rest, key=itemgetter(0))]
