"""Clocks that jump: the log's, and the machine's."""

from pathlib import Path

import pytest
from faults import (
    FILTERS,
    NEEDS_PROC,
    Machine,
    Step,
    Wall,
    alerts,
    epoch,
    evaluated,
    log_line,
)
from processes import bash, hits, objects, states, wait_for
from streams import START
from streams import line as record
from typer import Typer

from clfalert.cli import app as clfalert
from clfstats.cli import app as clfstats

pytestmark = NEEDS_PROC
DAY, YEAR = 86_400, 31_536_000


# The log's clock jumps.


def jumping(*jumps: int, length: int = 120) -> list[int]:
    """Return the times of an old log whose clock jumps, each time at the height of a peak."""
    start, times = START, list[int]()
    peaks = {*range(50, 55), *range(length - 5, length)}
    for jump in (0, *jumps):
        start += jump
        times += [start + at for at in range(length) for _ in range(10 if at in peaks else 1)]
        start += length
    return times


def both(folder: Path, env: dict[str, str], lines: list[str]) -> tuple[bytes, bytes, list[str]]:
    """Return what clfstats and clfalert make of a log, and all that was reported."""
    log = folder / "log"
    log.write_text("".join(lines))
    command = f"clfparse {log} | tee >(clfalert -t 2 --window 10s > alerts) | clfstats; wait $!"
    done = bash(command, env, cwd=folder)
    assert done.returncode == 0
    wait_for(lambda: not lines or (folder / "alerts").exists())
    return done.stdout, (folder / "alerts").read_bytes(), done.stderr.decode().splitlines()


@pytest.mark.parametrize(
    "jumps",
    [
        (3600, 3600),
        (-3600,),
        (7200, -7200, DAY, -DAY),
        (-DAY, YEAR, 3000, -1500, -YEAR),
        (-2400, 900, -2400),
    ],
    ids=str,
)
def test_the_log_s_clock_jumps(
    jumps: tuple[int, ...], tmp_path: Path, clean: dict[str, str]
) -> None:
    """Every line is counted once, and alerts are what the rules say, no more and no less.

    Where it goes back by more than half an hour each filter reports that once; else nothing is.
    """
    times = jumping(*jumps)
    summaries, alarms, messages = both(tmp_path, clean, [log_line(second) for second in times])
    assert hits(summaries) == len(times)
    assert alerts(objects(alarms)) == list(evaluated(times, 10, 20))
    backs = sum(jump + 1 < -1800 for jump in jumps)  # the last second of a phase, and the next
    for name in FILTERS:
        reports = [
            message
            for message in messages
            if message.startswith(f"{name}: the log's clock went back")
        ]
        assert len(reports) == (0 if name == "clfparse" else backs)
    rest = [message for message in messages if "the log's clock went back" not in message]
    assert all(message.endswith(" came too late for the window") for message in rest)
    assert len(rest) == any(jump < -10 for jump in jumps)
    late = [summary for summary in objects(summaries) if summary.get("late")]
    behind = sum(-1800 <= jump + 1 < 0 for jump in jumps)
    assert sum(pane["hits"] for pane in late) <= backs * 31 + behind * len(jumping())
    assert bool(late) == bool(backs + behind)


def test_a_few_lines_of_another_time_move_nothing(tmp_path: Path, clean: dict[str, str]) -> None:
    """Up to 31 in a row are counted in windows of their own, and no alert changes."""
    times = jumping()
    strays = [*times[:60], *[START + DAY] * 31, *times[60:80], *[START - YEAR] * 31, *times[80:]]
    summaries, alarms, messages = both(tmp_path, clean, [log_line(second) for second in strays])
    assert hits(summaries) == len(strays)
    assert alerts(objects(alarms)) == list(evaluated(times, 10, 20)) != []
    assert messages == ["clfalert: 31 records came too late for the window"]


def test_the_log_s_offset_changes(tmp_path: Path, clean: dict[str, str]) -> None:
    """As summer time comes and goes: no gap, no window twice, each in its newest line's offset."""
    times = jumping()
    summer = range(START + 40, START + 80)
    lines = [log_line(second, 2 if second in summer else 1) for second in times]
    summaries, alarms, messages = both(tmp_path, clean, lines)
    windows = objects(summaries)
    starts = [epoch(window["start"]) for window in windows]
    assert starts == list(range(START, START + 120, 10))
    assert hits(summaries) == len(times)
    for window, start in zip(windows, starts, strict=True):
        offset = 2 if start + 9 in summer else 1
        assert [window[end][-6:] for end in ("start", "end")] == [f"+0{offset}:00"] * 2
    assert alerts(objects(alarms)) == list(evaluated(times, 10, 20)) != []
    assert messages == []


# The machine's clock is set.


def steps_of(*walls: Wall) -> list[Step]:
    """Return a live log with two peaks, silences, and steps of the wall clock in each of those.

    The clock is back, or near enough, before the next record comes.
    """
    live: list[Step] = [record(START - 30) + record(START) * 30]
    at = START
    for silence in (1.0, 4.0, 20.0):
        live += [0.5, *walls, silence, *(Wall(-wall.step) for wall in walls), 0.5]
        at += int(silence) + 1
        live.append(record(at) * 3)
    return [*live, record(at + 1) * 30, 0.5, *walls, 20.0]


@pytest.mark.parametrize("app", [clfalert, clfstats])
@pytest.mark.parametrize("step", [-DAY, -3600, 3600, DAY])
def test_silence_is_measured_by_no_clock_that_can_be_set(step: int, app: Typer) -> None:
    options = ["--window", "5s", *(["-t", "1"] if app is clfalert else [])]
    expected = Machine(START, steps_of()).run(app, *options)
    assert Machine(START, steps_of(Wall(step))).run(app, *options) == expected
    if app is clfalert:
        assert states(expected) == ["triggered", "recovered"] * 2
    else:
        assert hits(expected) == 70
        assert objects(expected)[-1]["hits"] == 0  # silence has closed what was open


@pytest.mark.parametrize("app", [clfalert, clfstats])
@pytest.mark.parametrize(("clock", "step"), [("auto", 500), ("wall", -3600), ("wall", DAY)])
def test_a_wall_clock_that_goes_wrong_for_good(clock: str, step: int, app: Typer) -> None:
    """By less than 10 minutes it changes nothing; with --clock wall, by no time at all."""
    options = ["--clock", clock, "--window", "5s", *(["-t", "1"] if app is clfalert else [])]
    steps = steps_of()
    expected = Machine(START, steps).run(app, *options)
    for at in range(len(steps) + 1):
        walls = [*steps[:at], Wall(step), *steps[at:]]
        assert Machine(START, walls).run(app, *options) == expected
