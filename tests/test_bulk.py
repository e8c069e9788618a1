"""The fast ways of clfstats and clfalert write what their slow ways write, byte for byte."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import orjson
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

import clfstats.tally
from clfalert.watch import Watch
from clfparse.clock import Mode, Now
from clfparse.refusals import Refusals
from clfparse.times import Instant
from clfstats.stats import JsonView, Stats

START = 1_500_000_000
NOW = Now(START + 30.0, timedelta())

# What goes in bulk, and what does not.
PLAIN_STEPS = st.sampled_from([0, 0, 0, 1, 1, -1, 12])
STEPS = st.sampled_from([0, 1, -1, -2, 5, 12, -30, 400, 4000, -4000])
PLAIN_FIELDS = st.fixed_dictionaries(
    {
        "section": st.sampled_from(["/api", "/", "/pages", None]),
        "host": st.sampled_from(["a", "b", "c", None]),
        "method": st.sampled_from(["GET", "POST", None, "-"]),
        "status": st.sampled_from([200, 404, 500, 599, 600, None]),
        "bytes": st.sampled_from([0, 1, 10**6, None, 2**63 - 1]),
    }
)
FIELDS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "section": st.sampled_from(["/api", None, 7, "7", True, [1], {}]),
        "host": st.sampled_from(["a", None, 1, 1.0]),
        "method": st.sampled_from(["GET", None, 0]),
        "status": st.sampled_from([200, None, 1000, True, "200", 1.0]),
        "bytes": st.sampled_from([0, -1, 2**63, 2**63 - 1, False]),
    }
)
OTHER = st.sampled_from(
    [
        b"",
        b"odd",
        b'{"time":"2017-07-14T02:40:00+00:00"},{"time":"2017-07-14T02:40:00+00:00"}',
        b'{"time":"2017-07-14T02:40:00+00:00"',
        b'"section":"/joined"}',
        b'{"time":["2017-07-14T02:40:00+00:00"]}',
        b'{"time":"2017-07-14T02:40:00+01:00","section":"/other-offset"}',
        b'{"type":"alert","message":"High traffic"}',
        b'{"ty\\u0070e":"summary","time":"2017-07-14T02:40:00+00:00"}',
        b'{"time":"2017-07-14T02:40:00+00:00","ho{"type":"alert","message":"torn"}',
    ]
)


@st.composite
def blocks(draw: st.DrawFn) -> list[bytes]:
    """Return blocks of lines: most in order, some with all that may go wrong in a stream."""
    second = START
    found = []
    for _ in range(draw(st.integers(2, 6))):
        plain = draw(st.booleans()) or draw(st.booleans())
        lines = []
        for _ in range(draw(st.integers(1, 10))):
            second += draw(PLAIN_STEPS if plain else STEPS)
            fields: dict[str, Any] = draw(PLAIN_FIELDS if plain else FIELDS)
            record = {"time": str(Instant(second, 0)), **fields}
            other = not plain and draw(st.booleans())
            lines.append(draw(OTHER) if other else orjson.dumps(record))
        found.append(b"".join(line + b"\n" for line in lines))
    return found


def stats(refusals: Refusals, window: int) -> Stats:
    return Stats(
        refusals,
        JsonView(),
        window=window,
        by=("section", "host", "referer"),
        top=5,
        delay=timedelta(seconds=2),
        mode=Mode.AUTO,
    )


def watch(refusals: Refusals, window: int, through: bool) -> Watch:
    return Watch(
        refusals,
        threshold=Fraction(1, 2),
        recover=Fraction(1, 3),
        window=window,
        delay=timedelta(milliseconds=1500),
        mode=Mode.AUTO,
        text=False,
        through=through,
    )


def both(jobs: tuple[Any, Any], found: list[bytes], now: Now = NOW) -> None:
    fast, slow = jobs
    for number, block in enumerate(found):
        assert fast.add(block, now) == slow.slow(block, now)
        later = now._replace(silence=now.silence + timedelta(seconds=number))
        assert fast.quiet(later) == slow.quiet(later)
    assert fast.finish() == slow.finish()
    for attribute in ("lines", "refused", "messages", "kept"):
        assert getattr(fast._refusals, attribute) == getattr(slow._refusals, attribute)


@settings(deadline=None, max_examples=300)
@given(blocks(), st.sampled_from([1, 10, 60]))
def test_stats(found: list[bytes], window: int) -> None:
    first, second = (stats(Refusals("clfstats", "hint"), window) for _ in range(2))
    both((first, second), found)


@settings(deadline=None, max_examples=300)
@given(blocks(), st.sampled_from([1, 5, 120]), st.booleans())
def test_watch(found: list[bytes], window: int, through: bool) -> None:
    first, second = (watch(Refusals("clfalert", "hint"), window, through) for _ in range(2))
    both((first, second), found)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.integers(0, 60), min_size=1, max_size=40), max_size=8))
def test_stats_past_the_bounds_of_a_tally(numbers: list[list[int]]) -> None:
    """Where values have to go, those that stay are the same."""
    found = [
        b"".join(
            b'{"time":"%s","section":"/%d","host":"%d","method":"M%d"}\n'
            % (str(Instant(START, 0)).encode(), number, number % 9, number)
            for number in block
        )
        for block in numbers
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clfstats.tally.Tally.__init__, "__defaults__", (20,))
        patch.setattr("clfstats.accumulator._METHODS", 10)
        first, second = (stats(Refusals("clfstats", "hint"), 10) for _ in range(2))
        both((first, second), found)


@pytest.mark.parametrize(
    "lines",
    [
        # as many objects as lines, but two in one line, and one in two
        [b'{"time":"T"', b'"section":"/joined"}', b'{"time":"T"},{"time":"T"}'],
        [b'{"time":"T"}', b'{"time":"T"},{"time":"T"}'],
        [b'{"time":"T","section":[{}', b"{}]}", b'{"time":"T"},{"time":"T"}'],
        # newest is the last of those at the greatest time, with its offset
        [b'{"time":"T"}', b'{"time":"2017-07-14T03:40:09+01:00"}'],
        [b'{"time":"2017-07-14T03:40:09+01:00"}', b'{"time":"2017-07-14T02:40:09+00:00"}'],
    ],
)
def test_blocks_that_look_in_order(lines: list[bytes]) -> None:
    found = b"".join(line.replace(b"T", str(Instant(START, 0)).encode()) + b"\n" for line in lines)
    first, second = (stats(Refusals("clfstats", "hint"), 10) for _ in range(2))
    both((first, second), [b'{"time":"2017-07-14T02:40:00+00:00"}\n', found])


def test_golden_inputs_go_in_bulk() -> None:
    """All but the first record of an ordinary input: without this, nothing would be fast."""
    lines = (ROOT / "tests/golden/clfstats/peak.in").read_bytes().splitlines(keepends=True)
    job = watch(Refusals("clfalert", "hint"), 30, through=True)
    job.add(lines[0], NOW)
    late = next(number for number, line in enumerate(lines) if b'"/late"' in line)
    assert job._timeline.batch(b"".join(lines[1:late]), NOW)
    assert not job._timeline.batch(lines[late], NOW)
