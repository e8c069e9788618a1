"""Windows of the log's time: what is written when, and that nothing is lost."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM, START, Step, as_hits, drive, steps

from clfparse.events.clock import AGREE, Clock, Mode
from clfparse.values.times import Instant
from clfstats.counting.pane import Gap, Window
from clfstats.counting.windows import HELD, QUIET, Windows

NEVER = -(10**12)
HIT = as_hits([{}])

# A window as start, hits and flags; a gap as start and end, and a word that no window has.
Shown = tuple[int, int, str]

# What is written, what should be: hits in time and late by window's start; the last second known.
Run = tuple[list[Shown], Counter[int], Counter[int], int]


def show(item: Window | Gap) -> Shown:
    if isinstance(item, Gap):
        return item.start, item.end, "gap"
    flags = "late" * item.late + "partial" * item.partial
    return item.start, item.traffic.totals.hits, flags


def runs(stream: Iterable[Step], size: int, delay: float) -> Iterator[Run]:
    """Feed windows as Stats does, and count by brute force beside them."""
    clock, windows = Clock(timedelta(seconds=delay), Mode.WALL), Windows(size, ())
    items, present, watermark = list[Shown](), 0, NEVER
    in_time, late = Counter[int](), Counter[int]()
    for second, back in drive(clock, stream):
        if back:
            yield [*items, *map(show, windows.finish())], in_time, late, present
            items, in_time, late, watermark = [], Counter(), Counter(), NEVER
        if second is not None:
            windows.add(Instant(second, 0), HIT)
            start = second // size * size
            (late if start + size <= watermark else in_time)[start] += 1
        if clock.newest:
            items += map(show, windows.advance(clock.watermark, clock.present))
            present, watermark = clock.present, clock.watermark
    yield [*items, *map(show, windows.finish())], in_time, late, present


def written(stream: Iterable[Step], delay: float = 0) -> list[Shown]:
    return [shown for items, *_ in runs(stream, 10, delay) for shown in items]


def silent(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


FIRST = (0, 1, "partial")
QUIETS = [(10 * at, 0, "") for at in range(1, 1 + QUIET)]

AT_ONCE: dict[str, tuple[list[Step], list[Shown]]] = {
    "no record": ([], []),
    "one record": ([5], [FIRST]),
    "start is in, end is not": ([0, 9, 10, 19], [(0, 2, "partial"), (10, 2, "partial")]),
    "before the epoch": ([-11, -1, -10, 0], [(-20, 1, "partial"), (-10, 2, ""), FIRST]),
    "first and last are partial": ([0, 10, 20, 29], [FIRST, (10, 1, ""), (20, 2, "partial")]),
    "a quiet window": ([0, 20], [FIRST, (10, 0, ""), (20, 1, "partial")]),
    "12 quiet windows": ([0, 130], [FIRST, *QUIETS, (130, 1, "partial")]),
    "13 are a gap": ([0, 140], [FIRST, *QUIETS, (130, 140, "gap"), (140, 1, "partial")]),
    "quiet again": (
        [0, 505, 525],
        [
            *(FIRST, *QUIETS, (130, 500, "gap"), (500, 1, "")),
            *((510, 0, ""), (520, 1, "partial")),
        ],
    ),
    "no gap before traffic resumes": ([0, silent(900)], [FIRST, *QUIETS]),
    "traffic resumes within a window": (
        [0, 9000, silent(205), 206, 211],
        [
            *(FIRST, *QUIETS, (130, 200, "gap"), (200, 1, "")),
            *((210, 1, "partial"), (9000, 1, "partial")),
        ],
    ),
    "silence closes": ([0, silent(25)], [FIRST, (10, 0, "")]),
    "late after silence": ([0, silent(15), 3], [FIRST, (0, 1, "late")]),
    "late": ([5, 12, 3, 22], [FIRST, (10, 1, ""), (0, 1, "late"), (20, 1, "partial")]),
    "late twice": (
        [5, 12, 3, 22, 4, 31],
        [
            *(FIRST, (10, 1, ""), (0, 1, "late"), (20, 1, ""), (0, 1, "late")),
            (30, 1, "partial"),
        ],
    ),
    "late panes in order": (
        [5, 12, 25, 15, 3, 5, 30],
        [
            *(FIRST, (10, 1, ""), (20, 1, ""), (0, 2, "late"), (10, 1, "late")),
            (30, 1, "partial"),
        ],
    ),
    "late, last of all": ([5, 12, 3], [FIRST, (10, 1, "partial"), (0, 1, "late")]),
    "before the run": ([5, -95, 12], [FIRST, (-100, 1, "late"), (10, 1, "partial")]),
    "the far future": (
        [0, 9000, 5000, 11, 5009, 1],
        [
            *(FIRST, (10, 1, "partial"), (5000, 2, "partial"), (9000, 1, "partial")),
            (0, 1, "late"),
        ],
    ),
    "the future comes": (
        [0, 3700, *range(3, 3800, 10)],
        [
            *((0, 2, "partial"), *((at, 1 + (at == 3700), "") for at in range(10, 3790, 10))),
            (3790, 1, "partial"),
        ],
    ),
    "set back": ([5000, *[9] * 32], [(5000, 1, "partial"), (0, 31, "late"), FIRST]),
}

# With a delay of 60 s.
DELAYED: dict[str, tuple[list[Step], list[Shown]]] = {
    "in time": ([5, 12, 3], [(0, 2, "partial"), (10, 1, "partial")]),
    "over at the end": ([5, 15, 30], [FIRST, (10, 1, ""), (20, 0, ""), (30, 1, "partial")]),
    "not over": ([5, 15, 19], [FIRST, (10, 2, "partial")]),
    "late before the first is written": (
        [100, 30, 112],
        [(100, 1, "partial"), (110, 1, "partial"), (30, 1, "late")],
    ),
    "quiet windows before the first": ([5, 65], [FIRST, *QUIETS[:5], (60, 1, "partial")]),
    "before the first": ([5, -9, 12], [(-10, 1, "partial"), (0, 1, ""), (10, 1, "partial")]),
}


@pytest.mark.parametrize(
    ("stream", "shown"), AT_ONCE.values(), ids=[name.replace(" ", "-") for name in AT_ONCE]
)
def test_without_delay(stream: list[Step], shown: list[Shown]) -> None:
    assert written(stream) == shown


@pytest.mark.parametrize(
    ("stream", "shown"), DELAYED.values(), ids=[name.replace(" ", "-") for name in DELAYED]
)
def test_with_delay(stream: list[Step], shown: list[Shown]) -> None:
    assert written(stream, delay=60) == shown


def test_when() -> None:
    """A window is written with the record past it; late panes with the next regular window."""
    windows, written = Windows(10, ()), []
    for second, watermark in [(5, 3), (9, 7), (12, 10), (3, 10), (21, 19), (22, 20)]:
        windows.add(Instant(second, 0), HIT)
        written.append(list(map(show, windows.advance(watermark, watermark + 2))))
    assert written == [[], [], [(0, 2, "partial")], [], [], [(10, 1, ""), (0, 1, "late")]]


def test_year_of_quiet_costs_little() -> None:
    year = 31_536_000
    began = process_time()
    assert written([0, silent(year)]) == [FIRST, *QUIETS]
    assert written([0, *[year] * AGREE])[-2:] == [(130, year, "gap"), (year, AGREE, "partial")]
    assert process_time() - began < 0.5


def test_begin_anew() -> None:
    windows = Windows(10, ())
    for _ in range(2):
        windows.add(Instant(5, 0), HIT)
        assert list(windows.advance(5, 5)) == []
        assert list(map(show, windows.finish())) == [FIRST]
    assert list(windows.finish()) == []


@pytest.mark.parametrize("ahead", [10, -10])
def test_held_windows_are_bounded(ahead: int) -> None:
    """Broken clocks may spread records over any number of windows; all are counted."""
    windows, hits = Windows(10, ()), 0
    for at in range(HELD + 100):
        windows.add(Instant(ahead * at, 0), HIT)
        hits += sum(item[1] for item in map(show, windows.advance(5, 5)))
        assert len(windows._open) + len(windows._late) <= HELD + 1
    assert hits > 0
    assert hits + sum(item[1] for item in map(show, windows.finish())) == HELD + 100


def test_a_long_delay_is_no_broken_clock() -> None:
    """It keeps many windows open; late panes wait for the next regular window all the same."""
    stream: list[Step] = [*range(2 * HELD), 1, 1, 1, 2 * HELD]
    (items, *_) = runs(stream, 1, HELD + 100)
    assert [item for item in items[0] if item[2] == "late"] == [(1, 3, "late")]


@given(steps(4000, -4000, -START), st.sampled_from([1, 10, 60]), st.sampled_from([0, 0.5, 2, 30]))
@RANDOM
def test_by_brute_force(stream: list[Step], size: int, delay: float) -> None:
    """Each hit once, in its true window; no window twice; no hole without a gap."""
    hits = 0
    for items, in_time, late, present in runs(stream, size, delay):
        regular = [item for item in items if item[2] in {"", "partial"}]
        starts = [start for start, *_ in regular]
        assert starts == sorted(set(starts))
        assert Counter({start: hits for start, hits, _ in regular if hits}) == in_time
        panes = Counter[int]()
        for start, count, _ in (item for item in items if item[2] == "late"):
            panes[start] += count
        assert panes == late
        hits += in_time.total() + late.total()
        assert [flag == "partial" for *_, flag in regular] == [
            at == 0 or start + size > present for at, start in enumerate(starts)
        ]
        check_holes([item for item in items if item[2] != "late"], present, size)
    assert hits == sum(isinstance(step, int) for step in stream)


def check_holes(items: list[Shown], present: int, size: int) -> None:
    """Hold regular windows and gaps to their sequence, up to the present."""
    known = [item for item in items if item[0] <= present]
    ends = [second if flag == "gap" else start + size for start, second, flag in known]
    assert ends[:-1] == [start for start, *_ in known[1:]]
    quiet = ["q" if flag != "gap" and not hits else flag[:1] or "t" for _, hits, flag in known]
    shape = "".join(quiet).replace("p", "t")
    assert re.fullmatch(f"(t+(q{{0,{QUIET}}}|q{{{QUIET}}}g(?=t)))*", shape)
    assert not known or shape.endswith("q" * QUIET) or ends[-1] + size > present


@given(steps(5000, -5000, silences=False))
@RANDOM
def test_the_open_window_is_what_it_will_be(stream: list[Step]) -> None:
    """The newest with records, as if the input had ended now."""
    clock, windows = Clock(timedelta(seconds=2), Mode.EVENT), Windows(10, ())
    for second, back in drive(clock, stream):
        if back:
            list(windows.finish())
        assert second is not None
        assert clock.newest
        windows.follow(clock.newest)
        windows.add(Instant(second, 0), HIT)
        list(windows.advance(clock.watermark, clock.present))
    current = windows.current()
    ended = [item for item in windows.finish() if isinstance(item, Window)]
    ended = [window for window in ended if window.traffic.totals.hits and not window.late]
    newest = [window for window in ended if window.start <= clock.present]
    if current is None:
        assert not newest
    else:
        assert (current.start, current.end, current.seen) == (*newest[-1][:2], newest[-1].seen)
        assert current.traffic.totals == newest[-1].traffic.totals
