"""The fast ways of clfstats and clfalert write what their slow ways write, byte for byte."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import orjson
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples

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


def stats(
    refusals: Refusals, window: int, by: tuple[str, ...] = ("section", "host", "referer")
) -> Stats:
    return Stats(
        refusals,
        JsonView(),
        window=window,
        by=by,
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


@max_examples(300)
@given(blocks(), st.sampled_from([1, 10, 60]))
def test_stats(found: list[bytes], window: int) -> None:
    first, second = (stats(Refusals("clfstats", "hint"), window) for _ in range(2))
    both((first, second), found)


@max_examples(300)
@given(blocks(), st.sampled_from([1, 5, 120]), st.booleans())
def test_watch(found: list[bytes], window: int, through: bool) -> None:
    first, second = (watch(Refusals("clfalert", "hint"), window, through) for _ in range(2))
    both((first, second), found)


@max_examples(50)
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


PLAIN = (
    b'{"time":"%b","host":"%b","ident":null,"user":null,"method":"GET","path":"/a","query":null,'
    b'"protocol":"HTTP/1.1","status":200,"bytes":7,"section":"%b"%b}\n'
)
DURATIONS = st.sampled_from(
    [
        *(
            "0",
            "0.10",
            "0.1",
            "3",
            "3.0",
            "0.012",
            "1e-6",
            "1.2e-5",
            "0.000012",
            "123456789.5",
            "1e99",
        ),
        *("null", "", "123456789012345678", "0.1234567890123456789"),
    ]
) | st.floats(0, 1e6).map(lambda duration: orjson.dumps(duration).decode())
REFUSED = st.sampled_from(
    ["-1", "true", '"0.1"', "1e400", "01", ".5", "1.", "-0", "1E2", "[]", "1e999"]
)
TAILS = st.lists(
    st.sampled_from(
        [
            *(b',"referer":null,"user_agent":"x"', b',"vhost":"v"', b',"request":"x"'),
            *(b',"x":"text"', b',"x":null', b',"x":-1.5e-7', b',"x y":7', b',"":0.0', b',"x":-0'),
        ]
    )
    | st.sampled_from(
        [
            *(b',"x":-null', b',"x":true', b',"x":{}', b',"x":01', b',"x":-"a"', b',"x":NaN'),
            *(b',"type":"x"', b',"type":null', b',"status":1000', b',"status":500', b',"bytes":1'),
            *(
                b',"duration":-1',
                b',"duration":2',
                b',"section":"/b"',
                b',"host":7',
                b',"time":null',
            ),
            *(b',"time":"2017-07-14T02:40:01+00:00"', b',"s\\u0065ction":"/b"', b',"x":1e999'),
        ]
    ),
    max_size=3,
).map(b"".join)


@st.composite
def timed(draw: st.DrawFn) -> list[bytes]:
    """Return blocks of lines in clfparse's words, with durations, and fields of a custom format."""
    found = []
    second = START
    for _ in range(draw(st.integers(1, 4))):
        block = b""
        shown, tails = DURATIONS, st.just(b"") | TAILS
        if draw(st.integers(0, 3)) == 0:
            shown |= REFUSED
        for _ in range(draw(st.integers(1, 12))):
            second += draw(PLAIN_STEPS)
            duration = draw(shown).encode()
            fields = draw(tails)
            if duration:
                fields = b',"duration":' + duration + fields
            host, section = (
                draw(st.sampled_from([b"a", b"b", b"c"])),
                draw(st.sampled_from([b"/", b"/a"])),
            )
            block += PLAIN % (str(Instant(second, 0)).encode(), host, section, fields)
        found.append(block)
    return found


@max_examples(400)
@given(timed(), st.sampled_from([1, 10, 60]), st.booleans(), st.sampled_from([3, 8, 100_000]))
def test_durations(found: list[bytes], window: int, by: bool, bound: int) -> None:
    """However a duration is written, and whatever follows it; past the bound on pairs as well."""
    fields = ("section", "host", "duration") if by else ("section", "host")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("clfstats.pairs.PAIRS", bound)
        first, second = (stats(Refusals("clfstats", "hint"), window, fields) for _ in range(2))
        both((first, second), found)


def test_null_durations_are_missing() -> None:
    """In bulk as one by one: it is told that no record has the field."""
    time = str(Instant(START, 0)).encode()
    found = [PLAIN % (time, b"a", b"/", b',"duration":null')] * 4
    first, second = (stats(Refusals("clfstats", "hint"), 10, ("duration",)) for _ in range(2))
    both((first, second), found)
    assert "duration" in first._refusals.messages[0]


@pytest.mark.parametrize(
    "fields",
    [
        [b',"duration":0.012', b',"duration":null', b""],
        [b"", b',"duration":1.2e-5,"referer":null,"user_agent":"x","upstream_duration":0.1'],
        [b',"upstream":"a:80","n":-1.5e3', b',"duration":3,"cache":null,"vhost":"v"'],
        [b',"duration":null,"referer":null,"user_agent":"-","request":"x","port":80'],
    ],
)
def test_custom_fields_go_in_bulk(fields: list[bytes]) -> None:
    """Without being parsed one by one, too."""
    time = str(Instant(START, 0)).encode()
    lines = [PLAIN % (time, b"a", b"/", more) for more in fields * 5]
    job = stats(Refusals("clfstats", "hint"), 10, ("section",))
    job.add(lines[0], NOW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("clfparse.columns.decode", None)
        assert job._timeline.batch(b"".join(lines), NOW)


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
