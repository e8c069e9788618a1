"""`w3clog`: W3C logs with #Fields, or of a server that always writes the same."""

import pytest

from clfparse.formats.detect import format_of
from clfparse.formats.w3clog import W3CLog
from clfparse.record import Refused

NAMES = "date time c-ip cs-method cs-uri-stem sc-status"
FIELDS = f"#Fields: {NAMES}".encode()
LINE = b"2023-10-12 14:23:45 192.0.2.1 GET /a 200"


def test_lines_are_read_by_the_directive_before_them() -> None:
    log = W3CLog()
    with pytest.raises(Refused):
        log.parse(LINE)
    assert (log.version, log.forms()) == (0, [])
    assert log.parse(FIELDS) is None
    assert log.version == 1
    assert log.forms()
    record = log.parse(LINE)
    assert record
    assert (record["host"], record["status"]) == ("192.0.2.1", 200)
    log.parse(b"#Fields: time date sc-status c-ip cs-method cs-uri-stem")
    record = log.parse(b"14:23:45 2023-10-12 404 192.0.2.1 GET /a")
    assert record
    assert record["status"] == 404


def test_a_server_that_always_writes_the_same_needs_none() -> None:
    log = W3CLog(NAMES, least=5, begins=r"\d{4}-")
    record = log.parse(LINE)
    assert record
    assert record["path"] == "/a"
    for line in (b"x" + LINE, LINE[11:], b"", b"2023-10-12 14:23:45 192.0.2.1"):
        with pytest.raises(Refused):
            log.parse(line)


def test_nothing_is_unwrapped() -> None:
    """Its fields are distinguished by their number alone: one more would move them all."""
    log = format_of("w3c")
    log.parse(FIELDS)
    for line in (b"web1 " + LINE, b"12:" + LINE, b"Oct 10 13:55:36 web1 iis: " + LINE):
        with pytest.raises(Refused):
            log.parse(line)
