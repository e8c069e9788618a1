"""`pairs`: LTSV, logfmt and Heroku's router."""

from typing import Any

import pytest

from clfparse.formats.pairs import Pairs
from clfparse.record import Refused

WHEN = "time:2023-10-12T14:23:45Z"
LTSV: list[tuple[str, dict[str, Any]]] = [
    ("host:192.0.2.1\treq:GET /a?b HTTP/1.1\tstatus:200", {"host": "192.0.2.1", "path": "/a"}),
    ("req:GET /a HTTP/1.1\tstatus:500\treqtime:0.015", {"duration": 0.015, "status": 500}),
    ("req:GET /a HTTP/1.1\treqtime_microsec:1500\tstatus:200", {"duration": 0.0015}),
    ("req:GET /a HTTP/1.1\tstatus:200\tsize:12\tua:a:b", {"bytes": 12, "user_agent": "a:b"}),
    ("req:GET /a HTTP/1.1\tstatus:-\tx:", {"status": None}),
]


@pytest.mark.parametrize(("line", "fields"), LTSV)
def test_ltsv(line: str, fields: dict[str, Any]) -> None:
    record = Pairs("ltsv").parse(f"{WHEN}\t{line}".encode())
    assert record
    assert fields.items() <= record.items()


@pytest.mark.parametrize(
    "line",
    [
        *("", "a", "a:b", f"{WHEN}\tstatus:200", f"web1\t{WHEN}\treq:GET / HTTP/1.1\tstatus:200"),
        f"2023-10-12T14:23:45Z\t{WHEN}\treq:GET / HTTP/1.1\tstatus:200",
        f"     1\t{WHEN}\treq:GET / HTTP/1.1\tstatus:200",
        f"{WHEN}\treq:GET / HTTP/1.1\tstatus",
    ],
)
def test_no_ltsv(line: str) -> None:
    with pytest.raises(Refused):
        Pairs("ltsv").parse(line.encode())


LOGFMT: list[tuple[str, dict[str, Any]]] = [
    ("method=GET path=/a status=200 remote_addr=192.0.2.1", {"host": "192.0.2.1", "path": "/a"}),
    ('method=GET path="/a b" status=500', {"path": "/a b", "status": 500}),
    ('method=GET path=/a status=200 msg="a \\"b\\" c"', {"msg": 'a "b" c'}),
    ("method=GET path=/a status=200 duration=12.5ms", {"duration": 0.0125}),
    ("method=GET path=/a status=200 flag", {"status": 200}),
]


@pytest.mark.parametrize(("line", "fields"), LOGFMT)
def test_logfmt(line: str, fields: dict[str, Any]) -> None:
    record = Pairs("logfmt").parse(f"time=2023-10-12T14:23:45Z {line}".encode())
    assert record
    assert fields.items() <= record.items()


@pytest.mark.parametrize(
    "line", ["", "a=1", "a b c", 'a="b', 'time=2023-10-12T14:23:45Z a="b"c d=1']
)
def test_no_logfmt(line: str) -> None:
    with pytest.raises(Refused):
        Pairs("logfmt").parse(line.encode())


HEROKU = (
    '2023-10-12T14:23:45.123456+00:00 heroku[router]: at=error code=H12 desc="Request timeout"'
    ' method=GET path="/a?b" host=www.example.com fwd="192.0.2.1" dyno=web.1 connect=6ms'
    " service=30001ms status=503 bytes=0 protocol=https"
)


def test_heroku() -> None:
    record = Pairs("heroku").parse(HEROKU.encode())
    assert record
    expected = {"host": "192.0.2.1", "path": "/a", "query": "b", "status": 503, "bytes": 0}
    expected |= {"duration": 30.001, "server": "www.example.com", "protocol": None}
    assert expected.items() <= record.items()


@pytest.mark.parametrize("line", [HEROKU[33:], HEROKU.replace("router", "web.1"), HEROKU[:50]])
def test_not_of_herokus_router(line: str) -> None:
    with pytest.raises(Refused):
        Pairs("heroku").parse(line.encode())
