"""Objects that JSON logs may hold: what Caddy writes, and any other."""

from collections.abc import Callable
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import strategies as st

from clfparse.formats import jsonlog
from clfparse.formats.jsonlog import JsonLog
from clfparse.formats.jsonnames import NAMES
from clfparse.formats.jsontext import load
from clfparse.record import ALWAYS, Refused
from clfparse.values.times import instant

TIME = {"time": "2018-05-09T16:00:39Z"}
GET = {**TIME, "method": "GET", "path": "/a/b"}

CADDY = {
    "level": "info",
    "ts": 1709276889.5046275,
    "logger": "http.log.access.log0",
    "msg": "handled request",
    "request": {
        "remote_ip": "10.0.0.2",
        "remote_port": "41342",
        "client_ip": "192.0.2.7",
        "proto": "HTTP/2.0",
        "method": "GET",
        "host": "www.example.com:8443",
        "uri": "/shop/cart?id=7",
        "headers": {
            "User-Agent": ["curl/8.5"],
            "Accept-Encoding": ["gzip", "br"],
            "Type": ["alert"],
        },
        "tls": {"resumed": False, "version": 772},
    },
    "bytes_read": 3,
    "user_id": "",
    "duration": 0.000929675,
    "size": 10900,
    "status": 200,
    "resp_headers": {"Server": ["Caddy"], "Content-Type": ["text/html"]},
}


def shuffled(fields: dict[str, Any], seed: int) -> dict[str, Any]:
    """Return the fields in another order. Hypothesis draws one number for it, not one a field."""
    items = list(fields.items())
    return dict(Random(seed).sample(items, len(items)))  # noqa: S311 - not for secrets


KNOWN = sorted({name for names in NAMES.values() for name in names.split()})
KEYS = st.sampled_from([*KNOWN, "request", "type", "json_type", "json_request"]) | st.text()
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.text(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["-", "GET / HTTP/1.1", "GET -", "- -", "[::1]:8", "a:1", "1h", "5, -"]),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)


def read(line: bytes) -> dict[str, Any]:
    record = JsonLog().parse(line)
    assert record is not None
    assert list(record)[:11] == ALWAYS
    return record


def parse(fields: dict[str, Any]) -> dict[str, Any]:
    return read(orjson.dumps(fields))


def refused(line: bytes) -> str:
    with pytest.raises(Refused) as error:
        JsonLog().parse(line)
    return str(error.value)


def keys(value: object) -> set[str]:
    """Return all keys, at any depth."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def hold(record: dict[str, Any]) -> None:
    """Assert what is true of any record."""
    assert list(record)[:11] == ALWAYS
    assert orjson.dumps(record).decode().isprintable()
    assert "type" not in keys(record)
    instant(record["time"])
    for name, largest in {"status": 999, "bytes": 10**18 - 1, "port": 65535}.items():
        number = record.get(name)
        assert number is None or (type(number) is int and 0 <= number <= largest)
    for name in ("duration", "upstream_duration"):
        assert record.get(name) is None or record[name] >= 0
    texts = {*ALWAYS[:8], "section", "referer", "user_agent", "server", "request"}
    assert all(isinstance(record.get(name), str | None) for name in texts)


Made = bytes | str | None


def outcome(make: Callable[[], dict[str, Any] | None]) -> Made:
    """Return what is written of a line, or why it is refused."""
    try:
        record = make()
    except Refused as refused:
        return str(refused)
    return orjson.dumps(record) if record else None


def parsed(line: bytes) -> Made:
    return outcome(lambda: jsonlog.JsonLog().parse(line))


def itemized(line: bytes) -> Made:
    """Do without a plan's short cuts."""
    return outcome(lambda: jsonlog._itemized(load(line.strip(b" \t\r"))[0]))
