"""Durations: quantiles right to one per cent, sums that no order changes, bounded memory."""

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from screens import make
from streams import RANDOM, START, as_hits, line, read_line

from clfparse.counting.batch import Batch
from clfparse.counting.ddsketch import (
    ACCURACY,
    BUCKETS,
    LEAST,
    MOST,
    PERCENT,
    DDSketch,
    bucket,
    middle,
)
from clfparse.events.hit import Run
from clfstats.counting.accumulator import Accumulator

HALF = 0.5e-6  # of the last digit that is written

durations = (
    st.floats(0, MOST)
    | st.floats(LEAST, 10)
    | st.integers(0, 100)
    | st.sampled_from([0, 0.0, LEAST, MOST, 2 * MOST, 1e300, 5e-324, 0.001, 0.1, 1])
)
many = st.lists(durations, max_size=50)


def sketch(drawn: Sequence[float | None]) -> DDSketch:
    """Count as the durations of records are counted: the first 100 one by one, the others at once.

    None is of a record without.
    """
    made = DDSketch()
    for batch in (*([duration] for duration in drawn[:100]), drawn[100:]):
        made.add(Batch(as_hits([{"duration": duration} for duration in batch])).durations)
    return made


def merge(*parts: DDSketch) -> DDSketch:
    whole = DDSketch()
    for part in parts:
        whole.merge(part)
    return whole


def state(counted: DDSketch) -> tuple[object, ...]:
    shown = repr(counted.max), repr(counted.emit())
    return counted.buckets, counted.nanoseconds, *shown


def check(durations: Sequence[float]) -> None:
    """Compare with quantiles by nearest rank, of all that was counted."""
    shown = sketch(durations).emit()
    ordered = sorted(min(duration, MOST) for duration in durations)
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
def test_quantiles_are_right_to_one_per_cent(drawn: list[float]) -> None:
    check(drawn)


@pytest.mark.parametrize("tail", [0.3, 1, 3])
def test_heavy_tails(tail: float) -> None:
    """Also where the mean is that of a few: most in a millisecond, some for hours."""
    rng = random.Random(tail)  # noqa: S311 - not for secrets
    check([0.001 * rng.paretovariate(tail) for _ in range(20_000)])
    check([rng.lognormvariate(-4, tail) for _ in range(20_000)])


def test_one_duration_is_all_quantiles() -> None:
    shown = sketch([0.0123]).emit()
    assert list(shown) == ["p50", "p90", "p95", "p99", "max", "mean"]
    assert shown["max"] == shown["mean"] == 0.0123
    assert all(0.0123 * (1 - ACCURACY) <= shown[f"p{percent}"] <= 0.0123 for percent in PERCENT)


def test_nearest_rank() -> None:
    """Of a hundred, the n-th in order is the n-th percentile; of two, the first is the median."""
    shown = sketch(range(1, 101)).emit()
    for percent in PERCENT:
        assert shown[f"p{percent}"] == round(middle(bucket(percent)), 6)
    two = sketch([1, 5]).emit()
    assert (two["p50"], two["p90"]) == (round(middle(bucket(1)), 6), 5)


def test_nothing_was_counted() -> None:
    assert DDSketch().emit() == sketch([None, None]).emit() == {}
    null: dict[str, Any] = {"duration": None}
    empty: list[list[dict[str, Any]]] = [[], [{}], [null], [null, {}]]
    for records in empty:
        batch = Batch(as_hits(records))
        assert (batch.durations, batch.buckets) == ([], [])


def test_what_is_too_short_to_measure_is_none() -> None:
    assert set(sketch([0, 0.0, 9e-7, 5e-324]).buckets) == {bucket(0)}
    assert sketch([0, 9e-7]).emit()["p99"] == 0
    assert sketch([LEAST]).emit()["p50"] == LEAST


def test_what_is_too_long_counts_as_the_most() -> None:
    assert state(sketch([1e300, MOST])) == state(sketch([MOST, MOST]))
    assert state(sketch([10**400])) == state(sketch([MOST]))
    assert sketch([1e300]).emit() == {**dict.fromkeys(sketch([1]).emit(), MOST)} | {
        f"p{percent}": round(min(middle(bucket(MOST)), MOST), 6) for percent in PERCENT
    }


def test_sums_are_exact() -> None:
    """Floats do not add up; nanoseconds do."""
    durations = [0.1] * 10 + [1e6] + [1e-9] * 1000
    assert sketch(durations).nanoseconds == 10**9 + 10**15 + 1000
    assert sketch([0.1, 0.2]).emit()["mean"] == 0.15


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
    first, second, third = sketch(a), sketch(b), sketch(c)
    assert state(merge(first, second)) == state(sketch(a + b)) == state(merge(second, first))
    assert state(merge(merge(first, second), third)) == state(merge(first, merge(second, third)))
    assert state(merge(first, DDSketch())) == state(first) == state(sketch(sorted(a)))


@given(st.lists(st.none() | durations, max_size=50), many)
@RANDOM
def test_many_at_once_are_as_many_single_ones(
    drawn: list[float | None], before: list[float]
) -> None:
    made, batch = sketch(before), Batch(as_hits([{"duration": each} for each in drawn]))
    made.add(batch.durations)
    assert state(made) == state(sketch([*before, *drawn]))
    buckets = [None if each is None else bucket(min(each, MOST)) for each in drawn]
    assert batch.buckets == ([] if set(buckets) <= {None} else buckets)


def test_values_have_quantiles_of_their_own() -> None:
    records: list[dict[str, Any]]
    records = [{"section": "/fast", "duration": at / 1000} for at in range(1, 101)]
    records += [{"section": "/slow", "duration": 2}, {"section": "/none", "duration": None}]
    traffic = Accumulator(("section",))
    traffic.add(as_hits([*records, {"section": "/none"}], "section"))
    summary = traffic.emit()
    rows: dict[object, Any] = {row["value"]: row["p95"] for row in summary["top"]["section"]}
    assert rows["/fast"] == pytest.approx(0.095, rel=ACCURACY)
    assert rows["/slow"] == pytest.approx(2, rel=ACCURACY)
    assert rows["/none"] is None
    assert max(rows["/fast"], rows["/slow"]) <= summary["duration"]["max"] == 2


def screen(width: int, *fields: str) -> list[str]:
    """Draw the live screen after two windows with durations."""
    made = make(*fields)
    for second in range(0, 30, 5):
        timed = {"duration": 0.012} if second else {}
        made.add(line(START + second, host="192.0.2.1", status=500, **timed))
    made.viewer.back(-1)
    made.viewer.update()
    painter = made.painter
    tables = [row for at in range(len(fields)) for row in painter.table(at, width, 9)]
    return [row.plain.rstrip() for row in (*painter.scene(width, 1), *tables)]


def test_the_screen_shows_durations() -> None:
    """In its line of figures, if there is room; in a column of its own, if values keep theirs."""
    first, titles, row, *_ = screen(120, "section")
    assert first.endswith("p50 12 ms  p95 12 ms  p99 12 ms")
    assert titles.split() == ["section", "1", "value", "hits", "share", "5xx", "p95", "bytes"]
    assert row.split()[:6] == ["/pages", "2", "100%", "2", "12", "ms"]
    assert "p95" in screen(50, "section")[1]
    assert "p95" not in screen(30, "section")[1]


@pytest.mark.parametrize(
    ("shown", "duration"),
    [
        *(("null", None), ("0", 0), ("0.012", 0.012), ("3", 3), ("1e-6", 1e-6), ("1e300", 1e300)),
        *(("-0.0", 0), ("5e-324", 5e-324), (str(10**400), 10**400), ("0." + "1" * 400, 1 / 9)),
    ],
)
def test_a_duration_is_a_number_of_seconds(shown: str, duration: float | None) -> None:
    run = read_line(line(0)[:-2] + b',"duration":' + shown.encode() + b"}")
    assert isinstance(run, Run)
    assert run.hits[0].duration == duration


@pytest.mark.parametrize("shown", ["-1", "-1e-9", "true", "false", '"0.1"', '""', "[]", "{}"])
def test_what_is_no_duration_is_refused(shown: str) -> None:
    refused = read_line(line(0)[:-2] + b',"duration":' + shown.encode() + b"}")
    assert refused == "not a record: duration is no number of seconds"


@pytest.mark.parametrize("shown", ["1e400", "01", ".5", "1.", "1E", "NaN", "Infinity", "+1", "-"])
def test_what_is_no_number_is_no_json(shown: str) -> None:
    assert read_line(line(0)[:-2] + b',"duration":' + shown.encode() + b"}") == "not JSON"
