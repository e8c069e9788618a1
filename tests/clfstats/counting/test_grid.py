"""Where windows begin and end: hours and days of the log's own offset."""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM

from clfparse.values.times import Instant, instant
from clfstats.counting.grid import DAY, HOUR, Grid, window_seconds

SIZES = [10, 60, 7, 300, 900, 1200, 1800, HOUR, *(hours * HOUR for hours in (2, 3, 4, 6, 8, 12))]


def grid(size: int, *times: str) -> tuple[Grid, list[Instant]]:
    """Return the windows of a log that has records at these times."""
    instants = list(map(instant, times))
    made = Grid(size)
    made.begin(instants[0].offset)
    for before, after in pairwise(instants):
        made.turn(after, before.second, None)
    return made, instants


def windows(size: int, *times: str) -> list[str]:
    """Return each record's window, in its own offset."""
    made, instants = grid(size, *times)
    starts = [made.start(time.second) for time in instants]
    return [
        f"{Instant(start, time.offset)}/{(made.end(start) - start) // 60}"
        for start, time in zip(starts, instants, strict=True)
    ]


@pytest.mark.parametrize(
    ("size", "time", "window"),
    [
        (HOUR, "2019-02-07T21:11:00+05:30", "2019-02-07T21:00:00+05:30/60"),
        (1800, "2019-02-07T21:11:00+05:45", "2019-02-07T21:00:00+05:45/30"),
        (1200, "2019-02-07T21:11:00+05:45", "2019-02-07T21:00:00+05:45/20"),
        (HOUR, "2019-02-07T21:11:00-03:30", "2019-02-07T21:00:00-03:30/60"),
        (DAY, "2019-02-07T21:11:00+05:30", "2019-02-07T00:00:00+05:30/1440"),
        (DAY, "2019-02-07T21:11:00-08:00", "2019-02-07T00:00:00-08:00/1440"),
        (2 * HOUR, "2019-02-07T21:11:00+01:00", "2019-02-07T20:00:00+01:00/120"),
        (12 * HOUR, "2019-02-07T21:11:00+09:00", "2019-02-07T12:00:00+09:00/720"),
        (5400, "2019-02-07T21:11:00+09:00", "2019-02-07T21:00:00+09:00/90"),
        (600, "2019-02-07T21:11:00+05:30", "2019-02-07T21:10:00+05:30/10"),
    ],
)
def test_windows_are_those_of_the_log_s_zone(size: int, time: str, window: str) -> None:
    assert windows(size, time) == [window]


def test_a_day_of_23_hours() -> None:
    assert windows(DAY, "2019-03-31T01:59:00+01:00", "2019-03-31T03:00:00+02:00") == [
        "2019-03-31T00:00:00+01:00/1380",
        "2019-03-31T01:00:00+02:00/1380",
    ]


def test_a_day_of_25_hours() -> None:
    times = ("2019-10-27T02:59:00+02:00", "2019-10-27T02:00:00+01:00", "2019-10-28T00:00:00+01:00")
    assert windows(DAY, *times) == [
        "2019-10-27T00:00:00+02:00/1500",
        "2019-10-26T23:00:00+01:00/1500",
        "2019-10-28T00:00:00+01:00/1440",
    ]


@pytest.mark.parametrize(
    ("times", "window"),
    [
        (("2018-10-28T02:30:00+02:00", "2018-10-28T02:10:00+01:00"), "02:00:00+02:00/180"),
        (("2018-04-01T00:00:00+11:00", "2018-04-01T01:30:00+10:30"), "00:00:00+11:00/150"),
        (("2018-03-25T00:30:00+01:00", "2018-03-25T03:10:00+02:00"), "00:00:00+01:00/120"),
    ],
)
def test_two_hours_of_the_clock_on_the_wall(times: tuple[str, str], window: str) -> None:
    """Where an hour, or half an hour, comes twice within them, they are longer."""
    assert windows(2 * HOUR, *times)[0].endswith(window)


def test_hours_stay_hours_when_the_offset_changes() -> None:
    times = ("2019-10-27T02:59:00+02:00", "2019-10-27T02:05:00+01:00")
    assert windows(HOUR, *times) == ["2019-10-27T02:00:00+02:00/60", "2019-10-27T02:00:00+01:00/60"]


def test_a_log_of_several_zones_has_days_of_one() -> None:
    """Its offset changes with every line: at most once a day that is followed."""
    days = 10
    seconds = range(1_549_573_860, 1_549_573_860 + days * DAY, 600)
    times = [str(Instant(second, 19_800 * (at % 2))) for at, second in enumerate(seconds)]
    made, instants = grid(DAY, *times)
    starts = {made.start(time.second) for time in instants}
    assert len(made._sections) <= 2 + days
    assert len(starts) <= 2 * len(made._sections)


@pytest.mark.parametrize("size", [DAY, *SIZES])
def test_lengths(size: int) -> None:
    assert window_seconds(size) == size


@pytest.mark.parametrize("size", [HOUR + 1, 5 * HOUR, 7 * HOUR, DAY + 1, 2 * DAY])
def test_what_does_not_divide_a_day_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="a window above an hour must divide a day: 2h, 3h"):
        window_seconds(size)


ZONES = ["Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe"]
CHANGES = ["2018-02-18", "2018-03-11", "2018-03-25", "2018-04-01", "2018-10-07", "2018-10-28"]


@given(
    st.sampled_from([*ZONES, "Asia/Kolkata", "UTC"]),
    st.sampled_from([*CHANGES, "2018-11-04", "2018-11-04"]),
    st.sampled_from([HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR, DAY]),
    st.lists(st.integers(1, 20_000), min_size=1, max_size=20),
)
@RANDOM
def test_by_brute_force(zone: str, day: str, size: int, distances: list[int]) -> None:
    """Records share a window if they share the date and the part of it on the clock of the wall.

    Hours are 60 minutes: where one comes twice, it is two windows.
    """
    try:
        local = ZoneInfo(zone)
    except ZoneInfoNotFoundError:
        pytest.skip("no zones")
    time = datetime.fromisoformat(f"{day}T00:00:00+00:00") - timedelta(hours=18)
    times = [time := time + timedelta(seconds=distance) for distance in distances]
    walls = [time.astimezone(local) for time in times]
    made, instants = grid(size, *(wall.isoformat() for wall in walls))
    parts = [(wall.date(), (wall.hour * HOUR + wall.minute * 60) // size) for wall in walls]
    labels = [
        (*part, *([instant.offset] if size <= HOUR else []))
        for part, instant in zip(parts, instants, strict=True)
    ]
    starts = [made.start(instant.second) for instant in instants]
    assert [starts.index(start) for start in starts] == [labels.index(label) for label in labels]


@given(
    st.sampled_from([*SIZES, DAY]),
    st.lists(
        st.tuples(
            st.integers(0, 3 * HOUR) | st.integers(0, 30 * HOUR),
            st.sampled_from([0, HOUR, 2 * HOUR, -HOUR, 19_800, 20_700, -12_600]),
            st.booleans(),
        ),
        max_size=12,
    ),
)
@RANDOM
def test_windows_lie_end_to_end(size: int, records: list[tuple[int, int, bool]]) -> None:
    """Whatever the offsets: each second is in one window, and what is written stays as it was."""
    made, last, first = Grid(size), 1_549_573_860, None
    made.begin(0)
    for ahead, offset, over in records:
        seconds = range(last - 2 * DAY, last + 1, 997)
        before = [made.start(second) for second in seconds]
        made.turn(Instant(last + ahead, offset), last, first)
        assert [made.start(second) for second in seconds] == before
        last += ahead
        first = made.start(last - 20) if over or first is None else first
        for second in range(last - 3 * DAY, last + 3 * DAY, 3571):
            start = made.start(second)
            assert start <= second < made.end(start)
            assert made.start(start) == start
            assert made.start(made.end(start)) == made.end(start)
            assert made.start(made.end(start) - 1) == start
