"""`grammar`: one table, for the pure function and for the command."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from logs import log

from clfparse.formats.grammar import parse
from clfparse.record import Refused

COMMON = {
    "time": "2018-05-09T16:00:39+00:00",
    "host": "127.0.0.1",
    "ident": None,
    "user": None,
    "method": "GET",
    "path": "/",
    "query": None,
    "protocol": "HTTP/1.0",
    "status": 200,
    "bytes": 5,
    "section": "/",
}
COMBINED = {"referer": None, "user_agent": "curl/8.5"}
FORWARDED = "header_x_forwarded_for"
NO_REQUEST = dict.fromkeys(["method", "path", "query", "protocol", "section"])
NO_TIME = "no time such as [10/Oct/2000:13:55:36 -0700]"
NO_NAMES = "no host, identity and user before the time"
NO_NUMBERS = "no status and size after the request"
NOT_CLOSED = "a quoted field is not closed"
IMPOSSIBLE = "impossible time: "  # the rest may be Python's words


def get(target: bytes) -> bytes:
    return log(request=b"GET %b HTTP/1.0" % target)


def at(path: str, section: str | None = None, query: str | None = None) -> dict[str, Any]:
    return {"path": path, "section": section or path, "query": query}


def forwarded(addresses: str, host: str = "10.0.0.1") -> dict[str, Any]:
    return {"host": host, "header_x_forwarded_for": addresses}


# A line, and what of its record is not as in COMMON; or the beginning of the reason to refuse it.
CASES: dict[str, tuple[bytes, dict[str, Any] | str]] = {
    # Formats
    "common": (
        b'127.0.0.1 - james [09/May/2018:16:00:39 +0000] "GET /report/2?a=b HTTP/1.0" 404 123',
        {
            **at("/report/2", "/report", "a=b"),
            "user": "james",
            "status": 404,
            "bytes": 123,
        },
    ),
    "combined": (
        (
            b'10.0.0.1 frank bob [10/Oct/2000:13:55:36 -0700] "POST /api?a HTTP/1.1" 201 2326 '
            b'"http://example.com/start?x=1" "Mozilla/5.0 (X11; Linux x86_64)"'
        ),
        {
            **at("/api", query="a"),
            "time": "2000-10-10T13:55:36-07:00",
            "host": "10.0.0.1",
            "ident": "frank",
            "user": "bob",
            "method": "POST",
            "protocol": "HTTP/1.1",
            "status": 201,
            "bytes": 2326,
            "referer": "http://example.com/start?x=1",
            "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
        },
    ),
    "vhost:port": (log(b"example.com:443 127.0.0.1 - -"), {"vhost": "example.com:443"}),
    "vhost:port, combined": (
        log(b"example.com:80 127.0.0.1 - -", rest=b'200 5 "-" "curl/8.5"'),
        {**COMBINED, "vhost": "example.com:80"},
    ),
    "[v6]:port": (
        log(b"[2001:db8::1]:8080 ::1 - -"),
        {"vhost": "[2001:db8::1]:8080", "host": "::1"},
    ),
    "[v6]:port, every name": (
        log(b"[2001:db8::1]:8080 client frank bob"),
        {"vhost": "[2001:db8::1]:8080", "host": "client", "ident": "frank", "user": "bob"},
    ),
    "vhost:port, user with spaces": (
        log(b"example.com:80 127.0.0.1 - John Smith"),
        {"vhost": "example.com:80", "user": "John Smith"},
    ),
    "vhost:port, every name": (
        log(b"example.com:80 client frank bob"),
        {"vhost": "example.com:80", "host": "client", "ident": "frank", "user": "bob"},
    ),
    "vhost without port, third word -": (
        log(b"example.com client.example.net - bob"),
        {"vhost": "example.com", "host": "client.example.net", "user": "bob"},
    ),
    "vhost without port, IPv4": (
        log(b"example.com 10.0.0.7 frank bob"),
        {"vhost": "example.com", "host": "10.0.0.7", "ident": "frank", "user": "bob"},
    ),
    "vhost without port, IPv6": (
        log(b"example.com 2001:db8::7 frank bob"),
        {"vhost": "example.com", "host": "2001:db8::7", "ident": "frank", "user": "bob"},
    ),
    "vhost of CONNECT": (log(b"- 127.0.0.1 - -"), {"vhost": None}),
    # Fields after the known ones
    "common, then words": (log(rest=b"200 5 - 9221 1.1.1.1"), {"extra": "- 9221 1.1.1.1"}),
    "common, then -": (log(rest=b"200 5 -"), {"extra": None}),
    "common, then - and a space": (log(rest=b"200 5 - "), {"extra": None}),
    'common, then "-"': (log(rest=b'200 5 "-"'), {"extra": '"-"'}),
    "common, then named": (
        log(rest=b'200 5 uri="-" file="/x"'),
        {"extra": 'uri="-" file="/x"'},
    ),
    "common, then brackets": (log(rest=b"200 5 [test-grpc] []"), {"extra": "[test-grpc] []"}),
    "combined, then words": (
        log(rest=b'200 5 "-" "curl/8.5" - 9221 1.1.1.1'),
        {**COMBINED, "extra": "- 9221 1.1.1.1"},
    ),
    "combined, then -": (log(rest=b'200 5 "-" "curl/8.5" -'), {**COMBINED, "extra": None}),
    # nginx's main: one field more, of addresses
    'main, "-"': (log(rest=b'200 5 "-" "curl/8.5" "-"'), {**COMBINED, FORWARDED: None}),
    "main, addresses": (
        log(rest=b'200 5 "-" "curl/8.5" "192.0.2.1, ::1,2001:db8:0:0:0:0:0:7,  ::ffff:1.2.3.4" '),
        {**COMBINED, FORWARDED: "192.0.2.1, ::1,2001:db8:0:0:0:0:0:7,  ::ffff:1.2.3.4"},
    ),
    "main, vhost": (
        log(b"a.example:80 ::1 - -", rest=b'200 5 "-" "curl/8.5" "::1"'),
        {**COMBINED, "host": "::1", "vhost": "a.example:80", FORWARDED: "::1"},
    ),
    "main, no request": (
        log(request=b"-", rest=b'400 0 "-" "curl/8.5" "-"'),
        {**NO_REQUEST, **COMBINED, "status": 400, "bytes": 0, "request": None, FORWARDED: None},
    ),
    **{
        f"no main: {field}": (
            log(rest=b'200 5 "-" "curl/8.5" %b' % field.encode()),
            {**COMBINED, "extra": field},
        )
        for field in (
            *('"1.2.3.4:80"', '"unknown"', '"1.2.3.4, unknown"', '"12:30:45"', '"0.105"', '""'),
            *('"a.example"', '"1.2.3.4,"', '"1.2.3.4 ::1"', '"-" "-"', '"-" 0.1', '0.1 "-"'),
            *('"-', "1.2.3.4", '"1.2.3.4"x', '"x:y::z"', '"1.2.3.4567"', '"-, 1.2.3.4"'),
        )
    },
    "combined, then named": (
        log(rest=b'200 5 "-" "curl/8.5" uri="-" file="/x"'),
        {**COMBINED, "extra": 'uri="-" file="/x"'},
    ),
    "combined, then brackets": (
        log(rest=b'200 5 "-" "curl/8.5" 112 0.001 [test-grpc] []'),
        {**COMBINED, "extra": "112 0.001 [test-grpc] []"},
    ),
    "extra is kept as written": (
        log(rest=rb'200 5 x="\"\xD0\x9F" ' + "П\x1b".encode()),
        {"extra": r'x="\"\xD0\x9F" П\x1b'},
    ),
    "spaces at the end are nothing": (log(rest=b'200 5 "-" "curl/8.5"  '), {**COMBINED}),
    # Host, identity and user
    "IPv6": (log(b"2001:db8::ff00:42:8329 - -"), {"host": "2001:db8::ff00:42:8329"}),
    "dashes in the name": (
        log(b"dhcp-24-1.my-isp.example - -"),
        {"host": "dhcp-24-1.my-isp.example"},
    ),
    "forwarded for": (log(b"10.0.0.1, 192.0.2.9 - -"), forwarded("10.0.0.1, 192.0.2.9")),
    "forwarded for, no spaces": (log(b"10.0.0.1,::1,a-b - -"), forwarded("10.0.0.1,::1,a-b")),
    "forwarded for, vhost:port": (
        log(b"example.com:80 10.0.0.1, 192.0.2.9, ::1 - bob"),
        {"vhost": "example.com:80", "user": "bob"} | forwarded("10.0.0.1, 192.0.2.9, ::1"),
    ),
    "user with spaces": (log(b"127.0.0.1 - Mary Ann  Smith"), {"user": "Mary Ann  Smith"}),
    "user with spaces, -": (log(b"127.0.0.1 - a - b"), {"user": "a - b"}),
    "user begins with -": (log(b"127.0.0.1 - - b"), {"user": "- b"}),
    "user is empty": (log(b'127.0.0.1 - ""'), {"user": ""}),
    "user is two quotes": (log(rb"127.0.0.1 - \"\""), {"user": '""'}),
    "identity without user": (log(b"127.0.0.1 frank -"), {"ident": "frank"}),
    "every field -": (
        log(b"- - -", request=b"-", rest=b'- - "-" "-" -'),
        {
            **NO_REQUEST,
            **dict.fromkeys(["host", "status", "bytes", "request"]),
            **dict.fromkeys(["referer", "user_agent", "extra"]),
        },
    ),
    # A user name is the client's choice, even before it has proved who it is.
    "forged time and request": (
        log(
            rb"127.0.0.1 - x [10/Oct/2000:13:55:36 -0700] \"GET /forged HTTP/1.1\" 200 1",
            request=b"GET /true HTTP/1.0",
        ),
        {
            **at("/true"),
            "user": 'x [10/Oct/2000:13:55:36 -0700] "GET /forged HTTP/1.1" 200 1',
        },
    ),
    "forged time and request, nginx": (
        log(rb"127.0.0.1 - x [10/Oct/2000:13:55:36 -0700] \x22GET /forged HTTP/1.1\x22 200 1"),
        {"user": 'x [10/Oct/2000:13:55:36 -0700] "GET /forged HTTP/1.1" 200 1'},
    ),
    "forged time": (
        log(b"127.0.0.1 - x [10/Oct/2000:13:55:36 -0700] y"),
        {"user": "x [10/Oct/2000:13:55:36 -0700] y"},
    ),
    "forged time, last": (
        log(b"127.0.0.1 - x [10/Oct/2000:13:55:36 -0700]"),
        {"user": "x [10/Oct/2000:13:55:36 -0700]"},
    ),
    "forged time in the request": (
        get(rb"/a [10/Oct/2000:13:55:36 -0700] \"GET /forged"),
        at('/a [10/Oct/2000:13:55:36 -0700] "GET /forged', "/a [10"),
    ),
    "forged end of the request": (
        get(rb"/a\" 404 1 \"-\" \"x"),
        at('/a" 404 1 "-" "x'),
    ),
    "forged end of the user agent": (
        log(rest=rb'200 5 "-" "x\" \"y\" z"'),
        {"referer": None, "user_agent": 'x" "y" z'},
    ),
    # Status and size
    "status -": (log(rest=b"- 5"), {"status": None}),
    "bytes -": (log(rest=b"304 -"), {"status": 304, "bytes": None}),
    "bytes of eighteen digits": (log(rest=b"200 " + b"9" * 18), {"bytes": 10**18 - 1}),
    # Request lines
    "HTTP/0.9": (log(request=b"GET /old"), {**at("/old"), "protocol": None}),
    "HTTP/2": (log(request=b"GET / HTTP/2"), {"protocol": "HTTP/2"}),
    "CONNECT": (
        log(request=b"CONNECT example.com:443 HTTP/1.1"),
        {**at("example.com:443"), "method": "CONNECT", "protocol": "HTTP/1.1"},
    ),
    "CONNECT to IPv6": (
        log(request=b"CONNECT [2001:db8::1]:443 HTTP/1.1"),
        {**at("[2001:db8::1]:443"), "method": "CONNECT", "protocol": "HTTP/1.1"},
    ),
    "OPTIONS *": (log(request=b"OPTIONS * HTTP/1.0"), {**at("*"), "method": "OPTIONS"}),
    "spaces in the target": (
        get(b"/a b/c  d?e f"),
        at("/a b/c  d", "/a b", "e f"),
    ),
    "spaces in the target, HTTP/0.9": (
        log(request=b"GET /a b/c d"),
        {**at("/a b/c d", "/a b"), "protocol": None},
    ),
    "method is no token": (
        log(request=b"G(T / HTTP/1.0"),
        {**NO_REQUEST, "request": "G(T / HTTP/1.0"},
    ),
    "method alone": (log(request=b"GET"), {**NO_REQUEST, "request": "GET"}),
    "TLS, Apache": (
        log(request=rb"\x16\x03\x01\x02 \x01\xfc\x03\x03", rest=b"400 226"),
        {
            **NO_REQUEST,
            "request": r"\x16\x03\x01\x02 \x01\xfc\x03\x03",
            "status": 400,
            "bytes": 226,
        },
    ),
    "TLS, nginx": (
        log(request=rb"\x16\x03\x01\x02\x00\x01\xFC\x03\x03", rest=b"400 226"),
        {
            **NO_REQUEST,
            "request": r"\x16\x03\x01\x02\x00\x01\xFC\x03\x03",
            "status": 400,
            "bytes": 226,
        },
    ),
    "empty request": (log(request=b""), {**NO_REQUEST, "request": ""}),
    "request -": (log(request=b"-"), {**NO_REQUEST, "request": None}),
    # Sections
    "section of a page": (get(b"/pages/create"), at("/pages/create", "/pages")),
    "section itself": (get(b"/pages"), at("/pages")),
    "section with a slash": (get(b"/pages/"), at("/pages/", "/pages")),
    "section //": (get(b"//x/y"), at("//x/y", "/")),
    "section with a query": (get(b"/pages?a=/b/c"), at("/pages", query="a=/b/c")),
    "section of the root with a query": (get(b"/?/a/b"), at("/", query="/a/b")),
    "section with a fragment": (get(b"/pages#a/b"), at("/pages#a/b", "/pages")),
    "section and two question marks": (get(b"/a/b?c?d"), at("/a/b", "/a", "c?d")),
    "section and an empty query": (get(b"/pages?"), at("/pages", query="")),
    "section of a site": (
        get(b"http://my.site.com/pages/create?x"),
        at("http://my.site.com/pages/create", "http://my.site.com/pages", "x"),
    ),
    "section of a site's root": (get(b"http://my.site.com/"), at("http://my.site.com/")),
    "section of a bare site": (get(b"http://my.site.com"), at("http://my.site.com")),
    # Escapes
    "Apache: quote": (get(rb"/\"q\""), at('/"q"')),
    "Apache: backslash": (get(rb"/a\\b"), at("/a\\b")),
    "Apache: backslash last": (get(rb"/a\\"), at("/a\\")),
    "Apache: escaped escape": (get(rb"/\\x41"), at(r"/\x41")),
    "Apache: newline and tab": (get(rb"/a\nb\tc"), at(r"/a\nb\tc")),
    "Apache: ESC": (get(rb"/\x1b[2J"), at(r"/\x1b[2J")),
    "Apache: UTF-8": (get(rb"/\xd0\x9f"), at("/П")),
    "Apache: user": (log(rb"127.0.0.1 - j\xc3\xb6rg"), {"user": "jörg"}),
    "nginx: quote": (get(rb"/\x22q\x22"), at('/"q"')),
    "nginx: backslash": (get(rb"/a\x5Cb"), at("/a\\b")),
    "nginx: UTF-8": (get(rb"/\xD0\x9F"), at("/П")),
    "nginx: control": (get(rb"/a\x0Ab\x1B\x7F"), at(r"/a\x0Ab\x1B\x7F")),
    "nginx: no UTF-8": (get(rb"/\xFF\xD0"), at(r"/\xFF\xD0")),
    "escaped C1": (get(rb"/\xc2\x9b"), at(r"/\xc2\x9b")),
    "escaped U+202E": (get(rb"/\xE2\x80\xAE"), at(r"/\xE2\x80\xAE")),
    "escaped U+2028": (get(rb"/\xe2\x80\xa8"), at(r"/\xe2\x80\xa8")),
    "percent stays": (get(b"/%D0%9F"), at("/%D0%9F")),
    "raw: UTF-8": (get("/Пример".encode()), at("/Пример")),
    "raw: no UTF-8": (get(b"/\xff\xd0"), at(r"/\xff\xd0")),
    "raw: NUL, ESC, CR": (get(b"/\0\x1b\r"), at(r"/\x00\x1b\x0d")),
    "raw: C1": (get(b"/\xc2\x9b"), at(r"/\xc2\x9b")),
    "raw: U+202E": (get("/\u202e".encode()), at(r"/\xe2\x80\xae")),
    "raw: U+2028": (get("/\u2028".encode()), at(r"/\xe2\x80\xa8")),
    "raw: a surrogate": (get(b"/\xed\xa0\x80"), at(r"/\xed\xa0\x80")),
    "raw: half, escaped: half": (get(b"/\xd0\\x9f"), at("/П")),
    "CRLF, common": (log(rest=b"200 5\r"), {}),
    "CRLF, combined": (log(rest=b'200 5 "-" "curl/8.5"\r'), COMBINED),
    # Quotes that no server escaped
    "quotes in the request": (get(b'/a"b"c'), at('/a"b"c')),
    "quotes in the request, combined": (
        log(request=b'GET /"q HTTP/1.0', rest=b'200 5 "-" "curl/8.5"'),
        {**COMBINED, **at('/"q')},
    ),
    "quotes in the user agent": (
        log(rest=b'200 5 "-" "my "good"-bot"'),
        {"referer": None, "user_agent": 'my "good"-bot'},
    ),
    "quotes in the referer": (
        log(rest=b'200 5 "http://x/"y"z" "curl/8.5"'),
        {**COMBINED, "referer": 'http://x/"y"z'},
    ),
    "backslash ends the request": (log(request=b"GET /a\\"), {**at("/a\\"), "protocol": None}),
    "backslash ends the request, combined": (
        log(request=b"GET /a\\", rest=b'200 5 "-" "curl/8.5"'),
        {**COMBINED, **at("/a\\"), "protocol": None},
    ),
    "backslash ends the user agent": (
        log(rest=b'200 5 "-" "curl\\"'),
        {"referer": None, "user_agent": "curl\\"},
    ),
    # Times
    "one digit of day": (log(when=b"9/May/2018:16:00:39 +0000"), {}),
    "offset -0000": (log(when=b"09/May/2018:16:00:39 -0000"), {}),
    "offset +0530": (
        log(when=b"09/May/2018:16:00:39 +0530"),
        {"time": "2018-05-09T16:00:39+05:30"},
    ),
    "offset -0330": (
        log(when=b"09/May/2018:16:00:39 -0330"),
        {"time": "2018-05-09T16:00:39-03:30"},
    ),
    "leap second": (
        log(when=b"31/Dec/2016:23:59:60 +0000"),
        {"time": "2016-12-31T23:59:60+00:00"},
    ),
    "29 Feb of a leap year": (
        log(when=b"29/Feb/2024:00:00:00 +0000"),
        {"time": "2024-02-29T00:00:00+00:00"},
    ),
    "29 Feb of 2000": (
        log(when=b"29/Feb/2000:00:00:00 +0000"),
        {"time": "2000-02-29T00:00:00+00:00"},
    ),
    "29 Feb of 2023": (log(when=b"29/Feb/2023:00:00:00 +0000"), IMPOSSIBLE),
    "29 Feb of 1900": (log(when=b"29/Feb/1900:00:00:00 +0000"), IMPOSSIBLE),
    "30 Feb": (log(when=b"30/Feb/2024:00:00:00 +0000"), IMPOSSIBLE),
    "31 Apr": (log(when=b"31/Apr/2024:00:00:00 +0000"), IMPOSSIBLE),
    "day 0": (log(when=b"00/May/2018:16:00:39 +0000"), IMPOSSIBLE),
    # Reasons to refuse
    "empty line": (b"", "empty line"),
    "empty line, CRLF": (b"\r", "empty line"),
    "spaces": (b"   ", NO_TIME),
    "no log": (b"Listening on port 8080", NO_TIME),
    "no brackets": (b'127.0.0.1 - - 09/May/2018:16:00:39 +0000 "GET / HTTP/1.0" 200 5', NO_TIME),
    "no offset": (log(when=b"09/May/2018:16:00:39"), {}),
    "midnight": (log(when=b"08/May/2018:24:00:00 +0000"), {"time": "2018-05-09T00:00:00+00:00"}),
    "month in capitals": (log(when=b"09/MAY/2018:16:00:39 +0000"), {}),
    "offset with a colon": (log(when=b"09/May/2018:16:00:39 +00:00"), {}),
    "UTC": (log(when=b"09/May/2018:16:00:39 UTC"), {}),
    "a space before the hour, no offset": (log(when=b"09/May/2018 16:00:39"), {}),
    "twelve hours": (log(when=b"09/May/2018 04:00:39 PM +0000"), {}),
    "ISO 8601": (log(when=b"2018-05-09T16:00:39Z"), {}),
    "ISO 8601, a fraction": (log(when=b"2018-05-09 16:00:39,123456"), {}),
    "another zone by name": (log(when=b"09/May/2018:16:00:39 CEST"), NO_TIME),
    "offset without a sign": (log(when=b"09/May/2018:16:00:39 0000"), NO_TIME),
    "month as a number": (log(when=b"09/05/2018:16:00:39 +0000"), NO_TIME),
    # The client, and nothing else in its place
    "an address with its port": (
        log(b"127.0.0.1:4711 - -"),
        {"remote_port": 4711},
    ),
    "an IPv6 address with its port": (log(b"[::1]:80 - -"), {"host": "::1", "remote_port": 80}),
    "in brackets": (log(b"[::1] - -"), {"host": "::1"}),
    "IPv6 with a zone": (log(b"fe80::1%eth0 - -"), {"host": "fe80::1%eth0"}),
    "a socket": (log(b"unix: - -"), {"host": "unix:"}),
    "unknown in a list": (
        log(b"unknown, 192.0.2.9 - -"),
        forwarded("unknown, 192.0.2.9", "192.0.2.9"),
    ),
    **{
        f"no client: {names.decode()}": (log(names), NO_NAMES)
        for names in (
            *(b"access.log:192.0.2.1 - -", b"12:13:14 - -", b"2018-05-09 - -", b"1 - -"),
            *(b"2018/05/09 16:00:39 192.0.2.1 - -", b"[INFO] 192.0.2.1 - -", b"a:b - -"),
            *(b"pod container 192.0.2.1 - -", b"nginx: 192.0.2.1 - -", b"web | 192.0.2.1 - -"),
            *(b"May  9 16:00:39 web1 nginx: 127.0.0.1 - -", b"nginx - 192.0.2.1 - -"),
            *(b"127.0.0.1 - [192.0.2.1] - -", b"127.0.0.1 ::1, ::2 -", b"127.0.0.1 12:13:14 -"),
            *(b"192.0.2.1 - - [10/Oct/2023:13:55192.0.2.77 - -", b"a" * 256 + b" - -"),
            *(b"192.0.2.1 - x [09/May/2018:16:00:39 +0000] 192.0.2.7 - -", b"1.2 - -"),
        )
    },
    "two requests": (
        b'::1 - - [09/May/2018:16:00:39 +0000] "GET /a HTTP/1.1" "GET /b HTTP/1.1" 200 5',
        "two requests in one line",
    ),
    "glued in the request": (
        b'::1 - - [09/May/2018:16:00:39 +0000] "GET /a' + log(),
        "two requests in one line",
    ),
    "glued at the end": (log(rest=b'200 5 "-" "x"' + log()), "another line begins in it"),
    "quotes doubled": (
        b'::1 - - [09/May/2018:16:00:39 +0000] ""GET / HTTP/1.1"" 200 5',
        "quotes are doubled, as in CSV",
    ),
    "no user": (log(b"127.0.0.1 -"), NO_NAMES),
    "no names": (b" " + log(b""), NO_NAMES),
    "no request": (b"127.0.0.1 - - [09/May/2018:16:00:39 +0000]", "no request in quotes"),
    "request without quotes": (
        b"127.0.0.1 - - [09/May/2018:16:00:39 +0000] GET / HTTP/1.0 200 5",
        "no request in quotes",
    ),
    "request not closed": (b'127.0.0.1 - - [09/May/2018:16:00:39 +0000] "GET / HT', NO_NUMBERS),
    "no status": (log(rest=b""), NO_NUMBERS),
    "no size": (log(rest=b"200"), NO_NUMBERS),
    "size and more": (log(rest=b"200 5x"), NO_NUMBERS),
    "size of nineteen digits": (log(rest=b"200 " + b"9" * 19), NO_NUMBERS),
    "status of two digits": (log(rest=b"20 5"), NO_NUMBERS),
    "status is negative": (log(rest=b"-1 5"), NO_NUMBERS),
    "referer not closed": (log(rest=b'200 5 "http://x'), NOT_CLOSED),
    "user agent not closed": (log(rest=b'200 5 "-" "Mozilla/5.0 (X'), NOT_CLOSED),
    "hour 24": (log(when=b"09/May/2018:24:00:01 +0000"), IMPOSSIBLE),
    "minute 60": (log(when=b"09/May/2018:16:60:00 +0000"), IMPOSSIBLE),
    "second 61": (log(when=b"09/May/2018:16:00:61 +0000"), IMPOSSIBLE),
    "month Foo": (log(when=b"09/Foo/2018:16:00:39 +0000"), IMPOSSIBLE + "no month Foo"),
    "year 0000": (log(when=b"09/May/0000:16:00:39 +0000"), IMPOSSIBLE),
    "offset +2400": (log(when=b"09/May/2018:16:00:39 +2400"), IMPOSSIBLE),
    "offset +0060": (log(when=b"09/May/2018:16:00:39 +0060"), IMPOSSIBLE),
}


@pytest.mark.parametrize(("line", "expected"), CASES.values(), ids=CASES)
def test_parse(line: bytes, expected: dict[str, Any] | str) -> None:
    if isinstance(expected, dict):
        assert parse(line) == COMMON | expected
        return
    with pytest.raises(Refused) as refused:
        parse(line)
    assert str(refused.value).startswith(expected)


def test_command(tmp_path: Path) -> None:
    """The command says the same: records to stdout, reasons to stderr, refused lines to a file."""
    rejects = tmp_path / "rejects"
    # The others are of another format, or a collector's; empty ones hold no data, and a carriage
    # return ends a line.
    cases = [
        (line, expected)
        for name, (line, expected) in CASES.items()
        if not name.startswith("no client") and line.strip() and b"\r" not in line[:-1]
    ]
    cases.remove(CASES["no names"])
    run = subprocess.run(
        [sys.executable, "-P", "-m", "clfparse", "--rejects", rejects],
        input=b"".join(line + b"\n" for line, _ in cases),
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        capture_output=True,
        timeout=60,
        check=True,
    )
    records = [COMMON | expected for _, expected in cases if isinstance(expected, dict)]
    assert [json.loads(record) for record in run.stdout.split(b"\n")[:-1]] == records
    refused = {
        f"clfparse: line {number}: {expected}": line + b"\n"
        for number, (line, expected) in enumerate(cases, 1)
        if isinstance(expected, str)
    }
    assert rejects.read_bytes() == b"".join(refused.values())
    *messages, total = run.stderr.decode().split("\n")[:-1]
    assert total == f"clfparse: {len(refused)} of {len(cases)} lines refused"
    assert len(messages) == 10
    for message, beginning in zip(messages, refused, strict=False):
        assert message.startswith(beginning)
