"""`template`: the strings of the format files."""

from typing import Any

import pytest

from clfparse.formats import template
from clfparse.formats.custom import Custom
from clfparse.record import Refused
from clfparse.values.kinds import FormatError

TIME = "{time:iso}"
AT = "2023-10-12T14:23:45Z"

# A value of a template, what stands in its place, and what comes of it; None: it is refused.
VALUES: list[tuple[str, str, dict[str, Any] | None]] = [
    ("{host}", "192.0.2.1", {"host": "192.0.2.1"}),
    ("{host}", "12:30", None),
    ("{client}", "192.0.2.1:80", {"host": "192.0.2.1", "remote_port": 80}),
    ("{client}", "2001:db8::7:443", {"host": "2001:db8::7", "remote_port": 443}),
    ("{client}", "-", {"host": None, "remote_port": None}),
    ("{client}", "192.0.2.1", None),
    ("{client:peer}", "192.0.2.1", {"host": "192.0.2.1", "remote_port": None}),
    ("{client:peer}", "[::1]:8", {"host": "::1", "remote_port": 8}),
    ("{host:address}", "www.example.com", None),
    ("{ident}", "bob", {"ident": "bob"}),
    ("{ident}", "192.0.2.1", None),
    ("{ident}", "web:", None),
    ("{duration:s}", "1.5", {"duration": 1.5}),
    ("{duration:ms}", "1500", {"duration": 1.5}),
    ("{duration:us}", "1500000", {"duration": 1.5}),
    ("{duration:ns}", "1500000000", {"duration": 1.5}),
    ("{duration:span}", "1m0.5s", {"duration": 60.5}),
    ("{duration:span}", "310\u00b5s", {"duration": 0.00031}),
    ("{duration:timer}", "+1500", {"duration": 1.5}),
    ("{duration:timer}", "-1", {"duration": None}),
    ("{duration:ms}", "1.5s", None),
    ("{bytes:count}", "+12", {"bytes": 12}),
    ("{status}", "200", {"status": 200}),
    ("{status}", "-1", {"status": None}),
    ("{status}", "2000", None),
    ("{status:number}", "0", {"status": 0}),
    ("{duration:alb_times}", "0.1 0.2 0.3", {"duration": 0.6, "upstream_duration": 0.2}),
    ("{duration:alb_times}", "-1 -1 -1", {"duration": None, "upstream_duration": None}),
    ("{a:label}", "h2", {"a": "h2"}),
    ("{a:label}", "x:h2", None),
    ("{a:word}", "a/b", {"a": "a/b"}),
    ("{a:name}/{b:word}", "a/b/c", {"a": "a", "b": "b/c"}),
    ("{:word}", "a", {}),
    ('"{a:percent}"', '"a%20b%09"', {"a": "a b\\x09"}),
    ("{path:uri}", "/a/b?c", {"path": "/a/b", "query": "c", "section": "/a"}),
]


@pytest.mark.parametrize(("value", "raw", "fields"), VALUES)
def test_a_value(value: str, raw: str, fields: dict[str, Any] | None) -> None:
    custom = Custom(template.items(f"{TIME} {value} end"))
    line = f"{AT} {raw} end".encode()
    if fields is None:
        with pytest.raises(Refused):
            custom.parse(line)
    else:
        assert fields.items() <= custom.parse(line).items()


def test_the_rest_of_a_line_is_kept() -> None:
    custom = Custom(template.items(f"{TIME} {{host}}{{extra:rest}}"))
    assert custom.parse(f"{AT} a b c ".encode())["extra"] == "b c"
    assert custom.parse(f"{AT} a".encode())["extra"] is None


def test_a_time_of_its_own_form() -> None:
    custom = Custom(template.items("{time:%Y/%m/%d - %H:%M:%S} {host}"))
    assert custom.parse(b"2023/10/12 - 14:23:45 a")["time"] == "2023-10-12T14:23:45+00:00"


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ("{a:nothing}", "no kind of values is called 'nothing'"),
        ("{time:%Q}", "%Q"),
        ("{host}", "no time in it"),
    ],
)
def test_what_is_wrong_is_said(form: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        Custom(template.items(form))
