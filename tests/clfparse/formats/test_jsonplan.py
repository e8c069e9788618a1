"""clfparse.jsonplan: a plan makes the record that reading item by item makes, in bounded memory."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonlogs import CADDY, GET, KEYS, KNOWN, TIME, VALUES, itemized, outcome, parsed, shuffled
from profiles import max_examples

from clfparse.formats import jsonlog, jsonopen, jsonplan, remembered
from clfparse.formats.jsontext import load

HEADERS = ["User-Agent", "user-agent", "Referer", "A-B", "a_b", "A_b", "Vary", "Type", ""]
NAMES = st.sampled_from(
    [
        *(name.removeprefix("request.").removeprefix("headers.") for name in KNOWN),
        *("request", "request.headers", "resp_headers", "resp_headers.Vary", "headers.Referer"),
        *("http_a_b", "http_a-b", "request_A-B", "sent_http_vary", "downstream_Vary", "header_a"),
        *("response_header_vary", "json_header_a_b", "json_request", "json_time", "type", "level"),
    ]
)
TEXTS = st.sampled_from(["x", "", "-", "é", "\x7f", "\n", "GET /a?b HTTP/1.1", "192.0.2.7", "7"])
OBJECTS_OF_HEADERS = st.dictionaries(
    st.sampled_from(HEADERS), st.lists(TEXTS, min_size=1, max_size=2), max_size=4
) | st.dictionaries(st.sampled_from(HEADERS) | KEYS, st.lists(TEXTS) | VALUES, max_size=4)
SCALARS = TEXTS | st.sampled_from([None, True, 0, 200, 0.5, -1, 1525881639, 10**18])
REQUESTS = st.fixed_dictionaries(
    {"method": SCALARS},
    optional={
        **dict.fromkeys(("uri", "host", "proto", "client_ip", "remote_ip", "type"), SCALARS),
        **dict.fromkeys(("headers.A-B", "headers.Referer"), OBJECTS_OF_HEADERS | SCALARS),
        "headers": OBJECTS_OF_HEADERS | VALUES,
        "tls": VALUES,
    },
)
LINES = st.builds(
    lambda line, others, seed: shuffled(line | others, seed),
    st.fixed_dictionaries(
        {"ts": st.sampled_from([1525881639, 1525881639.5, "2018-05-09T16:00:39.5Z"])},
        optional={
            "request": REQUESTS | REQUESTS | SCALARS | VALUES,
            "resp_headers": OBJECTS_OF_HEADERS | VALUES,
            **dict.fromkeys(("status", "size", "duration", "user_id", "logger", "level"), SCALARS),
        },
    ),
    st.dictionaries(NAMES, SCALARS, max_size=4)
    | st.dictionaries(NAMES | KEYS, SCALARS | VALUES, max_size=4),
    st.integers(),
)
INSIDE = [
    rb"\x41",
    rb"\x22",
    rb"\u0026",
    rb"\u0000",
    rb"\/",
    rb"\\",
    rb"\"",
    rb"\n",
    b"\xff",
    b"\t",
]


@max_examples(400)
@given(LINES, st.booleans())
def test_a_plan_changes_nothing(line: dict[str, Any], escaped: bool) -> None:
    written = json.dumps(line, ensure_ascii=escaped).encode(errors="surrogatepass")
    assert parsed(written) == itemized(written)


@max_examples(250)
@given(LINES, st.lists(st.tuples(st.integers(0, 400), st.sampled_from(INSIDE)), max_size=3))
def test_nor_does_it_to_what_is_hardly_json(line: dict[str, Any], put: list[Any]) -> None:
    pieces = json.dumps(line).encode().split(b'"')
    for place, inside in put:
        pieces[place % len(pieces)] += inside
    written = b'"'.join(pieces)
    assert parsed(written) == outcome(lambda: jsonlog._itemized(load(written.strip(b" \t\r"))[0]))


@max_examples(200)
@given(st.lists(LINES, min_size=2, max_size=2))
def test_nor_to_names_that_come_twice(lines: list[dict[str, Any]]) -> None:
    written = b"{%b,%b}" % tuple(orjson.dumps(line)[1:-1] for line in lines)
    assert parsed(written) == itemized(written)


@pytest.mark.parametrize("depth", range(28, 36))
@pytest.mark.parametrize("name", ["x", "request", "resp_headers", "http_a", "status"])
def test_nor_to_what_is_nested(name: str, depth: int) -> None:
    for value in (b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth):
        line = b'{"ts":1525881639,"uri":"/a","%b":%b}' % (name.encode(), value)
        assert parsed(line) == itemized(line)


def usual(**fields: Any) -> bytes:
    return orjson.dumps(CADDY | fields)


USUAL = {
    "caddy": usual(),
    "caddy, a header of two values": usual(resp_headers={"Vary": ["Origin", "Accept"]}),
    "caddy, no headers": usual(request={"method": "GET", "uri": "/", "host": "a"}, resp_headers={}),
    "nginx": b'{"time_iso8601":"2018-05-09T16:00:39+00:00","request":"GET / HTTP/1.1","http_a":"",'
    b'"status":"200","request_time":"0.1","server_name":"_","sent_http_b":"-","x":"y"}',
    "traefik": rb'{"RequestMethod":"GET","RequestPath":"/?a=b\u0026c","StartUTC":"2018-05-09T16:00'
    rb':39.123456789Z","RequestPort":"-","request_X-Id":"\u003c","time":"2018-05-09T16:00:40Z"}',
    "an application": rb'{"time":1525881639000,"url":"\/a\/b","msg":"\"\\","req":{"headers":{"a":'
    rb'["1"],"b":"2"}},"user":"\u00e9"}',
    "UTF-8": '{"ts":1525881639,"uri":"/П","user":"é"}'.encode(),
}


@pytest.mark.parametrize("line", USUAL.values(), ids=USUAL)
def test_what_servers_write_goes_by_plan(line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = itemized(line)
    monkeypatch.delattr(jsonlog, "_itemized")
    assert parsed(line) == expected


# What a line has beside GET, and what of the record comes of it, in this order.
UNUSUAL: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "two spellings of a header": (
        {"request": {"headers": {"A-B": ["1"], "a_b": ["2"]}}},
        {"header_a_b": "1", "json_header_a_b": "2"},
    ),
    "headers around others": (
        {"http_a": "1", "request": {"headers": {"B": ["2"]}}, "http_c": "3", "sent_http_d": "4"},
        {"header_a": "1", "header_b": "2", "header_c": "3", "response_header_d": "4"},
    ),
    "headers in two places": (
        {"http_a": "1", "request": {"headers": {"A": ["2"]}}, "http_A": "3"},
        {"header_a": "1", "json_header_a": "2", "json_13_json_header_a": "3"},
    ),
    "fields in two places": (
        {"request.method": "PUT", "request": {"method": "POST"}, "method": ""},
        {"method": "PUT", "json_request": {"method": "POST"}},
    ),
    "flat already": (
        {"request.headers.A": "1", "request.tls": 2, "request.uri": "/c/d"},
        {"path": "/c/d", "header_a": "1", "request.tls": 2},
    ),
    "a header that is no list": (
        {"request": {"headers": {"A": "1", "B": {"c": [2]}, "C": [3], "Referer": [None]}}},
        {"header_a": "1", "header_b": {"c": [2]}, "header_c": [3], "header_referer": [None]},
    ),
    "headers of a flat request": (
        {"request": {"headers": {"A": ["1"]}, "headers.A": 2, "headers.B": ["3"]}},
        {"header_a": "1", "json_request": {"headers.A": 2, "headers.B": ["3"]}},
    ),
    "a header without a value": (
        {"request": {"headers": {"A": [], "B": ["-"]}}, "resp_headers": {"C": [""]}},
        {"header_a": None, "header_b": None, "response_header_c": None},
    ),
    "a field's header without a value": (
        {"request": {"headers": {"Referer": ["-"]}}, "referer": "/b"},
        {"referer": "/b"},
    ),
    "a type within": ({"x": [{"type": 1}], "y": {"type": 2}}, {"y": {"json_type": 2}}),
    "two names that become one": (
        {"type": 1, "json_type": 2, "json_request": 3, "request": {"id": 4}},
        {"json_type": 1, "json_json_type": 2, "json_request": 3, "json_14_json_request": {"id": 4}},
    ),
}


@pytest.mark.parametrize(("fields", "expected"), UNUSUAL.values(), ids=UNUSUAL)
def test_unusual(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    record = jsonlog.JsonLog().parse(orjson.dumps(GET | fields))
    assert record
    assert [(name, record[name]) for name in record if name in expected] == list(expected.items())


def test_what_is_remembered_is_bounded() -> None:
    """However many names clients make up, and however long they are."""
    for number in range(3 * remembered.NAMES):
        name = f"X-{number}" if number % 3 else f"X-{number}-{'a' * number}"
        headers = {name: ["1"]}
        nested = {**TIME, "request": {"method": "GET", "headers": headers}, "resp_headers": headers}
        flat = {**GET, f"request_{name}": "1"}
        own = name.lower().replace("-", "_")
        for line in (nested, flat):
            record = jsonlog.JsonLog().parse(orjson.dumps(line))
            assert record
            assert record[f"header_{own}"] == "1"
    assert 0 < len(jsonplan.PLANS) <= remembered.SHAPES
    assert max(map(jsonplan._length, jsonplan.PLANS)) <= remembered.LONGEST_SHAPE
    for looks in jsonopen._LOOKS.values():
        assert len(looks) <= remembered.SHAPES
        assert all(sum(map(len, names)) <= remembered.LONGEST_SHAPE for names in looks)
    for names in (set(jsonplan._OWN), *map(set, jsonplan.HEADER_NAMES.values())):
        assert 0 < len(names) <= remembered.NAMES
        assert max(map(len, names)) <= remembered.LONGEST_NAME
