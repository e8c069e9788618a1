"""Faults around the filters: processes die or stop, pipes fill, logs rotate, clocks jump."""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from faults import (
    FILTERS,
    Block,
    Line,
    Machine,
    Step,
    Stop,
    Wall,
    alerts,
    blocked,
    catches,
    epoch,
    evaluated,
    lined,
    log_line,
    status_of,
    stopped,
)
from logs import line
from processes import PATIENCE, complete, hits, objects, started, states, wait_for
from streams import START, iso
from streams import line as record
from typer import Typer

from clfalert.cli import app as clfalert
from clfstats.cli import app as clfstats

pytestmark = pytest.mark.skipif(
    not shutil.which("bash") or not Path("/proc/self/status").exists(),
    reason="no bash, or no /proc",
)

THE_LINE = ("clfparse", "clfalert --pass -t 0.1 --delay 5s", "clfstats --window 1s --delay 5s")
STOPPED = ([2], [1], [0], [2, 1, 0])  # which of them
DEAD_READER = -signal.SIGPIPE
MANY = 40_000  # lines of a log that fills every pipe

DAY, YEAR = 86_400, 31_536_000


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the inputs of all filters, each of MANY lines and an hour or so."""
    folder = tmp_path_factory.mktemp("long")
    seconds = range(START, START + MANY // 5)
    (folder / "clfparse").write_text("".join(line(second) * 5 for second in seconds))
    records = b"".join(record(second, host="::1", path="/pages/1") * 5 for second in seconds)
    for name in FILTERS[1:]:
        (folder / name).write_bytes(records)
    return folder


def holding(part: str) -> Callable[[bytes], bool]:
    return lambda output: part.encode() in output


def ready(whole: Line) -> int:
    """Feed a line of processes until something has come through; return how many lines that took.

    The second one closes the first one's window.
    """
    second = int(time.time())
    whole.feed(line(second - 100) + line(second - 50))
    whole.see(holding("summary"))
    return 2


# One filter of the line dies.


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("victim", range(3), ids=FILTERS)
def test_a_filter_that_dies_ends_the_line(
    victim: int, number: signal.Signals, tmp_path: Path, clean: dict[str, str]
) -> None:
    """Those before it die of the closed pipe, those after it write what is open; none complains."""
    with lined(tmp_path, clean, *THE_LINE) as whole:
        fed = ready(whole)
        whole.processes[victim].send_signal(number)
        whole.feed_until_broken(lambda: line(time.time()))
        died = -9 if number == signal.SIGKILL else 143
        assert whole.statuses() == [*[DEAD_READER] * victim, died, *[0] * (2 - victim)]
        assert whole.errors == ""
    if number == signal.SIGKILL and victim < 2:
        assert hits(whole.output) == fed
    if number == signal.SIGTERM:
        assert hits(whole.output) >= fed
        assert objects(whole.output)[-1]["partial"]


def test_a_stopped_filter_hears_no_silence() -> None:
    """A hundred seconds during which it was stopped are a second, at most, that it waited."""
    burst = record(START) * 30
    steps: list[Step] = [burst, 0.5, Stop(100), 0.5, record(START + 1)]
    options = ("-t", "1", "--window", "5s")
    assert states(Machine(START, steps).run(clfalert, *options)) == ["triggered"]
    waited = [step.length if isinstance(step, Stop) else step for step in steps]
    changes = states(Machine(START, waited).run(clfalert, *options))
    assert changes == ["triggered", "recovered"]


# A consumer that does not read.


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_that_is_blocked_holds_little(
    name: str, long: Path, tmp_path: Path, clean: dict[str, str]
) -> None:
    """Whatever waits to be read, memory is bounded; and nothing is lost."""
    options = {"clfalert": " --pass", "clfstats": " --window 1s"}.get(name, "")
    with (
        (long / name).open("rb") as stdin,
        lined(tmp_path, clean, name + options, stdin=stdin) as whole,
    ):
        blocked(whole.processes[0])
        assert os.lseek(stdin.fileno(), 0, os.SEEK_CUR) < (long / name).stat().st_size
        assert int(status_of(whole.processes[0], "VmHWM").removesuffix("kB")) < 48 << 10
        assert whole.statuses() == [0]
        assert whole.errors == ""
    section = b'"section":'
    counted = hits(whole.output) if name == "clfstats" else whole.output.count(section)
    assert counted == MANY


@pytest.mark.parametrize("app", [clfalert, clfstats])
def test_the_silence_begins_after_the_output_was_taken(app: Typer) -> None:
    """A write that takes an hour moves nothing; neither does input that waits meanwhile."""
    options = ["--window", "5s", *(["-t", "1"] if app is clfalert else [])]
    given: list[Step] = [
        record(START - 20),
        record(START) * 30 + record(START + 3),
        1.0,
        record(START + 4),
    ]
    expected = Machine(START, given).run(app, *options)
    assert Machine(START, [given[0], Block(3600), *given[1:]]).run(app, *options) == expected
    assert hits(expected) == 33 or states(expected) == ["triggered"]


@pytest.mark.parametrize("app", [clfalert, clfstats])
def test_each_record_ends_the_silence_before_it(app: Typer) -> None:
    """Many short silences do not add up, be it that no record moves time either."""
    options = ["--window", "5s", *(["-t", "1"] if app is clfalert else [])]
    singly: list[Step] = [0.9, record(START)]
    steps: list[Step] = [record(START) * 30, *(singly * 20)]
    (written,) = objects(Machine(START, steps).run(app, *options))
    assert written["hits"] == 50
    assert written.get("state", "triggered") == "triggered"
    assert "late" not in written


# tee.


@pytest.mark.parametrize(
    ("option", "feeds", "statuses"),
    [("-p", True, "0 0 0"), ("", True, "141 141 0"), ("", False, "0 0 0")],
    ids=["tee -p", "tee", "tee, and nothing comes any more"],
)
def test_tee_when_clfalert_dies(
    option: str, feeds: bool, statuses: str, tmp_path: Path, clean: dict[str, str]
) -> None:
    """`tee -p` goes on counting; a plain tee dies with it, and the line ends in good order."""
    if option and subprocess.run(["tee", option], stdin=subprocess.DEVNULL, check=False).returncode:
        pytest.skip(f"no tee {option}")
    pid, errors = tmp_path / "pid", tmp_path / "stderr"
    command = (
        f"clfparse | tee {option} >(echo $BASHPID > {pid}; exec clfalert > /dev/null)"
        " | clfstats --window 1s; echo ${PIPESTATUS[*]} >&2"
    )
    with (
        errors.open("wb") as stderr,
        started(["bash", "-c", command], clean, stdin=subprocess.PIPE, stderr=stderr) as process,
    ):
        whole = Line([process], errors)
        fed = ready(whole)
        wait_for(lambda: pid.exists() and pid.read_text().endswith("\n"))
        os.kill(int(pid.read_text()), signal.SIGKILL)
        # A zombie's pipe is closed; one that bash has reaped is gone.
        wait_for(lambda: not Path(f"/proc/{int(pid.read_text())}/fd/0").exists())
        if not feeds:
            pass
        elif option:
            whole.feed(line(time.time()) * 500)
            whole.feed(line(time.time()) * 500)
            fed += 1000
        else:
            whole.feed_until_broken(lambda: line(time.time()))
        whole.end()
    assert whole.errors == f"{statuses}\n"
    if feeds and not option:
        assert hits(whole.output) >= fed  # what was in tee at that moment is lost
    else:
        assert hits(whole.output) == fed


# The log is rotated.


def truncate(log: Path) -> None:
    """As logrotate's copytruncate does."""
    shutil.copy(log, log.with_suffix(".1"))
    os.truncate(log, 0)


def remove(log: Path) -> None:
    log.unlink()


def rename(log: Path) -> None:
    log.rename(log.with_suffix(".1"))


def ended(file: Path) -> tuple[int, bool]:
    """Return how many lines a file has, and whether another has begun."""
    content = file.read_bytes()
    return content.count(b"\n"), not content.endswith(b"\n")


@pytest.mark.parametrize("rotate", [truncate, remove, rename])
def test_what_tail_delivers_of_a_rotated_log_is_counted_once(
    rotate: Callable[[Path], None], tmp_path: Path, clean: dict[str, str]
) -> None:
    """Even where the log was cut off in mid-line: tail joins that with what comes next."""
    if b"GNU" not in subprocess.run(["tail", "--version"], capture_output=True, check=False).stdout:
        pytest.skip("no GNU tail")
    log, delivered = tmp_path / "log", tmp_path / "delivered"
    log.touch()
    delivered.touch()  # tee may take its time to
    commands = (f"tail -n +1 -F {log}", f"tee {delivered}", "clfparse", "clfstats")
    lines = 0
    with lined(tmp_path, clean, *commands, stdin=subprocess.DEVNULL) as whole:
        for turn in range(3):
            with log.open("a") as file:
                file.write("".join(line(START + turn) for _ in range(5)) + "cut" * (turn == 1))
            lines += 5
            expected = (lines, turn == 1)
            wait_for(lambda: ended(delivered) == expected)  # noqa: B023
            before = whole.errors
            rotate(log)
            wait_for(lambda: whole.errors != before)  # noqa: B023 - tail has taken note
        whole.processes[0].terminate()
        assert whole.statuses()[1:] == [0, 0, 0]
        refused = whole.errors.count(": line ")
    assert hits(whole.output) + refused == lines == delivered.read_bytes().count(b"\n")
    assert refused <= 1


# The disk is full.


@pytest.mark.parametrize("name", FILTERS)
def test_rejects_on_a_full_disk_are_told_once(
    name: str, tmp_path: Path, clean: dict[str, str]
) -> None:
    """The run goes on, whatever is refused from then on, and ends with status 1."""
    command = f"{name} --rejects /dev/full{' --pass' if name == 'clfalert' else ''}"
    with lined(tmp_path, clean, command) as whole:
        for second in range(START, START + 500, 100):
            good = line(second).encode() if name == "clfparse" else record(second)
            whole.feed((b"odd\n" + good) * 5 + b"odd\n")
            if second > START:  # something of the piece before is out, so that piece was read
                whole.see(holding(iso(second - 100)[:16]))
        assert whole.end() == [1]
        assert whole.errors.count("no longer kept: No space left on device\n") == 1
        assert whole.errors.endswith(f"{name}: 30 of 55 lines refused\n")
    counted = hits(whole.output) if name == "clfstats" else whole.output.count(b"\n")
    assert counted == 25


def test_a_full_disk_ends_the_line(clean: dict[str, str]) -> None:
    """One message of the one that writes there; those before it die of the closed pipe."""
    command = (
        f"(echo '{line(START).strip()}'; yes '{line(START + 100).strip()}') | clfparse"
        " | clfalert --pass | clfstats > /dev/full; echo ${PIPESTATUS[*]}"
    )
    done = subprocess.run(
        ["bash", "-c", command], env=clean, capture_output=True, timeout=60, check=False
    )
    assert done.stdout == b"141 141 141 1\n"
    assert done.stderr == b"clfstats: standard output: No space left on device\n"


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
    """Return what clfstats and clfalert make of a log, and all that was told."""
    log = folder / "log"
    log.write_text("".join(lines))
    command = f"clfparse {log} | tee >(clfalert -t 2 --window 10s > alerts) | clfstats; wait $!"
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=env, capture_output=True, timeout=60, check=True
    )
    wait_for(lambda: not lines or (folder / "alerts").exists())
    return done.stdout, (folder / "alerts").read_bytes(), done.stderr.decode().splitlines()


@pytest.mark.parametrize(
    "jumps",
    [
        (3600, 3600),
        (-3600,),
        (7200, -7200, DAY, -DAY),
        (-DAY, YEAR, 3000, -3000, -YEAR),
    ],
    ids=str,
)
def test_the_log_s_clock_jumps(
    jumps: tuple[int, ...], tmp_path: Path, clean: dict[str, str]
) -> None:
    """Every line is counted once, and alerts are what the rules say, no more and no less.

    Where it goes back by more than an hour that is told, once by each filter; else nothing is.
    """
    times = jumping(*jumps)
    summaries, alarms, messages = both(tmp_path, clean, [log_line(second) for second in times])
    assert hits(summaries) == len(times)
    assert alerts(objects(alarms)) == list(evaluated(times, 10, 20))
    backs = sum(jump + 1 < -3600 for jump in jumps)  # the last second of a phase, and the next
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
    behind = sum(-3600 <= jump + 1 < 0 for jump in jumps)
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
    """As summer time comes and goes: no gap, no window twice, times in the newest line's offset."""
    times = jumping()
    summer = range(START + 40, START + 80)
    lines = [log_line(second, 2 if second in summer else 1) for second in times]
    summaries, alarms, messages = both(tmp_path, clean, lines)
    windows = objects(summaries)
    starts = [epoch(window["start"]) for window in windows]
    assert starts == list(range(START, START + 120, 10))
    assert hits(summaries) == len(times)
    for window, start in zip(windows, starts, strict=True):
        # It is over when the second that is two after it has come.
        offset = 2 if start + 10 + 2 in summer else 1
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


# Descriptors and signals.


@pytest.mark.parametrize("name", FILTERS)
def test_a_closed_stderr_is_no_hindrance(name: str, tmp_path: Path, clean: dict[str, str]) -> None:
    """All is done but for the messages, which go nowhere: not into the file opened next either."""
    rejects = tmp_path / "kept"
    given = b"odd\n" + (line(START).encode() if name == "clfparse" else record(START)) * 3
    command = f"{name} {'--pass' if name == 'clfalert' else ''} --rejects {rejects} 2>&-"
    done = subprocess.run(
        ["bash", "-c", command], input=given, env=clean, stdout=subprocess.PIPE, check=True
    )
    assert rejects.read_bytes() == b"odd\n"
    assert (hits(done.stdout) if name == "clfstats" else done.stdout.count(b"\n")) == 3


@pytest.mark.parametrize(
    ("closed", "output", "status"), [("<&- 2>&-", 1, 0), ("<&- >&- 2>&-", 0, 1)]
)
def test_descriptors_closed_together(
    closed: str, output: int, status: int, tmp_path: Path, clean: dict[str, str]
) -> None:
    """A file that is named is read all the same; without stdout that is a failure."""
    log, rejects = tmp_path / "log", tmp_path / "kept"
    log.write_text("odd\n" + line(START))
    done = subprocess.run(
        ["bash", "-c", f"clfparse --rejects {rejects} {log} {closed}"],
        env=clean,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (done.stdout.count(b"\n"), done.stderr, done.returncode) == (output, b"", status)
    assert log.read_text() == "odd\n" + line(START)
    assert rejects.read_bytes() in {b"odd\n", b""}


def test_a_hang_up_ends_it_at_once(tmp_path: Path, clean: dict[str, str]) -> None:
    """As any filter; under nohup it goes on."""
    with (
        lined(tmp_path, clean, *THE_LINE) as whole,
        lined(tmp_path, clean, "nohup clfalert --pass") as deaf,
    ):
        ready(whole)
        for process in whole.processes:
            process.send_signal(signal.SIGHUP)
        assert whole.statuses() == [-signal.SIGHUP] * 3
        assert whole.errors == ""
        deaf.feed(record(START))
        deaf.see(lambda output: output == record(START))
        deaf.processes[0].send_signal(signal.SIGHUP)
        deaf.feed(record(START))
        assert deaf.end() == [0]
        assert deaf.output == record(START) * 2


@pytest.fixture
def interrupted(long: Path, tmp_path: Path, clean: dict[str, str]) -> Iterator[Line]:
    """Return a clfparse that was sent Ctrl-C when it could write no more."""
    with (
        (long / "clfparse").open("rb") as stdin,
        lined(tmp_path, clean, "clfparse", stdin=stdin) as whole,
    ):
        (process,) = whole.processes
        blocked(process)
        assert catches(process, signal.SIGINT)
        process.send_signal(signal.SIGINT)
        wait_for(lambda: not catches(process, signal.SIGINT))
        yield whole


def test_ctrl_c_on_a_full_pipe_cuts_no_line(interrupted: Line) -> None:
    """What has been begun is written; of the input no more is read than a second allows."""
    time.sleep(1.1)
    assert interrupted.processes[0].poll() is None
    assert interrupted.statuses() == [130]
    assert interrupted.errors == ""
    assert interrupted.output.endswith(b"}\n")
    assert all(row["path"] == "/api/user" for row in objects(interrupted.output))
    assert 0 < interrupted.output.count(b"\n") < MANY


def test_a_second_ctrl_c_ends_it_at_once(interrupted: Line) -> None:
    """Even where nobody takes what it would write."""
    (process,) = interrupted.processes
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == -signal.SIGINT
    assert interrupted.errors == ""


# What is left alone for a while.

A_WHILE = 7  # seconds: longer than an alert takes to recover, and than the delay


@pytest.mark.slow
def test_a_filter_that_is_stopped_loses_nothing(tmp_path: Path, clean: dict[str, str]) -> None:
    """What one misses is in the pipe when it goes on; the time meanwhile is no silence to it.

    Nothing recovers, and where clfstats or all are stopped, nothing is late. (Where another one
    is, clfstats does hear silence.)
    """
    with ExitStack() as stack:
        lines = [stack.enter_context(lined(tmp_path, clean, *THE_LINE)) for _ in STOPPED]
        for whole in lines:
            ready(whole)
        second = int(time.time())
        for whole, victims in zip(lines, STOPPED, strict=True):
            whole.feed(line(second - 8) * 30 + line(second))
            whole.see(holding("triggered"))
            for victim in victims:
                stopped(whole.processes[victim])
        time.sleep(A_WHILE)
        for whole, victims in zip(lines, STOPPED, strict=True):
            whole.feed(line(second) + line(second + 8))
            goes_on(whole, victims)


def goes_on(whole: Line, victims: list[int]) -> None:
    """Assert that all of it comes through once those that were stopped have been continued."""
    for victim in victims:  # the last one first: it finds nothing in its pipe
        whole.processes[victim].send_signal(signal.SIGCONT)
        time.sleep(0.3)  # it would take the time for silence now
    if victims[0] == 2:
        # What it was sent is there by now, be it from a filter that has only now gone on.
        whole.see(lambda output: hits(complete(output)) >= 33)
    assert whole.end() == [0, 0, 0]
    assert whole.errors == ""
    assert hits(whole.output) == 35
    assert states(whole.output) == ["triggered"]
    late = any(summary.get("late") for summary in objects(whole.output))
    assert not (late and victims[0] == 2)


@pytest.mark.slow
def test_time_blocked_on_output_is_no_silence(tmp_path: Path, clean: dict[str, str]) -> None:
    """Nobody reads for longer than an alert takes to recover; it does not."""
    command = "clfalert --pass -t 1 --window 1s --delay 3s"
    with lined(tmp_path, clean, command) as unread:
        assert unread.processes[0].stdout
        second = int(time.time())
        unread.feed(record(second - 6))
        unread.see(lambda output: output.count(b"\n") == 1)  # its pipe is as large as it makes it
        fcntl.fcntl(unread.processes[0].stdout, getattr(fcntl, "F_SETPIPE_SZ", 1031), 4096)
        unread.feed(record(second - 5) + record(second) * 500)  # it fits the pipe, and one read
        time.sleep(A_WHILE)
        unread.see(lambda output: output.count(b"\n") >= 502)
        time.sleep(1.2)  # a turn of silence
        assert unread.end() == [0]
    written = objects(unread.output)
    assert [alert["state"] for alert in written if "type" in alert] == ["triggered"]
    assert len(written) == 502 + 1
