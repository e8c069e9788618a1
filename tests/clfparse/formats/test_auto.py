"""`auto`: lines of all formats, distinguished line by line."""

from collections.abc import Mapping
from itertools import pairwise
from random import Random

import pytest
from autos import fresh
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples
from wrapped import samples

from clfparse.filter import Parser
from clfparse.formats import catalog
from clfparse.formats.catalog import Entry
from clfparse.formats.detect import format_of, formats_of
from clfparse.formats.format import Format, Several
from clfparse.record import Refused
from clfparse.stream.rejects import Rejects

SAMPLES = [
    pytest.param(entry, lines, id=f"{entry.name}-{number}")
    for number, (entry, lines) in enumerate(samples())
]
# Whose lines are other formats', too, and mean more by name alone: ingress-nginx's ends that
# common and combined keep as extra.
ENDS = {"ingress-nginx"}
# What says the same in other units, or in other places: a name is asked for.
BY_NAME = {"jetty", "lighttpd", "tomcat", "tomcat9", "traefik"}


def read(format_: Format, lines: list[bytes]) -> list[Mapping[str, object] | None]:
    """Return the records of lines; None where one is refused or has no data."""
    records: list[Mapping[str, object] | None] = []
    for line in lines:
        try:
            records.append(format_.parse(line))
        except Refused:
            records.append(None)
    return records


@pytest.mark.parametrize(("entry", "lines"), SAMPLES)
def test_a_sample_is_read_in_auto_as_by_its_name(entry: Entry, lines: list[bytes]) -> None:
    by_name = read(format_of(entry.name), lines)
    assert by_name[-1] is not None
    if entry.auto is not False and entry.name not in ENDS:
        assert read(fresh("auto"), lines) == by_name


@pytest.mark.parametrize(("entry", "lines"), SAMPLES)
def test_no_sample_is_read_as_another_format(entry: Entry, lines: list[bytes]) -> None:
    """Every pair of formats: both say the same, or one refuses; but for those read by name."""
    expected = read(Several(formats_of(entry)), lines)[-1]
    assert expected
    for other in catalog.entries():
        if other.name in BY_NAME and entry.name in BY_NAME:
            continue
        record = read(Several(formats_of(other)), lines)[-1]
        for field, value in (record or {}).items():
            by_name = {entry.name, other.name} & (BY_NAME | {"werkzeug"})
            if field not in {"extra", "ident"} or not by_name:
                assert value == expected.get(field, value), (other.name, field)


def test_mixed_lines_are_read_one_by_one() -> None:
    """Whatever came before a line, it is read the same."""
    single = [
        line
        for entry, lines in samples()
        if len(lines) == 1 and entry.auto is not False
        for line in lines
    ]
    alone = [read(fresh("auto"), [line])[0] for line in single]
    for seed in range(3):
        order = Random(seed).sample(range(len(single)), len(single)) * 2  # noqa: S311 - no secret
        mixed = read(fresh("auto"), [single[at] for at in order])
        assert mixed == [alone[at] for at in order]


def ways(form: str, block: bytes, cuts: list[int]) -> list[tuple[bytes, dict[str, object]]]:
    """Return what comes of lines in bulk, one by one, and cut at lines."""
    written = []
    for blocks, slow in (([block], False), ([block], True), (split(block, cuts), False)):
        rejects = Rejects("p", "hint")
        parser = Parser(rejects, fresh(form))
        rows = b"".join(map(parser.slow if slow else parser.add, blocks)) + parser.close()
        # A copy: in CPython 3.13.0 the next object may be mistaken for one whose dict lives on.
        written.append((rows, dict(vars(rejects))))
    return written


def split(block: bytes, cuts: list[int]) -> list[bytes]:
    lines = [line + b"\n" for line in block.split(b"\n")[:-1]]
    bounds = [0, *sorted(cut % (len(lines) + 1) for cut in cuts), len(lines)]
    pieces = [b"".join(lines[a:b]) for a, b in pairwise(bounds)]
    return [piece for piece in pieces if piece]


LINES = [line for _, lines in samples() for line in lines]
NAMES = ["auto", *catalog.names()]
# No \r: a lone one ends a line before the parser sees it.
BITS = st.sampled_from(
    [
        *(b" ", b"-", b'"', b"\\", b"[", b"]", b",", b":", b"\t", b"|", b"{", b"}", b"a", b"0"),
        *(b"1.2.3.4", b"::1", b"- -", b'" "', b"\xff", b"\x1b[0m", b'\\"', b"unix:", b"GET /"),
        b"%41",
    ]
)


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """Return a sample with some bytes cut out and others put in."""
    line = draw(st.sampled_from(LINES))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(line)))
        end = at + draw(st.sampled_from([0, 0, 1, 2, 8]))
        line = line[:at] + draw(BITS) + line[end:]
    return line


@max_examples(150)
@given(
    st.sampled_from(["auto", "auto", *NAMES]),
    st.lists(mutations(), min_size=1, max_size=12),
    st.lists(st.integers(0, 99), max_size=3),
)
def test_fast_and_slow_ways_agree_on_samples_and_mutations(
    form: str, lines: list[bytes], cuts: list[int]
) -> None:
    block = b"".join(line + b"\n" for line in lines if b"\n" not in line)
    fast, *others = ways(form, block, cuts)
    assert others == [fast, fast]


@pytest.mark.parametrize("form", NAMES)
def test_fast_and_slow_ways_agree_on_many_lines(form: str) -> None:
    entry = catalog.find(form)
    lines = [line for each, sample in samples() if each == entry or not entry for line in sample]
    block = b"".join(line + b"\n" for line in lines * 40)
    fast, *others = ways(form, block, [1, 7, 50])
    assert others == [fast, fast]


def test_what_may_end_with_a_status_has_to_be_named() -> None:
    """mod_ssl's request log ends with bytes; others of that shape end with the status."""
    line = b'[12/Oct/2023:14:23:45 +0000] 192.0.2.1 TLSv1.2 AES128-SHA "GET /a HTTP/1.1" 200'
    assert read(fresh("auto"), [line]) == [None]
    named = read(format_of("ssl-request"), [line])[0]
    assert named is not None
    assert (named["status"], named["bytes"]) == (None, 200)
