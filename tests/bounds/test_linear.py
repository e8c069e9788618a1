"""Time is linear in the length of a line, whatever is in it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import orjson
import pytest
from autos import fresh
from costs import cpu_seconds, holds
from logs import CLF, LOG
from streams import START, line

from clfparse.events.reader import Reader
from clfparse.filter import Parser
from clfparse.formats import hints, stock
from clfparse.formats.detect import format_of
from clfparse.formats.form import Form
from clfparse.stream.rejects import Rejects
from clfparse.values import times

# Time: near-misses of every pattern that reads input, repeated.

SMALL, LARGE = 1 << 13, 1 << 15  # bytes: what is quadratic takes 50 ms at least for the second
RECORD = line(START, host="h", ident=None, user=None, method="GET", path="/")[:-2]
APACHE = '%h:%p %{%A %d %B %Y %H:%M:%S}t "%r" "%{X}i" %{Y}i;%{Z}i %U%q'
NGINX = '$http_a$upstream_response_time, $http_b : $upstream_response_time [$time_local] "$request"'
W3C = b"#Fields: date time c-ip cs(User-Agent) cs(Cookie)"


def lines_of(form: str, *before: bytes) -> Callable[[bytes], None]:
    """Return a reader of one line in a format, in bulk where that is possible."""

    def read(text: bytes) -> None:
        parser = Parser(Rejects("p", partial(hints.hint, [form])), fresh(form))
        parser.add(b"\n".join([*before, text, b""]))

    return read


def records(text: bytes) -> None:
    for fields in ((), ("section", "referer", 'a"b')):
        reader = Reader(Rejects("p", "hint"), fields)
        list(reader.add(text + b"\n"))
        list(reader.finish())


def instant(text: bytes) -> None:
    for read in (times.rfc3339, lambda raw: times.instant(raw.decode("latin-1"))):
        with suppress(ValueError):
            read(text)


# What stands before, what is repeated, and what stands after; for each reader.
NEARLY: dict[str, tuple[Callable[[bytes], None], list[tuple[bytes, bytes, bytes]]]] = {
    "grammar": (
        lines_of("auto"),
        [
            (b"", b" " + CLF, b""),
            (b"h - -", b" " + CLF + b" ", b"x"),
            (b"[", b"]", b": h - - " + CLF + b' "'),
            (b"", b"a,", LOG),
            (b"", b", a ", LOG),
            (b"h ", b" - ", LOG[3:]),
            (b"v:", b"1", LOG),
            (b"1.2.3.4 ", b":", LOG[1:]),
            (b"", b"a |", LOG),
            (LOG[:-6], b'" 200 ', b""),
            (LOG[:-6], b"\\", b""),
            (LOG[:-6], b'\\"', b'" 200 5'),
            (LOG[:-16], b" /", b'" 200 5'),
            (LOG[:-6], b'" ', b"200 5"),
            (LOG + b' "', b'" "', b"x"),
            (LOG + b' "', b'"', b"x"),
            (LOG + b' "-" "-" ', b"a ", b" "),
            (LOG + b' "-" "-" ', b" ", b"\x01"),
            (LOG[:36], b"\\xd0", b" HTTP/1.1" + LOG[-7:]),
            (LOG[:36], b"a://", b" HTTP/1.1" + LOG[-7:]),
            (LOG[:36] + b"?", b"?/#", b" HTTP/1." + LOG[-7:]),
            (LOG[:-7], b"1.", b'" 200 5'),
        ],
    ),
    # What is looked at by all formats, and behind every header.
    "auto": (
        lines_of("auto"),
        [
            (before, unit, b"")
            for before in (b"", b"2023-10-10T13:55:36Z ", b"Oct 10 13:55:36 ", b"[")
            for unit in (b"a ", b"a.1", b"[a] ", b"a | ", b"\x1b[0m", b"\xff", b"a=1 ", b"a:1\t")
        ]
        + [
            (b"", b"2023-10-10T13:55:36Z stdout F ", LOG),
            (b"", b"Oct 10 13:55:36 web1 nginx: ", LOG),
            (b"", b"web_1 | ", LOG),
            (b"", b'{"log":"', LOG),
            (b"", b"1.1.1.1, ", LOG),
            (b"", b"2001:", LOG),
            (b"", b"12:", LOG),
            (b'1 2023-10-10T13:55:36Z a b c d [x a="', b'\\"', b"]"),
            (b"1505241568.659 9307 192.0.2.1 TCP_MISS/200 2904 GET ", b"a ", b""),
            (b"192.0.2.3:1 [21/Jan/2020:20:51:50.065] a b/c 0/0/1/6/7 200 6 - - ", b"{a} ", b""),
            (b'[2023-10-12T14:23:45.123Z] "GET / HTTP/1.1" 200 - 0 7 1 1 "', b"1.1.1.1,", b""),
            (b"[GIN] 2023/10/12 - 14:23:45 | 200 | ", b"1m", b""),
        ],
    ),
    "places": (
        lines_of('%v:%p %{X-Forwarded-For}i %l "%u" %t %{Host}i%U'),
        [
            (before, unit, b"")
            for before in (b"", b"a:80 ", b"a:80 - ", b'a:80 - - "', b'a:80 - - "" ' + CLF + b" ")
            for unit in (b"a", b"a.1", b"1.1.1.1,", b"::", b"a:", b"a ", b"~", b"https://", b"\xff")
        ],
    ),
    "time": (instant, [(b"2000-10-10T13:55:36.", b"1", b""), (b"1/Oct/2000:", b"1:", b"")]),
    "apache": (
        lines_of(APACHE),
        [
            (b"", b":", b""),
            (b"", b":80", b""),
            (b"h:80 ", b"Aaaa ", b"10"),
            (b"h:80 ", b"A", b" 10"),
            (b"h:80 Friday 10 October 2000 13:55:36 ", b'"', b""),
            (b'h:80 Friday 10 October 2000 13:55:36 "GET / HTTP/1.1" "', b'" ', b";"),
            (b'h:80 Friday 10 October 2000 13:55:36 "GET / HTTP/1.1" "x" ', b";", b""),
            (b'h:80 Friday 10 October 2000 13:55:36 "GET / HTTP/1.1" "x" ', b"\\", b";y /?"),
        ],
    ),
    "nginx": (
        lines_of(NGINX),
        [(b"", unit, end) for unit in (b"1", b"1, ", b"1.1 : ", b"-, ") for end in (b"", b"[")],
    ),
    "w3c": (
        lines_of("w3c", W3C),
        [
            (b"2018-05-09 16:00:39 h ", unit, b" x")
            for unit in (b'"', b'""', b'"a ', b'"" ', b' ""a', b'" "', b"%41", b"+", b";+", b"\t")
        ],
    ),
    "directives": (lines_of("w3c"), [(b"#Fields:", b" a", b""), (b"#", b" ", b":")]),
    "json": (
        lines_of("json"),
        [
            (b'{"ts":1549573860,"status":200,"x":"', b"\\xff", b'"}'),
            (b'{"ts":1549573860,"status":200,"upstream_response_time":"', b"1,", b'"}'),
            (b'{"ts":1549573860,"status":200,"duration":"', b"1", b'h"}'),
            (b'{"ts":1549573860,"status":200,"duration":"', b"1h", b'"}'),
            (b'{"ts":1549573860,"status":200,"host":"', b"[1", b']:80"}'),
            (b'{"ts":1549573860,"status":200,"host":"', b":", b'80"}'),
            (b'{"ts":"', b"2000-", b'","status":200}'),
            (b"", b'{"a":', b""),
        ],
    ),
    "records": (
        records,
        [
            (RECORD + b',"x":"', b"\\", b'"}'),
            (RECORD, b',"a":1', b""),
            (RECORD, b',"a":"b"', b',"path":1}'),
            (RECORD, b',"duration":1', b"}"),
            (RECORD, b'{"type":"alert",', b""),
            (RECORD[:20], b'{"type":"alert","message":"x"}', b""),
            (b"", b"[", b"]"),
        ],
    ),
}


def linear(read: Callable[[bytes], None], short: bytes, long: bytes) -> bool:
    """Tell whether four times the line takes less than eight times as long, or no time at all."""
    return cpu_seconds(partial(read, long)) < 8 * max(cpu_seconds(partial(read, short)), 5e-4)


@pytest.mark.parametrize("reader", NEARLY)
def test_a_near_miss_takes_linear_time(reader: str) -> None:
    """Four times the line takes four times as long: less than eight. What takes no time passes."""
    read, cases = NEARLY[reader]
    for before, unit, after in cases:
        short, long = (
            before + unit * ((size - len(before) - len(after)) // len(unit)) + after
            for size in (SMALL, LARGE)
        )
        assert holds(partial(linear, read, short, long)), (before, unit, after)


@pytest.mark.parametrize("form", stock.forms())
def test_a_near_miss_of_plain_lines_takes_linear_time(form: Form) -> None:
    def read(text: bytes) -> None:
        with suppress(ValueError):
            form.split(b"\n" + text)

    beginnings = (b"", b"v:80 ", LOG, LOG + b' "-" "-" ', LOG + b' "-" "-" "', LOG + b' "')
    units: tuple[bytes, ...] = (
        b" ",
        b"a",
        b"a ",
        b"a/?",
        b'" "',
        b"1.",
        b":1",
        b" - ",
        LOG[:40],
        b'\\"',
        b"\\",
    )
    units += (b"1.1.1.1, ", b"::", b"::, ", b"\n", b'\n"', b" HTTP/1.1", b"#", b'"\n' + LOG[:36])
    for before in (*beginnings, LOG[:36]):
        for unit in units:
            short, long = (before + unit * (size // len(unit)) for size in (SMALL, LARGE))
            assert holds(partial(linear, read, short, long)), (before, unit)


def spellings(number: int) -> Iterator[str]:
    """Yield names of headers that are one name in a record."""
    for bits in range(number):
        yield "X" + "".join(f"a{'-_'[bits >> bit & 1]}" for bit in range(11)) + "b"


def test_headers_of_one_name_take_linear_time() -> None:
    """A client may send X-a-b and X-a_b, and so on: neither time nor the record explodes."""
    sizes = []
    for number in (100, 400):
        headers = {name: ["1"] for name in spellings(number)}
        log = {"ts": START, "status": 200, "request": {"method": "GET", "headers": headers}}
        record = format_of("json").parse(orjson.dumps(log))
        assert record
        assert len(record) >= number
        sizes.append(len(orjson.dumps(record)))
    assert sizes[1] < 8 * sizes[0]
