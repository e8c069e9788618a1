"""clfparse.values.request: the parts of a request line, and the section of its path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clfparse.values.request import Request, parse_request, section

REQUESTS = {
    "GET / HTTP/1.1": Request("GET", "/", None, "HTTP/1.1"),
    "GET /a/b?c=d HTTP/1.0": Request("GET", "/a/b", "c=d", "HTTP/1.0"),
    "GET /a?b?c HTTP/1.0": Request("GET", "/a", "b?c", "HTTP/1.0"),
    "GET /a? HTTP/1.0": Request("GET", "/a", "", "HTTP/1.0"),
    "GET ?a HTTP/1.0": Request("GET", "", "a", "HTTP/1.0"),
    "GET /a#b?c HTTP/1.0": Request("GET", "/a#b", "c", "HTTP/1.0"),
    "GET /old": Request("GET", "/old", None, None),
    "GET /a b/c": Request("GET", "/a b/c", None, None),
    "GET /a b?c d HTTP/1.1": Request("GET", "/a b", "c d", "HTTP/1.1"),
    "GET  /a  HTTP/1.1 ": Request("GET", "/a", None, "HTTP/1.1"),
    "GET / HTTP/2": Request("GET", "/", None, "HTTP/2"),
    "GET / HTTP/2.0": Request("GET", "/", None, "HTTP/2.0"),
    "GET / http/1.1": Request("GET", "/", None, "http/1.1"),
    "DESCRIBE rtsp://a/b RTSP/1.0": Request("DESCRIBE", "rtsp://a/b", None, "RTSP/1.0"),
    "OPTIONS * HTTP/1.1": Request("OPTIONS", "*", None, "HTTP/1.1"),
    "CONNECT a.example:443 HTTP/1.1": Request("CONNECT", "a.example:443", None, "HTTP/1.1"),
    "GET http://a.example/b?c HTTP/1.1": Request("GET", "http://a.example/b", "c", "HTTP/1.1"),
    "M-SEARCH * HTTP/1.1": Request("M-SEARCH", "*", None, "HTTP/1.1"),
    "get / HTTP/1.1": Request("get", "/", None, "HTTP/1.1"),
    "!#$%&'*+.^_`|~9 / HTTP/1.1": Request("!#$%&'*+.^_`|~9", "/", None, "HTTP/1.1"),
    "GET /П HTTP/1.1": Request("GET", "/П", None, "HTTP/1.1"),
}


@pytest.mark.parametrize(("line", "expected"), REQUESTS.items(), ids=REQUESTS)
def test_request(line: str, expected: Request) -> None:
    assert parse_request(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "",
        " ",
        "-",
        "GET",
        "GET ",
        "GET HTTP/1.1",
        "GET /a HTTP/1.1 HTTP/1.1",
        "GET /a HTTP/1.1 x",
        "GET /a HTTP/1.1, GET /b HTTP/1.1",
        "GET / HTTP2.0",
        "GET /x HTTP/1.1\\x0d",
        "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443",
        "- - HTTP/1.1",
        " GET / HTTP/1.1",
        "/ HTTP/1.1",
        "G/T / HTTP/1.1",
        "G\\x00T / HTTP/1.1",
        "GÉT / HTTP/1.1",
        r"\x16\x03\x01 /",
        "{} / HTTP/1.1",
    ],
)
def test_no_request(line: str) -> None:
    assert parse_request(line) is None


PRINTABLE = st.characters(exclude_categories=["C", "Z"])
TARGETS = (
    st.lists(st.text(PRINTABLE) | st.sampled_from([" ", "?", "#", "/", "HTTP/1.1", "//", '"']))
    .map(lambda parts: "".join(parts).strip(" "))
    .filter(bool)
)


@given(TARGETS)
def test_path_and_query_are_the_target_as_sent(target: str) -> None:
    request = parse_request(f"GET {target} HTTP/1.1")
    if " " in target and (target[0] != "/" or " HTTP/" in target):
        assert request is None or "://" in target
        return
    assert request
    query = "" if request.query is None else "?" + request.query
    assert request.path + query == target
    assert "?" not in request.path
    assert (request.method, request.protocol) == ("GET", "HTTP/1.1")


SECTIONS = {
    "/pages/create": "/pages",
    "/pages": "/pages",
    "/pages/": "/pages",
    "/": "/",
    "/a/b/c": "/a",
    "//x/y": "/",
    "*": "*",
    "": "",
    "pages/create": "pages/create",
    "pages/create/x": "pages/create",
    "a.example:443": "a.example:443",
    "http://my.site.com/pages/create": "http://my.site.com/pages",
    "http://my.site.com/pages": "http://my.site.com/pages",
    "http://my.site.com/": "http://my.site.com/",
    "http://my.site.com//x": "http://my.site.com/",
    "http://my.site.com": "http://my.site.com",
    "svn+ssh://a@b:1/c/d": "svn+ssh://a@b:1/c",
    "/http://a/b": "/http:",
    "1http://a/b": "1http:/",
    "/pages#a/b": "/pages",
    "/#/a/b": "/",
    "/pages/#a": "/pages",
    "http://my.site.com#/a/b": "http://my.site.com",
}


@pytest.mark.parametrize(("path", "expected"), SECTIONS.items(), ids=SECTIONS)
def test_section(path: str, expected: str) -> None:
    assert section(path) == expected


@given(TARGETS.map(lambda target: target.partition("?")[0]))
def test_section_begins_the_path_and_is_its_own_section(path: str) -> None:
    assert path.startswith(section(path))
    assert section(section(path)) == section(path)
