"""`kinds`: what a user is, what is one request, where another line begins."""

import re
from typing import Any

import pytest

from clfparse.filter import Parser
from clfparse.stream.rejects import Rejects
from clfparse.values import kinds
from clfparse.values.kinds import is_torn, is_user, one_request

AT = b"[10/Oct/2000:13:55:36 -0700]"


@pytest.mark.parametrize(
    "raw", [b"-", b'""', b"jane", b"jane doe", b"- b", b"a - b", b"[x]", b"a - -b"]
)
def test_a_user(raw: bytes) -> None:
    assert is_user(raw, named=False)


@pytest.mark.parametrize(
    "raw",
    [
        *(b"192.0.2.1 - frank", b"192.0.2.1, 192.0.2.2 -", b"a.b - -", b"- -", b"bob ::1 x"),
        *(b"10 13:55:36 192.0.2.1 - -", b"[192.0.2.1] - -", b"- [1", b"a [10/Oct/20 x"),
        b"x -0700] 192.0.2.1 y",
    ],
)
def test_what_holds_a_client_is_no_user(raw: bytes) -> None:
    assert not is_user(raw, named=False)


def test_behind_a_name_a_dash_is_no_part_of_a_user() -> None:
    assert is_user(b"a b", named=True)
    assert not is_user(b"a - b", named=True)


@pytest.mark.parametrize(
    "raw", [b"13:55:36", b"10 13:55:36.123 2023", b"13:55:36Z", b"django:", b"|", b"app |"]
)
def test_behind_a_name_a_clock_is_no_user_nor_a_program(raw: bytes) -> None:
    """`Oct 10 13:55:36` before a line that has no client."""
    assert not is_user(raw, named=True)
    assert is_user(raw, named=False)
    line = b'Oct 10 %b [10/Oct/2023:13:55:36 +0000] "GET /a HTTP/1.1" 200 5\n' % raw
    for number in (1, 2, 40):
        assert b'"Oct"' not in Parser(Rejects("p", "h")).add(line * number)


@pytest.mark.parametrize(
    "raw", [b"GET / HTTP/1.1", b"", b"-", b'GET /"a"b HTTP/1.1', b'GET /" HTTP']
)
def test_one_request(raw: bytes) -> None:
    assert one_request(raw) == raw


def test_colors_are_no_part_of_a_request() -> None:
    assert one_request(b"\x1b[1m\x1b[35mGET / HTTP/1.1\x1b[0m").endswith(b"GET / HTTP/1.1")


@pytest.mark.parametrize(
    "raw", [b'GET / HTTP/1.1" "GET /', b'GET /" 200 5 ' + AT + b' "GET /', b'""a""']
)
def test_two_requests(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"two requests|doubled"):
        one_request(raw)


def test_another_line_begins_with_a_time_and_a_request() -> None:
    assert is_torn(b"x " + AT + b' "GET /')
    assert not is_torn(b"x " + AT)
    assert not is_torn(b'x "GET /')


# A kind, texts it takes and what it reads of them, texts it does not take.
READ: list[tuple[kinds.Kind, dict[bytes, Any], list[bytes]]] = [
    (kinds.HOST_NAME, {b"a": "a", b"-": None, b"::1": "::1"}, [b"", b"a:80", b"12:30:45", b"a b"]),
    (
        kinds.IDENT,
        {b"-": None, b"bob": "bob"},
        [b"", b"192.0.2.1", b"web:", b"a|b", b"12:30", b"a,b"],
    ),
    (kinds.CLIENT, {b"a:80": {"host": "a", "remote_port": 80}}, [b"a", b"a:", b"12:30:45:80"]),
    (kinds.STATUS, {b"200": 200, b"-": None, b"-1": None}, [b"20", b"2000", b"+20", b""]),
    (kinds.NUMBER, {b"12": 12, b"-": None, b"+5": 5}, [b"", b"1.5", b"-5", b"9" * 19]),
    (kinds.COUNT, {b"12": 12, b"-1": None, b"+12": 12}, [b"", b"1.5"]),
    (kinds.TIMER, {b"1500": 1.5, b"-1": None, b"+1500": 1.5}, [b"", b"1.5"]),
    (kinds.MILLISECONDS, {b"1.5": 0.0015, b"-": None}, [b"", b"1,5", b"1ms"]),
    (kinds.SPAN, {b"1h2m3.5s": 3723.5, b"12 ms": 0.012, b"-": None}, [b"", b"12", b"1d"]),
    (
        kinds.UPSTREAMS,
        {b"0.1, 0.2 : 0.3": 0.6, b"-": None, b"-, 0.1": 0.1},
        [b"", b"a", b"0.1,0.2"],
    ),
    (kinds.UPSTREAM_LIST, {b"a, b : c": "a, b : c", b"-": None}, []),
    (kinds.SERVER_NAME, {b"a.b": "a.b", b"_": "_", b"-": None}, [b"", b"a b", b"a:80", b"<1>a"]),
    (kinds.HOST_HEADER, {b"a.b:80": "a.b:80", b"a.b": "a.b"}, [b"", b"a b", b"x:a.b"]),
    (
        kinds.FIRST_WORD,
        {b"abc": "abc", b"a.b:80": "a.b:80"},
        [b"", b"a b", b"x:abc", b"<1>a", b"a|"],
    ),
    (kinds.BARE_REQUEST, {b"-": {"request": None}}, [b"", b"GET /"]),
]


@pytest.mark.parametrize(("kind", "read", "other"), READ, ids=[kind[0].expected for kind in READ])
def test_a_kind(kind: kinds.Kind, read: dict[bytes, Any], other: list[bytes]) -> None:
    assert kind.pattern is not None
    pattern = re.compile(kind.pattern)
    for raw, value in read.items():
        assert pattern.fullmatch(raw), raw
        assert kind.read(raw) == value
    assert [raw for raw in other if pattern.fullmatch(raw)] == []


def test_addresses_that_are_the_only_client() -> None:
    kind = kinds.forwarded("header_x", None)
    assert kind.read(b"192.0.2.1:80, ::1") == {"host": "192.0.2.1", "header_x": "192.0.2.1:80, ::1"}
    assert kind.read(b"-") == {"host": None, "header_x": None}
