"""clfparse.formats.unwrap: a collector's header comes off, and nothing else does."""

import pytest

from clfparse.filter import Parser
from clfparse.stream.rejects import Rejects

LINE = '192.0.2.1 - - [10/Oct/2023:13:55:36 +0000] "GET /a/b HTTP/1.1" 200 12'
HEADERS = {
    "syslog": "Oct 11 22:14:15 web nginx: ",
    "syslog with a number": "<190>Oct 11 22:14:15 web nginx[812]: ",
    "RFC 5424": "<190>1 2023-10-11T22:14:15.003Z web nginx - - - ",
    "kubelet": "2023-10-11T22:14:15.003123456Z stdout F ",
    "docker-compose": "web-1  | ",
}


def read(line: str) -> tuple[str, list[str]]:
    rejects = Rejects("p", "hint")
    return Parser(rejects).add(line.encode() + b"\n").decode(), rejects.messages


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_comes_off(name: str) -> None:
    """The record is that of the line alone."""
    record, messages = read(HEADERS[name] + LINE)
    assert record == read(LINE)[0] != ""
    assert len(messages) <= 1


@pytest.mark.parametrize("header", ["x ", "192.0.2.9 ", "Oct 11 22:14:15 ", "[12] ", '"a" '])
def test_the_client_is_never_what_stands_before_a_line(header: str) -> None:
    """It is the line's own, or the line is refused and reported."""
    record, messages = read(header + LINE)
    assert (record == "") == bool(messages)
    assert record == "" or '"host":"192.0.2.1"' in record
