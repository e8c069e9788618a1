"""clfparse.formats.jsonlog: each server's names, units and forms of time, and what always holds."""

from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonlogs import CADDY, GET, KEYS, TIME, VALUES, hold, parse, read, refused
from profiles import max_examples

from clfparse.formats.jsonlog import JsonLog
from clfparse.formats.jsonnames import NAMES
from clfparse.record import Refused


def test_caddy() -> None:
    record = parse(CADDY)
    assert record == {
        "time": "2024-03-01T07:08:09+00:00",
        "host": "192.0.2.7",
        "ident": None,
        "user": None,
        "method": "GET",
        "path": "/shop/cart",
        "query": "id=7",
        "protocol": "HTTP/2.0",
        "status": 200,
        "bytes": 10900,
        "section": "/shop",
        "duration": 0.000929675,
        "user_agent": "curl/8.5",
        "bytes_in": 3,
        "server": "www.example.com",
        "port": 8443,
        "header_accept_encoding": "gzip, br",
        "header_type": "alert",
        "response_header_server": "Caddy",
        "response_header_content_type": "text/html",
        "level": "info",
        "logger": "http.log.access.log0",
        "msg": "handled request",
        "json_request": {
            "remote_ip": "10.0.0.2",
            "remote_port": "41342",
            "tls": {"resumed": False, "version": 772},
        },
    }
    assert list(record)[11:16] == ["duration", "user_agent", "bytes_in", "server", "port"]


def test_nginx() -> None:
    record = read(
        rb'{"time_local":"01/Mar/2024:08:08:09 +0100","remote_addr":"192.0.2.7","remote_user":"",'
        rb'"request":"GET /shop/cart?id=7 HTTP/1.1","status":"502","body_bytes_sent":"154",'
        rb'"bytes_sent":"312","request_time":"0.605","http_referer":"","http_user_agent":"a\u001B",'
        rb'"http_x_forwarded_for":"-","upstream_response_time":"0.1, 0.2 : 0.3","host":"a.example",'
        rb'"server_name":"_","server_port":"443","request_length":"77","request_method":"GET",'
        rb'"sent_http_etag":"x","args":"id=7","upstream_addr":"10.0.0.9:80"}'
    )
    assert record == {
        "time": "2024-03-01T08:08:09+01:00",
        "host": "192.0.2.7",
        "ident": None,
        "user": None,
        "method": "GET",
        "path": "/shop/cart",
        "query": "id=7",
        "protocol": "HTTP/1.1",
        "status": 502,
        "bytes": 154,
        "section": "/shop",
        "duration": 0.605,
        "referer": None,
        "user_agent": "a\\x1b",
        "bytes_in": 77,
        "upstream_duration": 0.6,
        "server": "a.example",
        "port": 443,
        "header_x_forwarded_for": None,
        "response_header_etag": "x",
        "bytes_sent": "312",
        "server_name": "_",
        "request_method": "GET",
        "args": "id=7",
        "upstream_addr": "10.0.0.9:80",
    }


def test_traefik() -> None:
    record = parse(
        {
            "ClientAddr": "192.0.2.7:41342",
            "ClientHost": "192.0.2.7",
            "ClientUsername": "-",
            "DownstreamContentSize": 19,
            "DownstreamStatus": 404,
            "Duration": 1500000,
            "OriginDuration": 700000,
            "Overhead": 800000,
            "RequestContentSize": 0,
            "RequestHost": "a.example",
            "RequestMethod": "GET",
            "RequestPath": "/shop/cart?id=7",
            "RequestPort": "-",
            "RequestProtocol": "HTTP/1.1",
            "StartLocal": "2024-03-01T08:08:09.123456789+01:00",
            "StartUTC": "2024-03-01T07:08:09.123456789Z",
            "downstream_Content-Type": "text/plain",
            "request_User-Agent": "curl/8.5",
            "request_X-Id": "7",
            "level": "info",
            "time": "2024-03-01T08:08:10+01:00",
        }
    )
    assert {key: value for key, value in record.items() if value is not None} == {
        "time": "2024-03-01T08:08:09+01:00",
        "host": "192.0.2.7",
        "method": "GET",
        "path": "/shop/cart",
        "query": "id=7",
        "protocol": "HTTP/1.1",
        "status": 404,
        "bytes": 19,
        "section": "/shop",
        "duration": 0.0015,
        "user_agent": "curl/8.5",
        "bytes_in": 0,
        "upstream_duration": 0.0007,
        "server": "a.example",
        "header_x_id": "7",
        "response_header_content_type": "text/plain",
        "ClientAddr": "192.0.2.7:41342",
        "Overhead": 800000,
        "StartUTC": "2024-03-01T07:08:09.123456789Z",
        "level": "info",
        "json_time": "2024-03-01T08:08:10+01:00",
    }


# What a line has beside GET, and what of the record comes of it.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "address and port": ({"remote_addr": "192.0.2.7:80"}, {"host": "192.0.2.7"}),
    "address and port, IPv6": ({"remote_addr": "[::1]:80"}, {"host": "::1"}),
    "address, IPv6": ({"remote_addr": "2001:db8::1"}, {"host": "2001:db8::1"}),
    "host is the client": ({"host": "192.0.2.7"}, {"host": "192.0.2.7", "server": None}),
    "host is the site": ({"host": "a.example"}, {"host": None, "server": "a.example"}),
    "host is an address, ip the client": (
        {"host": "10.0.0.1:81", "ip": "192.0.2.7"},
        {"host": "192.0.2.7", "server": "10.0.0.1", "port": 81},
    ),
    "status as text": ({"status": "304"}, {"status": 304}),
    "status in words": (
        {"status": "success", "status_code": 201},
        {"status": 201, "json_status": "success"},
    ),
    "status out of range": ({"status": 1000}, {"status": None, "json_status": 1000}),
    "status is no number": ({"status": True}, {"status": None, "json_status": True}),
    "status as a float": ({"status": 200.0}, {"status": 200}),
    "bytes unknown": ({"bytes": -1}, {"bytes": None, "json_bytes": -1}),
    "bytes, too many": ({"bytes": 10**18}, {"bytes": None, "json_bytes": 10**18}),
    "bytes_out": ({"bytes_out": 9, "bytes_in": "8"}, {"bytes": 9, "bytes_in": 8}),
    "nothing": ({"referer": "-", "user_agent": "", "x": "-"}, {"referer": None, "x": None}),
    "user is an object": ({"user": {"id": 1}}, {"user": None, "json_user": {"id": 1}}),
    "user is a number": ({"user": 7}, {"user": "7"}),
    "query": ({"query": "?a=b"}, {"query": "a=b"}),
    "milliseconds": ({"duration_ms": "12.5"}, {"duration": 0.0125}),
    "microseconds": ({"latency_us": 12}, {"duration": 0.000012}),
    "nanoseconds": ({"duration_ns": 12}, {"duration": 1.2e-08}),
    "whole seconds": ({"request_time": "12", "body_bytes_sent": 1}, {"duration": 12}),
    "whole, and not nginx's": ({"request_time": "12"}, {"duration": None, "request_time": "12"}),
    "units": ({"duration": "1m2.5s"}, {"duration": 62.5}),
    "micro": ({"latency_human": "310.5µs"}, {"duration": 0.0003105}),
    "latency with its unit": (
        {"latency": 310500, "latency_human": "310.5µs"},
        {"duration": 0.0003105, "latency": 310500},
    ),
    "latency without a unit": ({"latency": 12}, {"duration": None, "latency": 12}),
    "latency in seconds": ({"latency": 0.5}, {"duration": None, "latency": 0.5}),
    "duration below 0": ({"duration": -1}, {"json_duration": -1}),
    "one upstream": ({"upstream_response_time": "0.003"}, {"upstream_duration": 0.003}),
    "upstream without time": ({"upstream_response_time": "-, 1"}, {"upstream_duration": 1}),
    "no sum": ({"upstream_response_time": "1, x"}, {"upstream_response_time": "1, x"}),
    "type": ({"type": "alert"}, {"json_type": "alert"}),
    "types": ({"type": 1, "json_type": 2}, {"json_type": 1, "json_json_type": 2}),
    "type within": ({"x": [{"type": "alert"}]}, {"x": [{"json_type": "alert"}]}),
    "names of the record": ({"section": 1, "extra": [2]}, {"json_section": 1, "json_extra": [2]}),
    "unprintable": ({"a\u202e": {"b\0": ["\x1b"]}}, {"a\\u202e": {"b\\x00": ["\\x1b"]}}),
    "request besides": ({"request": "/x"}, {"path": "/a/b", "json_request": "/x"}),
    "target": ({"uri": "/c/d?e"}, {"path": "/c/d", "section": "/c", "query": "e"}),
    "a full address": ({"url": "http://a.example/c/d?e", "path": ""}, {"query": "e"}),
}


@pytest.mark.parametrize(("fields", "expected"), CASES.values(), ids=CASES)
def test_fields(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    record = parse(GET | fields)
    assert {name: record.get(name) for name in expected} == expected


TIMES = [
    (1525881639, "2018-05-09T16:00:39+00:00"),
    (1525881639.999, "2018-05-09T16:00:39+00:00"),
    (1525881639999, "2018-05-09T16:00:39+00:00"),
    (1525881639999999, "2018-05-09T16:00:39+00:00"),
    (1525881639999999999, "2018-05-09T16:00:39+00:00"),
    ("1525881639.999", "2018-05-09T16:00:39+00:00"),
    ("2018-05-09T16:00:39.999Z", "2018-05-09T16:00:39+00:00"),
    ("2018-05-09T18:00:39+0200", "2018-05-09T18:00:39+02:00"),
    ("2018-05-09 16:00:39 UTC", "2018-05-09T16:00:39+00:00"),
    ("2018/05/09 16:00:39", "2018-05-09T16:00:39+00:00"),
    ("2018-05-09T16:00:39-00:00", "2018-05-09T16:00:39+00:00"),
    ("[09/May/2018:16:00:39 +0000]", "2018-05-09T16:00:39+00:00"),
    ("2016-12-31T23:59:60Z", "2016-12-31T23:59:60+00:00"),
]


@pytest.mark.parametrize(("written", "expected"), TIMES)
def test_times(written: object, expected: str) -> None:
    for name in NAMES["time"].split():
        assert parse({name: written, "status": 200})["time"] == expected


@pytest.mark.parametrize("written", [0, 0.5, -1, 1e20, True, "soon", "2018-02-30 16:00:39", [], ""])
def test_no_time(written: object) -> None:
    """A time that is none goes to the next name that has one."""
    reason = "no readable time, such as time or timestamp, in status, time"
    assert refused(orjson.dumps({"status": 200, "time": written})) == reason
    assert parse({"status": 200, "time": written, "ts": 1525881639})["time"][:4] == "2018"


REQUESTS = {
    "G(T / HTTP/1.0": "G(T / HTTP/1.0",
    "\x16\x03\x01": "\\x16\\x03\\x01",
    "": None,
    "-": None,
}


@pytest.mark.parametrize("whole", REQUESTS)
def test_no_request_line(whole: str) -> None:
    record = parse({**TIME, "request": whole, "status": "400", "request_method": ""})
    assert record["request"] == REQUESTS[whole]
    assert record["method"] is record["path"] is record["protocol"] is record["section"] is None


MENDED = {
    rb"\xd0\x9f \x22": 'П "',
    rb"\x1b\xff": r"\x1b\xff",
    rb"\\x41": r"\x41",
    rb"\"\v": r'"\v',
    b"\xff\xd0": r"\xff\xd0",
    b"\x1b": r"\x1b",
}


@pytest.mark.parametrize("raw", MENDED)
def test_what_a_client_makes_no_json(raw: bytes) -> None:
    """Escapes that are not JSON's, and bytes that are not UTF-8, are no place to hide."""
    record = read(b'{"time":"2018-05-09T16:00:39Z","status":200,"http_user_agent":"%b"}\r' % raw)
    assert record["user_agent"] == MENDED[raw]


def test_refused() -> None:
    deep: Any = []
    for _ in range(33):
        deep = [deep]
    started = {"level": "info", "ts": 1525881639.5, "msg": "serving initial configuration"}
    no_request = [b"{}", orjson.dumps(started), orjson.dumps({**TIME, "request": "x"})]
    assert [refused(line) for line in no_request] == [
        f"no request in it: no method, path or status in {names}"
        for names in ("an object without names", "level, ts, msg", "time, request")
    ]
    assert {refused(line) for line in (b'{"a"', b"GET /", b'{"a":"\\q"}', b"\0")} == {"not JSON"}
    assert {refused(line) for line in (b"[]", b"1", b'"a"')} == {"not a JSON object"}
    assert refused(orjson.dumps({**GET, "x": deep})) == "nested deeper than 32"
    twice = {**CADDY, "logger": "http.log.error.log0"}
    assert refused(orjson.dumps(twice)) == "not of the access log, by its logger"
    assert {JsonLog().parse(line) for line in (b"", b" \r")} == {None}


@max_examples(250)
@given(st.dictionaries(KEYS, VALUES, max_size=8), st.booleans())
def test_any_object(fields: dict[str, Any], dated: bool) -> None:
    with suppress(Refused):
        hold(read(orjson.dumps(fields | {"ts": 1525881639, "status": 200} if dated else fields)))


@max_examples(250)
@given(st.binary(), st.booleans())
def test_any_bytes(raw: bytes, inside: bool) -> None:
    line = b'{"ts":1525881639,"uri":"/a","x":"' + raw + b'"}' if inside else raw
    with suppress(Refused):
        if record := JsonLog().parse(line):
            hold(record)
