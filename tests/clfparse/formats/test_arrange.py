"""clfparse.formats.arrange: which value gets a field that two claim, and the order of fields."""

from typing import Any

import pytest
from bothways import CLF, GET, NOTHING, REQUEST, TIME, read_both

from clfparse.record import ALWAYS

# Format, line, and what of the record is not null.
CASES: dict[str, tuple[str, str, dict[str, Any]]] = {
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
    "numbers pasted": ("%>s%b %t", f"2007 [{CLF}]", {"status": 200, "bytes": 7}),
}


@pytest.mark.parametrize(("form", "line", "fields"), CASES.values(), ids=CASES)
def test_who_gets_a_field(form: str, line: str, fields: dict[str, Any]) -> None:
    record = read_both(form, line)
    assert record
    assert record["time"] == TIME
    assert {field: record[field] for field in fields} == fields


@pytest.mark.parametrize("name", ["%h and %{c}a", "$request and its parts"])
def test_a_field_that_another_has_is_nowhere_else(name: str) -> None:
    """A record has each field once, and no field of a directive that has lost its claim."""
    form, line, fields = CASES[name]
    assert read_both(form, line) == NOTHING | fields


def test_order_of_fields() -> None:
    """What readers know comes first, in the stock formats' order; then the rest as it stands."""
    form = '%p %{X}i %{User-Agent}i %D %b %v %>s "%r" %u %l %h %I %t'
    line = f'80 x curl 5 7 a 200 "{REQUEST}" u l h 9 [{CLF}]'
    rest = ["port", "header_x", "server", "bytes_in"]
    assert [*read_both(form, line)] == [*ALWAYS, "duration", "referer", "user_agent", *rest]
    odd = [*ALWAYS, "duration", "referer", "user_agent", "request", *rest]
    assert [*read_both(form, line.replace(REQUEST, "odd"))] == odd
