"""The clock: which time is believed, and which seconds are over."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM, START, Step, drive, steps

from clfparse.events.clock import AGREE, BACK, FAR, NEAR_WALL, Clock, Mode
from clfparse.values.times import Instant

# What comes: a record's time, with the wall clock on its arrival (None: it means nothing); or a
# length of silence. Then what newest and watermark are. Times are seconds from START.
Record = tuple[int, int | None]
Row = tuple[int | Record | timedelta, int, int]


def quiet(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def check(clock: Clock, rows: list[Row]) -> list[bool]:
    """Feed a clock and hold it to each row; return which records have set it back."""
    set_back = []
    for row, (step, newest, watermark) in enumerate(rows):
        if isinstance(step, timedelta):
            clock.on_idle(step)
        else:
            time, wall = step if isinstance(step, tuple) else (step, None)
            set_back.append(observe(clock, START + time, None if wall is None else START + wall))
        assert clock.newest is not None
        shown = (clock.newest.second - START, clock.watermark - START)
        assert (row, *shown) == (row, newest, watermark)
    return set_back


def observe(clock: Clock, second: int, arrived: float | None = None) -> bool:
    """Feed a clock with one record; return whether that has set it back."""
    restarts = clock.restarts
    assert clock.on_record(Instant(second, 0), arrived=arrived) == 1
    assert clock.restarts - restarts in {0, 1}
    return clock.restarts > restarts


ORDER: dict[str, list[Row]] = {
    "the first record": [(0, 0, -2)],
    "time goes on": [(0, 0, -2), (1, 1, -1), (1, 1, -1), (500, 500, 498)],
    "late records move nothing": [(0, 0, -2), (-1, 0, -2), (-1800, 0, -2), (-99999, 0, -2)],
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
    "half an hour behind is late for good": [(0, 0, -2), *99 * [(-1800, 0, -2)]],
    "31 far behind": [(0, 0, -2), *31 * [(-1801, 0, -2)], (1, 1, -1)],
    "32 far behind": [(0, 0, -2), *31 * [(-1801, 0, -2)], (-1801, -1801, -1803)],
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
    ("delay", "watermark"), [(0, 0), (0.001, -1), (0.5, -1), (1, -1), (2, -2), (60, -60)]
)
def test_delay(delay: float, watermark: int) -> None:
    """A second is over when newest is a whole delay past its end."""
    check(Clock(quiet(delay)), [(0, 0, watermark), (10, 10, 10 + watermark)])


LIVE: dict[str, tuple[set[Mode], list[Row]]] = {
    "silence adds to newest": (
        {Mode.AUTO, Mode.WALL},
        [((5, 5), 5, 3), (quiet(1), 5, 4), (quiet(1.9), 5, 4), (quiet(10), 5, 13)],
    ),
    "the watermark never goes back": (
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


def test_set_back_once() -> None:
    rows: list[Row] = [(0, 0, -2), *31 * [(-4000, 0, -2)], *40 * [(-4000, -4000, -4002)]]
    set_back = check(Clock(timedelta(seconds=2)), rows)
    assert [at for at, back in enumerate(set_back) if back] == [AGREE]


def test_set_back_moves_the_watermark_back() -> None:
    rows: list[Row] = [(0, 0, -2), (quiet(99), 0, 97), *31 * [(-4000, 0, 97)]]
    check(Clock(timedelta(seconds=2), Mode.WALL), [*rows, (-4000, -4000, -4002)])


def test_before_the_first_record() -> None:
    clock = Clock(timedelta(seconds=2), Mode.WALL)
    clock.on_idle(quiet(9))
    assert clock.newest is None
    with pytest.raises(ValueError, match="no record"):
        _ = clock.watermark


def test_a_longer_delay_from_now_on() -> None:
    """A shorter one changes nothing; the watermark does not go back."""
    clock = Clock(timedelta(seconds=2))
    observe(clock, START)
    clock.wait(timedelta(seconds=1))
    observe(clock, START + 1)
    assert clock.watermark == START - 1
    clock.wait(timedelta(seconds=4000))
    observe(clock, START + 3_000)
    assert clock.watermark == START - 1
    for _ in range(99):
        observe(clock, START - 999)
    assert clock.restarts == 0


@pytest.mark.parametrize(("mode", "hears"), [(Mode.AUTO, 1), (Mode.EVENT, 0), (Mode.WALL, 2)])
def test_whether_silence_would_move_time(mode: Mode, hears: int) -> None:
    clock = Clock(timedelta(seconds=2), mode)
    time = Instant(START, 0)
    assert clock.hears(time, START + 600.0) is (hears > 0)
    assert clock.hears(time, START + 601.0) is (hears > 1)


def test_of_one_second_the_greatest_offset_is_the_newest() -> None:
    clock = Clock(timedelta(seconds=2))
    for offset in (0, 3_600, -60):
        clock.on_record(Instant(START, offset))
    assert clock.newest == Instant(START, 3_600)


def test_present() -> None:
    """The latest second known of is the newest record's, or one that silence has reached."""
    clock = Clock(timedelta(seconds=2), Mode.WALL)
    observe(clock, START)
    assert clock.present == START
    clock.on_idle(quiet(1))
    assert clock.present == START
    clock.on_idle(quiet(9))
    assert clock.present == START + 7


@given(steps(4000, 90_000, -4000, -90_000, -START), st.sampled_from([0, 0.5, 2, 60]))
@RANDOM
def test_what_moves_the_clock(stream: list[Step], delay: float) -> None:
    """A move is a record's, at most an hour; or 32 records agree on a greater one."""
    clock, before, watermark, times = Clock(quiet(delay), Mode.WALL), 0, 0, list[int]()
    for second, back in drive(clock, stream):
        if not clock.newest:
            continue
        newest = clock.newest.second
        times += [second] if second is not None else []
        last = times[-AGREE:] if len(times) > AGREE else []
        assert clock.watermark >= watermark or back or len(times) == 1
        if back:
            assert last
            assert max(last) < before - BACK
            assert newest == second
        elif newest - before > FAR and len(times) > 1:
            assert before + FAR < min(last) == newest
        elif second is not None:
            near = len(times) == 1 or before < second <= before + FAR
            assert newest == (second if near else before)
        before, watermark = newest, clock.watermark


# Runs of equal times: how far each lies from the newest believed, how many records it has, the
# seconds by which the wall clock is past them (None: it means nothing), the silence after them.
Runs = list[tuple[int, int, int | None, float]]

edges = (FAR, FAR + 1, BACK, BACK + 1, NEAR_WALL, NEAR_WALL + 1, 90_000)
jumps = [0, 0, 1, -1, 25, *edges, *(-jump for jump in edges), -START]
counts = [1, 2, 5, AGREE - 2, AGREE - 1, AGREE, AGREE + 1, 2 * AGREE, 3 * AGREE + 1]
lags = [None, 0, NEAR_WALL, NEAR_WALL + 1, -NEAR_WALL, -NEAR_WALL - 1, FAR, -FAR]
runs: st.SearchStrategy[Runs] = st.lists(
    st.tuples(
        *(st.sampled_from(jumps), st.sampled_from(counts) | st.integers(1, 70)),
        *(st.sampled_from(lags), st.sampled_from([0, 0, 0.5, 3, 700])),
    ),
    min_size=1,
    max_size=12,
)


def state(clock: Clock) -> tuple[object, ...]:
    """Return all that a clock shows."""
    return clock.newest, clock.watermark, clock.present, clock.restarts


def taken(clock: Clock, time: Instant, sizes: Iterable[int], arrived: float | None) -> list[object]:
    """Feed a clock with a run, so many records at a time; return what it shows after each."""
    states: list[object] = []
    for size in sizes:
        rest = size
        while rest:
            number = clock.on_record(time, rest, arrived)
            assert 0 < number <= rest
            states += [state(clock)] * number
            rest -= number
    return states


@given(st.data(), runs, st.sampled_from(Mode), st.sampled_from([0, 0.5, 2, 60]))
@RANDOM
def test_a_run_is_as_many_single_records(
    data: st.DataObject, drawn: Runs, mode: Mode, delay: float
) -> None:
    """However it is cut; what a record brings about happens with that record, and no other."""
    single, whole, cut = (Clock(quiet(delay), mode) for _ in range(3))
    for jump, count, lag, silence in drawn:
        newest = single.newest.second if single.newest else START
        time = Instant(max(newest + jump, 0), 3600 * (count % 2))
        arrived = None if lag is None else float(time.second + lag)
        place = data.draw(st.integers(0, count))
        expected = taken(single, time, [1] * count, arrived)
        assert taken(whole, time, [count], arrived) == expected
        assert taken(cut, time, [place, count - place], arrived) == expected
        for clock in (single, whole, cut):
            clock.on_idle(quiet(silence))
        assert vars(whole) == vars(single) == vars(cut)


@pytest.mark.parametrize(("jump", "count"), [(FAR + 1, AGREE), (-BACK - 1, AGREE)])
def test_what_many_agree_on_happens_with_a_call_of_its_own(jump: int, count: int) -> None:
    """So that what a reader makes of the records before it is done when it happens."""
    clock = Clock(quiet(2))
    clock.on_record(Instant(START, 0), 5)
    assert clock.on_record(Instant(START + jump, 0), 2 * count) == count - 1
    assert clock.newest == Instant(START, 0)
    assert clock.on_record(Instant(START + jump, 0), count + 1) == 1
    assert clock.newest == Instant(START + jump, 0)
    assert clock.on_record(Instant(START + jump, 0), count) == count


@pytest.mark.parametrize(
    ("delay", "back", "set_back"),
    [
        (7200, 7200, False),  # in time
        (7200, 7201, True),
        (7200.9, 7201, True),
        (1799, 1800, False),
        (1799, 1801, True),
    ],
)
def test_what_is_in_time_is_never_set_back(delay: float, back: int, set_back: bool) -> None:
    """However far behind: with a long delay that is what the log is."""
    clock = Clock(quiet(delay))
    observe(clock, START)
    assert [observe(clock, START - back) for _ in range(AGREE)][-1] == set_back


def test_a_live_clock_is_not_set_back_by_less_than_the_delay() -> None:
    clock = Clock(quiet(1000))
    observe(clock, START, START - 900)
    assert not any(observe(clock, START - 900, START - 900) for _ in range(2 * AGREE))


@pytest.mark.parametrize(
    ("back", "wall", "mode", "set_back"),
    [
        (900, 0, Mode.AUTO, True),  # the log's clock was a quarter of an hour ahead
        (1500, 0, Mode.WALL, True),
        (900, 0, Mode.EVENT, False),
        (900, 900, Mode.AUTO, False),  # newest is the present: these lines are late
        (600, 0, Mode.AUTO, False),  # 10 minutes are believed to be lateness
        (900, 9000, Mode.AUTO, False),  # an old log, replayed
        (900, None, Mode.AUTO, False),
    ],
)
def test_a_live_clock_that_was_ahead_is_set_back(
    back: int, wall: int | None, mode: Mode, set_back: bool
) -> None:
    """wall: seconds by which the wall clock is past the records that come after the step."""
    clock = Clock(quiet(2), mode)
    arrived = None if wall is None else float(START - back + wall)
    observe(clock, START, arrived)
    assert [observe(clock, START - back, arrived) for _ in range(AGREE - 1)] == [False] * 31
    assert observe(clock, START - back, arrived) == set_back
