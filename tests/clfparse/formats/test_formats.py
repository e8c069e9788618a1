"""clfparse.formats.detect: each directive and variable, names, bad formats, and the fast way.

Whatever a table holds is read both ways, `Parser.add` and `Parser.slow`, which must agree.
"""

import json
import os
import random
import re
import subprocess
import sys
import time
from contextlib import suppress
from functools import cache
from typing import Any

import pytest
from costs import holds
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples
from streams import read_line
from typer.testing import CliRunner

from clfparse.cli import app
from clfparse.events.hit import Run
from clfparse.filter import Parser
from clfparse.formats import apache, nginx
from clfparse.formats.catalog import names
from clfparse.formats.detect import format_of
from clfparse.formats.format import Format
from clfparse.formats.grammar import parse as parse_stock
from clfparse.record import ALWAYS, Refused
from clfparse.stream.rejects import Rejects
from clfparse.values.kinds import FormatError

NEXT = ["duration", "referer", "user_agent", "vhost", "extra", "request"]

CLF = "10/Oct/2000:13:55:36 -0700"
TIME = "2000-10-10T13:55:36-07:00"
NOTHING = {**dict.fromkeys(ALWAYS), "time": TIME}
GET = {"method": "GET", "path": "/a/b", "query": "c=d", "protocol": "HTTP/1.1", "section": "/a"}
REQUEST = "GET /a/b?c=d HTTP/1.1"
AGENT = {"referer": None, "user_agent": None}

format_of = cache(format_of)


def both(form: Format, block: bytes) -> bytes:
    """Go both ways, one parser for each, and hold all that comes of it against each other."""
    fast, slow = Rejects("clfparse", "hint"), Rejects("clfparse", "hint")
    quick, reference = Parser(fast, form), Parser(slow, form)
    written = quick.add(block)
    assert written == reference.slow(block)
    assert vars(fast) == vars(slow)
    return written


def read(form: str, line: str) -> dict[str, Any]:
    """Return the record of a line."""
    raw = line.encode("utf-8", "surrogateescape")
    record: dict[str, Any] = json.loads(both(format_of(form), raw + b"\n") or "{}")
    assert record == (format_of(form).parse(raw) if record else {})
    return record


def refusal(form: str, line: str) -> str:
    """Return the reason why a line is refused."""
    both(format_of(form), line.encode() + b"\n")
    with pytest.raises(Refused) as refused:
        format_of(form).parse(line.encode())
    return str(refused.value)


# What a directive writes, and the fields that come of it.
Meaning = tuple[str, dict[str, Any]]

APACHE: dict[str, Meaning] = {
    "%h": ("192.0.2.1", {"host": "192.0.2.1"}),
    "%a": ("2001:db8::1", {"host": "2001:db8::1"}),
    "%{c}a": ("10.0.0.1", {"peer_address": "10.0.0.1"}),
    "%{c}h": ("proxy", {"peer_host": "proxy"}),
    "%A": ("10.0.0.2", {"server_address": "10.0.0.2"}),
    "%l": ("frank", {"ident": "frank"}),
    "%u": ("bob", {"user": "bob"}),
    "%r": (REQUEST, GET),
    "%m": ("POST", {"method": "POST"}),
    "%U": ("/a/b", {"path": "/a/b", "section": "/a"}),
    "%q": ("?c=d", {"query": "c=d"}),
    "%U%q": ("/a/b?c=d", {"path": "/a/b", "query": "c=d", "section": "/a"}),
    "%H": ("HTTP/2.0", {"protocol": "HTTP/2.0"}),
    "%s": ("301", {"status": 301}),
    "%>s": ("200", {"status": 200}),
    "%<s": ("302", {"status": 302}),
    "%b": ("1024", {"bytes": 1024}),
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
    "%{Referer}i": ("http://r/", {**AGENT, "referer": "http://r/"}),
    "%{User-agent}i": ("curl/8.5", {**AGENT, "user_agent": "curl/8.5"}),
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

NGINX: dict[str, Meaning] = {
    "$remote_addr": ("2001:db8::1", {"host": "2001:db8::1"}),
    "$remote_user": ("bob", {"user": "bob"}),
    "$request": (REQUEST, GET),
    "$request_method": ("PUT", {"method": "PUT"}),
    "$request_uri": ("/a/b?c=d", {"path": "/a/b", "query": "c=d", "section": "/a"}),
    "$uri": ("/a/b", {"path": "/a/b", "section": "/a"}),
    "$document_uri": ("/a/b", {"path": "/a/b", "section": "/a"}),
    "$args": ("c=d", {"query": "c=d"}),
    "$query_string": ("c=d", {"query": "c=d"}),
    "$server_protocol": ("HTTP/2.0", {"protocol": "HTTP/2.0"}),
    "$status": ("009", {"status": 9}),
    "$body_bytes_sent": ("0", {"bytes": 0}),
    "$bytes_sent": ("1536", {"bytes": 1536}),
    "$request_length": ("300", {"bytes_in": 300}),
    "$http_referer": ("http://r/", {**AGENT, "referer": "http://r/"}),
    "$http_user_agent": ("curl/8.5", {**AGENT, "user_agent": "curl/8.5"}),
    "$request_time": ("0.105", {"duration": 0.105}),
    "$upstream_response_time": ("0.1, 0.2 : -, 0.003", {"upstream_duration": 0.303}),
    "$server_name": ("example.com", {"server": "example.com"}),
    "$host": ("example.com", {"server": "example.com"}),
    "$server_port": ("443", {"port": 443}),
    "$remote_port": ("54321", {"remote_port": 54321}),
    "$server_addr": ("10.0.0.2", {"server_address": "10.0.0.2"}),
    "$pid": ("4711", {"pid": 4711}),
    "$connection_requests": ("3", {"keepalive": 3}),
    # Families
    "$http_x_real_ip": ("10.0.0.9", {"host": "10.0.0.9", "header_x_real_ip": "10.0.0.9"}),
    "$the_real_ip": ("10.0.0.9", {"host": "10.0.0.9"}),
    "$http_type": ("x", {"header_type": "x"}),
    "$sent_http_content_type": ("text/html", {"response_header_content_type": "text/html"}),
    "$cookie_session": ("abc", {"cookie_session": "abc"}),
    "$arg_page": ("2", {"arg_page": "2"}),
    # Any others keep their own names; a number is none that is known, and stays text.
    "$upstream_addr": ("10.0.0.3:80", {"upstream_addr": "10.0.0.3:80"}),
    "$gzip_ratio": ("2.37", {"gzip_ratio": "2.37"}),
    "$1": ("x", {"1": "x"}),
    "${remote_addr}": ("192.0.2.1", {"host": "192.0.2.1"}),
    "${my_own}": ("x", {"my_own": "x"}),
}
# Variables that somebody has called as readers call what they know.
RESERVED = [*ALWAYS, *NEXT, "upstream_duration", "bytes_in", "bytes_out", "server", "port", "type"]
NGINX |= {
    f"${name}": ("x", {f"nginx_{name}": "x"})
    for name in RESERVED
    if name not in {"host", "request", "status"}  # these are nginx's own
}

# Of the time in a format beside the directive, where it stands between others, and at the end.
FRAMES = [
    ("{t} {}", "{t} {}"),
    ('{t} "{}" -', '{t} "{}" -'),
    ("{}\t{t}", "{}\t{t}"),
    ("<{t}> | {} | x", "<{t}> | {} | x"),
    ("{t},{};", "{t},{};"),
    ("a={t}&{}&", "a={t}&{}&"),
    ("100%% {t} {} П", "100% {t} {} П"),
]


def meanings(table: dict[str, Meaning], *frames: tuple[str, str]) -> list[tuple[Any, ...]]:
    """Put each directive into each frame that what it writes has no separator of."""
    return [
        (form, line, directive, written, fields)
        for directive, (written, fields) in table.items()
        for form, line in frames
        if not ("," in form and "," in written)
    ]


@pytest.mark.parametrize(
    ("form", "line", "directive", "written", "fields"), meanings(APACHE, *FRAMES)
)
def test_apache(form: str, line: str, directive: str, written: str, fields: dict[str, Any]) -> None:
    """Each directive of mod_log_config and mod_logio, between separators of many kinds."""
    line = line.format(written, t=f"[{CLF}]")
    assert read(form.format(directive, t="%t"), line) == NOTHING | fields


@pytest.mark.parametrize(
    ("form", "line", "directive", "written", "fields"), meanings(NGINX, *FRAMES[:-1])
)
def test_nginx(form: str, line: str, directive: str, written: str, fields: dict[str, Any]) -> None:
    """Each variable, between separators of many kinds; none passes for a field or an alert."""
    form, line = form.format(directive, t="$time_local"), line.format(written, t=CLF)
    record = read(form, line)
    assert record == NOTHING | fields
    assert "type" not in record


def test_the_tables_leave_nothing_out() -> None:
    letters = {re.sub(r"^%[!<0-9,]*", "", directive) for directive in [*APACHE, "%t"]}
    assert apache._PLAIN.keys() <= letters
    times = {"time_local", "time_iso8601", "msec"}
    assert {name.strip("${}") for name in NGINX} | times >= nginx._KNOWN.keys()


@pytest.mark.parametrize("directive", [*APACHE, *NGINX])
def test_minus_is_null(directive: str) -> None:
    """Where a server has nothing, or a condition like %400{X}i is not met, it writes ``-``."""
    _, fields = (APACHE | NGINX)[directive]
    none = dict.fromkeys(fields)
    if fields.keys() >= GET.keys():
        none["request"] = None
    t = "%t" if directive in APACHE else "[$time_local]"
    assert read(f"{t} {directive} x", f"[{CLF}] - x") == NOTHING | none


EMPTY = [
    ("%q", "query", None),
    ("$args", "query", None),
    ("%v", "server", ""),
    ("%u", "user", ""),
    ("$http_x", "header_x", ""),
    ("%U%q", "path", ""),
]


@pytest.mark.parametrize(("directive", "field", "value"), EMPTY)
def test_empty(directive: str, field: str, value: str | None) -> None:
    """An empty text is a text; a query that is not there is none."""
    t = "%t" if "%" in directive else "[$time_local]"
    assert read(f'{t} "{directive}" x', f'[{CLF}] "" x')[field] == value


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
    ("$time_local", CLF, TIME),
    ("$time_iso8601", TIME, TIME),
    ("$msec", "971211336.999", "2000-10-10T20:55:36+00:00"),
    ("$msec $time_local", f"5.000 {CLF}", "1970-01-01T00:00:05+00:00"),
    ("$time_iso8601 $msec", f"{TIME} 5.000", TIME),
]


@pytest.mark.parametrize(("form", "written", "expected"), TIMES)
def test_time(form: str, written: str, expected: str) -> None:
    """A time in each of its forms: first in the line, last, and between others."""
    host = "%h" if "%" in form else "$remote_addr"
    for pattern, line in [("{} {h}", "{} x"), ("{h} {}", "x {}"), ('{h} "{}" y', 'x "{}" y')]:
        record = read(pattern.format(form, h=host), line.format(written))
        assert record == {**NOTHING, "time": expected, "host": "x"}


# More than one directive: format, line, and what of the record is not null.
CASES: dict[str, tuple[str, str, dict[str, Any]]] = {
    # Who gets a field that two claim
    "%h and %a": ("%a %h %t", f"10.0.0.1 name [{CLF}]", {"host": "name", "address": "10.0.0.1"}),
    "%h and %{c}a": ("%{c}a %h %t", f"p h [{CLF}]", {"host": "h", "peer_address": "p"}),
    "%s and %>s": ("%s %>s %t", f"302 200 [{CLF}]", {"status": 200, "original_status": 302}),
    "%b and %B": ("%B %b %t", f"0 - [{CLF}]", {"bytes": None}),
    "%b and %O": ("%O %b %t", f"300 100 [{CLF}]", {"bytes": 100, "bytes_out": 300}),
    "%B and %O": ("%O %B %t", f"300 100 [{CLF}]", {"bytes": 100, "bytes_out": 300}),
    "%T and %D": ("%T %D %t", f"1 1234567 [{CLF}]", {"duration": 1.234567}),
    "%T and %{ms}T": ("%T %{ms}T %t", f"1 1234 [{CLF}]", {"duration": 1.234}),
    "%v and %V": ("%V %v %t", f"b a [{CLF}]", {"server": "a", "server_requested": "b"}),
    "%p twice": ("%{local}p %p %t", f"81 80 [{CLF}]", {"port": 80, "local_port": 81}),
    "%r, %m, %U, %q and %H": (
        '%m %U %q %H "%r" %t',
        f'POST /x ?y HTTP/9.9 "{REQUEST}" [{CLF}]',
        GET,
    ),
    "%m, %U%q and %H": ('"%m %U%q %H" %t', f'"{REQUEST}" [{CLF}]', GET),
    "%U and %q, apart": (
        "%U %q %t",
        f"/a/b ?c [{CLF}]",
        {"path": "/a/b", "query": "c", "section": "/a"},
    ),
    "one header twice": ("%{A-B}i %{a_b}i %t", f"1 2 [{CLF}]", {"header_a_b": "1"}),
    "$request and its parts": (
        '$request_uri $uri $args $request_method "$request" $time_local',
        f'/x?y /z w POST "{REQUEST}" {CLF}',
        {**GET, "uri": "/z", "args": "w"},
    ),
    "$request_uri, $uri and $args": (
        "$uri|$args|$request_uri|$time_local",
        f"/index.html|e|/a/b?c=d|{CLF}",
        {"path": "/a/b", "query": "c=d", "section": "/a", "uri": "/index.html", "args": "e"},
    ),
    "$uri and $request": (
        '$uri "$request" $time_local',
        f'/index.html "{REQUEST}" {CLF}',
        {**GET, "uri": "/index.html"},
    ),
    "$host and $server_name": (
        "$host $server_name $time_local",
        f"a b {CLF}",
        {"server": "b", "server_requested": "a"},
    ),
    "$bytes_sent and $body_bytes_sent": (
        "$bytes_sent $body_bytes_sent $time_local",
        f"300 100 {CLF}",
        {"bytes": 100, "bytes_out": 300},
    ),
    "$time of somebody's own": (
        "$time $time_local",
        f"x {CLF}",
        {"nginx_time": "x"},
    ),
    "$path of somebody's own": (
        "$path $section $request_uri $time_local",
        f"x y /a/b?c=d {CLF}",
        {**{f: GET[f] for f in ("path", "query", "section")}}
        | {"nginx_path": "x", "nginx_section": "y"},
    ),
    # Where a value ends
    "user with spaces": ("%h %l %u %t", f"h - John  Smith [{CLF}]", {"user": "John  Smith"}),
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
    "numbers pasted": ("%>s%b %t", f"2007 [{CLF}]", {"status": 200, "bytes": 7}),
    "not UTF-8": ("\udcff %h %t", f"\udcff h [{CLF}]", {"host": "h"}),
    "spaces at the end": ("%t %b", f"[{CLF}] 7  ", {"bytes": 7}),
    "spaces at the end, text last": ("%t %{X}i", f"[{CLF}] a ", {"header_x": "a"}),
    "carriage return": ('%t "%r"', f'[{CLF}] "{REQUEST}"\r', GET),
    "backslash in a time": (r"%{%Y\%m\%d %T %z}t %h", rf"2000\10\10 {CLF[12:]} h", {"host": "h"}),
    "brackets in a time": ("%{(%d/%b/%Y) %T %z}t %h", f"({CLF[:11]}) {CLF[12:]} h", {"host": "h"}),
    # Request lines
    "no request line": (
        '%t "%r" %D',
        rf'[{CLF}] "\x16\x03 x" 5',
        {"request": r"\x16\x03 x", "duration": 0.000005},
    ),
    "no query": ("%t %U%q x", f"[{CLF}] /a x", {"path": "/a", "section": "/a"}),
    "empty query": ("%t %U%q x", f"[{CLF}] /a? x", {"path": "/a", "query": "", "section": "/a"}),
    "only a query": ("$args $time_local", f"? {CLF}", {"query": ""}),
    # Pasted directives
    "LogFormat": (r'LogFormat "%h %t \"%r\"" mine', f'h [{CLF}] "{REQUEST}"', {"host": "h"} | GET),
    "LogFormat, no name": ('  logformat  "%h %t"  ', f"h [{CLF}]", {"host": "h"}),
    "without the directive": (r"%h %t \"%r\"", f'h [{CLF}] "{REQUEST}"', {"host": "h"} | GET),
    "log_format": (
        "log_format main '$remote_addr [$time_local] '\n    '\"$request\"';\n",
        f'h [{CLF}] "{REQUEST}"',
        {"host": "h"} | GET,
    ),
    "log_format in double quotes": (
        r"""log_format main escape=default "$remote_addr '[$time_local]'" " \"$request\"" """,
        f"""h '[{CLF}]' "{REQUEST}\"""",
        {"host": "h"} | GET,
    ),
    "log_format with escapes": (
        r"""log_format main '$remote_addr\t\'$time_local\'\\';""",
        f"h\t'{CLF}'\\",
        {"host": "h"},
    ),
}


@pytest.mark.parametrize(("form", "line", "fields"), CASES.values(), ids=CASES)
def test_several(form: str, line: str, fields: dict[str, Any]) -> None:
    record = read(form, line)
    assert record
    assert record | NOTHING | fields == record | NOTHING | fields | {"time": TIME}
    assert {field: record[field] for field in fields} == fields


@pytest.mark.parametrize("name", ["%h and %{c}a", "$request and its parts", "bare quotes"])
def test_a_field_that_another_has_is_nowhere_else(name: str) -> None:
    """A record has each field once, and no field of a directive that has lost its claim."""
    form, line, fields = CASES[name]
    others = {"bare quotes": {"header_x": 'a "b c'}}.get(
        name, {"host": "h"} if "c}a" in name else {}
    )
    assert read(form, line) == NOTHING | fields | others


def test_command() -> None:
    """The command reads as the function does."""
    form, line, fields = CASES["log_format"]
    run = subprocess.run(
        [sys.executable, "-P", "-m", "clfparse", "--format", form],
        input=f"{line}\nx\n".encode(),
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert json.loads(run.stdout) == NOTHING | fields
    messages = run.stderr.decode().split("\n")
    assert messages[0] == ("clfparse: line 2: at the end: expected ' [': 'x'")


# A format with the place at fault marked, and the beginning of what is said.
BAD = {
    "»": "neither a name (auto, alb, ",
    "»nope": "neither a name (",
    "»%h %b": "no time in it: every record needs one",
    "»$remote_addr": "no time in it: every record needs one",
    "»%h %{end:sec}t": "no time in it: every record needs one",
    "%h »%Z %t": "%Z is no directive that is known here",
    "%h »%{x}q %t": "%{x}q is no directive that is known here",
    "%t »%{}i": "%{}i is no directive that is known here",
    "%t »%!200,304{x}T": "%!200,304{x}T is no directive that is known here",
    "%t »%{min}T": "%{min}T is no directive that is known here",
    "%t »%i": "%i is no directive that is known here",
    "%h »% %t": "no directive; a percent sign is %%",
    "%h %t »%": "no directive; a percent sign is %%",
    "%t »%{Referer": "no directive; a percent sign is %%",
    "%t 50»% ": "no directive; a percent sign is %%",
    "%v»%u %t": "nothing stands between %v and %u: where does one end?",
    "$time_local $host»$args": "nothing stands between $host and $args: where does one end?",
    "$time_local »$": "'$' begins no variable",
    "$time_local »${x": "'$' begins no variable",
    "$time_local »${}": "'$' begins no variable",
    "»$é $time_local": "'$' begins no variable",
    "%h %{»%Q}t": "a time's %Q cannot be read back",
    "%h %{%d »%Q}t": "a time's %Q cannot be read back",
    "%h %{begin:%d»%}t": "a time's % cannot be read back",
    "%h %{end:%d»%j}t": "a time's %j cannot be read back",
    "%h »%{%H:%M}t": "the time is not whole: a day, an hour and a minute are needed",
    "%h »%{%F}t": "the time is not whole: a day, an hour and a minute are needed",
    "%h »%{word}t": "the time is not whole: a day, an hour and a minute are needed",
    "%h »%{%F %I:%M}t": "the time is not whole: a day, an hour and a minute are needed",
    "%h %{%F}t »%u %{%T}t": "the parts of a time must stand beside each other",
    "%t»\\n%h": "a line break in it: each line is read by itself",
    "%t»\n%h": "a line break in it: each line is read by itself",
    # In a directive that was pasted with all that is around it
    'LogFormat "%h »%Z %t" mine': "%Z is no directive that is known here",
    'LogFormat "%{»%Q}t" mine': "a time's %Q cannot be read back",
    'LogFormat "»x" mine': "neither a name (",
    "log_format m '$remote_addr '\n  '$time_local »$ ';": "'$' begins no variable",
    "log_format m '»$remote_addr '\n  '$status ';": "no time in it: every record needs one",
    # What a terminal must not act on is shown escaped, and the place is still right
    "\t\x1b[31m%h »%Z %t": "%Z is no directive that is known here",
    "\u202e%h »%Z %t": "%Z is no directive that is known here",
    "\udcff%h »%Z %t": "%Z is no directive that is known here",
}


@pytest.mark.parametrize(("marked", "message"), BAD.items())
def test_bad_format(marked: str, message: str) -> None:
    """What is wrong is named, and its place in the format, whatever stands around that."""
    before, _, after = marked.partition("»")
    with pytest.raises(FormatError) as error:
        format_of(before + after)
    assert str(error.value).startswith(message)
    assert error.value.at == len(before)


@pytest.mark.parametrize(("marked", "message"), BAD.items())
def test_bad_format_in_the_command(marked: str, message: str) -> None:
    """Status 2, and a caret under the place; nothing is read, nothing a terminal would act on."""
    before, _, after = marked.partition("»")
    result = CliRunner().invoke(app, ["--format", before + after])
    assert result.exit_code == 2
    assert result.stdout == ""
    said, shown, caret = result.stderr.split("\n")[-4:-1]
    assert message in said
    assert caret.strip() == "^"
    if before.isprintable() and after.isprintable():
        assert shown == f"  {before}{after}"
        assert caret.index("^") == 2 + len(before)
    else:
        assert shown.isprintable()
        rest = after.replace("\n", r"\n")
        assert shown[caret.index("^") :].startswith(rest)


def test_bad_format_in_a_process() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "clfparse", "--format", b"\xff%h %Z"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr.endswith(b"\n  \\udcff%h %Z\n           ^\n")


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


LINE = f'192.0.2.1 - - [{CLF}] "GET / HTTP/1.1" 200 5'
LINES = {
    "common": LINE,
    "combined": f'{LINE} "-" "curl/8.5"',
    "vhost_common": f"a.example:80 {LINE}",
    "vhost_combined": f'a.example:80 {LINE} "-" "curl/8.5"',
}
NO_AGENT, AN_AGENT = "no referer and user agent at the end", "a referer and user agent at the end"
NO_VHOST, A_VHOST = "no virtual host before the line", "a virtual host before the line"
NAMED = {
    "common": [None, AN_AGENT, A_VHOST, A_VHOST],
    "combined": [NO_AGENT, None, A_VHOST, A_VHOST],
    "vhost_common": [NO_VHOST, NO_VHOST, None, AN_AGENT],
    "vhost_combined": [NO_VHOST, NO_VHOST, NO_AGENT, None],
    "nginx": [NO_AGENT, None, A_VHOST, A_VHOST],
}


@pytest.mark.parametrize("name", NAMED)
def test_a_name_takes_its_own_lines(name: str) -> None:
    """Those of the other stock formats are refused, with the reason; plain or not."""
    for line, reason in zip(LINES.values(), NAMED[name], strict=True):
        for odd in (line, line.replace("GET", "get")):
            if reason:
                assert refusal(name, odd) == f"not {name}: {reason}"
            else:
                assert read(name, odd) == parse_stock(odd.encode())
                assert refusal(name, odd + " 0.1") == f"not {name}: more fields at the end"
                main = f'{odd} "10.0.0.9"'
                if name == "nginx":
                    assert read(name, main) == parse_stock(main.encode())
                else:
                    assert refusal(name, main) == f"not {name}: more fields at the end"
    assert refusal(name, "x").startswith("no time such as ")


def test_names() -> None:
    """Each name that the help tells is one; auto is what goes without saying."""
    assert {*NAMED} < {*names()}
    for name in names():
        assert callable(format_of(name).parse)
    for line in LINES.values():
        assert read("auto", line) == parse_stock(line.encode())


# Formats whose two ways are held against each other. By what a directive writes, the plain first.
ADDRESSES = ["192.0.2.1", "2001:db8::1", "h", "-", "", "a b", "П", '"', "\\", "a,b", "x:1"]
TEXTS = ["x", "-", "", "a b", '""', '\\"', "\\x22", "\\xD0\\x9F", '"q"', "a:b", "П", "\x1b", "1"]
TEXTS += ["\\", "a\\\\", " ", "5 6", f"y [{CLF}]", "a|b", "\t", '" 200 5', "@[^`{|}~", "?", "'"]
ODD_REQUESTS = ["GET /a b HTTP/1.1", "GET  / HTTP/1.1", "GET /a?b?c HTTP/1.1", "GET /П HTTP/1.1"]
ODD_REQUESTS += ["G /\\x22 HTTP/1.0", "GET * HTTP/1.1", "CONNECT a:1 HTTP/1.1", "\\x16\\x03"]
ODD_REQUESTS += ['GET /" HTTP/1.1', "GET / HTTP/1.10", "GET http://h/a/b HTTP/1.1"]
ODD_REQUESTS += ["GET /#/a HTTP/1.1", "GET / HTTP/1.1 "]
WRITTEN = {
    "REQUEST": [REQUEST, "GET / HTTP/2", "-", "", "GET /", "get / HTTP/1.1", *ODD_REQUESTS],
    "PATH": ["/a/b", "/", "-", "", "/a b", "/a?b", "*", "/\\x22", "/П", "//", "/#/a", "a", '/"'],
    "URI": ["/a/b?c", "/", "-", "", "/a b?c d", "/a?", "/a?-", "*", "/\\x22?\\x22", '/?"', "-?x"],
    "QUERY": ["?a=b", "", "-", "?", "a", "a b", "?П", "?\\x22", '"', "?-"],
    "STATUS": ["200", "-", "007", "20", "2000", "x", ""],
    "NUMBER": ["5", "0", "-", "007", "9" * 18, "9" * 19, "00", "-5", "", "1.5"],
    "SECONDS": ["0.105", "1", "-", "1.", ".5", "00.5", "9" * 15, "9" * 16, "1e5", "0.1234567891"],
    "MICROSECONDS": ["1234", "0", "-", "007", "9" * 18, "9" * 19, "1.5", ""],
    "UPSTREAMS": ["0.1, 0.2 : -", "0.1", "-", "0.1,0.2", ", ".join(["0.1"] * 34), "0.1, -", "x"],
    "CLF": [CLF, "9/Feb/2017:10:34:12 +0000", "30/Feb/2000:13:55:36 +0000", "x", "", CLF + "]"],
    "ISO": [TIME, "2000-02-30T13:55:36-07:00", "2000-10-10T13:55:36Z", "x", ""],
    "EPOCH": ["971211336", "971211336.123", "9" * 12, "9" * 13, "0", "-", "x"],
    "DATE": ["2000-10-10", "2000-02-30", "2000-13-10", "0000-01-01", "x", ""],
    "CLOCK": ["13:55:36", "24:00:00", "13:55:60", "x", ""],
    "FRACTION": ["123", "12", "x"],
}
DIRECTIVES = {
    **dict.fromkeys(["%h", "$remote_addr", "%v"], ADDRESSES),
    **dict.fromkeys(["%r", "$request"], WRITTEN["REQUEST"]),
    **dict.fromkeys(["%U", "$uri"], WRITTEN["PATH"]),
    **dict.fromkeys(["%U%q", "$request_uri"], WRITTEN["URI"]),
    **dict.fromkeys(["%q", "$args"], WRITTEN["QUERY"]),
    **dict.fromkeys(["%>s", "$status"], WRITTEN["STATUS"]),
    **dict.fromkeys(["%b", "%O", "%p", "$body_bytes_sent", "$remote_port"], WRITTEN["NUMBER"]),
    **dict.fromkeys(["%T", "$request_time"], WRITTEN["SECONDS"]),
    **dict.fromkeys(["%D", "%{ms}T"], WRITTEN["MICROSECONDS"]),
    "%l": ["-", *TEXTS],
    "$upstream_response_time": WRITTEN["UPSTREAMS"],
    "%t": [f"[{time}]" for time in WRITTEN["CLF"]],
    "$time_local": WRITTEN["CLF"],
    "$time_iso8601": WRITTEN["ISO"],
    **dict.fromkeys(["%{sec}t", "$msec"], WRITTEN["EPOCH"]),
    "%{%F}t": WRITTEN["DATE"],
    **dict.fromkeys(["%{%T}t", "%{end:%T}t"], WRITTEN["CLOCK"]),
    "%{msec_frac}t": WRITTEN["FRACTION"],
    **dict.fromkeys(["%u", "%m", "%H", "%{X}i", "%{Y}i", "$http_x"], TEXTS),
    **dict.fromkeys(["%{Referer}i", "%{User-Agent}i", "$remote_user", "$my_own"], TEXTS),
    **dict.fromkeys(["$http_referer", "$http_user_agent", "$path"], TEXTS),
}
PIECE = re.compile("|".join(re.escape(d) for d in sorted(DIRECTIVES, key=len, reverse=True)))

COMMON = '%h %l %u %t "%r" %>s %b'
COMBINED = f'{COMMON} "%{{Referer}}i" "%{{User-Agent}}i"'
SPELLED = {
    "common": COMMON,
    "combined": COMBINED,
    "vhost": "%v:%p " + COMBINED,
    "vhost, no port": "%v " + COMMON,
    "duration": COMBINED + " %D",
    "duration first": "%T " + COMMON,
    "tabs": "%h\t%u\t%t\t%r\t%>s\t%b\t%{X}i",
    "bars": "%h|%u|%t|%m|%H|%>s|%b|%{X}i|",
    "no request": "%h %t %>s %b",
    "%m and %U": '%h %t "%m %U %H" %>s',
    "%m, %U%q": "%t %h %m %U%q %>s %b %{ms}T",
    "%U and %q": "%t %U %q",
    "time in parts": '%h %{%F}t %{%T}t.%{msec_frac}t "%r" %>s',
    "time last": '%h "%r" %t',
    "two times": "%t %{end:%T}t %h %{sec}t",
    "text last": "%t %h %u",
    "path last": "%t %U",
    "request last": "%t %r",
    "number last": "%t %U %b",
    "host:port last": "%t %h:%p",
    "numbers pasted": "%t %>s%b %D",
    "numbers pasted, last": "%t %b%D",
    "request and its parts": '%t %m "%r" %U %q %H %>s',
    "sizes": "%t %O %b",
    "nothing between": "%t%h|%u|",
    "literals alike": "%{X}i - %{Y}i -- %t --",
    "nginx": '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
    '"$http_referer" "$http_user_agent" $request_time $upstream_response_time',
    "nginx, parts": "$time_iso8601\t$request_uri\t$uri\t$args\t$status\t$path\t$my_own\t$msec",
    "nginx, JSON": '{"t":"$time_iso8601","r":"$request","s":$status,"x":"$http_x"}',
    "nginx, port": "$remote_addr:$remote_port $msec $request_uri",
    "nginx, main": '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
    '"$http_referer" "$http_user_agent" "$http_x"',
    "nginx, quoted parts": '"$time_iso8601" "$request_uri" "$args" "$uri" "$path"',
    "quotes beside each other": '%t "%{X}i""%{Y}i" "%u"',
    "quotes shared": '%t "%{X}i"%{Y}i" %u',
    "quotes around nothing kept": '%t "%r" "%m" "%{X}i" "%{X}i"',
    "quoted first": '"%{X}i" "%u" %t',
    "quote before": '%t "%{X}i %u',
    "quote behind": '%t %{X}i" %u',
    "request between bars": "%t|%r|%{X}i",
    "path between bars": "%t|%U|%U%q|%b",
    "path in quotes": '%t "%U" %b',
}
# And as it is given to --format.
FORMATS = {name: (form, form) for name, form in SPELLED.items()} | {
    "named common": ("common", COMMON),
    "named combined": ("combined", COMBINED),
    "named vhost_common": ("vhost_common", "%v:%p " + COMMON),
    "named vhost_combined": ("vhost_combined", "%v:%p " + COMBINED),
    "named nginx": ("nginx", COMBINED),
    "named nginx, main": ("nginx", COMBINED + ' "-"'),
}


def drawn(written: str, rng: random.Random, plain: float) -> bytes:
    """Return a line: of each directive its plain text, so often, or an odd one."""

    def text(piece: re.Match[str]) -> str:
        texts = DIRECTIVES[piece[0]]
        return texts[0] if rng.random() < plain else rng.choice(texts)

    return PIECE.sub(text, written).encode()


def changed(line: bytes, rng: random.Random) -> bytes:
    """Return the line, or one with a byte that does not belong there."""
    at = rng.randrange(len(line) + 1) if rng.random() < 0.5 else len(line)
    byte = rng.choice([b"", b" ", b'"', b"0", b"\\", b"x", b"\t", b"\r", b" x"])
    return line[:at] + byte + line[at + 1 :] if rng.random() < 0.2 else line


@pytest.mark.parametrize(("form", "written"), FORMATS.values(), ids=FORMATS)
def test_fast_and_slow_ways_agree(form: str, written: str) -> None:
    """Byte for byte, and with the same rejects, on plain lines and odd ones side by side."""

    @max_examples(40)
    @given(st.integers(1, 8), st.integers())
    def agree(number: int, seed: int) -> None:
        rng = random.Random(seed)  # noqa: S311 - not for secrets
        block = [changed(drawn(written, rng, 0.9), rng) for _ in range(number)]
        both(format_of(form), b"".join(line + b"\n" for line in block))

    agree()


@pytest.mark.parametrize(("form", "written"), FORMATS.values(), ids=FORMATS)
def test_each_variant_among_plain_lines(form: str, written: str) -> None:
    """Each odd text in each place, alone and between plain lines."""
    directives = [piece[0] for piece in PIECE.finditer(written)]
    literals = PIECE.split(written)
    usual = [DIRECTIVES[directive][0] for directive in directives]

    def line(texts: list[str]) -> bytes:
        parts = [part for pair in zip(literals, [*texts, ""], strict=True) for part in pair]
        return "".join(parts).encode() + b"\n"

    lines = [line(usual)]
    for place, directive in enumerate(directives):
        for text in DIRECTIVES[directive]:
            lines += [line([*usual[:place], text, *usual[place + 1 :]]), line(usual)]
    block = b"".join(lines)
    both(format_of(form), block)
    for each in lines[1::2]:
        both(format_of(form), each)
    # The order that clfstats' fast way relies on: what it knows, then the rest as in the format.
    for record in both(format_of(form), line(usual)).splitlines():
        fields = [*json.loads(record)]
        known = [field for field in [*ALWAYS, *NEXT] if field in fields]
        assert fields[: len(known)] == known
        assert fields[: len(ALWAYS)] == ALWAYS


@pytest.mark.parametrize(("form", "written"), FORMATS.values(), ids=FORMATS)
def test_plain_lines_take_the_fast_way(form: str, written: str) -> None:
    """Without this, all would be right and nothing fast; and so it is for clfstats."""
    line = PIECE.sub(lambda piece: DIRECTIVES[piece[0]][0], written)
    forms = format_of(form).forms()
    if written != SPELLED["numbers pasted, last"]:  # which nobody can tell apart
        assert any(form.pattern.fullmatch(f"\n{line}".encode()) for form in forms)
    if record := both(format_of(form), f"{line}\n".encode()):
        run = read_line(record[:-1])
        assert isinstance(run, Run)
        assert run.lines == [record[:-1]]


ENDS = [
    ("%t %b\r", b"[%b] 5", b"\r"),
    ("%t %b \r", b"[%b] 5 ", b"\r"),
    ("%t \r %b", b"[%b] \r 5", b"\r"),
    ("%t/%U", b"[%b]//a", b""),
    ("%t %U/%b", b"[%b] /a/5", b""),
    ("%t %U#%b", b"[%b] /a#5", b"#6"),
    ("%t %U%q?%b", b"[%b] /a?b?5", b""),
    ('%t "%r/%b', b'[%b] "GET /a HTTP/1.1/5', b""),
    ("%t %rP%b", b"[%b] GET /a HTTP/1.1P5", b""),
    ("%t %r %b", b"[%b] GET /a HTTP/1.1 5", b" HTTP/1.1 5"),
    ("%t %{X}i\udcd0 %u", b"[%b] x\xd0\x9f\xd0 u", b""),
]


@pytest.mark.parametrize(("form", "line", "added"), ENDS)
def test_where_values_end(form: str, line: bytes, added: bytes) -> None:
    """What ends a value may be in it, or the carriage return of a line that ends in one more."""
    line = line.replace(b"%b", CLF.encode())
    for text in (line, line + added, line + added + added, line + b"\r", line + b" "):
        both(format_of(form), text + b"\n")


def test_no_format_takes_two_lines_for_one() -> None:
    """A break inside of a value, or of what a pattern takes, never joins two lines."""
    for form, written in FORMATS.values():
        line = PIECE.sub(lambda piece: DIRECTIVES[piece[0]][0], written)
        for at in range(len(line)):
            both(format_of(form), f"{line[:at]}\n{line[at + 1 :]}\n".encode())


def test_order_of_fields() -> None:
    """What readers know comes first, in the stock formats' order; then the rest as it stands."""
    form = '%p %{X}i %{User-Agent}i %D %b %v %>s "%r" %u %l %h %I %t'
    line = f'80 x curl 5 7 a 200 "{REQUEST}" u l h 9 [{CLF}]'
    rest = ["port", "header_x", "server", "bytes_in"]
    assert [*read(form, line)] == [*ALWAYS, "duration", "referer", "user_agent", *rest]
    odd = [*ALWAYS, "duration", "referer", "user_agent", "request", *rest]
    assert [*read(form, line.replace(REQUEST, "odd"))] == odd


@max_examples(300)
@given(st.sampled_from([COMMON, COMBINED]), st.integers())
def test_a_stock_format_reads_as_the_stock_grammar_does(form: str, seed: int) -> None:
    """Spelled out, common and combined are read as without --format, where both can."""
    line = drawn(form, random.Random(seed), 0.8)  # noqa: S311 - not for secrets
    with suppress(Refused):
        stock = parse_stock(line)
        same = ("referer" in stock) == (form == COMBINED)
        empty = line.startswith(b" ") or b"  " in line  # a text here, and nothing at all there
        if same and not empty and not {"vhost", "extra"} & stock.keys():
            assert format_of(form).parse(line) == stock


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


def cost(form: Format, line: bytes, runs: int) -> float:
    """Return the processor time, in seconds, that one line takes in both ways."""
    times = []
    for _ in range(runs):
        began = time.process_time()
        with suppress(Refused):
            form.parse(line)
        Parser(Rejects("clfparse", "hint"), form).add(line + b"\n")
        times.append(time.process_time() - began)
    return min(times)


@pytest.mark.parametrize("form", HARD)
def test_time_is_linear(form: str) -> None:
    """Four times the length takes some four times the time: sixteen would be quadratic."""
    made = format_of(form)
    sample = PIECE.sub(lambda piece: DIRECTIVES[piece[0]][0], form).encode()
    for before in {sample[: len(sample) * part // 4] for part in range(4)}:
        for filler in map(str.encode, FILLERS):
            small, large = (
                before + filler * (size // len(filler)) + b"x" for size in (1 << 14, 1 << 16)
            )
            assert cost(made, small, 1) < 0.5, "so slow that the longer line is not tried"
            if cost(made, large, 1) > 0.02:
                assert holds(
                    lambda: cost(made, large, 3) < 10 * cost(made, small, 3)  # noqa: B023
                ), (before, filler)
