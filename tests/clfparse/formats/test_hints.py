"""clfparse.formats.hints: the format that fits the lines is named, whatever was tried."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples

from clfparse.filter import Parser
from clfparse.formats import catalog, detect
from clfparse.formats.detect import format_of
from clfparse.formats.hints import hint
from clfparse.stream.rejects import REPORTED, Rejects

COMMON = b'192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 200 5'
COMBINED = COMMON + b' "-" "curl/8.5"'
VHOST = b"www.example.com:80 "
OUT = "these lines look like %s; leave --format out"
CUT = "these lines look like %s behind '%s'; try sed -E 's/^([^ ]+ +){%d}//' | clfparse"
JSON = "these lines look like JSON; try --format json"
W3C = "these lines look like W3C Extended Log Format; try --format w3c"
DEFAULT = (
    "--format takes the server's own format string, LogFormat or log_format, or a name"
    " (clfparse --help)"
)
RENAME = "what is missing may have another name; try jq -c '{time: .WHEN, "
NO_FIELDS = "these lines look like W3C Extended Log Format without their #Fields; try (grep"

HEADERS = [
    b"Oct 11 22:14:15 web1 nginx:",
    b"Oct  1 22:14:15 web1 httpd[4711]:",
    b"<190>Oct 11 22:14:15 web1 nginx:",
    b"<190>1 2000-10-11T22:14:15Z web1 nginx 12 - -",
    b"2000-10-11T22:14:15+02:00 web1 nginx:",
    b"2000-10-11 22:14:15 stdout F",
    b"web_1  |",
]

# Lines, what was tried, and what is said.
CASES: dict[str, tuple[bytes, str, str]] = {
    "common": (COMMON, "combined", OUT % "'common'"),
    "combined": (COMBINED, "common", OUT % "'combined'"),
    "combined, by a string": (COMBINED, "%h %t %D", OUT % "'combined'"),
    "combined, as JSON": (COMBINED, "json", OUT % "'combined'"),
    "vhost": (VHOST + COMMON, "nginx", OUT % "'common' with a vhost prefix"),
    "vhost, combined": (VHOST + COMBINED, "w3c", OUT % "'combined' with a vhost prefix"),
    "more fields": (COMBINED + b" 0.1", "combined", OUT % "'combined' and more fields at the end"),
    "vhost and more": (
        VHOST + COMMON + b" x",
        "common",
        OUT % "'common' with a vhost prefix and more fields at the end",
    ),
    "JSON": (b'{"ts":1.5,"status":200}', "common", JSON),
    "JSON, in auto": (b'{"ts":1.5,"status":200}', "auto", RENAME),
    "JSON, spaces before": (b'  {"ts":1.5}', "combined", JSON),
    "JSON, tried": (b'{"a":1}', "json", RENAME),
    "JSON, pretty": (
        b"{",
        "auto",
        "these lines look like JSON over several lines; try jq -c . | cl",
    ),
    "JSON, an array": (
        b'[{"a":1}]',
        "auto",
        "these lines look like JSON arrays; try jq -c '.[]' |",
    ),
    "W3C": (b"#Fields: date time c-ip", "common", W3C),
    "W3C, data alone": (b"2000-10-10 13:55:36 192.0.2.1 GET / 200", "auto", NO_FIELDS),
    "W3C, tabs": (b"2000-10-10\t13:55:36\tSFO5\t192.0.2.1", "common", W3C),
    "W3C, tried": (b"#Fields: x", "w3c", NO_FIELDS),
    "haproxy": (
        b'192.0.2.3:1 [21/Jan/2020:20:51:50.065] w a/b 0/0/1/6/7 200 6 - - -- 1/1/1/1/0 0/0 "x"',
        "common",
        "these lines look like haproxy; try --format haproxy",
    ),
    "an error log of nginx": (
        b"2023/01/22 16:49:05 [error] 416#416: *399 open() failed",
        "auto",
        "these are lines of an error log; clfparse reads access logs",
    ),
    "an error log of Apache": (
        b"[Wed May 17 10:18:36.123 2017] [core:error] [pid 1] [client 192.0.2.83:5] AH00124: x",
        "auto",
        "these are lines of an error log; clfparse reads access logs",
    ),
    "a month as a number": (
        COMMON.replace(b"Oct", b"10"),
        "auto",
        "the month is a number: try --format '%h %l %u [%{%d/%m/%Y:%H:%M:%S %z}t] \"%r\" %>s %b', ",
    ),
    "all in quotes": (
        b'"192.0.2.3" "[10/Oct/2000:13:55:36 -0700]" "GET / HTTP/1.0" "200" "71" "-"',
        "auto",
        'try --format \'"$remote_addr" "[$time_local]" "$request" "$status" "$body_bytes_sen',
    ),
    "a console": (
        b'INFO:     192.0.2.1:0 - "GET /api/menus HTTP/1.0" 200 OK',
        "auto",
        "these lines are for a console, and have no time; ",
    ),
    "Tomcat": (
        COMMON + b" 3 http-nio-8080-exec-10",
        '%h %l %u %t "%r" %s %b %D %I',
        "these lines look like Tomcat's; try --format 'tomcat9:%h %l %u %t \"%r\" %s %b %D %I' (10",
    ),
    "Tomcat, in another order": (
        b"192.0.2.1;200;3;http-nio-8080-exec-10",
        "%h;%s;%D;%I",
        "these lines look like Tomcat's; try --format 'tomcat9:%h;%s;%D;%I' (10 and newer: tomc",
    ),
    "unknown, with a request": (
        b'192.0.2.1 1429233379.104 "GET /a/b HTTP/1.1" 200 12 x',
        "auto",
        "try --format '$remote_addr $msec \"$request\" $status $body_bytes_sent $field1', with ",
    ),
    "none": (b"x", "auto", f"{DEFAULT} (tried: auto)"),
    "empty": (b"", "%h %t", f"{DEFAULT} (tried: %h %t)"),
    "tried with a tab": (b"x", "%h\t%t", f"{DEFAULT} (tried: %h\\t%t)"),
}
CASES |= {
    f"behind {header.decode()}": (
        header + b" " + COMBINED,
        "auto",
        CUT % ("'combined'", header.decode(), len(header.split())),
    )
    for header in HEADERS
    if not header.startswith(b"2000-10-11 ")
}
CASES |= {
    "behind a header, a name for the address": (
        HEADERS[0] + b" " + COMMON.replace(b"192.0.2.1", b"client.example"),
        "auto",
        CUT % ("'common'", HEADERS[0].decode(), 5),
    ),
    "behind a header, IPv6 and a user with spaces": (
        HEADERS[0] + b" " + COMMON.replace(b"192.0.2.1 - -", b"2001:db8::1 - John Smith"),
        "auto",
        CUT % ("'common'", HEADERS[0].decode(), 5),
    ),
    "behind a header, with vhost": (
        HEADERS[0] + b" " + VHOST + COMMON,
        "common",
        CUT % ("'common' with a vhost prefix", HEADERS[0].decode(), 5),
    ),
}


@pytest.fixture(autouse=True, scope="module")
def _formats_made_once() -> Iterator[None]:
    """Save what takes 40 ms of 41: a hint makes all formats, and reasons that it drops."""
    made = {entry.name: detect.formats_of(entry) for entry in catalog.entries()}
    with pytest.MonkeyPatch.context() as patch:
        for strings in (each for formats in made.values() for each in formats):
            patch.setattr(strings, "_reason", False, raising=False)
        patch.setattr(detect, "formats_of", lambda entry: made[entry.name])
        yield


@pytest.mark.parametrize(("line", "tried", "expected"), CASES.values(), ids=CASES)
def test_hint(line: bytes, tried: str, expected: str) -> None:
    assert hint([tried], [line] * 10).startswith(expected)


@pytest.mark.parametrize(("line", "tried", "expected"), CASES.values(), ids=CASES)
def test_most_lines_decide(line: bytes, tried: str, expected: str) -> None:
    """Some lines may be of another kind; half of them are not most."""
    assert hint([tried], [line] * 6 + [b"x"] * 4).startswith(expected)
    if "W3C" not in expected:  # one line of it tells
        assert hint([tried], [line] * 5 + [b"x"] * 5).startswith(DEFAULT)


def test_it_is_reported_after_ten_lines() -> None:
    """With what --format was: here the lines are of another stock format than was named."""
    rejects = Rejects("clfparse", lambda lines: hint(["common"], lines))
    Parser(rejects, format_of("common")).add((COMBINED + b"\n") * 10)
    said = OUT % "'combined'"
    assert rejects.messages[-1] == (f"clfparse: none of the first 10 lines could be read; {said}")


def test_no_hint_to_leave_out_what_was_not_given() -> None:
    """What auto reads is no riddle: the hint never answers auto with auto."""
    for line in (COMMON, COMBINED, VHOST + COMMON, COMBINED + b" x"):
        rejects = Rejects("clfparse", lambda lines: hint(["auto"], lines))
        assert Parser(rejects).add((line + b"\n") * 10).count(b"\n") == 10
        assert rejects.messages == []


@max_examples(150)
@given(
    st.text(),
    st.lists(st.binary() | st.binary().map(lambda raw: raw + b" " + COMBINED), max_size=REPORTED),
)
def test_hints_are_safe_to_print(tried: str, lines: list[bytes]) -> None:
    """Neither a line nor what was typed reaches the terminal as anything but text."""
    assert hint([tried, "\x1b[31m\u202e\udcff"], lines).isprintable()
