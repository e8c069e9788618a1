"""The alert rule, second by second."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive import transitions
from streams import RANDOM, Step, drive, steps

from clfalert.rule import HELD, Rule, Transition
from clfparse.events.clock import AGREE, Clock, Mode

YEAR = 31_536_000
NEVER = -(1 << 62)


def silent(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


def evaluated(rule: Rule, stream: Iterable[Step], delay: float = 0) -> Iterator[Transition]:
    """Feed a rule as Watch does."""
    clock, newest = Clock(timedelta(seconds=delay), Mode.WALL), 0
    for second, back in drive(clock, stream):
        if back and second is not None:
            yield from rule.finish(newest)
            rule.restart(second)
        if second is not None:
            rule.add(second)
        if clock.newest:
            newest = clock.newest.second
            yield from rule.advance(clock.watermark)
    yield from rule.finish(newest)


# A window of 10 s, threshold 1 unless another is given: more than 10 hits trigger.
Expected = list[tuple[bool, int, int]]
RULE: dict[str, tuple[list[Step], Expected]] = {
    "no record": ([], []),
    "as many as the threshold": ([0] * 10, []),
    "one more": ([0] * 11, [(True, 0, 11)]),
    "the start counts as a whole window": ([*[0] * 10, 5], [(True, 5, 11)]),
    "the last second of the window": ([*[0] * 10, 9], [(True, 9, 11)]),
    "past it": ([*[0] * 10, 10], []),
    "equality is no recovery": ([*[0] * 11, *[5] * 10, 14], [(True, 0, 11)]),
    "below is": ([*[0] * 11, *[5] * 9, 14], [(True, 0, 11), (False, 10, 9)]),
    "again and again": (
        [*[0] * 11, *[20] * 11, 31],
        [(True, 0, 11), (False, 10, 0), (True, 20, 11), (False, 30, 0)],
    ),
    "no recovery is made up": ([0] * 11, [(True, 0, 11)]),
    "the last second is evaluated": ([*[0] * 11, 10], [(True, 0, 11), (False, 10, 1)]),
    "not before it": ([*[0] * 11, 9], [(True, 0, 11)]),
    "silence is zero": ([*[0] * 11, silent(11)], [(True, 0, 11), (False, 10, 0)]),
    "too short a silence": ([*[0] * 11, silent(10)], [(True, 0, 11)]),
    "traffic after silence": (
        [*[0] * 11, silent(99), *[99] * 11],
        [(True, 0, 11), (False, 10, 0), (True, 99, 11)],
    ),
    "a late second counts from then on": ([*[5] * 9, 8, 4], [(True, 8, 11)]),
    "until it leaves the window": ([*[5] * 8, 8, 4, 4, 15], [(True, 8, 11), (False, 14, 9)]),
    "at the window's start": ([*[9] * 9, 10, 1], [(True, 10, 11)]),
    "before that": ([*[9] * 9, 10, 0], []),
    "the far future, once it is there": (
        [0, *[3605] * 10, *range(1, 3602, 100), 3606],
        [(True, 3605, 11)],
    ),
    "set back: no recovery from half a window": (
        [*[9000] * 11, 9001, *[0] * AGREE, 9],
        [(True, 9000, 11)],
    ),
    "set back: no recovery is older than its trigger": (
        [*[9000] * 11, 9001, *[0] * AGREE, 10, silent(8990)],
        [(True, 9000, 11)],
    ),
    "set back: recovered once the log is past its trigger": (
        [*[9000] * 11, 9001, *[0] * AGREE, 10, silent(8992)],
        [(True, 9000, 11), (False, 9001, 0)],
    ),
    "set back: a new peak triggers anew": (
        [*[9000] * 11, 9001, *[0] * AGREE, 10, *[20] * 11, 31],
        [(True, 9000, 11), (True, 20, 11), (False, 30, 0)],
    ),
    "set back: one that goes on does not": (
        [*[9000] * 11, 9001, *[0] * AGREE, *[5] * 11, *[10] * 11, *[15] * 11],
        [(True, 9000, 11)],
    ),
    "set back: none after it where traffic stays": (
        [*[9000] * 11, *[0] * AGREE, *range(1, 11), 11],
        [(True, 9000, 11)],
    ),
    "set back: triggered at once": ([9000, *[0] * AGREE, *[0] * 10], [(True, 0, 11)]),
    "set back twice": (
        [*[9000] * 11, *[5000] * AGREE, 5010, *[0] * AGREE, *[20] * 11],
        [(True, 9000, 11), (True, 20, 11)],
    ),
    "set back: the window starts anew": ([*[9000] * 10, *[0] * AGREE], []),
}


@pytest.mark.parametrize(
    ("stream", "expected"), RULE.values(), ids=[name.replace(" ", "-") for name in RULE]
)
def test_rule(stream: list[Step], expected: Expected) -> None:
    assert list(evaluated(Rule(Fraction(1), Fraction(1), 10), stream)) == expected


@pytest.mark.parametrize(
    ("threshold", "window", "hits", "triggered"),
    [
        ("1/3", 3, 1, False),
        ("1/3", 3, 2, True),
        ("1/3", 10, 3, False),
        ("1/3", 10, 4, True),
        ("0.29", 100, 29, False),  # 0.29 * 100 is less than 29 in floats
        ("0.29", 100, 30, True),
        ("0.29", 100, 28, False),
        ("0", 120, 1, True),
        ("1000000000", 1, 10, False),
    ],
)
def test_fractions_are_exact(threshold: str, window: int, hits: int, triggered: bool) -> None:
    rule = Rule(Fraction(threshold), Fraction(threshold), window)
    assert [change.triggered for change in evaluated(rule, [0] * hits)] == [True] * triggered


def test_fractions_recover_exactly() -> None:
    """0.07 * 100 is more than 7 in floats: 7 hits are not below."""
    rule = Rule(Fraction("0.07"), Fraction("0.07"), 100)
    stream: list[Step] = [*[0] * 8, *[50] * 7, 149]
    assert list(evaluated(rule, stream)) == [(True, 0, 8)]


@pytest.mark.parametrize(("hits", "recovered"), [(6, []), (5, []), (4, [(False, 10, 4)])])
def test_hysteresis(hits: int, recovered: Expected) -> None:
    """Above the threshold it triggers, below `recover` it recovers."""
    rule = Rule(Fraction(1), Fraction(1, 2), 10)
    assert list(evaluated(rule, [*[0] * 11, *[5] * hits, 14])) == [(True, 0, 11), *recovered]


def test_delay_holds_evaluation_back() -> None:
    """A record that comes within the delay counts in its second as if it had come in order."""
    stream: list[Step] = [*[5] * 10, 7, 4]
    assert list(evaluated(Rule(Fraction(1), Fraction(1), 10), stream, 2)) == [(True, 5, 11)]


@pytest.mark.parametrize(("second", "uncounted"), [(12, 0), (11, 0), (10, 1), (-999, 1)])
def test_too_late(second: int, uncounted: int) -> None:
    """Second 20 is evaluated next, over 11 to 20: what is older is in no window to come."""
    rule = Rule(Fraction(0), Fraction(0), 10)
    assert list(evaluated(rule, [20, second])) == [(True, 20, 2 - uncounted)]
    assert rule.uncounted == uncounted


def test_year_costs_little() -> None:
    began = process_time()
    rule = Rule(Fraction(10), Fraction(10), 120)
    stream: list[Step] = [*[0] * 1201, silent(YEAR), *[2 * YEAR] * 1201, silent(YEAR)]
    changes = [(True, 0, 1201), (False, 120, 0), (True, 2 * YEAR, 1201)]
    assert list(evaluated(rule, stream)) == [*changes, (False, 2 * YEAR + 120, 0)]
    assert process_time() - began < 0.5


def test_restart_forgets_all_counts() -> None:
    rule = Rule(Fraction(1), Fraction(1), 10)
    assert list(evaluated(rule, [9] * 10)) == []
    rule.restart(0)
    assert list(evaluated(rule, [0, 9])) == []


def test_restart_keeps_the_state() -> None:
    rule = Rule(Fraction(1), Fraction(1), 10)
    assert list(evaluated(rule, [0] * 11)) == [(True, 0, 11)]
    rule.restart(-90)
    assert rule.triggered
    # Nothing is known of the time before: no recovery is made up until a window has been seen.
    assert list(evaluated(rule, [-90, -81], delay=60)) == []
    assert list(rule.finish(0)) == []
    assert list(rule.finish(2)) == [(False, 1, 0)]


def test_a_recovery_that_is_owed_costs_no_time() -> None:
    """The log's clock may have been years ahead."""
    began = process_time()
    rule = Rule(Fraction(1), Fraction(1), 10)
    stream: list[Step] = [*[YEAR] * 11, *[0] * AGREE, silent(YEAR + 9)]
    assert list(evaluated(rule, stream)) == [(True, YEAR, 11), (False, YEAR + 1, 0)]
    assert process_time() - began < 0.5


def test_counts_are_bounded() -> None:
    """Broken clocks may spread records over any number of seconds."""
    rule = Rule(Fraction(10), Fraction(10), 120)
    rule.add(0)
    assert list(rule.advance(0)) == []
    for second in range(HELD + 200):
        rule.add(9000 + second)
    assert len(rule._counts) <= HELD + 121
    assert rule.uncounted == HELD + 201 - len(rule._counts)


def test_broken_clocks_do_not_blind_the_rule() -> None:
    """However many seconds are held ahead of time, those that come in time count."""
    rule = Rule(Fraction(10), Fraction(10), 120)
    rule.add(0)
    assert list(rule.advance(0)) == []
    for second in range(9000, 9000 + HELD + 200):
        rule.add(second)
    for _ in range(1_201):
        rule.add(1)
    assert list(rule.advance(2)) == [(True, 1, 1_202)]


@given(
    steps(4000, -4000, 1900, -1900, -1800),
    st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted),
    st.integers(1, 10),
    st.sampled_from([0, 0.5, 2, 12]),
)
@RANDOM
def test_by_brute_force(stream: list[Step], sixths: list[int], window: int, delay: float) -> None:
    recover, threshold = (Fraction(n, 6) for n in sixths)
    expected = list(transitions(stream, threshold, recover, window, delay))
    changes = list(evaluated(Rule(threshold, recover, window), stream, delay))
    assert changes == expected
    for before, after in pairwise(changes):
        assert before.triggered or after.triggered
        if before.triggered and not after.triggered:
            assert after.second > before.second


@given(
    steps(4000, -4000),
    st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted),
    st.integers(1, 10),
    st.sampled_from([0, 2, 12]),
)
@RANDOM
def test_what_is_needed(stream: list[Step], sixths: list[int], window: int, delay: float) -> None:
    """Whatever comes: no trigger's window has a second that was not needed before."""
    recover, threshold = (Fraction(n, 6) for n in sixths)
    rule, bound = Rule(threshold, recover, window), NEVER
    clock = Clock(timedelta(seconds=delay), Mode.WALL)
    for second, back in drive(clock, stream):
        if back and second is not None:
            rule.restart(second)
            bound = NEVER
        if second is not None:
            rule.add(second)
        for change in rule.advance(clock.watermark) if clock.newest else ():
            assert not change.triggered or change.second - window + 1 >= bound
        bound = max(bound, rule.needed)


def test_nothing_that_is_over_is_needed_while_traffic_is_high() -> None:
    """While it is as high as the recovery, whole windows of it are not; later, they are."""
    rule = Rule(Fraction(10), Fraction(10), 120)
    rule.add(0, 100_000)
    assert list(rule.advance(0)) == []
    assert list(rule.advance(1)) == [(True, 0, 100_000)]
    rule.add(1, 1_199)
    assert rule.needed == 1
    rule.add(2, 1)
    assert rule.needed == 2
    rule.add(60, 100_000)
    assert list(rule.advance(100)) == []
    assert rule.needed == 61
    assert list(rule.advance(400)) == [(False, 180, 0)]
    assert rule.needed == 280 + 1


@given(
    st.lists(st.tuples(st.sampled_from([0, 1, 2, -1, -20, 30, 40, 50]), st.integers(1, 9))),
    st.integers(0, 5),
)
@RANDOM
def test_many_hits_at_once_are_as_many_single_ones(runs: list[tuple[int, int]], bound: int) -> None:
    """Past the bound on seconds far ahead, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("clfalert.rule.HELD", bound)
        whole, single = (Rule(Fraction(1), Fraction(1), 3) for _ in range(2))
        for at, (ahead, count) in enumerate(runs):
            whole.add(at + ahead, count)
            for _ in range(count):
                single.add(at + ahead)
            assert list(whole.advance(at)) == list(single.advance(at))
        assert vars(whole) == vars(single)


def test_a_second_without_hits_holds_nothing_up() -> None:
    """As of records that are read but not counted; once, silence was then evaluated for ever."""
    rule = Rule(Fraction(1), Fraction(1), 10)
    rule.add(100)
    assert list(rule.advance(101)) == []
    rule.add(95, 0)
    rule.add(103, 0)
    assert list(rule.advance(500)) == []
