"""The clock: which time is believed, and which seconds are over."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM, START, Step, drive, steps

from clfparse.clock import AGREE, FAR, Clock, Mode
from clfparse.times import Instant

# What comes: a record's time, with the wall clock on its arrival (None: it means nothing); or a
# length of silence. Then what newest and settled are. Times are seconds from START.
Record = tuple[int, int | None]
Row = tuple[int | Record | timedelta, int, int]


def quiet(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def check(clock: Clock, rows: list[Row]) -> list[bool]:
    """Feed a clock and hold it to each row; return what `observe` returned."""
    told = []
    for row, (step, newest, settled) in enumerate(rows):
        if isinstance(step, timedelta):
            clock.quiet(step)
        else:
            time, wall = step if isinstance(step, tuple) else (step, None)
            arrived = None if wall is None else float(START + wall)
            told.append(clock.observe(Instant(START + time, 0), arrived))
        assert clock.newest is not None
        assert (row, clock.newest.second - START, clock.settled - START) == (row, newest, settled)
    return told


ORDER: dict[str, list[Row]] = {
    "the first record": [(0, 0, -2)],
    "time goes on": [(0, 0, -2), (1, 1, -1), (1, 1, -1), (500, 500, 498)],
    "late records move nothing": [(0, 0, -2), (-1, 0, -2), (-3600, 0, -2), (-99999, 0, -2)],
    "an hour ahead is not far": [(0, 0, -2), (3600, 3600, 3598)],
    "more is": [(0, 0, -2), (3601, 0, -2)],
    "31 far ahead": [(0, 0, -2), *31 * [(4000, 0, -2)], (5, 5, 3)],
    "32 far ahead: the last is least": [
        *((0, 0, -2), (9000, 0, -2), *30 * [(5000, 0, -2)], (3601, 3601, 3599)),
    ],
    "32 far ahead: another is least": [
        *((0, 0, -2), (9000, 0, -2), *29 * [(4000, 0, -2)], (5000, 0, -2), (6000, 4000, 3998)),
    ],
    "a record in between resets the run": [
        *((0, 0, -2), *31 * [(4000, 0, -2)], (1, 1, -1), *31 * [(4000, 1, -1)]),
        (4000, 4000, 3998),
    ],
    "so does a late one": [
        *((0, 0, -2), *31 * [(4000, 0, -2)], (-1, 0, -2), *31 * [(4000, 0, -2)]),
    ],
    "and one far behind": [
        *((0, 0, -2), *31 * [(4000, 0, -2)], (-4000, 0, -2), *31 * [(4000, 0, -2)]),
    ],
    "an hour behind is late for good": [(0, 0, -2), *99 * [(-3600, 0, -2)]],
    "31 far behind": [(0, 0, -2), *31 * [(-3601, 0, -2)], (1, 1, -1)],
    "32 far behind: the last counts": [
        *((0, 0, -2), *31 * [(-9000, 0, -2)], (-4000, -4000, -4002), (-3990, -3990, -3992)),
    ],
    "a record in between resets that": [
        *((0, 0, -2), *31 * [(-4000, 0, -2)], (0, 0, -2), *31 * [(-4000, 0, -2)]),
        (-4000, -4000, -4002),
    ],
    "one far ahead as well": [
        *((0, 0, -2), *31 * [(-4000, 0, -2)], (4000, 0, -2), *31 * [(-4000, 0, -2)]),
    ],
    "a stamp of 1970 among others": [(0, 0, -2), (-START, 0, -2), (2, 2, 0)],
    "a stamp of 1970 first": [
        *((-START, -START, -START - 2), *31 * [(0, -START, -START - 2)], (7, 0, -2)),
    ],
}


@pytest.mark.parametrize("rows", ORDER.values(), ids=ORDER.keys())
@pytest.mark.parametrize("mode", Mode)
def test_records(rows: list[Row], mode: Mode) -> None:
    """Without a wall clock and without silence, the mode changes nothing."""
    check(Clock(timedelta(seconds=2), mode), rows)


@pytest.mark.parametrize(
    ("delay", "settled"), [(0, 0), (0.001, -1), (0.5, -1), (1, -1), (2, -2), (60, -60)]
)
def test_delay(delay: float, settled: int) -> None:
    """A second is over when newest is a whole delay past its end."""
    check(Clock(quiet(delay)), [(0, 0, settled), (10, 10, 10 + settled)])


LIVE: dict[str, tuple[set[Mode], list[Row]]] = {
    "silence adds to newest": (
        {Mode.AUTO, Mode.WALL},
        [((5, 5), 5, 3), (quiet(1), 5, 4), (quiet(1.9), 5, 4), (quiet(10), 5, 13)],
    ),
    "settled never goes back": (
        {Mode.AUTO, Mode.WALL},
        [((0, 0), 0, -2), (quiet(10), 0, 8), ((3, 12), 3, 8), (quiet(1), 3, 8), (quiet(9), 3, 10)],
    ),
    "event": ({Mode.EVENT}, [((0, 0), 0, -2), (quiet(99), 0, -2)]),
    "wall: any log": ({Mode.WALL}, [((0, 9999), 0, -2), (quiet(9), 0, 7)]),
    "wall: no wall clock": ({Mode.WALL}, [(0, 0, -2), (quiet(9), 0, 7)]),
    "ten minutes old": ({Mode.AUTO}, [((0, 600), 0, -2), (quiet(9), 0, 7)]),
    "older": ({Mode.AUTO}, [((0, 601), 0, -2), (quiet(9), 0, -2)]),
    "ten minutes early": ({Mode.AUTO}, [((0, -600), 0, -2), (quiet(9), 0, 7)]),
    "earlier": ({Mode.AUTO}, [((0, -601), 0, -2), (quiet(9), 0, -2)]),
    "no wall clock": ({Mode.AUTO}, [(0, 0, -2), (quiet(9), 0, -2)]),
    "the last record decides": (
        {Mode.AUTO},
        [((0, 0), 0, -2), ((1, 9999), 1, -1), (quiet(9), 1, -1), ((2, 2), 2, 0), (quiet(9), 2, 9)],
    ),
    "a silent log resumes near the wall clock": (
        {Mode.AUTO, Mode.WALL},
        [((0, 0), 0, -2), ((7200, 7800), 7200, 7198)],
    ),
    "that ends a run of others": (
        {Mode.AUTO, Mode.WALL},
        [
            *(((0, 0), 0, -2), *31 * [((90000, 7200), 0, -2)], ((7200, 7200), 7200, 7198)),
            ((90000, 7200), 7200, 7198),
        ],
    ),
    "not near enough": (set(Mode), [((0, 0), 0, -2), ((7200, 7801), 0, -2)]),
    "event: no wall clock is believed": ({Mode.EVENT}, [((0, 0), 0, -2), ((7200, 7200), 0, -2)]),
    "far behind, near the wall clock": (
        set(Mode),
        [((9000, 0), 9000, 8998), *31 * [((0, 0), 9000, 8998)], ((0, 0), 0, -2)],
    ),
}


@pytest.mark.parametrize(
    ("mode", "rows"),
    [
        pytest.param(m, rows, id=f"{name} ({m})")
        for name, (ms, rows) in LIVE.items()
        for m in Mode
        if m in ms
    ],
)
def test_silence_and_wall_clock(mode: Mode, rows: list[Row]) -> None:
    check(Clock(timedelta(seconds=2), mode), rows)


def test_half_a_second_of_silence() -> None:
    """Seconds of silence and of delay are added up before they are cut to whole ones."""
    rows: list[Row] = [(0, 0, -1), (quiet(0.4), 0, -1), (quiet(0.5), 0, 0)]
    check(Clock(timedelta(milliseconds=500), Mode.WALL), rows)


def test_set_back_is_told_once() -> None:
    rows: list[Row] = [(0, 0, -2), *31 * [(-4000, 0, -2)], *40 * [(-4000, -4000, -4002)]]
    told = check(Clock(timedelta(seconds=2)), rows)
    assert [at for at, back in enumerate(told) if back] == [AGREE]


def test_set_back_moves_settled_back() -> None:
    rows: list[Row] = [(0, 0, -2), (quiet(99), 0, 97), *31 * [(-4000, 0, 97)]]
    check(Clock(timedelta(seconds=2), Mode.WALL), [*rows, (-4000, -4000, -4002)])


def test_before_the_first_record() -> None:
    clock = Clock(timedelta(seconds=2), Mode.WALL)
    clock.quiet(quiet(9))
    assert clock.newest is None
    with pytest.raises(ValueError, match="no record"):
        _ = clock.settled


def test_present() -> None:
    """The latest second known of is the newest record's, or one that silence has reached."""
    clock = Clock(timedelta(seconds=2), Mode.WALL)
    clock.observe(Instant(START, 0))
    assert clock.present == START
    clock.quiet(quiet(1))
    assert clock.present == START
    clock.quiet(quiet(9))
    assert clock.present == START + 7


@given(steps(4000, 90_000, -4000, -90_000, -START), st.sampled_from([0, 0.5, 2, 60]))
@RANDOM
def test_what_moves_the_clock(stream: list[Step], delay: float) -> None:
    """A move is a record's, at most an hour; or 32 records agree on a greater one."""
    clock, before, settled, times = Clock(quiet(delay), Mode.WALL), 0, 0, list[int]()
    for second, back in drive(clock, stream):
        if not clock.newest:
            continue
        newest = clock.newest.second
        times += [second] if second is not None else []
        last = times[-AGREE:] if len(times) > AGREE else []
        assert clock.settled >= settled or back or len(times) == 1
        if back:
            assert last
            assert max(last) < before - FAR
            assert newest == second
        elif newest - before > FAR and len(times) > 1:
            assert before + FAR < min(last) == newest
        elif second is not None:
            near = len(times) == 1 or before < second <= before + FAR
            assert newest == (second if near else before)
        before, settled = newest, clock.settled


@given(
    st.lists(steps(4000, -4000), min_size=1, max_size=6),
    st.sampled_from([0, 0.5, 2, 60]),
    st.sampled_from([0, 650, 4500]),
)
@RANDOM
def test_many_at_once(parts: list[list[Step]], delay: float, lag: int) -> None:
    """Times taken at once leave the clock as times taken one by one do, or are not taken."""
    one, all_at_once = Clock(quiet(delay)), Clock(quiet(delay))
    for part in parts:
        seconds = [step for step in part if isinstance(step, int)]
        if not seconds:
            continue
        arrived = float(START + lag)
        times = [Instant(second, 0) for second in seconds]
        if all_at_once.observe_all(seconds, {0}, arrived) is None:
            for time in times:
                all_at_once.observe(time, arrived)
        for time in times:
            one.observe(time, arrived)
        for clock in (one, all_at_once):
            clock.quiet(sum((s for s in part if isinstance(s, timedelta)), timedelta()))
        assert vars(all_at_once) == vars(one)


@pytest.mark.parametrize(
    ("back", "wall", "mode", "told"),
    [
        (900, 0, Mode.AUTO, True),  # the log's clock was a quarter of an hour ahead
        (3000, 0, Mode.WALL, True),
        (900, 0, Mode.EVENT, False),
        (900, 900, Mode.AUTO, False),  # newest is the present: these lines are late
        (600, 0, Mode.AUTO, False),  # 10 minutes are believed to be lateness
        (900, 9000, Mode.AUTO, False),  # an old log, replayed
        (900, None, Mode.AUTO, False),
    ],
)
def test_a_live_clock_that_was_ahead_is_set_back(
    back: int, wall: int | None, mode: Mode, told: bool
) -> None:
    """wall: seconds by which the wall clock is past the records that come after the step."""
    clock = Clock(quiet(2), mode)
    arrived = None if wall is None else float(START - back + wall)
    clock.observe(Instant(START, 0), arrived)
    found = [clock.observe(Instant(START - back, 0), arrived) for _ in range(AGREE)]
    assert any(found) == told
    assert found[-1] == told
