"""clfparse.formats.jsonplan on the shapes of all servers: the record of reading item by item."""

import json
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonlogs import hold, itemized, parsed, shuffled
from paths import ROOT
from profiles import max_examples

from clfparse.formats import jsonlog
from clfparse.formats.jsonlog import JsonLog
from clfparse.formats.jsonnames import FORWARDED, HEADER_OBJECTS, NAMES, OBJECTS
from clfparse.record import Refused

GOLDEN = (ROOT / "tests/golden/clfparse/json-servers.in").read_bytes().splitlines()
SERVERS = [orjson.loads(line) for line in GOLDEN if b"server_software" in line]
CONTAINERS = [
    *("request", "req", "httpRequest", "http", "response", "res", "resp_headers", "user_agent"),
    *("headers", "url", "source", "client", "event", "latencies", "user", "body", "responseStatus"),
    *("network", "request_headers", *OBJECTS, *HEADER_OBJECTS),
]
PLAIN = sorted({name for names in NAMES.values() for name in names.split()})
SIGNS = ["response_flags", "controller", "view", "termination_state", "latency_human", "@version"]
KEYS = st.sampled_from([*CONTAINERS, *PLAIN]) | st.sampled_from(
    [
        *(name.title() for name in PLAIN),
        *(name.replace("_", "-").upper() for name in PLAIN),
        *(*FORWARDED, *SIGNS, "x_forwarded_for", "User-Agent", "host", "Referer", "type", "msg"),
    ]
)
TEXTS = st.sampled_from(
    [
        *("x", "", "-", "é", "\x7f", "GET /a?b HTTP/1.1", "/a/b", "https://a.example:8/c?d", "GET"),
        *("192.0.2.7", "192.0.2.7:80", "192.0.2.7, 10.0.0.1", "[::1]:9", "a b", "1.1", "HTTP/2"),
        *(
            "0.040",
            "12",
            "12ms",
            "18.2 ms",
            "0.1, - : 0.3",
            "503",
            "200 OK",
            "2024-03-01T07:08:09Z",
        ),
        *("01/Mar/2024:07:08:09 +0000", "Fri, 01 Mar 2024 07:08:09 GMT", "1709276889.5"),
    ]
)
SCALARS = TEXTS | st.sampled_from([None, True, 0, 12, 200, 0.5, 0.6051, -1, 1709276889, 10**18])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
OBJECTS_OF_FIELDS = st.dictionaries(KEYS, SCALARS | VALUES, max_size=8)
LINES = st.builds(
    lambda line, ts, container, inside: {**line, **ts, container: inside},
    OBJECTS_OF_FIELDS,
    st.sampled_from([{"ts": 1709276889}, {"time": "2024-03-01T07:08:09Z", "status": 200}, {}]),
    st.sampled_from(CONTAINERS),
    OBJECTS_OF_FIELDS | OBJECTS_OF_FIELDS | VALUES,
)


@max_examples(400)
@given(LINES)
def test_a_plan_changes_nothing(line: dict[str, Any]) -> None:
    written = json.dumps(line, ensure_ascii=False).encode()
    assert parsed(written) == itemized(written)
    with suppress(Refused):
        if record := JsonLog().parse(written):
            hold(orjson.loads(orjson.dumps(record)))


@max_examples(250)
@given(st.sampled_from(SERVERS), OBJECTS_OF_FIELDS, st.integers())
def test_nor_to_servers_lines(server: dict[str, Any], others: dict[str, Any], seed: int) -> None:
    written = json.dumps(shuffled(server | others, seed)).encode()
    assert parsed(written) == itemized(written)


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server["server_software"])
def test_what_servers_write_goes_by_plan(
    server: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = orjson.dumps(server)
    expected = itemized(written)
    monkeypatch.delattr(jsonlog, "_itemized")
    assert parsed(written) == expected
