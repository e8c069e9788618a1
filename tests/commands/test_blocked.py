"""Filters that are blocked or stopped: nothing is lost, and it is no silence."""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from faults import (
    FILTERS,
    NEEDS_PROC,
    PIPELINE,
    Block,
    Machine,
    Pipeline,
    Step,
    Stop,
    blocked,
    catches,
    holding,
    piped,
    ready,
    status_of,
    stopped,
)
from logs import line
from processes import PATIENCE, complete, hits, objects, states, wait_for
from streams import START
from streams import line as record
from typer import Typer

from clfalert.cli import app as clfalert
from clfstats.cli import app as clfstats

pytestmark = NEEDS_PROC
STOPPED = ([2], [1], [0], [2, 1, 0])  # which of them
MANY = 40_000  # lines of a log that fills every pipe


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
        piped(tmp_path, clean, name + options, stdin=stdin) as whole,
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


@pytest.fixture
def interrupted(long: Path, tmp_path: Path, clean: dict[str, str]) -> Iterator[Pipeline]:
    """Return a clfparse that was sent Ctrl-C when it could write no more."""
    with (
        (long / "clfparse").open("rb") as stdin,
        piped(tmp_path, clean, "clfparse", stdin=stdin) as whole,
    ):
        (process,) = whole.processes
        blocked(process)
        assert catches(process, signal.SIGINT)
        process.send_signal(signal.SIGINT)
        wait_for(lambda: not catches(process, signal.SIGINT))
        yield whole


def test_ctrl_c_on_a_full_pipe_cuts_no_line(interrupted: Pipeline) -> None:
    """What has been begun is written; of the input no more is read than a second allows."""
    time.sleep(1.1)
    assert interrupted.processes[0].poll() is None
    assert interrupted.statuses() == [130]
    assert interrupted.errors == ""
    assert interrupted.output.endswith(b"}\n")
    assert all(row["path"] == "/api/user" for row in objects(interrupted.output))
    assert 0 < interrupted.output.count(b"\n") < MANY


def test_a_second_ctrl_c_ends_it_at_once(interrupted: Pipeline) -> None:
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
        lines = [stack.enter_context(piped(tmp_path, clean, *PIPELINE)) for _ in STOPPED]
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


def goes_on(whole: Pipeline, victims: list[int]) -> None:
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
    with piped(tmp_path, clean, command) as unread:
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
