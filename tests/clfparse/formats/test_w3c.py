"""clfparse.formats.w3c: directives, fields by name, and what each server does to them."""

from contextlib import suppress
from itertools import cycle, islice
from typing import Any
from unittest.mock import patch

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples

from clfparse.filter import Parser
from clfparse.formats.detect import format_of
from clfparse.formats.w3c import NAMES as CANDIDATES
from clfparse.formats.w3c import W3C
from clfparse.formats.w3cform import W3CForms
from clfparse.record import Refused
from clfparse.stream.rejects import Rejects
from clfparse.values.times import instant

ALWAYS = ["time", "host", "ident", "user", "method", "path", "query", "protocol", "status"]
ALWAYS += ["bytes", "section"]

IIS = (
    b"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip"
    b" cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status sc-bytes cs-bytes"
    b" time-taken"
)
CLOUDFRONT = (
    b"#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status"
    b" cs(Referer) cs(User-Agent) cs-uri-query x-host-header cs-protocol cs-bytes time-taken"
    b" cs-protocol-version"
)


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
        b"\xef\xbb\xbf#Date: " + day + b" 11:59:59\r",
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
    "impossible time: not of the form 13:55:36": [F, b"2018-05-09 24:00:00 200 1"],
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


def both(blocks: list[bytes]) -> int:
    """Go the fast way and the slow one, hold both against each other; return how many went slow."""
    fast, slow = Rejects("clfparse", "hint"), Rejects("clfparse", "hint")
    quick, reference = Parser(fast, format_of("w3c")), Parser(slow, format_of("w3c"))
    with patch.object(quick, "slow", wraps=quick.slow) as spy:
        for block in blocks:
            assert quick.add(block) == reference.slow(block)
            assert vars(fast) == vars(slow)
    return sum(call.args[0].count(b"\n") for call in spy.call_args_list)


LINES = {
    "IIS": (
        IIS,
        b"2024-03-01 07:08:09 10.0.0.5 GET /a/b x=1 443 - ::1 a+(b;++c) - 200 0 0 512 301 15",
    ),
    "IIS, user": (
        IIS,
        b"2024-03-01 07:08:09 ::2 POST /a - 80 A\\b 1.2.3.4 - http://r/ 404 0 0 0 - -",
    ),
    "IIS, UTF-8": (
        IIS,
        "2024-03-01 07:08:09 ::2 GET /ä/\u202e ä 80 - ::1 ä+\\+b http://ä/+ 200 0 0 5 1 0".encode(),
    ),
    "CloudFront": (
        CLOUDFRONT,
        b"2024-03-01 07:08:09 FRA2-C1 3 ::1 GET d1 /a%20c 304 - a/5%2520(X)%1B - b h 1 0.3 HTTP/2",
    ),
    "few": (b"#Fields: c-ip date time cs-uri", b"::1 2024-03-01 07:08:09 /a/b?c"),
    "seconds": (b"#Fields: date time time-taken", b"2024-03-01 07:08:09 007"),
    "two names": (b"#Fields: date time c-ip c-dns", b"2024-03-01 07:08:09 ::1 -"),
    "local": (b"#Fields: date-local time-local x", b"2024-03-01 07:08:09 y"),
}


@pytest.mark.parametrize("gap", [b" ", b"\t"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize(("fields", "values"), LINES.values(), ids=LINES)
def test_lines_take_the_fast_way(fields: bytes, values: bytes, end: bytes, gap: bytes) -> None:
    """All but directives, however often these come, whatever separates fields."""
    data = values.replace(b" ", gap) + end
    for number in (1, 40):
        block = fields + end + data * number
        assert both([block]) == 1
        assert both([block * 2, data, data, block]) == 3


def test_directives_amid_a_block() -> None:
    """Each line is read by the directives before it, in a block as well."""
    first, second = b"#Fields: date time c-ip sc-status", b"#Fields: date time sc-status c-ip"
    data = b"2018-05-09 16:00:39 200 404"
    odd = [
        b"",
        b" \t\r",
        b"#Software: Microsoft IIS",
        b"\xef\xbb\xbf#Date: 2018-05-09",
        b"#Fields:",
    ]
    lines = [
        first,
        data,
        data,
        second,
        data,
        *odd[:4],
        data,
        b"\xef\xbb\xbf" + data,
        odd[4],
        data,
        first,
    ]
    assert both([b"".join(line + b"\n" for line in [*lines, data])]) == 10
    rejects = Rejects("clfparse", "hint")
    block = b"\n".join([first, data, second, data, b""])
    records = Parser(rejects, format_of("w3c")).add(block).splitlines()
    statuses = [(record["host"], record["status"]) for record in map(orjson.loads, records)]
    assert statuses == [("200", 404), ("404", 200)]


FIELDS = [name for candidates in CANDIDATES.values() for name in candidates if name != "time"]
FIELDS += ["s-ip", "cs(Cookie)", "cs(x)", "sc(y)", "type", "x-edge-location", "sc-substatus", "a%b"]
PLAIN = {"cs-method": b"GET", "cs-uri-stem": b"/a/b", "cs-uri": b"/a/b?c", "s-port": b"80"}
PLAIN |= dict.fromkeys(CANDIDATES["protocol"], b"HTTP/1.1")
PLAIN |= dict.fromkeys([*CANDIDATES["duration"], *CANDIDATES["bytes"], "sc-status"], b"15")
ODD = (
    b'- - 0 007 1.5 1e5 70000 a+b a++b ;+c %20x %2D %2520 "q" "a b" q" \\x / /# /a?b /#/ h:80 http'
)
ODDS = [
    *ODD.split(b" "),
    b"\xd0\x9f",
    b"\xff",
    b"\x1b",
    b"",
    b"x\r",
    b"9" * 17,
    b"0.338",
    b"+",
    b"/\xa0",
]
BETWEEN = [
    b"",
    b"\r",
    b"#",
    b"#Software: Microsoft",
    b"#Software: x",
    b"#Date: 2018-05-09",
    b"junk",
]
BETWEEN += [b"\xef\xbb\xbf#Date: 2018-05-10", b"\xef\xbb\xbf::1 2018-05-09 16:00:39", b"#Fields:"]
DATES = [b"2018-05-09"] * 20 + [b"2018-02-30", b"2018/05/09", b"2018-05-0", b"-"]
CLOCKS = [b"16:00:39"] * 20 + [b"24:00:00", b"16:00:60", b"16:00:61", b"16:00", b"16:00:39.5", b"-"]


@st.composite
def logs(draw: st.DrawFn) -> list[bytes]:
    """Draw lines: fields, and values of them, mostly plain; directives and blank lines between."""
    lines = []
    for _ in range(draw(st.integers(1, 3))):
        names = draw(st.lists(st.sampled_from(FIELDS), max_size=8))
        at = draw(st.integers(0, len(names)))
        names[at:at] = draw(st.sampled_from([["date", "time"]] * 9 + [["time"], ["time", "date"]]))
        lines.append(("#Fields: " + " ".join(names)).encode())
        gap = draw(st.sampled_from([b" ", b"\t"]))
        odd = st.sampled_from(ODDS)
        for _ in range(draw(st.integers(0, 5))):
            row = [
                draw(st.sampled_from({"date": DATES, "time": CLOCKS}[name]))
                if name in ("date", "time")
                else draw(st.sampled_from([PLAIN.get(name, b"x")] * 9 + [b"-"]) | odd)
                for name in names
            ]
            ends = st.sampled_from([b""] * 9 + [b"\r", b" ", b"\t", b"\r\r"])
            lines.append(gap.join(row) + draw(ends))
        lines += draw(st.lists(st.sampled_from(BETWEEN), max_size=1))
    return [line + b"\n" for line in lines]


@pytest.mark.parametrize("chunk", [1, 200, 1 << 14])
def test_fast_and_slow_ways_agree(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte for byte, and with the same rejects, in one block, and in many."""
    monkeypatch.setattr("clfparse.filter._CHUNK", chunk)

    @max_examples(200)
    @given(logs())
    def agree(lines: list[bytes]) -> None:
        both([b"".join(lines)])
        both(lines)

    agree()


@pytest.mark.parametrize("name", ["time-taken", "timetakenms"])
@given(st.integers(0, 10**15 - 1), st.sampled_from([b"", b".5", b".123456789"]))
def test_durations_agree(name: str, number: int, fraction: bytes) -> None:
    for added in (b"", b" sc-substatus"):
        fields = b"#Fields: date time %b%b" % (name.encode(), added)
        values = b"2018-05-09 16:00:39 %d%b%b" % (number, fraction, b" 0" * bool(added))
        both([fields + b"\n" + values + b"\n"])


def test_forms_are_few() -> None:
    """However often #Fields changes."""
    form = format_of("w3c")
    parser = Parser(Rejects("clfparse", "hint"), form)
    for number in islice(cycle(range(50)), 200):
        block = b"#Fields: date time x-%d y\n2018-05-09 16:00:39 200 404\n" % number
        assert orjson.loads(parser.add(block))["y"] == "404"
        assert isinstance(form.forms, W3CForms)
        assert len(form.forms._made) <= 16
