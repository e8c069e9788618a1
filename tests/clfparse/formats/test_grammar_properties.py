"""`grammar`: what holds for any line, and that reading it takes linear time."""

from contextlib import suppress

import pytest
from costs import cpu_seconds, holds
from escaping import TEXTS, Escape, apache, nginx, sent, shown, written
from hypothesis import assume, given
from hypothesis import strategies as st
from logs import log
from profiles import max_examples

from clfparse.formats.grammar import parse
from clfparse.record import Record, Refused

PARTS = [
    b"127.0.0.1",
    b"example.com:80",
    b" ",
    b" - ",
    b" - -",
    b" [09/May/2018:16:00:39 +0000]",
    b" [31/Feb/2018:16:00:60 -9999] ",
    b'"',
    b'"GET /a?b HTTP/1.0"',
    b'" 200 5',
    b"\\",
    b"\\x",
    b"\\xD0",
    b"\\x9f",
    b"/",
    b"\xe2\x80",
    b"\xae",
]
JUNK = st.lists(st.sampled_from(PARTS) | st.binary(max_size=3)).map(b"".join)
LINES = st.one_of(
    st.binary(),
    JUNK,
    st.builds(log, names=JUNK, request=JUNK),
    st.builds(log, request=JUNK, rest=JUNK.map(lambda junk: b"200 5 " + junk)),
).map(lambda line: line.replace(b"\n", b""))


@max_examples(200)
@given(LINES)
def test_a_line_is_a_record_of_printable_text_or_is_refused(line: bytes) -> None:
    try:
        record = parse(line)
    except Refused:
        return
    for value in record.values():
        assert value is None or isinstance(value, int) or str(value).isprintable()


def target_of(record: Record) -> str:
    """Return the target as it was sent."""
    query = record["query"]
    return f"{record['path']}" + (f"?{query}" if query is not None else "")


@max_examples(100)
@pytest.mark.parametrize("escape", [apache, nginx])
@given(
    host=st.ip_addresses().map(str),
    texts=st.tuples(TEXTS, TEXTS, TEXTS, TEXTS),
    numbers=st.tuples(st.integers(100, 999), st.integers(0, 10**18 - 1)),
)
def test_round_trip(
    escape: Escape, host: str, texts: tuple[str, ...], numbers: tuple[int, int]
) -> None:
    """What a server wrote in its own way is read as it was sent, whatever the client tried."""
    texts = (texts[0], "/" + texts[1], *texts[2:])
    assume(not texts[0].startswith("- "))  # that may be a line's end, and another's beginning
    user, target, referer, agent = (written(text, escape) for text in texts)
    assume(user.split()[-2:] != [b"-", b"-"])  # then the client may be what is before them
    record = parse(
        log(
            names=b"%b - %b" % (host.encode(), user),
            request=b"GET %b HTTP/1.1" % target,
            rest=b'%d %d "%b" "%b"' % (*numbers, referer, agent),
        )
    )
    expected = [shown(text, escape) for text in texts]
    read = [record["user"], target_of(record), record["referer"], record["user_agent"]]
    assert read == expected
    assert (record["status"], record["bytes"]) == numbers
    assert (record["host"], record["protocol"]) == (host, "HTTP/1.1")
    assert "extra" not in record


@max_examples(200)
@given(TEXTS)
def test_round_trip_of_raw_bytes(text: str) -> None:
    """A server that escapes nothing: what is unprintable is escaped by the record."""
    target = b"/" + sent(text).translate(None, b'"\\\n') + b"/"
    record = parse(log(request=b"GET %b HTTP/1.0" % target))
    decoded = target.decode("utf-8", "surrogateescape")
    assert target_of(record) == shown(decoded, lambda byte: b"\\x%02x" % byte)


FILLERS = {
    "spaces": b" ",
    "quotes": b'"',
    "backslashes": b"\\",
    "brackets": b"[",
    "commas": b",",
    "colons": b":",
    "digits": b"1",
    "capitals": b"A",
    "slashes": b"/",
    "question marks": b"?",
    "invalid bytes": b"\xff",
    "escaped quotes": b'\\"',
    "quotes and spaces": b'" ',
    "spaces and brackets": b" [",
    "words": b"a ",
    "hosts": b"a, ",
    "dots": b"1.",
    "dashes": b"- ",
    "escapes": b"\\xd0",
    "statuses": b'" 200 ',
    "times": b" [09/May/2018:16:00:39 +0000]",
}
PLACES = {
    "line": b"%b",
    "names": b'%b [09/May/2018:16:00:39 +0000] "GET / HTTP/1.0" 200 5',
    "two names": b'a%bb [09/May/2018:16:00:39 +0000] "GET / HTTP/1.0" 200 5',
    "hosts": b'a%b - - [09/May/2018:16:00:39 +0000] "GET / HTTP/1.0" 200 5',
    "user": b'127.0.0.1 - %b [09/May/2018:16:00:39 +0000] "GET / HTTP/1.0" 200 5',
    "before the request": b"127.0.0.1 - - [09/May/2018:16:00:39 +0000]%b",
    "request": b'127.0.0.1 - - [09/May/2018:16:00:39 +0000] "GET %b HTTP/1.0" 200 5',
    "last word": b'127.0.0.1 - - [09/May/2018:16:00:39 +0000] "GET %b" 200 5',
    "open request": b'127.0.0.1 - - [09/May/2018:16:00:39 +0000] "GET %b',
    "status": b'127.0.0.1 - - [09/May/2018:16:00:39 +0000] "GET / HTTP/1.0" %b',
    "fields": b'127.0.0.1 - - [09/May/2018:16:00:39 +0000] "GET / HTTP/1.0" 200 5 %b',
    "open referer": b'127.0.0.1 - - [09/May/2018:16:00:39 +0000] "GET / HTTP/1.0" 200 5 "%b',
    "open agent": b'127.0.0.1 - - [09/May/2018:16:00:39 +0000] "GET / HTTP/1.0" 200 5 "" "%bx',
}


def cost(place: bytes, filler: bytes, size: int) -> float:
    """Return the processor time, in seconds, that one line with size bytes of filler takes."""
    line = place % (filler * (size // len(filler)))

    def read() -> None:
        with suppress(Refused):
            parse(line)

    return cpu_seconds(read)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("filler", FILLERS.values(), ids=FILLERS)
def test_time_is_linear(place: bytes, filler: bytes) -> None:
    """Four times the length takes some four times the time: sixteen would be quadratic."""
    assert cost(place, filler, 1 << 14) < 0.5, "so slow that the longer line is not tried"

    def linear() -> bool:
        large = cost(place, filler, 1 << 16)
        return large < 0.005 or large < 10 * cost(place, filler, 1 << 14)

    assert holds(linear)
