"""clfparse.formats.apache: what each directive means, between any separators, and times."""

import re
from typing import Any

import pytest
from bothways import CLF, GET, NOTHING, REQUEST, TIME, read_both, refusal
from directives import FRAMES, Meaning, meanings, nothing

from clfparse.formats import apache, catalog

AGENT = {"referer": None, "user_agent": None}

APACHE: dict[str, Meaning] = {
    "%h": ("192.0.2.1", {"host": "192.0.2.1"}),
    "%a": ("2001:db8::1", {"host": "2001:db8::1"}),
    "%{c}a": ("10.0.0.1", {"peer_address": "10.0.0.1"}),
    "%{c}h": ("proxy", {"peer_host": "proxy"}),
    "%A": ("10.0.0.2", {"server_address": "10.0.0.2"}),
    "%l": ("frank", {"ident": "frank"}),
    "%m": ("POST", {"method": "POST"}),
    "%U": ("/a/b", {"path": "/a/b", "section": "/a"}),
    "%q": ("?c=d", {"query": "c=d"}),
    "%U%q": ("/a/b?c=d", {"path": "/a/b", "query": "c=d", "section": "/a"}),
    "%H": ("HTTP/2.0", {"protocol": "HTTP/2.0"}),
    "%s": ("301", {"status": 301}),
    "%>s": ("200", {"status": 200}),
    "%<s": ("302", {"status": 302}),
    "%B": ("0", {"bytes": 0}),
    "%O": ("1536", {"bytes": 1536}),
    "%I": ("300", {"bytes_in": 300}),
    "%S": ("1836", {"bytes_total": 1836}),
    "%D": ("1234567", {"duration": 1.234567}),
    "%T": ("12", {"duration": 12.0}),
    "%{s}T": ("0", {"duration": 0.0}),
    "%{ms}T": ("1234", {"duration": 1.234}),
    "%{us}T": ("1", {"duration": 0.000001}),
    "%v": ("www.example.com", {"server": "www.example.com"}),
    "%V": ("example.com", {"server": "example.com"}),
    "%p": ("443", {"port": 443}),
    "%{canonical}p": ("80", {"port": 80}),
    "%{local}p": ("8080", {"port": 8080}),
    "%{remote}p": ("54321", {"remote_port": 54321}),
    "%P": ("4711", {"pid": 4711}),
    "%{pid}P": ("4711", {"pid": 4711}),
    "%{tid}P": ("140213378623232", {"tid": 140213378623232}),
    "%{hextid}P": ("7f86a1ffb700", {"tid": "7f86a1ffb700"}),
    "%k": ("3", {"keepalive": 3}),
    "%X": ("+", {"connection": "+"}),
    "%L": ("VhJ+FX8AAQE", {"log_id": "VhJ+FX8AAQE"}),
    "%f": ("/srv/www/index.html", {"filename": "/srv/www/index.html"}),
    "%R": ("proxy-server", {"handler": "proxy-server"}),
    "%{X-Forwarded-For}i": ("10.0.0.9", {"host": "10.0.0.9", "header_x_forwarded_for": "10.0.0.9"}),
    "%{Content-Type}o": ("text/html", {"response_header_content_type": "text/html"}),
    "%{Sess.ID}C": ("abc", {"cookie_sess_id": "abc"}),
    "%{UNIQUE_ID}e": ("x", {"env_unique_id": "x"}),
    "%{ratio}n": ("33", {"note_ratio": "33"}),
    "%{type}n": ("x", {"note_type": "x"}),
    # With modifiers: the field is as without them.
    "%!200,304{Referer}i": ("http://r/", {**AGENT, "referer": "http://r/"}),
    "%400,501{User-Agent}i": ("curl/8.5", {**AGENT, "user_agent": "curl/8.5"}),
    "%200r": (REQUEST, GET),
    "%!404b": ("7", {"bytes": 7}),
    "%<u": ("bob", {"user": "bob"}),
    "%>U": ("/a", {"path": "/a", "section": "/a"}),
}


@pytest.mark.parametrize(
    ("form", "line", "directive", "written", "fields"), meanings(APACHE, *FRAMES)
)
def test_apache(form: str, line: str, directive: str, written: str, fields: dict[str, Any]) -> None:
    """Each directive of mod_log_config and mod_logio, between separators of many kinds."""
    line = line.format(written, t=f"[{CLF}]")
    assert read_both(form.format(directive, t="%t"), line) == NOTHING | fields


def test_the_table_leaves_nothing_out() -> None:
    """Of httpd's directives, those in Tomcat's format strings are in its samples."""
    strings = "".join(catalog.entry("tomcat").strings)
    written = [*APACHE, "%t", *re.findall(r"%>?[a-zA-Z]", strings)]
    letters = {re.sub(r"^%[!<0-9,]*", "", directive) for directive in written}
    assert apache._PLAIN.keys() <= letters


@pytest.mark.parametrize("directive", APACHE)
def test_minus_is_null(directive: str) -> None:
    """Where a server has nothing, or a condition like %400{X}i is not met, it writes ``-``."""
    assert read_both(f"%t {directive} x", f"[{CLF}] - x") == NOTHING | nothing(APACHE[directive][1])


EMPTY = [("%q", "query", None), ("%v", "server", ""), ("%u", "user", ""), ("%U%q", "path", "")]


@pytest.mark.parametrize(("directive", "field", "value"), EMPTY)
def test_empty(directive: str, field: str, value: str | None) -> None:
    """An empty text is a text; a query that is not there is none."""
    assert read_both(f'%t "{directive}" x', f'[{CLF}] "" x')[field] == value


TIMES = [
    ("%t", f"[{CLF}]", TIME),
    ("%{}t", f"[{CLF}]", TIME),
    ("%{begin:}t", f"[{CLF}]", TIME),
    ("%{%d/%b/%Y:%T %z}t", CLF, TIME),
    ("%{[%d/%b/%Y:%T %z]}t", f"[{CLF}]", TIME),
    ("%{begin:%d/%b/%Y:%T %z}t", CLF, TIME),
    ("%{%Y-%m-%dT%H:%M:%S%z}t", "2000-10-10T13:55:36-0700", TIME),
    ("%{%F %R}t", "2000-10-10 13:55", "2000-10-10T13:55:00+00:00"),
    ("%{%s}t", "971211336", "2000-10-10T20:55:36+00:00"),
    ("%{sec}t", "971211336", "2000-10-10T20:55:36+00:00"),
    ("%{begin:sec}t", "971211336", "2000-10-10T20:55:36+00:00"),
    ("%{msec}t", "971211336999", "2000-10-10T20:55:36+00:00"),
    ("%{usec}t", "971211336999999", "2000-10-10T20:55:36+00:00"),
    ("%{sec}t.%{usec_frac}t", "971211336.000001", "2000-10-10T20:55:36+00:00"),
    ("%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t", "10/Oct/2000:13:55:36.123 -0700", TIME),
    ("%{%F}t %{%T}t.%{usec_frac}t%{%z}t", "2000-10-10 13:55:36.000001-0700", TIME),
    ("%{%z}t|%{%H}t:%{%M:%S}t|%{%F}t", "-0700|13:55:36|2000-10-10", TIME),
    ("%{%F}t %{begin:%T %z}t", "2000-10-10 13:55:36 -0700", TIME),
    # Two times: a whole one wins over parts, %t over others, and else the first.
    ("%{%F}t %t", f"1999-01-01 [{CLF}]", TIME),
    ("%{sec}t %t", f"1 [{CLF}]", TIME),
    ("%t %{end:%T}t", f"[{CLF}] 13:55:37", TIME),
    ("%{end:sec}t %t", f"5 [{CLF}]", TIME),
    ("%{end:}t %t", f"[11{CLF[2:]}] [{CLF}]", TIME),
    ("%t %{end:msec}t", f"[{CLF}] 5000", TIME),
]


@pytest.mark.parametrize(("form", "written", "expected"), TIMES)
def test_time(form: str, written: str, expected: str) -> None:
    """A time in each of its forms: first in the line, last, and between others."""
    for pattern, line in [("{} {h}", "{} x"), ("{h} {}", "x {}"), ('{h} "{}" y', 'x "{}" y')]:
        record = read_both(pattern.format(form, h="%h"), line.format(written))
        assert record == {**NOTHING, "time": expected, "host": "x"}


IMPOSSIBLE = [
    ("%t", "[30/Feb/2000:13:55:36 -0700]", "%t: "),
    ("%t", "[10/Foo/2000:13:55:36 -0700]", "%t: no month Foo"),
    ("%{%F %T}t", "2000-13-10 13:55:36", "%{%F %T}t: no month 13"),
    ("%{%F}t %{%T}t", "2000-10-10 24:55:36", "%{%F}t%{%T}t: "),
    ("$time_iso8601", "2000-02-30T13:55:36-07:00", "$time_iso8601: "),
    ("%{sec}t", "999999999999", "%{sec}t: year"),
    ("%{usec}t", "9" * 18, "%{usec}t: year"),
]


@pytest.mark.parametrize(("form", "line", "reason"), IMPOSSIBLE)
def test_impossible_times(form: str, line: str, reason: str) -> None:
    """A time of the right form that does not exist is named by its directive."""
    assert refusal(form, line).startswith(reason)
