"""clfparse.formats.client: the client behind proxies, taken from the field that holds it."""

import json

import pytest

from clfparse.filter import Parser
from clfparse.formats.client import Client
from clfparse.formats.detect import format_of
from clfparse.stream.rejects import Rejects

LINE = b'10.0.0.1 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 12 "-" "x"'
MAIN = LINE + b' "%b"\n'
FORM = '%h %t "%r" %>s "%{CF-Connecting-IP}i"'
OWN = b'10.0.0.1 [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 "%b"\n'


def hosts(client: str, block: bytes, form: str = "auto") -> list[str | None]:
    rejects = Rejects("p", "hint")
    records = Parser(rejects, format_of(form), client).add(block)
    assert rejects.messages == []
    return [json.loads(record)["host"] for record in records.splitlines()]


@pytest.mark.parametrize(
    ("listed", "host"),
    [
        (b"203.0.113.7", "203.0.113.7"),
        (b"203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (b"2001:db8::1,10.0.0.2", "2001:db8::1"),
        (b"-", "10.0.0.1"),
    ],
)
@pytest.mark.parametrize("field", ["header_x_forwarded_for", "X-Forwarded-For", "x_forwarded_for"])
def test_first_of_the_list(listed: bytes, host: str, field: str) -> None:
    """By its field, or by the header's own name; where it has none, host stays."""
    block = MAIN % listed + MAIN % b"-"
    assert hosts(field, block) == [host, "10.0.0.1"]


@pytest.mark.parametrize(
    ("sent", "host"),
    [
        (b"203.0.113.7:4711", "203.0.113.7"),
        (b"[2001:db8::1]:80", "2001:db8::1"),
        (b"nonsense of a client, 203.0.113.7", "203.0.113.7"),
        (b"a b", "10.0.0.1"),
        (b"", "10.0.0.1"),
    ],
)
def test_by_a_format_string(sent: bytes, host: str) -> None:
    """Ports are cut off, and what is no address is passed over."""
    assert hosts("cf_connecting_ip", OWN % sent, FORM) == [host]


def test_json() -> None:
    line = {"time": "2023-10-10T13:55:36Z", "remote_addr": "10.0.0.1", "method": "GET", "path": "/"}
    block = b"".join(
        json.dumps(line | {"true_client": value}).encode() + b"\n"
        for value in ("203.0.113.7", ["203.0.113.8", "10.0.0.2"], None, 7)
    )
    assert hosts("true_client", block) == ["203.0.113.7", "203.0.113.8", "10.0.0.1", "10.0.0.1"]


def test_the_record_is_else_the_same() -> None:
    block = MAIN % b"203.0.113.7" * 3
    records = Parser(Rejects("p", "hint")).add(block)
    taken = Client("header_x_forwarded_for").take(records)
    assert taken == records.replace(b'"host":"10.0.0.1"', b'"host":"203.0.113.7"')


@pytest.mark.parametrize("lines", [1, 1000, 5000])
def test_a_field_that_no_record_has_is_reported_once(lines: int) -> None:
    rejects = Rejects("p", "hint")
    parser = Parser(rejects, format_of("auto"), "x_real_ip")
    for _ in range(lines // 500 + 1):
        parser.add((LINE + b"\n") * min(lines, 500))
    parser.close()
    assert rejects.messages == ["p: no record has a field 'x_real_ip': host stays as it is"]
