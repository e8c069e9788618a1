"""clfparse.formats.custom: where a value ends, what a line lacks, and that time is linear."""

from contextlib import suppress
from typing import Any

import pytest
from bothways import CLF, GET, NOTHING, REQUEST, TIME, format_of, read_both, refusal
from costs import cpu_seconds, holds
from spelled import COMBINED, plain_line

from clfparse.filter import Parser
from clfparse.formats.format import Format
from clfparse.record import Refused
from clfparse.stream.rejects import Rejects

# Format, line, and what of the record is not null.
CASES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "user with spaces": ("%h %l %u %t", f"h - John  Smith [{CLF}]", {"user": "John  Smith"}),
    "user with spaces, nginx": (
        "$remote_addr $remote_user [$time_local]",
        f"h John  Smith [{CLF}]",
        {"user": "John  Smith"},
    ),
    "user in brackets": ("%u %t", f"[John] [{CLF}]", {"user": "[John]"}),
    "forged time": (
        '%u %t "%r"',
        f'x [11/Oct/2000:13:55:36 -0700] y [{CLF}] "{REQUEST}"',
        {**GET, "user": "x [11/Oct/2000:13:55:36 -0700] y"},
    ),
    "user is empty": ("%h %u %t", f'h "" [{CLF}]', {"user": ""}),
    "user is two quotes": ("%h %u %t", rf"h \"\" [{CLF}]", {"user": '""'}),
    "path with spaces": ("%t %U %b", f"[{CLF}] /a 5b 7", {"path": "/a 5b", "bytes": 7}),
    "path with spaces, more behind": (
        "%U %b %t",
        f"/a 5b 7 [{CLF}]",
        {"path": "/a 5b", "bytes": 7},
    ),
    "vhost:port": ("%v:%p %h %t", f"a.b:80 h [{CLF}]", {"server": "a.b", "port": 80}),
    "IPv6:port": (
        "%v:%p %h %t",
        f"2001:db8::1:443 h [{CLF}]",
        {"server": "2001:db8::1", "port": 443},
    ),
    "[IPv6]:port": ("%v:%p %h %t", f"[::1]:443 h [{CLF}]", {"server": "[::1]", "port": 443}),
    "IPv6:port, nginx": (
        "$remote_addr:$remote_port [$time_local]",
        f"2001:0db8::1:443 [{CLF}]",
        {"host": "2001:0db8::1", "remote_port": 443},
    ),
    "IPv6:port, last": (
        "%t %h:%{remote}p",
        f"[{CLF}] 2001:0db8::1:443",
        {"host": "2001:0db8::1", "remote_port": 443},
    ),
    "escaped quotes": ('%t "%{X}i" %b', rf'[{CLF}] "a \"b\" 5" 7', {"header_x": 'a "b" 5'}),
    "escaped quotes, nginx": (
        '$time_local "$http_x" $body_bytes_sent',
        rf'{CLF} "a \x22b\x22 \xD0\x9F" 7',
        {"header_x": 'a "b" П', "bytes": 7},
    ),
    "bare quotes": ('%t "%{X}i" "%{Y}i"', f'[{CLF}] "a "b c" "d"', {"header_y": "d"}),
    "backslash at the end": ('%t "%{X}i" %b', rf'[{CLF}] "a\\" 7', {"header_x": "a\\", "bytes": 7}),
    "quotes at the ends": ('"%h","%t"', f'"h","[{CLF}]"', {"host": "h"}),
    "tabs": (r"%h\t%t\t%{X}i\t%D", f"h\t[{CLF}]\ta b\t5", {"header_x": "a b"}),
    "tabs as such": ("%h\t%t\t%{X}i", f"h\t[{CLF}]\ta b", {"header_x": "a b"}),
    "tabs, nginx": (r"$remote_addr\t$time_local", f"h\t{CLF}", {"host": "h"}),
    "bars": ("%h|%t|%{X}i|%U", f"h|[{CLF}]|a b|/", {"header_x": "a b", "path": "/"}),
    "words": ("host=%h time=%t ua=%{X}i;", f"host=h time=[{CLF}] ua=a b;", {"header_x": "a b"}),
    "JSON by hand": (
        r'{"t":"$time_iso8601","x":"$http_x","s":$status}',
        rf'{{"t":"{TIME}","x":"a \"b\"","s":200}}',
        {"header_x": 'a "b"', "status": 200},
    ),
    "nothing between": ("%t%h", f"[{CLF}]h", {"host": "h"}),
    "nothing between, text first": ("%h%t", f"h[{CLF}]", {"host": "h"}),
    "not UTF-8": ("\udcff %h %t", f"\udcff h [{CLF}]", {"host": "h"}),
    "spaces at the end": ("%t %b", f"[{CLF}] 7  ", {"bytes": 7}),
    "spaces at the end, text last": ("%t %{X}i", f"[{CLF}] a ", {"header_x": "a"}),
    "carriage return": ('%t "%r"', f'[{CLF}] "{REQUEST}"\r', GET),
    "backslash in a time": (r"%{%Y\%m\%d %T %z}t %h", rf"2000\10\10 {CLF[12:]} h", {"host": "h"}),
    "brackets in a time": ("%{(%d/%b/%Y) %T %z}t %h", f"({CLF[:11]}) {CLF[12:]} h", {"host": "h"}),
    "no request line": (
        '%t "%r" %D',
        rf'[{CLF}] "\x16\x03 x" 5',
        {"request": r"\x16\x03 x", "duration": 0.000005},
    ),
    "no query": ("%t %U%q x", f"[{CLF}] /a x", {"path": "/a", "section": "/a"}),
    "empty query": ("%t %U%q x", f"[{CLF}] /a? x", {"path": "/a", "query": "", "section": "/a"}),
    "only a query": ("$args $time_local", f"? {CLF}", {"query": ""}),
}


@pytest.mark.parametrize(("form", "line", "fields"), CASES.values(), ids=CASES)
def test_where_a_value_ends(form: str, line: str, fields: dict[str, Any]) -> None:
    record = read_both(form, line)
    assert record
    assert record["time"] == TIME
    assert {field: record[field] for field in fields} == fields


def test_a_quote_that_is_not_escaped_ends_no_value() -> None:
    """The first value holds it; all that there is in the record."""
    form, line, fields = CASES["bare quotes"]
    assert read_both(form, line) == NOTHING | fields | {"header_x": 'a "b c'}


@pytest.mark.parametrize("form", ["%h %u %t", "$remote_addr $remote_user [$time_local]"])
def test_a_relay_before_the_client_is_refused(form: str) -> None:
    """Else the relay were the host, and the client its user."""
    line = f"10.0.0.5 - 192.0.2.1 [{CLF}]"
    assert refusal(form, line) == "what stands before the line is not the client"


# A format, a line with the place where reading stops marked, and what was expected there.
AT_FAULT = [
    ("%h %t", "»", "expected an address or a name for %h"),
    ("%h %t", "»12 x", "expected an address or a name for %h"),
    ("%v %t", "»", "expected a server's name for %v"),
    ("%v %t", "x»", "expected ' '"),
    ("%h %t", "x »", "expected a time such as [10/Oct/2000:13:55:36 -0700] for %t"),
    ("%h %t", "x »y z", "expected a time such as [10/Oct/2000:13:55:36 -0700] for %t"),
    ("%t %>s", f"[{CLF}] »2x", "expected a status of three digits for %>s"),
    ("%t %>s x", f"[{CLF}] 200»0 x", "expected ' x'"),
    ("%t %b", f"[{CLF}] »x", "expected a number for %b"),
    ("%t %b", f"[{CLF}] 7» x", "expected the end of the line"),
    ("%t %b", f"[{CLF}] 7»x", "expected the end of the line"),
    ("%t %b", f"[{CLF}] {'9' * 18}»9", "expected the end of the line"),
    ("%t %D", f"[{CLF}] 1».5s", "expected the end of the line"),
    ("%t %T s", f"[{CLF}] »x s", "expected seconds for %T"),
    ("%t %{ms}T s", f"[{CLF}] »x s", "expected milliseconds for %{ms}T"),
    ("%t %D s", f"[{CLF}] »x s", "expected microseconds for %D"),
    ("%t|%h", f"[{CLF}]» h", "expected '|'"),
    ("%t\\t%h", f"[{CLF}]» h", "expected '\\x09'"),
    ('%t "%r" %>s', f"[{CLF}]» {REQUEST} 200", "expected ' \"'"),
    ('%t "%r" %>s', f'[{CLF}] "»{REQUEST}', "expected a request line for %r, up to '\" '"),
    ('%t "%r" %>s', f'[{CLF}] "{REQUEST}" »x', "expected a status of three digits for %>s"),
    ("%h %l %u %t %>s", f"h - John Smith [{CLF}] »x", "expected a status of three digits for %>s"),
    ("%h %l %u %t %>s", f"h - John [{CLF}]»", "expected ' '"),
    ("%{%F %T}t %h", "»2000-10-10 x", "expected a time of the form %F %T for %{%F %T}t"),
    ("%{\x1b%F %T}t", "»x", "expected a time of the form \\x1b%F %T for"),
    ("%t %U%q|x", f"[{CLF}] »/", "expected a path for %U%q, up to '|x'"),
    ("$time_local $host", "»x", "expected a time such as 10/Oct/2000:13:55:36 -0700"),
    ("$time_iso8601", "»x", "expected a time such as 2000-10-10T13:55:36-07:00 for $time_iso8601"),
    ("$msec $host", "»x", "expected seconds since 1970 for $msec"),
    ("%{msec}t", "»x", "expected milliseconds since 1970 for %{msec}t"),
    ("%{usec}t", "»x", "expected microseconds since 1970 for %{usec}t"),
    ("$time_local $upstream_response_time", f"{CLF} »x", "expected seconds for $upstream_"),
    ("%{sec}t.%{msec_frac}t", "5.»12", "expected milliseconds for %{msec_frac}t"),
    ("%{sec}t.%{usec_frac}t", "5.»123", "expected microseconds for %{usec_frac}t"),
    ("%t %h", f"»\x1b\u202e{CLF}", "expected a time such as"),
]


@pytest.mark.parametrize(("form", "marked", "expected"), AT_FAULT)
def test_a_line_that_does_not_fit(form: str, marked: str, expected: str) -> None:
    """The reason says where reading stopped, in bytes, and what was expected there."""
    before, _, after = marked.partition("»")
    reason = refusal(form, before + after)
    where, _, what = reason.partition(": ")
    place = f"column {len(before.encode()) + 1}, at '" if after else "at the end"
    assert where.startswith(place)
    assert what.startswith(expected)
    assert reason.isprintable()


FILLERS = [
    " ",
    '"',
    "\\",
    "[",
    ":",
    "1",
    "A",
    "a",
    "/",
    "?",
    "-",
    "|",
    "\t",
    '\\"',
    '" ',
    " [",
    "a ",
]
FILLERS += ["- ", ":1", " 1", "0.1, ", "0.1, 0.2 : ", '" 200 ', " [10/Oct/2000", f" [{CLF}]", "Aa"]
HARD = [
    COMBINED,
    "%h %u %{X}i %{Y}i %t",
    "%v:%p %t %h:%{remote}p",
    "%u %D %T %t %U %b",
    '"%{X}i" "%{Y}i" %{%A %B %d %Y %T}t',
    "%{X}i%{%B%A%p %d %Y %T}t",
    "$http_x $upstream_response_time $http_y $time_local",
    '%t "%r" "%{X}i"',
    "%t %{X}i ",
]


def cost(form: Format, line: bytes) -> float:
    """Return the processor time, in seconds, that one line takes in both ways."""

    def read() -> None:
        with suppress(Refused):
            form.parse(line)
        Parser(Rejects("clfparse", "hint"), form).add(line + b"\n")

    return cpu_seconds(read)


@pytest.mark.parametrize("form", HARD)
def test_time_is_linear(form: str) -> None:
    """Four times the length takes some four times the time: sixteen would be quadratic."""
    made = format_of(form)
    sample = plain_line(form).encode()
    for before in {sample[: len(sample) * part // 4] for part in range(4)}:
        for filler in map(str.encode, FILLERS):
            small, large = (
                before + filler * (size // len(filler)) + b"x" for size in (1 << 13, 1 << 15)
            )
            assert cost(made, small) < 0.5, "so slow that the longer line is not tried"
            if cost(made, large) > 0.01:
                assert holds(
                    lambda: cost(made, large) < 10 * cost(made, small)  # noqa: B023
                ), (before, filler)
