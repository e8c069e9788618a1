"""`hosts`: what a client may be, and nothing else."""

import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clfparse.values import hosts

IS = [
    *(b"192.0.2.1", b"0.0.0.0", b"::", b"::1", b"1::", b"2001:db8::1", b"fe80::1%eth0"),
    *(b"::ffff:192.0.2.1", b"64:ff9b::192.0.2.1", b"1:2:3:4:5:6:7:8", b"1:2:3:4:5:6:192.0.2.1"),
    *(b"a", b"pc.example.net", b"my_host-1", b"web1", b"a.b.", b"xn--p1ai.xn--p1ai", b"unix:"),
    *(b"ec2-192-0-2-1.compute.amazonaws.com", b"unknown", b"1e100.net"),
]
IS_NOT = [
    *(b"", b"-", b" ", b"a b", b"12", b"1.2", b"1.2.3", b"1.2.3.4.5", b"12:34:56", b"12:34"),
    *(b":::", b"::1:", b"1::2::3", b"1:2:3:4:5:6:7:8:9", b"1:2:3:4:5:6:7:8:", b"2001:db8", b":1"),
    *(b"12:2001:db8::1", b"12:fe80::1", b"access.log:192.0.2.1", b"access.log-12-192.0.2.1"),
    *(
        b"access.log.1",
        b"access.log.20231010",
        b"2023-10-10",
        b"10/Oct/2023",
        b"a,b",
        b"a|",
        b"[a]",
    ),
    *(b"192.0.2.1,192.0.2.2", b"a/b", b"<134>a", b"a\n", b"\x1b[0m", b"a\xff", b'"a"', b"x" * 256),
]
PORTED = [
    *((b"192.0.2.1:80", "192.0.2.1", 80), (b"[::1]:443", "::1", 443), (b"a.b:1", "a.b", 1)),
    *((b"[::1]", "::1", None), (b"192.0.2.1:65536", "192.0.2.1", None), (b" a ", "a", None)),
]


@pytest.mark.parametrize("raw", IS)
def test_a_host(raw: bytes) -> None:
    assert hosts.host(raw) == raw.decode()


@pytest.mark.parametrize("raw", IS_NOT)
def test_no_host(raw: bytes) -> None:
    assert re.fullmatch(hosts.HOST, raw) is None


@pytest.mark.parametrize(("raw", "host", "port"), PORTED)
def test_a_port_is_no_part_of_a_host(raw: bytes, host: str, port: int | None) -> None:
    assert (hosts.host(raw), hosts.port(raw)) == (host, port)


@pytest.mark.parametrize(
    ("raw", "host", "port"),
    [
        (b"2001:db8::1:443", "2001:db8::1", 443),
        (b"::1:8080", "::1", 8080),
        (b"1:2:3:4:5:6:7:8:443", "1:2:3:4:5:6:7:8", 443),
        (b"[::1]:443", "::1", 443),
        (b"192.0.2.1:2842", "192.0.2.1", 2842),
    ],
)
def test_a_port_may_follow_an_address_without_brackets(raw: bytes, host: str, port: int) -> None:
    assert re.fullmatch(rb"%b:%b" % (hosts.BEFORE_PORT, hosts.PORT), raw)
    assert (hosts.before_port(raw), hosts.last_port(raw)) == (host, port)


@pytest.mark.parametrize("raw", [b"13:55:36:80", b"1.2:80", b":80", b"a b:80", b"2001:db8:80"])
def test_what_is_no_host_has_no_port(raw: bytes) -> None:
    assert re.fullmatch(rb"%b:%b" % (hosts.BEFORE_PORT, hosts.PORT), raw) is None


@pytest.mark.parametrize(
    ("raw", "first"),
    [
        (b"192.0.2.1, 198.51.100.2", "192.0.2.1"),
        (b"192.0.2.1:80,10.0.0.1", "192.0.2.1"),
        (b"[2001:db8::1]:443, 10.0.0.1", "2001:db8::1"),
        (b"unknown, 192.0.2.1", "192.0.2.1"),
        (b"-", None),
        (b"", None),
        (b"<script>, 192.0.2.1", "192.0.2.1"),
    ],
)
def test_the_first_of_a_list(raw: bytes, first: str | None) -> None:
    assert hosts.first(raw) == first


LISTS = [b"-", b"unknown", b"192.0.2.1", b"192.0.2.1, ::1", b"192.0.2.1:80,[::1]:1, a.b", b"::1"]
NO_LISTS = [b"access.log:192.0.2.1", b"web1,192.0.2.1", b"12,192.0.2.1", b"<1>::1", b"", b"a b"]


def test_lists_begin_with_an_address() -> None:
    assert all(re.fullmatch(hosts.ADDRESSES, raw) for raw in LISTS)
    assert not any(re.fullmatch(hosts.ADDRESSES, raw) for raw in NO_LISTS)


@pytest.mark.parametrize(
    "raw",
    [b"a.b", b"_", b"*.a.b", b"~^(?<x>.+)$", b"[::1]", b"::1", b"https://a.b", b"192.0.2.1"],
)
def test_a_server_name(raw: bytes) -> None:
    assert re.fullmatch(hosts.SERVER, raw)


@pytest.mark.parametrize("raw", [b"", b"a:b", b"<1>a", b"a b", b"a\tb", b"(a", b"a|", b"12:a.b"])
def test_no_server_name(raw: bytes) -> None:
    assert not re.fullmatch(hosts.SERVER, raw)


@given(st.ip_addresses(v=6))
def test_every_ipv6_address_is_one(address: ipaddress.IPv6Address) -> None:
    assert hosts.is_address(str(address).encode())
    assert hosts.is_address(address.exploded.encode())


@given(st.text("0123456789abf:.", max_size=24))
def test_nothing_else_is_an_ipv6_address(text: str) -> None:
    raw = text.encode()
    if b":" in raw and hosts.is_address(raw):
        assert ipaddress.IPv6Address(re.sub(r"\b0+(?=\d+\.|\d+$)", "", text)) is not None
