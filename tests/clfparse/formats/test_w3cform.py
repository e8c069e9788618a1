"""clfparse.formats.w3cform: lines read in bulk, byte for byte as singly."""

from itertools import cycle, islice
from unittest.mock import patch

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples
from w3clogs import CLOUDFRONT, IIS

from clfparse.filter import Parser
from clfparse.formats.detect import format_of
from clfparse.formats.w3c import NAMES as CANDIDATES
from clfparse.formats.w3clog import W3CLog
from clfparse.stream.rejects import Rejects


def both(blocks: list[bytes]) -> int:
    """Go the fast way and the slow one, hold both against each other; return how many went slow."""
    fast, slow = Rejects("clfparse", "hint"), Rejects("clfparse", "hint")
    quick, reference = Parser(fast, format_of("w3c")), Parser(slow, format_of("w3c"))
    with patch.object(quick, "slow", wraps=quick.slow) as spy:
        for block in blocks:
            assert quick.add(block) == reference.slow(block)
            assert vars(fast) == vars(slow)
    return sum(call.args[0].count(b"\n") for call in spy.call_args_list)


LINES = {
    "IIS": (
        IIS,
        b"2024-03-01 07:08:09 10.0.0.5 GET /a/b x=1 443 - ::1 a+(b;++c) - 200 0 0 512 301 15",
    ),
    "IIS, user": (
        IIS,
        b"2024-03-01 07:08:09 ::2 POST /a - 80 A\\b 1.2.3.4 - http://r/ 404 0 0 0 - -",
    ),
    "IIS, UTF-8": (
        IIS,
        "2024-03-01 07:08:09 ::2 GET /ä/\u202e ä 80 - ::1 ä+\\+b http://ä/+ 200 0 0 5 1 0".encode(),
    ),
    "CloudFront": (
        CLOUDFRONT,
        b"2024-03-01 07:08:09 FRA2-C1 3 ::1 GET d1 /a%20c 304 - a/5%2520(X)%1B - b h 1 0.3 HTTP/2",
    ),
    "few": (b"#Fields: c-ip date time cs-uri", b"::1 2024-03-01 07:08:09 /a/b?c"),
    "seconds": (b"#Fields: date time time-taken", b"2024-03-01 07:08:09 007"),
    "two names": (b"#Fields: date time c-ip c-dns", b"2024-03-01 07:08:09 ::1 -"),
    "local": (b"#Fields: date-local time-local x", b"2024-03-01 07:08:09 y"),
}


@pytest.mark.parametrize("gap", [b" ", b"\t"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize(("fields", "values"), LINES.values(), ids=LINES)
def test_lines_take_the_fast_way(fields: bytes, values: bytes, end: bytes, gap: bytes) -> None:
    """All but directives, however often these come, whatever separates fields."""
    data = values.replace(b" ", gap) + end
    for number in (1, 40):
        block = fields + end + data * number
        assert both([block]) == 1
        assert both([block * 2, data, data, block]) == 3


def test_directives_amid_a_block() -> None:
    """Each line is read by the directives before it, in a block as well."""
    first, second = b"#Fields: date time c-ip sc-status", b"#Fields: date time sc-status c-ip"
    data = b"2018-05-09 16:00:39 200 404"
    odd = [
        b"",
        b" \t\r",
        b"#Software: Microsoft IIS",
        b"\xef\xbb\xbf#Date: 2018-05-09",
        b"#Fields:",
    ]
    lines = [
        first,
        data,
        data,
        second,
        data,
        *odd[:4],
        data,
        b"\xef\xbb\xbf" + data,
        odd[4],
        data,
        first,
    ]
    assert both([b"".join(line + b"\n" for line in [*lines, data])]) == 10
    rejects = Rejects("clfparse", "hint")
    block = b"\n".join([first, data, second, data, b""])
    records = Parser(rejects, format_of("w3c")).add(block).splitlines()
    statuses = [(record["host"], record["status"]) for record in map(orjson.loads, records)]
    assert statuses == [("200", 404), ("404", 200)]


FIELDS = [name for candidates in CANDIDATES.values() for name in candidates if name != "time"]
FIELDS += ["s-ip", "cs(Cookie)", "cs(x)", "sc(y)", "type", "x-edge-location", "sc-substatus", "a%b"]
PLAIN = {"cs-method": b"GET", "cs-uri-stem": b"/a/b", "cs-uri": b"/a/b?c", "s-port": b"80"}
PLAIN |= dict.fromkeys(CANDIDATES["protocol"], b"HTTP/1.1")
PLAIN |= dict.fromkeys([*CANDIDATES["duration"], *CANDIDATES["bytes"], "sc-status"], b"15")
ODD = (
    b'- - 0 007 1.5 1e5 70000 a+b a++b ;+c %20x %2D %2520 "q" "a b" q" \\x / /# /a?b /#/ h:80 http'
)
ODDS = [
    *ODD.split(b" "),
    b"\xd0\x9f",
    b"\xff",
    b"\x1b",
    b"",
    b"x\r",
    b"9" * 17,
    b"0.338",
    b"+",
    b"/\xa0",
]
BETWEEN = [
    b"",
    b"\r",
    b"#",
    b"#Software: Microsoft",
    b"#Software: x",
    b"#Date: 2018-05-09",
    b"junk",
]
BETWEEN += [b"\xef\xbb\xbf#Date: 2018-05-10", b"\xef\xbb\xbf::1 2018-05-09 16:00:39", b"#Fields:"]
DATES = [b"2018-05-09"] * 20 + [b"2018-02-30", b"2018/05/09", b"2018-05-0", b"-"]
CLOCKS = [b"16:00:39"] * 20 + [b"24:00:00", b"16:00:60", b"16:00:61", b"16:00", b"16:00:39.5", b"-"]


@st.composite
def logs(draw: st.DrawFn) -> list[bytes]:
    """Draw lines: fields, and values of them, mostly plain; directives and blank lines between."""
    lines = []
    for _ in range(draw(st.integers(1, 3))):
        names = draw(st.lists(st.sampled_from(FIELDS), max_size=8))
        at = draw(st.integers(0, len(names)))
        names[at:at] = draw(st.sampled_from([["date", "time"]] * 9 + [["time"], ["time", "date"]]))
        lines.append(("#Fields: " + " ".join(names)).encode())
        gap = draw(st.sampled_from([b" ", b"\t"]))
        odd = st.sampled_from(ODDS)
        for _ in range(draw(st.integers(0, 5))):
            row = [
                draw(st.sampled_from({"date": DATES, "time": CLOCKS}[name]))
                if name in ("date", "time")
                else draw(st.sampled_from([PLAIN.get(name, b"x")] * 9 + [b"-"]) | odd)
                for name in names
            ]
            ends = st.sampled_from([b""] * 9 + [b"\r", b" ", b"\t", b"\r\r"])
            lines.append(gap.join(row) + draw(ends))
        lines += draw(st.lists(st.sampled_from(BETWEEN), max_size=1))
    return [line + b"\n" for line in lines]


@max_examples(200)
@given(logs())
def test_fast_and_slow_ways_agree(lines: list[bytes]) -> None:
    """Byte for byte, and with the same rejects, in one block of chunks of any size, and in many."""
    for chunk in (1, 200, 1 << 14):
        with patch("clfparse.filter._CHUNK", chunk):
            both([b"".join(lines)])
    both(lines)


@pytest.mark.parametrize("name", ["time-taken", "timetakenms"])
@given(st.integers(0, 10**15 - 1), st.sampled_from([b"", b".5", b".123456789"]))
def test_durations_agree(name: str, number: int, fraction: bytes) -> None:
    for added in (b"", b" sc-substatus"):
        fields = b"#Fields: date time %b%b" % (name.encode(), added)
        values = b"2018-05-09 16:00:39 %d%b%b" % (number, fraction, b" 0" * bool(added))
        both([fields + b"\n" + values + b"\n"])


def test_forms_are_few() -> None:
    """However often #Fields changes."""
    form = W3CLog()
    parser = Parser(Rejects("clfparse", "hint"), form)
    for number in islice(cycle(range(50)), 200):
        block = b"#Fields: date time x-%d y\n2018-05-09 16:00:39 200 404\n" % number
        assert orjson.loads(parser.add(block))["y"] == "404"
        assert len(form._forms._made) <= 16
