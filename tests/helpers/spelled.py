"""Formats spelled out, and lines of them: of each directive its plain text, or an odd one."""

import random
import re

from bothways import CLF, REQUEST, TIME

# By what a directive writes, the plain first.
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

# Formats whose two ways are held against each other.
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


def drawn(written: str, rng: random.Random, plain: float) -> bytes:
    """Return a line: of each directive its plain text, so often, or an odd one."""

    def text(piece: re.Match[str]) -> str:
        texts = DIRECTIVES[piece[0]]
        return texts[0] if rng.random() < plain else rng.choice(texts)

    return PIECE.sub(text, written).encode()


def plain_line(written: str) -> str:
    """Return a line of a format: of each directive its plain text."""
    return PIECE.sub(lambda piece: DIRECTIVES[piece[0]][0], written)
