"""Hits by second: sums of any time, in bounded memory."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM, START

from clfstats.views.live import rates as module
from clfstats.views.live.rates import Rates

added = st.lists(st.tuples(st.integers(-7200, 7200), st.integers(1, 5)), max_size=40)


@given(added, st.integers(-200, 200), st.sampled_from([1, 7, 10, 60, 120, 900, 3600]))
@RANDOM
def test_columns_are_sums(drawn: list[tuple[int, int]], first: int, step: int) -> None:
    """Whether they are made of seconds or of minutes."""
    counted, made, start = Counter[int](), Rates(), START + first * step
    for second, hits in drawn:
        counted[START + second] += hits
        made.add(START + second, hits)
    columns = made.columns(start, step, 5)
    for at, shown in enumerate(columns):
        begin = start + at * step
        assert shown == sum(counted[second] for second in range(begin, begin + step))
    assert made.total(start, start + 5 * step) == sum(hits or 0 for hits in columns)
    assert made.first == min((START + second for second, _ in drawn), default=None)


@given(added, st.integers(-7200, 7200))
@RANDOM
def test_a_clock_set_back_forgets_what_is_ahead(drawn: list[tuple[int, int]], back: int) -> None:
    made, expected = Rates(), Rates()
    for second, hits in drawn:
        made.add(START + second, hits)
        if second < back:
            expected.add(START + second, hits)
    made.forget(START + back)
    for step in (1, 60, 900):
        begin = START - 7200
        assert made.columns(begin, step, 120) == expected.columns(begin, step, 120)


def test_memory_is_that_of_a_day_a_week_and_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is let go of is not taken for a time without hits."""
    monkeypatch.setattr(module, "_HELD", {1: 300, 60: 20, 900: 10})
    monkeypatch.setattr(module, "_SPARE", 30)
    made = Rates()
    for second in range(100_000):
        made.add(second, 1)
    assert [len(held) for held in made._hits.values()] <= [330, 50, 40]
    assert made.columns(0, 1, 2) == [None, None]
    assert made.columns(99_997, 1, 4) == [1, 1, 1, 0]
    assert made.columns(99_900 - 3 * 60, 60, 3) == [60, 60, 60]
    assert made.columns(0, 60, 1) == made.columns(0, 900, 1) == [None]
    assert made.columns(98_100, 900, 2) == [900, 900]
    assert made.columns(0, 3600, 1) == [None]


def test_a_clock_set_back_past_what_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was let go of stays unknown; what comes from then on is known."""
    monkeypatch.setattr(module, "_HELD", {1: 300, 60: 10_080, 900: 35_040})
    monkeypatch.setattr(module, "_SPARE", 30)
    made = Rates()
    for second in range(5_000):
        made.add(second, 1)
    made.forget(1_000)
    for second in range(1_000, 1_100):
        made.add(second, 1)
    assert made.columns(980, 10, 4) == [None, None, 10, 10]
    assert made.columns(960, 60, 2) == [None, 60]
    assert made.columns(900, 900, 2) == [None, 0]
    assert made.knows(1_000)
    assert not made.knows(999)


def test_a_time_may_be_of_any_length() -> None:
    made = Rates()
    made.add(START, 3)
    assert made.total(START - 10**15, START + 1) == 3
    assert made.total(START + 1, START + 10**15) == 0
