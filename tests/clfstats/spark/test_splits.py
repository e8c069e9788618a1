"""clfstats.spark.splits: any cut of a log into ranges gives each line to one of them, whole."""

import io
import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from profiles import max_examples

from clfparse.stream.lines import LOG_LINE, Lines
from clfparse.stream.rejects import Rejects
from clfstats.spark import splits
from clfstats.spark.splits import Split, bundles, line_start, pieces, ranges

ODD = b"one\n\ntwo\r\nthree\rfour\r\r\n\0\0five\n\r\n\rsix\n" + b"x" * 50 + b"\nlast"


def lines_of(*texts: bytes) -> list[bytes]:
    """Return the lines that a parser would get of texts, each read by itself."""
    made = []
    for text in texts:
        lines = Lines(Rejects("", ""), LOG_LINE)
        blocks = [*lines.add(text), *lines.finish()]
        made += b"".join(blocks).split(b"\n")[:-1]
    return made


def cut(text: bytes, most: int) -> list[bytes]:
    file = io.BytesIO(text)
    return [b"".join(pieces(file, *each)) for each in ranges(len(text), most)]


@pytest.mark.parametrize("most", range(1, len(ODD) + 2))
@pytest.mark.parametrize("read", [1, 7, 1 << 18])
def test_every_size(most: int, read: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splits, "_READ", read)
    parts = cut(ODD, most)
    assert b"".join(parts) == ODD
    assert lines_of(*parts) == lines_of(ODD)


@given(st.lists(st.sampled_from([b"a", b"bb", b"\n", b"\r", b"\0", b"\r\n"])), st.integers(1, 9))
@example([b"\r", b"\n"], 1)
@max_examples(500)
def test_any_text(parts: list[bytes], most: int) -> None:
    text = b"".join(parts)
    made = cut(text, most)
    assert b"".join(made) == text
    assert lines_of(*made) == lines_of(text)


@pytest.mark.parametrize("at", range(len(ODD) + 3))
def test_a_line_is_of_the_range_it_begins_in(at: int) -> None:
    starts = [0, *(match.end() for match in re.finditer(b"\n", ODD))]
    expected = next((start for start in starts if start >= at), max(at - 1, len(ODD)))
    assert line_start(io.BytesIO(ODD), at) == expected


def test_a_line_that_grew_is_read_to_its_end() -> None:
    """The size is that of the listing; a line that begins before it is not torn."""
    assert b"".join(pieces(io.BytesIO(b"one\ntwo is longer now\nthree\n"), 0, 6)) == (
        b"one\ntwo is longer now\n"
    )


def test_ranges_are_equal() -> None:
    assert list(ranges(0, 10)) == [(0, 0)]
    assert list(ranges(10, 10)) == [(0, 10)]
    assert list(ranges(11, 10)) == [(0, 5), (5, 11)]


@given(st.lists(st.integers(0, 12)), st.integers(1, 10))
def test_bundles_keep_the_order_and_the_bound(sizes: list[int], most: int) -> None:
    made = [Split(at, at, "", "", 0, size, whole=True) for at, size in enumerate(sizes)]
    packed = bundles(made, most)
    assert [split for bundle in packed for split in bundle] == made
    for bundle in packed:
        assert len(bundle) == 1 or sum(split.end for split in bundle) <= most
    for bundle, after in pairwise(packed):
        assert sum(split.end for split in bundle) + after[0].end > most
