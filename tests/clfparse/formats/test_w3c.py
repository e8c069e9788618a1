"""clfparse.formats.w3c: directives, fields by name, and what each server does to them."""

from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples
from w3clogs import CLOUDFRONT, IIS

from clfparse.formats.w3c import W3C
from clfparse.record import ALWAYS, Refused
from clfparse.values.times import instant


def parse(*lines: bytes) -> dict[str, Any]:
    """Return the record of the last line; those before it are directives or data."""
    log = W3C()
    for line in lines[:-1]:
        log.parse(line)
    record = log.parse(lines[-1])
    assert record is not None
    return record


def read_one(fields: bytes, values: bytes, *directives: bytes) -> dict[str, Any]:
    """Return the record of some fields beside a date and a time."""
    return parse(*directives, b"#Fields: date time " + fields, b"2018-05-09 16:00:39 " + values)


def refused(*lines: bytes) -> str:
    with pytest.raises(Refused) as error:
        parse(*lines)
    return str(error.value)


def test_iis() -> None:
    record = parse(
        b"#Software: Microsoft Internet Information Services 10.0",
        IIS,
        b"2024-03-01 07:08:09 10.0.0.5 GET /shop/cart id=7&x=/ 443 CORP\\x41nn 192.0.2.7"
        b" Mozilla/5.0+(X;+bot/2.0;++http://b.example) http://a.example/?q=a+b 200 0 0 512 301"
        b" 15\r",
    )
    assert list(record)[:11] == ALWAYS
    assert record == {
        "time": "2024-03-01T07:08:09+00:00",
        "host": "192.0.2.7",
        "ident": None,
        "user": "CORP\\x41nn",
        "method": "GET",
        "path": "/shop/cart",
        "query": "id=7&x=/",
        "protocol": None,
        "status": 200,
        "bytes": 512,
        "section": "/shop",
        "duration": 0.015,
        "referer": "http://a.example/?q=a+b",
        "user_agent": "Mozilla/5.0 (X; bot/2.0; +http://b.example)",
        "bytes_in": 301,
        "port": 443,
        "server_address": "10.0.0.5",
        "sc_substatus": "0",
        "sc_win32_status": "0",
    }


def test_cloudfront() -> None:
    values = (
        b"2024-03-01 07:08:09 FRA2-C1 335 192.0.2.8 HEAD d1.cloudfront.example /a/b%20c 304 -"
        b" Mozilla/5.0%2520(X)%1B - www.example.com https 123 0.338 HTTP/2.0"
    )
    record = parse(b"#Version: 1.0", CLOUDFRONT, values.replace(b" ", b"\t"))
    optional = {key: value for key, value in record.items() if key not in ALWAYS}
    assert optional == {
        "duration": 0.338,
        "referer": None,
        "user_agent": "Mozilla/5.0 (X)\\x1b",
        "bytes_in": 123,
        "server": "www.example.com",
        "header_host": "d1.cloudfront.example",
        "x_edge_location": "FRA2-C1",
        "cs_protocol": "https",
    }
    assert (record["path"], record["section"], record["query"]) == ("/a/b%20c", "/a", None)
    assert (record["protocol"], record["status"], record["bytes"]) == ("HTTP/2.0", 304, 335)


# Fields, their values, and what of the record comes of it.
CASES: dict[str, tuple[bytes, bytes, dict[str, Any]]] = {
    "c-dns": (b"c-dns", b"a.example", {"host": "a.example"}),
    "c-ip before c-dns": (b"c-dns c-ip", b"a.example ::1", {"host": "::1", "c_dns": "a.example"}),
    "c-ip unknown": (b"c-dns c-ip", b"a.example -", {"host": "a.example"}),
    "cs-uri": (b"cs-uri", b"/a/b?c?d", {"path": "/a/b", "query": "c?d", "section": "/a"}),
    "stem with ?": (b"cs-uri-stem cs-uri-query", b"/a?b c", {"path": "/a?b", "query": "c"}),
    "cs-version": (b"cs-version", b"HTTP/1.1", {"protocol": "HTTP/1.1"}),
    "cs-protocol": (b"cs-protocol", b"HTTP/1.0", {"protocol": "HTTP/1.0"}),
    "cs-protocol is a scheme": (b"cs-protocol", b"http", {"protocol": None, "cs_protocol": "http"}),
    "-": (b"sc-status sc-bytes", b"- -", {"status": None, "bytes": None}),
    "seconds": (b"time-taken", b"15", {"duration": 15}),
    "seconds with a fraction": (b"time-taken s-sitename", b"0.015 W3SVC1", {"duration": 0.015}),
    "milliseconds": (b"time-taken sc-substatus", b"15 0", {"duration": 0.015}),
    "no duration": (b"time-taken", b"soon", {"duration": None, "time_taken": "soon"}),
    "host with port": (b"cs-host", b"a.example:81", {"server": "a.example", "port": 81}),
    "two ports": (b"cs-host s-port", b"a.example:81 80", {"server": "a.example", "port": 80}),
    "quoted": (b"cs(User-Agent) x-a", b'"a ""b"" c" d', {"user_agent": 'a "b" c', "x_a": "d"}),
    "quoted, one word": (b"cs(User-Agent)", b'"a+b"', {"user_agent": "a+b"}),
    "a client's quote": (b"cs(User-Agent) x-a", b'"a b"', {"user_agent": '"a', "x_a": 'b"'}),
    "wide gaps": (b"  cs-method   sc-status", b"  GET    200  ", {"status": 200}),
    "headers": (
        b"x-b cs(X-Forwarded-For) sc(Content-Type) rs(Age)",
        b"1 ::1 text/html 7",
        {
            "header_x_forwarded_for": "::1",
            "response_header_content_type": "text/html",
            "x_b": "1",
            "rs_age": "7",
        },
    ),
    "type": (b"type cs(Type)", b"alert x", {"json_type": "alert", "header_type": "x"}),
    "a field of another meaning": (b"section vhost", b"a b", {"json_section": "a"}),
    "not UTF-8, control": (b"cs-uri-stem", b"/\xe4\x1b\xc3\xa4", {"path": "/\\xe4\\x1bä"}),
    "a name with control": (b"a\x1bb", b"1", {"a\\x1bb": "1"}),
    "upper case": (b"C-IP Cs(user-AGENT)", b"::1 a", {"host": "::1", "user_agent": "a"}),
}


@pytest.mark.parametrize(("fields", "values", "expected"), CASES.values(), ids=CASES)
def test_fields(fields: bytes, values: bytes, expected: dict[str, Any]) -> None:
    record = read_one(fields, values)
    assert {name: record.get(name) for name in expected} == expected


COOKIES = b"#Fields: date time cs(Cookie) cs(X)"


def test_plus_is_a_space_only_where_iis_writes_it() -> None:
    data = b"2018-05-09 16:00:39 a=b+c;+d=e f+g"
    record = parse(b"#Software: Microsoft HTTP Server API 2.0", COOKIES, data)
    assert (record["header_cookie"], record["header_x"]) == ("a=b+c; d=e", "f g")
    record = parse(b"#Software: Another", COOKIES, data)
    assert (record["header_cookie"], record["header_x"]) == ("a=b+c;+d=e", "f+g")


TIMES = {
    b"date time": (b"2018-05-09 16:00:39.9", "2018-05-09T16:00:39+00:00"),
    b"time date": (b"16:00 2018-05-09", "2018-05-09T16:00:00+00:00"),
    b"date-local time-local": (b"2018-05-09 16:00:39", "2018-05-09T16:00:39+00:00"),
    b"time date x-a": (b"23:59:60 2016-12-31 -", "2016-12-31T23:59:60+00:00"),
}


@pytest.mark.parametrize("fields", TIMES)
def test_times(fields: bytes) -> None:
    values, expected = TIMES[fields]
    assert parse(b"#Fields: " + fields, values)["time"] == expected


@pytest.mark.parametrize("day", [b"2024-02-28", b"28-Feb-2024", b"28/Feb/2024"])
def test_date_directive_and_midnight(day: bytes) -> None:
    """A line late by a second does not turn the day, nor does the one after it turn it again."""
    clocks = b"12:00:00 23:59:59 23:59:58 00:00:01 23:59:59 00:00:02 11:00:00 23:59:59 00:00:00"
    days = [28, 28, 28, 29, 28, 29, 29, 29, 1]
    log = W3C()
    for directive in (
        b"#Date: " + day + b" 11:59:59\r",
        b"#Fields: time\r",
        b"",
        b"\r",
    ):
        assert log.parse(directive) is None
    times = [record["time"] for clock in clocks.split() if (record := log.parse(clock))]
    assert [int(time[8:10]) for time in times] == days


def test_fields_change() -> None:
    log = W3C()
    log.parse(b"#Fields: date time sc-status")
    assert (log.parse(b"2018-05-09 16:00:39 200") or {})["status"] == 200
    log.parse(b"#Fields: date time c-ip sc-status")
    assert (log.parse(b"2018-05-09 16:00:39 ::1 404") or {})["status"] == 404


F = b"#Fields: date time sc-status sc-bytes"
REFUSED = {
    "no #Fields line so far": [b"2018-05-09 16:00:39 200 1"],
    "3 fields, where #Fields names 4": [F, b"2018-05-09 16:00:39 200"],
    "5 fields, where #Fields names 4": [F, b"2018-05-09 16:00:39 200 1 1"],
    "status or size is no number in range": [F, b"2018-05-09 16:00:39 1000 1"],
    "no time in the line": [b"#Fields: date", b"2018-05-09"],
    "no date, neither among #Fields nor as #Date": [b"#Fields: time", b"16:00:39"],
    "impossible time: not of the form 13:55:36": [F, b"2018-05-09 24:00:01 200 1"],
    "impossible time: day is out of range for month": [F, b"2018-02-30 16:00:39 200 1"],
    "impossible time: year 9998 is out of range": [F, b"9998-01-01 16:00:39 200 1"],
    "#Fields names 0 fields, not 1 to 256": [b"#Fields:"],
    "#Fields names 300 fields, not 1 to 256": [b"#Fields:" + b" a" * 300],
    "#Fields names a field twice: its first value is taken": [b"#Fields: time c-ip C-IP"],
}


@pytest.mark.parametrize("reason", REFUSED)
def test_refused(reason: str) -> None:
    assert refused(*REFUSED[reason]) == reason


def test_after_a_refused_fields_line() -> None:
    log = W3C()
    for line in (b"#Fields:", b"#Fields: date time a A"):
        with pytest.raises(Refused):
            log.parse(line)
    assert (log.parse(b"2018-05-09 16:00:39 1 2") or {})["a"] == "1"
    with pytest.raises(Refused):
        log.parse(b"#Fields:")
    with pytest.raises(Refused, match="the last #Fields line was refused"):
        log.parse(b"2018-05-09 16:00:39 1 2")


def hold(record: dict[str, Any]) -> None:
    """Assert what is true of any record."""
    assert list(record)[:11] == ALWAYS
    assert orjson.dumps(record).decode().isprintable()
    assert "type" not in record
    instant(record["time"])
    assert record["status"] is None or 0 <= record["status"] <= 999
    assert record["bytes"] is None or 0 <= record["bytes"] < 10**18


NAMES = st.lists(
    st.sampled_from([*IIS.split()[3:], *CLOUDFRONT.split()[3:], b"type", b"cs(\xff)", b"sc(type)"])
    | st.binary(max_size=6).map(lambda name: name.translate(None, b" \n")),
    max_size=8,
)
VALUES = st.binary(max_size=9) | st.sampled_from(
    [b"200", b"-", b'"', b'"a ""b"', b"%1B%25", b"1.5"]
)


@max_examples(300)
@given(NAMES, st.lists(st.lists(VALUES, max_size=8), max_size=4), st.sampled_from([b" ", b"\t"]))
def test_any_bytes(names: list[bytes], rows: list[list[bytes]], gap: bytes) -> None:
    log = W3C()
    lines = [b"#Fields: date time " + b" ".join(names)]
    lines += [gap.join([b"2018-05-09", b"16:00:39", *row]) for row in rows]
    for line in lines:
        with suppress(Refused):
            if record := log.parse(line):
                hold(record)


@max_examples(300)
@given(st.lists(st.binary(max_size=40) | st.sampled_from([b"#Fields: time", b"#Date: 9997-12-31"])))
def test_any_lines(lines: list[bytes]) -> None:
    log = W3C()
    for line in [*lines, b"23:59:59", b"00:00:00", b"00:00:00 x", b"#Date:", b"00:00:00"]:
        with suppress(Refused):
            if record := log.parse(line):
                hold(record)
