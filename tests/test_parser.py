"""The fast way of clfparse writes what the slow way writes, byte for byte."""

import random
from functools import partial

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples

from clfparse.bulk import FORMS
from clfparse.parser import Parser
from clfparse.refusals import Refusals

GOLDEN = sorted((ROOT / "tests/golden/clfparse").glob("*.in"))

# What a line is put together from; the first of each is plain.
WHO = ["192.0.2.1 - -", "www.example.com:80 h - frank", "v.example 2001:db8::1 - -", "a - x y"]
WHO += [
    "- - -",
    "h id u",
    "v:1 - - -",
    "1.2.3.4 5.6.7.8 - u",
    "a,b - c",
    'h - ""',
    "Oct 10 13:55:36",
]
WHO += ["<1>h - -", "2018-05-09T1 h - -", "h  - -", "[::1]:80 h - -", "h - \\", "h -"]
TIMES = ["10/Oct/2000:13:55:36 -0700", "11/Oct/2000:23:59:60 +0530", "9/Feb/2017:10:34:12 -0000"]
TIMES += ["30/Feb/2000:13:55:36 +0000", " 9/Feb/2017:10:34:12 +0000", "10/Oct/2000:13:55:36 -0700]"]
METHODS = ["GET ", "POST ", "get ", "- ", "G(T ", "", "GET  "]
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
PROTOCOLS = [" HTTP/1.1", " HTTP/2", "", " http/1.0", " HTTP/10.1", " HTTP/1.1 ", " FTP/1.0"]
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


def line(*parts: str) -> str:
    who, when, method, path, protocol, numbers, rest = parts
    return f'{who} [{when}] "{method}{path}{protocol}" {numbers}{rest}'


PARTS = (WHO, TIMES, METHODS, PATHS, PROTOCOLS, NUMBERS, RESTS)
# Mostly plain, so that plain lines and others stand side by side.
LINES = st.tuples(*(st.sampled_from([*part[:1] * 12, *part]) for part in PARTS)).map(
    lambda parts: line(*parts)
)


def both(blocks: list[bytes]) -> None:
    """Go both ways, and hold all that comes of it against each other."""
    fast, slow = Refusals("clfparse", "hint"), Refusals("clfparse", "hint")
    quick, reference = Parser(fast), Parser(slow)
    for block in blocks:
        assert quick.add(block) == reference.slow(block)
        assert vars(fast) == vars(slow)


@max_examples(300)
@given(st.lists(st.lists(LINES | st.text(max_size=20), min_size=1, max_size=8), max_size=4))
def test_random_lines(blocks: list[list[str]]) -> None:
    both(["".join(f"{line}\n" for line in block).encode() for block in blocks])


@pytest.mark.parametrize("part", range(len(PARTS)))
def test_each_variant_among_plain_lines(part: int) -> None:
    """In every form of plain line: each variant of each part, alone and between plain ones."""
    for who in WHO[:3]:
        for rest in RESTS[:4]:
            usual = [who, *(each[0] for each in PARTS[1:-1]), rest]
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


def test_every_form_takes_its_lines() -> None:
    """Each form finds its lines plain: without this, all would be right and nothing fast."""
    for number, form in enumerate(FORMS):
        text = line(
            WHO[number // 3], *(part[0] for part in PARTS[1:-1]), RESTS[[0, 2, 3][number % 3]]
        )
        assert form.pattern.fullmatch(f"{text}\n".encode())


def test_long_values_are_not_remembered() -> None:
    """A client chooses how long its query is: ten thousand of 64 KiB would be 640 MiB."""
    text = line(WHO[0], *(p[0] for p in PARTS[1:3]), "/?" + "q" * 9000, *(p[0] for p in PARTS[4:]))
    caches = [make.args[0].__self__ for _, _, make in FORMS[0].columns if isinstance(make, partial)]
    both([f"{text}\n".encode()])
    assert len(caches) > 3
    assert all(len(key) <= 256 for cache in caches for key in cache)


def test_more_values_than_a_cache_holds() -> None:
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
