"""clfparse.formats.nginx: what each variable means, between any separators, and times."""

import re
from typing import Any

import pytest
from bothways import CLF, NEXT, NOTHING, TIME, read_both
from directives import FRAMES, Meaning, meanings, nothing

from clfparse.formats import catalog, nginx
from clfparse.record import ALWAYS

NGINX: dict[str, Meaning] = {
    "$remote_addr": ("2001:db8::1", {"host": "2001:db8::1"}),
    "$request_method": ("PUT", {"method": "PUT"}),
    "$request_uri": ("/a/b?c=d", {"path": "/a/b", "query": "c=d", "section": "/a"}),
    "$uri": ("/a/b", {"path": "/a/b", "section": "/a"}),
    "$document_uri": ("/a/b", {"path": "/a/b", "section": "/a"}),
    "$args": ("c=d", {"query": "c=d"}),
    "$query_string": ("c=d", {"query": "c=d"}),
    "$server_protocol": ("HTTP/2.0", {"protocol": "HTTP/2.0"}),
    "$status": ("009", {"status": 9}),
    "$bytes_sent": ("1536", {"bytes": 1536}),
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


@pytest.mark.parametrize(
    ("form", "line", "directive", "written", "fields"), meanings(NGINX, *FRAMES[:-1])
)
def test_nginx(form: str, line: str, directive: str, written: str, fields: dict[str, Any]) -> None:
    """Each variable, between separators of many kinds; none passes for a field or an alert."""
    form, line = form.format(directive, t="$time_local"), line.format(written, t=CLF)
    record = read_both(form, line)
    assert record == NOTHING | fields
    assert "type" not in record


def test_the_table_leaves_nothing_out() -> None:
    """Of nginx's variables, those in the format strings of the catalog are in their samples."""
    strings = "".join(catalog.entry("ingress-nginx").strings)
    times = {"time_local", "time_iso8601", "msec"}
    names = {name.strip("${}") for name in [*NGINX, *re.findall(r"\$\w+", strings)]}
    assert names | times >= nginx._KNOWN.keys()


@pytest.mark.parametrize("variable", NGINX)
def test_minus_is_null(variable: str) -> None:
    """Where a server has nothing it writes ``-``."""
    record = read_both(f"[$time_local] {variable} x", f"[{CLF}] - x")
    assert record == NOTHING | nothing(NGINX[variable][1])


@pytest.mark.parametrize(
    ("variable", "field", "value"), [("$args", "query", None), ("$http_x", "header_x", "")]
)
def test_empty(variable: str, field: str, value: str | None) -> None:
    """An empty text is a text; a query that is not there is none."""
    assert read_both(f'[$time_local] "{variable}" x', f'[{CLF}] "" x')[field] == value


TIMES = [
    ("$time_local", CLF, TIME),
    ("$time_iso8601", TIME, TIME),
    ("$msec", "971211336.999", "2000-10-10T20:55:36+00:00"),
    ("$msec $time_local", f"5.000 {CLF}", "1970-01-01T00:00:05+00:00"),
    ("$time_iso8601 $msec", f"{TIME} 5.000", TIME),
]


@pytest.mark.parametrize(("form", "written", "expected"), TIMES)
def test_time(form: str, written: str, expected: str) -> None:
    """A time in each of its forms: first in the line, last, and between others."""
    for pattern, line in [("{} {h}", "{} x"), ("{h} {}", "x {}"), ('{h} "{}" y', 'x "{}" y')]:
        record = read_both(pattern.format(form, h="$remote_addr"), line.format(written))
        assert record == {**NOTHING, "time": expected, "host": "x"}
