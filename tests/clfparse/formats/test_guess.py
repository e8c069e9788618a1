"""`guess`: a format string for lines of which only the shape is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clfparse.formats.detect import format_of
from clfparse.formats.guess import guess

TIME = "12/Oct/2023:14:23:45 +0000"
LINES = [
    f'192.0.2.1 | {TIME} | "GET /a?b HTTP/1.1" | 404 | 12',
    f'[{TIME}] id=7 192.0.2.1 "GET /a?b HTTP/1.1" 404 12 0.5',
    '2023-10-12T14:23:45Z app 192.0.2.1 "GET /a?b HTTP/1.1" 404 12 "-" "curl/8.5.0"',
    f"192.0.2.1 {TIME} GET /a?b HTTP/1.1 404 12",
]


@pytest.mark.parametrize("line", LINES)
def test_a_guess_reads_the_line(line: str) -> None:
    form = guess([line.encode()])
    assert form is not None
    record = format_of(form).parse(line.encode())
    assert record
    expected = {"host": "192.0.2.1", "method": "GET", "path": "/a", "query": "b", "status": 404}
    assert expected.items() <= record.items()
    assert record["time"] == "2023-10-12T14:23:45+00:00"


@pytest.mark.parametrize(
    ("line", "form"),
    [
        # a number with separators is none that is read: not 1, and 234 behind it
        (
            '192.0.2.1 x y [12/Oct/2023:14:23:45 +0000] "GET /a HTTP/1.1" 200 1,234',
            '$remote_addr $field1 $field2 [$time_local] "$request" $status $field3',
        ),
        # nor a time taken for a size: only what is behind the status is one
        (
            '192.0.2.1 x y [12/Oct/2023:14:23:45 +0000] "GET /a HTTP/1.1" 200 0.1 512',
            '$remote_addr $field1 $field2 [$time_local] "$request" $status $field3 $field4',
        ),
        (
            '"192.0.2.1" - - [12/Oct/2023:14:23:45 +0000] "GET /a HTTP/1.1" 200 12',
            '"$remote_addr" - $remote_user [$time_local] "$request" $status $body_bytes_sent',
        ),
    ],
)
def test_what_is_sure_has_its_name(line: str, form: str) -> None:
    assert guess([line.encode()]) == form


@pytest.mark.parametrize("line", ["", "a b c", "192.0.2.1 200 12", '"GET / HTTP/1.1" 200', "{}"])
def test_no_guess_without_time_request_and_status(line: str) -> None:
    assert guess([line.encode()]) is None


def test_most_lines_must_fit() -> None:
    line = LINES[0].encode()
    assert guess([b"x", line, line]) == guess([line])
    assert guess([line, b"x", b"y"]) is None
    assert guess([]) is None


@given(st.lists(st.binary(max_size=80) | st.sampled_from([x.encode() for x in LINES]), max_size=4))
def test_a_guess_is_a_format_or_nothing(lines: list[bytes]) -> None:
    form = guess(lines)
    assert form is None or format_of(form)
