"""Times under a chart are round in the log's own offset, and few."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from streams import RANDOM, START

from clfstats.counting.accumulator import Accumulator
from clfstats.counting.grid import DAY, HOUR
from clfstats.counting.pane import Window
from clfstats.views.html import times
from clfstats.views.html.offsets import Offsets


def offsets(*changes: tuple[int, int]) -> Offsets:
    """Return the offsets of a log: each from a second on."""
    made = Offsets(10)
    for second, offset in changes:
        made.follow(Window(second, second + 10, Accumulator(()), offset, 10))
    return made


@given(st.integers(-60_000_000_000, 250_000_000_000), st.integers(1, 300_000_000_000))
@example(START, 10)
@RANDOM
def test_there_are_few(start: int, length: int) -> None:
    end = min(start + length, 253_000_000_000)
    shown = times.ticks(start, end, offsets((START, 0)))
    assert len(shown) <= 12
    assert all(start <= tick.second < end for tick in shown)
    assert sum(not tick.minor for tick in shown) <= 6


@pytest.mark.parametrize(
    ("length", "labels"),
    [
        (10, ["21:11:00", "21:11:01", "21:11:02"]),
        (600, ["21:11", "21:12", "21:13"]),
        (9 * HOUR, ["22:00", "23:00", "8 Feb", "01:00"]),
        (9 * DAY, ["8 Feb", "9 Feb", "10 Feb"]),
        (40 * DAY, ["11 Feb", "18 Feb", "25 Feb", "4 Mar"]),
        (300 * DAY, ["Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]),
        (500 * DAY, ["Mar", "May", "Jul", "Sep", "Nov", "2020", "Mar", "May"]),
        (4_000 * DAY, ["2020", "2022", "2024"]),
    ],
)
def test_labels(length: int, labels: list[str]) -> None:
    shown = times.ticks(START, START + length, offsets((START, 0)))
    assert [tick.label for tick in shown][: len(labels)] == labels


def test_dates_stay_where_there_is_little_room() -> None:
    shown = times.ticks(START, START + 3 * DAY, offsets((START, 0)))
    assert [tick.label for tick in shown if not tick.minor] == ["8 Feb", "9 Feb", "10 Feb"]
    assert "12:00" in [tick.label for tick in shown]


def test_a_change_of_the_offset() -> None:
    """On 2025-03-30 the hour after 02:00+01:00 begins with 03:00+02:00."""
    change = 1_743_296_400
    made = offsets((change - 10, HOUR), (change, 2 * HOUR))
    shown = times.ticks(change - 3 * HOUR, change + 3 * HOUR, made)
    assert [tick.label for tick in shown] == ["23:00", "30 Mar", "01:00", "03:00", "04:00", "05:00"]
    assert times.period(change - 60, change + 60, made) == (
        "2025-03-30 01:59:00 +01:00 – 03:01:00 +02:00"
    )


def test_spans_and_lengths() -> None:
    made = offsets((START, 0))
    assert times.period(START, START + 10, made) == "2019-02-07 21:11:00 – 21:11:10 +00:00"
    assert times.period(START, START + DAY, made).endswith(" – 2019-02-08 21:11:00 +00:00")
    lengths = [0, 1, 237, HOUR, DAY + 5, 400 * DAY + 2 * HOUR]
    assert [*map(times.length, lengths)] == [
        "0 s",
        "1 s",
        "3 min 57 s",
        "1 h",
        "1 d",
        "400 d 2 h",
    ]


def test_what_is_zero_is_left_out() -> None:
    midnight = START - START % DAY
    assert times.brief(midnight, 0) == "2019-02-07"
    assert times.brief(midnight + 60, 0) == "2019-02-07 00:01"
    assert times.brief(midnight + 61, 0, zone=True) == "2019-02-07 00:01:01 +00:00"
