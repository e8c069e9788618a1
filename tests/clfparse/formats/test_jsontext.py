"""clfparse.formats.jsonlog: lines that are no record, and what is reported of a log as a whole."""

import json
from contextlib import suppress
from typing import Any

import orjson
import pytest
from jsonlogs import refused

from clfparse.filter import Parser
from clfparse.formats.detect import format_of
from clfparse.formats.jsonlog import JsonLog
from clfparse.record import Refused
from clfparse.stream.rejects import Rejects

TIME = "2024-03-01T07:08:09+00:00"
GET = {"method": "GET", "path": "/shop/cart"}


def refused_line(line: dict[str, Any]) -> str:
    return refused(orjson.dumps(line))


LINE = b'{"time":"2024-03-01T07:08:09Z","status":200}'
SEVERAL = "a part of JSON over several lines: jq -c . makes a line of each record"
LINES = {
    b"[": None,
    b"]": None,
    b" ], ": None,
    LINE + b",": 200,
    b"[" + LINE + b",": 200,
    b"," + LINE: 200,
    LINE + b" ]": 200,
    b"[" + LINE + b"]": "an array in one line: jq -c '.[]' makes a line of each of its records",
    LINE + LINE: "two JSON objects in one line: jq -c . makes a line of each",
    LINE + b", " + LINE: "two JSON objects in one line: jq -c . makes a line of each",
    b"{": SEVERAL,
    b"},": SEVERAL,
    b'  "status": 200,': SEVERAL,
    b'  "request": {': SEVERAL,
    LINE + b"x": "not JSON",
    LINE[:-1]: "not JSON",
    b"[1]": "not a JSON object",
}


@pytest.mark.parametrize("line", LINES)
def test_arrays(line: bytes) -> None:
    expected = LINES[line]
    if isinstance(expected, str):
        with pytest.raises(Refused) as error:
            JsonLog().parse(line)
        assert str(error.value) == expected
    else:
        record = JsonLog().parse(line)
        assert (record and record["status"]) == expected


def test_reasons_have_the_names_of_the_line() -> None:
    names = {"a\x1b[1m" + "b" * 100: 1, **{f"n{number}": 1 for number in range(20)}}
    said = refused_line(names)
    assert said.endswith(" in a\\x1b[1m" + "b" * 27 + "…, n0, n1, n2, n3, n4, n5, n6, …")
    assert refused_line({**GET, "x": 1}).endswith("such as time or timestamp, in method, path, x")


def reports(*lines: dict[str, Any]) -> list[str]:
    """Return what a parser reports of a log."""
    rejects = Rejects("clfparse", "")
    parser = Parser(rejects, format_of("json"))
    for line in lines:
        parser.add(json.dumps(line).encode() + b"\n")
    parser.close()
    return [message.removeprefix("clfparse: ") for message in rejects.messages]


def test_a_log_without_a_status_or_a_host_is_reported_once() -> None:
    known = {"time": TIME, **GET, "ip": "192.0.2.7", "status": 200}
    assert reports(known, {"time": TIME, **GET}) == []
    said = "none of 1 records has a status; if another field has it (such as result), jq renames"
    said += " that: jq -c '.status = .FIELD'"
    assert reports({"time": TIME, **GET, "ip": "192.0.2.7", "result": 200}) == [said]
    nothing = [{"time": TIME, **GET}] * 1_500
    assert reports(*nothing, known) == [
        "none of the first 1,000 records has a status",
        "none of the first 1,000 records has a host",
    ]
    assert reports({"level": "info"})[1:] == []


def test_a_number_of_no_unit_is_reported_once() -> None:
    known = {"time": TIME, **GET, "ip": "192.0.2.7", "status": 200}
    said = [
        f'a number in "{name}": of which unit? it is left out; name the unit, as one of _s, _ms,'
        f" _us and _ns: jq -c '.duration_ms = {path}'"
        for name, path in (("Latency", '."Latency"'), ("time", '."response"."time"'))
    ]
    assert reports(known, *[{**known, "Latency": 12}] * 3) == said[:1]
    assert reports({**known, "response": {"time": 12}}) == said[1:]
    assert reports({**known, "duration": 0, "latency": "12ms"}) == []


HOSTILE = {
    "nested in itself": b'{"request":' * 900 + b"1" + b"}" * 900,
    "nested objects": b'{"ts":1709276889,"uri":"/a","meta":' + b'{"meta":' * 40 + b"1" + b"}" * 41,
    "headers in headers": b'{"ts":1709276889,"uri":"/a","headers":{"headers":{"headers":{}}}}',
    "huge": b'{"ts":1e999,"status":1e400,"duration":1e308,"uri":"/a","time":1709276889}',
    "many digits": b'{"ts":1709276889,"status":' + b"9" * 400 + b',"uri":"/a"}',
    "a lone surrogate": rb'{"ts":1709276889,"uri":"/\ud800","http_a":"\udfff"}',
    "twice": b'{"ts":1709276889,"uri":"/a","uri":"/b","status":1,"Status":2,"STATUS":3}',
    "no name": b'{"":1,"ts":1709276889,"uri":"/a","request":{"":{}},"-":1,"_":2}',
    "many spellings": b'{"ts":1709276889,"uri":"/a"%b}'
    % b"".join(b',"%bxff":"a"' % (b"_" * n) for n in range(500)),
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)
def test_hostile(line: bytes) -> None:
    with suppress(Refused):
        record = JsonLog().parse(line)
        assert record
        json.dumps(record)


# Lines that are of no request, or of one that another line is of, too.
OTHERS = {
    "Fastify's first": {"time": TIME, "req": GET, "msg": "incoming request"},
    "django-structlog's first": {
        "timestamp": TIME,
        "request": "GET /a",
        "event": "request_started",
    },
    "Kubernetes' first": {
        "time": TIME,
        "requestURI": "/a",
        "verb": "get",
        "stage": "RequestReceived",
    },
    "Vault's": {"time": TIME, "type": "request", "request": {"operation": "read", "path": "sys/a"}},
    "a Rust program's": {"time": TIME, "level": "INFO", "target": "app::db", "fields": {"a": 1}},
    "a controller's": {"time": TIME, "verb": "list", "resource": "pods"},
    "docker's": {"log": "GET / HTTP/1.1\n", "stream": "stdout", "time": TIME},
    "a file's": {"time": TIME, "path": "C:\\a", "msg": "opened"},
    "a client's": {"time": TIME, "url": "https://a.example/b", "msg": "timeout", "status": "fail"},
}


@pytest.mark.parametrize("line", OTHERS.values(), ids=OTHERS)
def test_lines_of_no_request(line: dict[str, Any]) -> None:
    assert refused_line(line).startswith(("no request in it", "the beginning of a request"))


def test_a_code_alone_is_no_request() -> None:
    assert "no request in it" in refused_line({"time": TIME, "level": "error", "code": 500})
