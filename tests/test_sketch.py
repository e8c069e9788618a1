"""Durations: quantiles right to one per cent, sums that no order changes, bounded memory."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM, REPLAY, START, line

from clfparse.clock import Mode
from clfparse.reader import Event, decode
from clfparse.record import Refused
from clfparse.refusals import Refusals
from clfstats.accumulator import Accumulator
from clfstats.board import Board
from clfstats.pairs import PAIRS, Pairs
from clfstats.screen import Screen
from clfstats.sketch import ACCURACY, BUCKETS, LEAST, MOST, PERCENT, Sketch, bucket, middle
from clfstats.stats import HINT, Stats
from clfstats.tally import Count, Tally, key

HALF = 0.5e-6  # of the last digit that is written

durations = (
    st.floats(0, MOST)
    | st.floats(LEAST, 10)
    | st.integers(0, 100)
    | st.sampled_from([0, 0.0, LEAST, MOST, 2 * MOST, 1e300, 5e-324, 0.001, 0.1, 1])
)
many = st.lists(durations, max_size=50)


def sketch(found: Sequence[float | None]) -> Sketch:
    """Count one by one."""
    made = Sketch()
    for duration in found:
        if duration is not None:
            made.add(duration)
    return made


def merge(*parts: Sketch) -> Sketch:
    whole = Sketch()
    for part in parts:
        whole.merge(part)
    return whole


def state(of: Sketch) -> tuple[object, ...]:
    return of.buckets, of.nanoseconds, repr(of.max), repr(of.finish())


def check(found: Sequence[float]) -> None:
    """Compare with quantiles by nearest rank, of all that was counted."""
    shown = sketch(found).finish()
    ordered = sorted(min(duration, MOST) for duration in found)
    for percent in PERCENT:
        exact = ordered[-(-len(ordered) * percent // 100) - 1]
        error = abs(shown[f"p{percent}"] - exact)
        assert error <= max(exact * ACCURACY * (1 + 1e-9), LEAST * (exact < LEAST)) + HALF
    quantiles = [shown[f"p{percent}"] for percent in PERCENT]
    assert [*quantiles, shown["max"]] == sorted([*quantiles, shown["max"]])
    assert shown["max"] == round(ordered[-1], 6)
    assert shown["mean"] == pytest.approx(sum(ordered) / len(ordered), rel=1e-9, abs=2 * HALF)


@given(st.lists(durations, min_size=1, max_size=300))
@RANDOM
def test_quantiles_are_right_to_one_per_cent(found: list[float]) -> None:
    check(found)


@pytest.mark.parametrize("tail", [0.3, 1, 3])
def test_heavy_tails(tail: float) -> None:
    """Also where the mean is that of a few: most in a millisecond, some for hours."""
    rng = random.Random(tail)  # noqa: S311 - not for secrets
    check([0.001 * rng.paretovariate(tail) for _ in range(20_000)])
    check([rng.lognormvariate(-4, tail) for _ in range(20_000)])


def test_one_duration_is_all_quantiles() -> None:
    shown = sketch([0.0123]).finish()
    assert list(shown) == ["p50", "p90", "p95", "p99", "max", "mean"]
    assert shown["max"] == shown["mean"] == 0.0123
    assert all(0.0123 * (1 - ACCURACY) <= shown[f"p{percent}"] <= 0.0123 for percent in PERCENT)


def test_nearest_rank() -> None:
    """Of a hundred, the n-th in order is the n-th percentile; of two, the first is the median."""
    shown = sketch(range(1, 101)).finish()
    for percent in PERCENT:
        assert shown[f"p{percent}"] == round(middle(bucket(percent)), 6)
    two = sketch([1, 5]).finish()
    assert (two["p50"], two["p90"]) == (round(middle(bucket(1)), 6), 5)


def test_nothing_was_counted() -> None:
    assert Sketch().finish() == {}
    assert Sketch().update([None, None]) == []
    assert Sketch().update([]) == []


def test_what_is_too_short_to_measure_is_none() -> None:
    assert set(sketch([0, 0.0, 9e-7, 5e-324]).buckets) == {bucket(0)}
    assert sketch([0, 9e-7]).finish()["p99"] == 0
    assert sketch([LEAST]).finish()["p50"] == LEAST


def test_what_is_too_long_counts_as_the_most() -> None:
    assert state(sketch([1e300, MOST])) == state(sketch([MOST, MOST]))
    assert sketch([1e300]).finish() == {**dict.fromkeys(sketch([1]).finish(), MOST)} | {
        f"p{percent}": round(min(middle(bucket(MOST)), MOST), 6) for percent in PERCENT
    }


def test_sums_are_exact() -> None:
    """Floats do not add up; nanoseconds do."""
    found = [0.1] * 10 + [1e6] + [1e-9] * 1000
    assert sketch(found).nanoseconds == 10**9 + 10**15 + 1000
    assert sketch([0.1, 0.2]).finish()["mean"] == 0.15


def test_buckets_are_few() -> None:
    """So many, and no more, from nothing to the longest; each is right for all that is in it."""
    span = range(bucket(0), bucket(MOST) + 1)
    assert len(span) == BUCKETS == 1498
    ends = [LEAST * (MOST / LEAST) ** (at / 20_000) for at in range(20_000)] + [MOST]
    assert {bucket(end) for end in ends} == set(span[1:])
    assert all(bucket(a) <= bucket(b) <= bucket(a) + 1 for a, b in pairwise(ends))
    for end in ends:
        assert abs(middle(bucket(end)) - end) <= end * ACCURACY * (1 + 1e-9)
    made = sketch([end * step for end in ends for step in (0, 0.999, 1, 1.001, 1000)])
    assert len(made.buckets) <= BUCKETS


@given(many, many, many)
@RANDOM
def test_merge(a: list[float], b: list[float], c: list[float]) -> None:
    """It is counting, cut anywhere; associative, commutative, and nothing is its identity."""
    one, two, three = sketch(a), sketch(b), sketch(c)
    assert state(merge(one, two)) == state(sketch(a + b)) == state(merge(two, one))
    assert state(merge(merge(one, two), three)) == state(merge(one, merge(two, three)))
    assert state(merge(one, Sketch())) == state(one) == state(sketch(sorted(a)))


@given(st.lists(st.none() | durations, max_size=50), many)
@RANDOM
def test_update_is_add(found: list[float | None], before: list[float]) -> None:
    made = sketch(before)
    buckets = made.update(found)
    assert state(made) == state(sketch([*before, *found]))
    own = [None if of is None else bucket(min(of, MOST)) for of in found]
    assert buckets == ([] if set(own) <= {None} else own)


def test_values_have_quantiles_of_their_own() -> None:
    found: list[dict[str, Any]]
    found = [{"section": "/fast", "duration": at / 1000} for at in range(1, 101)]
    found += [{"section": "/slow", "duration": 2}, {"section": "/none", "duration": None}]
    traffic = Accumulator(("section",))
    for record in [*found, {"section": "/none"}]:
        traffic.add(record)
    rows = {row["value"]: row["p95"] for row in traffic.finish()["top"]["section"]}
    assert rows["/fast"] == pytest.approx(0.095, rel=ACCURACY)
    assert rows["/slow"] == pytest.approx(2, rel=ACCURACY)
    assert rows["/none"] is None
    assert max(rows["/fast"], rows["/slow"]) <= traffic.finish()["duration"]["max"] == 2


def test_a_bound_leaves_room_for_the_top() -> None:
    """What Pairs says: half the bound holds at least 33 values with all buckets there are."""
    assert PAIRS // 2 // BUCKETS == 33


def test_durations_by_value_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the bound the rare values lose theirs, though not their hits; the summary says so."""
    monkeypatch.setattr("clfstats.pairs.PAIRS", 100)
    tally = Tally()
    for at in range(2_000):
        tally.add(key("hot"), Count(1, 0, 0), at % 40)
        tally.add(key(f"rare {at}"), Count(1, 0, 0), at % 7)
        assert len(tally.durations.hits) <= 100
    assert tally.approximate
    assert len(tally.hits) == 2_001
    assert tally.durations.of([key("hot")]) == {key("hot"): dict.fromkeys(range(40), 50)}


def test_as_many_pairs_as_the_bound_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clfstats.pairs.PAIRS", 100)
    tally = Tally()
    for at in range(300):
        tally.add(key(at % 10), Count(1, 0, 0), at % 100)
    assert (tally.approximate, len(tally.durations.hits)) == (False, 100)


def test_folding_is_in_a_total_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most hits first, then by value; what comes after the first that is too much goes."""
    monkeypatch.setattr("clfstats.pairs.PAIRS", 10)
    hits = {b"a": 1, b"b": 2, b"c": 2, b"d": 1}
    pairs = [(b"c", 1), (b"c", 2), (b"b", 1), (b"b", 2), (b"a", 7), (b"d", 1)]
    for order in (pairs, pairs[::-1]):
        held = Pairs()
        for value, of in order:
            held.add(value, of, 1)
        held.fold(hits)
        assert set(held.hits) == set(pairs[:5])


def test_merging_keeps_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clfstats.pairs.PAIRS", 100)
    one, two = Tally(), Tally()
    for at in range(80):
        one.add(key(f"one {at}"), Count(1, 0, 0), at)
        two.add(key(f"two {at}"), Count(1, 0, 0), at)
    assert not one.approximate
    one.merge(two)
    assert one.approximate
    assert len(one.durations.hits) <= 100


def test_values_that_go_take_their_durations_along() -> None:
    tally = Tally(limit=10)
    for at in range(50):
        tally.add(key("hot"), Count(1, 0, 0), at % 3)
        tally.add(key(at), Count(1, 0, 0), at)
        assert {value for value, _ in tally.durations.hits} <= set(tally.hits)
    other = Tally(limit=4)
    other.merge(tally)
    assert {value for value, _ in other.durations.hits} <= set(other.hits)
    assert tally.durations.of([key("hot")])[key("hot")] == Counter(at % 3 for at in range(50))


def screen(width: int, *fields: str) -> list[str]:
    """Draw the live screen after two windows with durations."""
    board, refusals = Board(), Refusals("clfstats", HINT)
    stats = Stats(
        refusals,
        board,
        window=10,
        by=fields,
        top=3,
        delay=timedelta(),
        mode=Mode.AUTO,
    )
    for second in range(0, 30, 5):
        more = {"duration": 0.012} if second else {}
        stats.add(line(START + second, host="192.0.2.1", status=500, **more), REPLAY)
    shown = Screen(board, stats, refusals, colour=False)
    return [row.rstrip() for row in shown.draw(width, 24, REPLAY)]


def test_the_screen_shows_durations() -> None:
    """In its first line as far as there is room; a column of its own where values keep theirs."""
    first, *rest = screen(80, "section", "host")
    assert first == "2019-02-07 21:11:10–21:11:20 +00:00  p50 12 ms  p95 12 ms  p99 12 ms"
    (top,) = [at for at, row in enumerate(rest) if row.startswith("top section")]
    columns = ["hits", "share", "p95", "5xx"]
    assert rest[top].split() == ["top", "section", *columns, "top", "host", *columns]
    counts = ["2", "100%", "12", "ms", "2"]
    assert rest[top + 1].split() == ["/pages", *counts, "192.0.2.1", *counts]
    assert "█" in screen(100, "section", "host")[top + 2]
    assert not any("p95" in row for row in screen(70, "section", "host")[1:])
    assert "p95" in screen(59, "section", "host")[top + 1]
    assert screen(45, "section")[0].endswith(" +00:00  p50 12 ms")


@pytest.mark.parametrize("shown", ["null", "0", "0.012", "3", "1e-6", "1e300", "-0.0", "5e-324"])
def test_a_duration_is_a_number_of_seconds(shown: str) -> None:
    assert isinstance(decode(line(0)[:-2] + b',"duration":' + shown.encode() + b"}"), Event)


@pytest.mark.parametrize("shown", ["-1", "-1e-9", "true", "false", '"0.1"', '""', "[]", "{}"])
def test_what_is_no_duration_is_refused(shown: str) -> None:
    with pytest.raises(Refused, match="not a record: duration is no number of seconds"):
        decode(line(0)[:-2] + b',"duration":' + shown.encode() + b"}")
