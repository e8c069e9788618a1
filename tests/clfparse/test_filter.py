"""The fast way of clfparse writes what the slow way writes, byte for byte."""

import random
import tracemalloc
from unittest.mock import patch

import pytest
from autos import fresh
from hypothesis import given
from hypothesis import strategies as st
from paths import ROOT
from profiles import max_examples

from clfparse.filter import Parser
from clfparse.formats import stock
from clfparse.formats.form import Form
from clfparse.stream.rejects import Rejects

GOLDEN = sorted((ROOT / "tests/golden/clfparse").glob("*.in"))

# What a line is put together from; the first of each is plain.
NAMES = ["192.0.2.1 - -", "www.example.com:80 h - frank", "v.example 2001:db8::1 - -", "a - x y"]
NAMES += [
    "- - -",
    "h id u",
    "v:1 - - -",
    "1.2.3.4 5.6.7.8 - u",
    "a,b - c",
    'h - ""',
    "Oct 10 13:55:36",
]
NAMES += ["<1>h - -", "2018-05-09T1 h - -", "h  - -", "[::1]:80 h - -", "h - \\", "h -"]
NAMES += [
    "2001:db8::1 - -",
    "::ffff:192.0.2.1 - u",
    "v:1 - -",
    "a-b.example - -",
    "1and1.example - -",
]
NAMES += [
    "2018-05-09 - -",
    "2018-05-09 h - -",
    "h | -",
    "Oct 10 13:55:36 h - -",
    "fe80::1%eth0 - -",
]
NAMES += [
    "- h - -",
    "- i u",
    "h - П",
    "h - \\xd0\\x9f",
    "h - \\x2d",
    "h - \x01",
    "h - a[b",
    "П - -",
]
NAMES += [
    "12:30:45 - -",
    "163.example:8080 h - -",
    "v.example h - \\x22",
    "h - x,y",
    "h i -",
    ". - -",
]
TIMES = ["10/Oct/2000:13:55:36 -0700", "11/Oct/2000:23:59:60 +0530", "9/Feb/2017:10:34:12 -0000"]
TIMES += ["30/Feb/2000:13:55:36 +0000", " 9/Feb/2017:10:34:12 +0000", "10/Oct/2000:13:55:36 -0700]"]
METHODS = ["GET ", "POST ", "get ", "- ", "G(T ", "", "GET  ", "M-SEARCH "]
PATHS = [
    "/",
    "/a",
    "/api/user",
    "/a/b/c?x=/y?z#f",
    "/a?",
    "/a?-",
    "/-",
    "-",
    "*",
    "/a#b/c",
    "//",
    "/%20",
]
PATHS += [
    "/a b",
    "/\\xd0\\x9f",
    "/П",
    '/"',
    '/\\"',
    "http://h/a/b",
    "/a\\",
    "/\x7f",
    "/\x1b",
    "/a,b:c",
]
PATHS += ["/uno dos/tres", "/a  b", "/a /b", "/a #/b", "/a b?c d", "/a?b  c", "/a ", "/ a", "/a? "]
PATHS += [
    "/a HTTP/1.1",
    "/a?b HTTP/1.1 c",
    "/a HTTP/1.1/b",
    "/П/П?П#П",
    "/\xa0/x",
    "/a\\x2fb",
    "/?/",
]
PATHS += [
    "/a http/1.0",
    "/a?x\\x20",
    "/\u202e/b",
    "/a\tb",
    "/??",
    "/a?b?c",
    "/a\\x3fb",
    "/#",
    "/#/?#",
]
PROTOCOLS = [" HTTP/1.1", " HTTP/2", "", " http/1.0", " HTTP/10.1", " HTTP/1.1 ", " FTP/1.0"]
PROTOCOLS += [" HTTP/1.", " HTTP/1.1.1", "  HTTP/1.1", " HTTP/1.1 HTTP/1.0", " HTTP/", "HTTP/1.1"]
NUMBERS = ["200 5", "304 -", "- 7", "000 0", "200 007", "200 -5", "200 ", f"200 {'9' * 18}", "20 1"]
NUMBERS += [f"200 {'9' * 19}", "200  1"]
RESTS = ["", ' "-" "-"', ' "http://r/" "curl/8.5"', ' "-" "a" 0.1 "x"', ' "-" "a" -', ' "" ""']
RESTS += [
    " ",
    ' "-"',
    ' "-" "torn',
    ' "-" "a\\"b"',
    ' "-" "П"',
    " junk",
    ' "-" "a"  2',
    ' "-" "a" ',
]
RESTS += ["\r", ' "-" "-"\r', ' "-" ""q" a"', ' "-" "-" \\x41"']
RESTS += [' "-" "-" "-"', ' "-" "a" "192.0.2.1, ::1"', ' "-" "a" "192.0.2.1" 5', ' "-" "a" "x"\r']
RESTS += [
    ' "\\"" "\\\\"',
    ' "\\x22" "\\xd0\\x9f"',
    ' "\x01" "a\\"',
    ' "a\\\\\\"b" "c"',
    ' "\\x2d" "\x7f"',
]
RESTS += [
    " 1234",
    " -",
    ' "-" "a" "-"\r',
    ' "-" "a" "-" ',
    " П",
    " a\\x",
    ' "-" "a" \r',
    ' "-" "\u202e"',
]
RESTS += [
    ' "-"  "a"',
    ' "-" "a" b\rc',
    ' "\r" "\x00"',
    " a\r\r",
    ' "-" "a" "1.2.3.4"x',
    ' "П" "-" 5',
]


def line(*parts: str) -> str:
    names, when, method, path, protocol, numbers, rest = parts
    return f'{names} [{when}] "{method}{path}{protocol}" {numbers}{rest}'


PARTS = (NAMES, TIMES, METHODS, PATHS, PROTOCOLS, NUMBERS, RESTS)
# Mostly plain, so that plain lines and others stand side by side.
LINES = st.tuples(*(st.sampled_from([*part[:1] * 12, *part]) for part in PARTS)).map(
    lambda parts: line(*parts)
)


def both(blocks: list[bytes]) -> None:
    """Go both ways, and hold all that comes of it against each other."""
    fast, slow = Rejects("clfparse", "hint"), Rejects("clfparse", "hint")
    quick, reference = Parser(fast, fresh("auto")), Parser(slow, fresh("auto"))
    for block in blocks:
        assert quick.add(block) == reference.slow(block)
        assert vars(fast) == vars(slow)


@max_examples(150)
@given(st.lists(st.lists(LINES | st.text(max_size=20), min_size=1, max_size=8), max_size=4))
def test_random_lines(blocks: list[list[str]]) -> None:
    """In any blocks, and wherever a block is cut inside."""
    written = ["".join(f"{line}\n" for line in block).encode() for block in blocks]
    for chunk in (1, 300, 1 << 14):
        with patch("clfparse.filter._CHUNK", chunk):
            both(written)


@pytest.mark.parametrize("part", range(len(PARTS)))
def test_each_variant_among_plain_lines(part: int) -> None:
    """In every form of plain line: each variant of each part, alone and between plain ones."""
    for names in NAMES[:3]:
        for rest in RESTS[:4]:
            usual = [names, *(each[0] for each in PARTS[1:-1]), rest]
            lines = [line(*usual)]
            for variant in PARTS[part]:
                lines += [line(*[*usual[:part], variant, *usual[part + 1 :]]), line(*usual)]
            both(["".join(f"{line}\n" for line in lines).encode()])
            both([f"{line}\n".encode() for line in lines])


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: str(path.stem))
def test_golden_inputs(path: object) -> None:
    assert hasattr(path, "read_bytes")
    lines = path.read_bytes().splitlines(keepends=True)
    both([b"".join(lines).removesuffix(b"\n") + b"\n"])
    both([line.removesuffix(b"\n") + b"\n" for line in lines])


USUAL = [NAMES[0], *(part[0] for part in PARTS[1:-1])]
ENDS = {"common": "", "combined": RESTS[2], "main": ' "-" "curl/8.5" "-"', "extra": ' "-" "a" 0.1'}
# Lines that the fast way takes, besides those that nothing is odd in: a part, and what it is.
TAKEN = [
    *((0, names) for names in ("2001:db8::1 - -", "a-b.example - frank", "1and1.example - -")),
    *(
        (0, names)
        for names in ("- - -", "h id u", "a.example:80 ::1 - -", "h - jörg", r"h - \xd0\x9f")
    ),
    (0, "163.example h - -"),
    (2, "PROPFIND "),
    *((3, path) for path in ("/uno dos/tres?x y", "/П/П?П", "/a#b/c", "/", "/a?", "/\xa0?\ufffd")),
    *((4, protocol) for protocol in (" HTTP/1.0", " HTTP/2.0", " HTTP/2", " HTTP/3")),
    *((5, numbers) for numbers in ("304 -", "- 0", f"200 {'9' * 18}")),
    *((6, rest) for rest in ("\r", r' "\"a\" b" "\xd0\x9f"', ' "П" "\x1b"', " 1234", " - П")),
    *((6, rest) for rest in (' "-" "" "192.0.2.1, ::1"', ' "-" "a" "x" "-"', ' "-" "a" "-"\r')),
]


def ways(block: str) -> tuple[int, int]:
    """Return how many lines of a block take the fast way, and how many the slow one."""
    rejects = Rejects("clfparse", "hint")
    parser = Parser(rejects, fresh("auto"))
    with patch.object(parser, "slow", wraps=parser.slow) as spy:
        parser.add(block.encode())
    return rejects.lines - spy.call_count, spy.call_count


@pytest.mark.parametrize(("part", "odd"), TAKEN)
@pytest.mark.parametrize("end", ENDS)
def test_odd_lines_take_the_fast_way(part: int, odd: str, end: str) -> None:
    """Alone, and among others: without this, all would be right and nothing fast."""
    usual = [*USUAL, ENDS[end]]
    text = line(*[*usual[:part], odd, *usual[part + 1 :]])
    assert ways(f"{text}\n") == (1, 0)
    block = f"{line(*usual)}\n" * 3 + f"{text}\n" + f"{line(*usual)}\n"
    assert ways(block) == (5, 0)
    both([block.encode(), f"{text}\n".encode() * 20, block.encode()])


def test_each_form_takes_lines_among_those_of_others() -> None:
    texts = [line(names, *USUAL[1:], end) for names in NAMES[:3] for end in (*ENDS.values(), " 7")]
    assert len(stock.forms()) == len(texts)
    rng = random.Random(2)  # noqa: S311 - not for secrets
    block = "".join(f"{text}\n" for text in rng.choices(texts, k=200))
    assert ways(block) == (200, 0)
    both([block.encode()])


def test_garbage_is_offered_to_other_forms_now_and_then() -> None:
    """Else each such line would cost as much as ten others; lines that fit are still found."""
    with patch.object(Form, "record", return_value=b"") as spy:
        Parser(Rejects("clfparse", "hint")).add(b"junk\n" * 1000)
    assert spy.call_count < 100 * len(stock.forms())
    mixed = "".join("junk\n" * 50 + f"{line(*USUAL, end)}\n" * 50 for end in ENDS.values())
    assert ways(mixed)[0] > 150
    both([mixed.encode()])


def test_values_that_run_over_a_line() -> None:
    """A quote that is not closed takes nothing of the next line."""
    usual = line(*USUAL, ENDS["combined"])
    for end in ENDS.values():
        whole = line(*USUAL, end)
        for at in range(len(whole)):
            both([f"{usual}\n{whole[:at]}\n{whole[at:]}\n{usual}\n".encode()])


def test_nothing_is_remembered_of_what_clients_choose() -> None:
    """Neither names nor long queries: ten thousand of 64 KiB would be 640 MiB."""
    parser = Parser(Rejects("clfparse", "hint"))
    names = "h{0} - u{0}"
    text = line(
        names, *USUAL[1:3], "/{0}/{0}?" + "q" * 300 + "{0}", *USUAL[4:], ' "{0}" "{0}" "{0}"'
    )
    held = []
    tracemalloc.start()
    for start in range(0, 4000, 500):
        parser.add("".join(text.format(n) + "\n" for n in range(start, start + 500)).encode())
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[-1] - held[1] < 20_000


def test_many_values() -> None:
    rng = random.Random(1)  # noqa: S311 - not for secrets
    lines = [
        line(
            f"h{rng.random()} - -",
            *(p[0] for p in PARTS[1:3]),
            f"/?{n}",
            *(p[0] for p in PARTS[4:]),
        )
        for n in range(25_000)
    ]
    both(["".join(f"{line}\n" for line in lines).encode()])
