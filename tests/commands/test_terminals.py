"""Terminals that are closed, stopped or not read: each is left as it was found, and in time."""

import os
import pty
import select
import signal
import subprocess
import termios
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from faults import NEEDS_PROC
from logs import line as log_line
from processes import PATIENCE, hits, read_until, started, wait_for
from streams import START, line
from terminals import RECORDS, Terminal, fed, terminal

from clfparse.stream.live import _LOOK, LEAVE
from clfparse.stream.signals import Signals

pytestmark = [pytest.mark.process, NEEDS_PROC]
ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]
SOON = 30.0  # seconds; a second it takes, and a busy machine more
CTRL_S = b"\x13"


def stop_by_flow(shown: Terminal) -> None:
    termios.tcflow(shown._theirs, termios.TCOOFF)


def stop_by_key(shown: Terminal) -> None:
    shown.send(CTRL_S)
    wait_for(lambda: not select.select([], [shown._theirs], [], 0)[1])


Stop = Callable[[Terminal], None]
STOPS = [stop_by_flow, stop_by_key]


def blocked(process: subprocess.Popen[bytes]) -> None:
    """Wait until a process waits for its stdout."""
    call = Path(f"/proc/{process.pid}/syscall")  # a number, and what is given to it
    wait_for(lambda: call.read_text().split()[1:2] == ["0x1"])


def held_up(process: subprocess.Popen[bytes]) -> None:
    """Wait until a screen's thread waits for its terminal to take something."""
    waiting = ["0x1", hex(round(_LOOK * 1000))]  # as poll(2) has them, after a pointer
    calls = Path(f"/proc/{process.pid}/task")
    wait_for(
        lambda: any(
            call.read_text().split()[2:4] == waiting for call in calls.glob("[0-9]*/syscall")
        )
    )


def fill(tty: int) -> None:
    """Write to a terminal that nobody reads until it takes no more."""
    os.set_blocking(tty, False)
    with suppress(BlockingIOError):
        while True:
            os.write(tty, b"x")
    os.set_blocking(tty, True)


def all_of(fd: int) -> bytes:
    """Read what is there."""
    os.set_blocking(fd, False)
    pieces = []
    with suppress(BlockingIOError):
        while True:
            pieces.append(os.read(fd, 1 << 16))
    return b"".join(pieces)


def has_left(shown: Terminal, status: int) -> None:
    """Assert that a live screen is left soon, with what it counted."""
    assert shown.process.wait(SOON) == status
    shown.ended()
    seen = shown.see()
    assert (seen.alternate, seen.cursor, seen.wraps) == (False, True, True)
    assert "total 10 hits" in seen.text
    assert "Traceback" not in seen.text


@pytest.mark.parametrize("number", ENDING)
def test_a_screen_is_left_by_each_signal(
    number: signal.Signals, tmp_path: Path, env: dict[str, str]
) -> None:
    with fed(tmp_path, env) as (shown, feed):
        os.write(feed, RECORDS)
        shown.wait_for("/pages")
        shown.process.send_signal(number)
        has_left(shown, 128 + number)


@pytest.mark.parametrize("number", ENDING[1:])
@pytest.mark.parametrize("stop", STOPS)
def test_a_screen_on_a_stopped_terminal_is_left(
    stop: Stop, number: signal.Signals, tmp_path: Path, env: dict[str, str]
) -> None:
    with fed(tmp_path, env) as (shown, feed):
        os.write(feed, RECORDS)
        shown.wait_for("/pages")
        stop(shown)
        held_up(shown.process)
        shown.process.send_signal(number)
        has_left(shown, 128 + number)


@pytest.mark.parametrize("number", ENDING[1:3])
@pytest.mark.parametrize("stop", STOPS)
def test_text_on_a_stopped_terminal_is_written(
    stop: Stop, number: signal.Signals, tmp_path: Path, env: dict[str, str]
) -> None:
    """The terminal's output is started again, as Ctrl-C does, and nothing is lost."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    feed = os.open(pipe, os.O_RDWR)
    with terminal(["bash", "-c", f"exec clfstats < {pipe}"], env) as shown:
        os.write(feed, line(START) + line(START + 20))
        shown.wait_for("1 hit")
        stop(shown)
        os.write(feed, line(START + 40) * 3)
        blocked(shown.process)
        shown.process.send_signal(number)
        assert shown.process.wait(SOON) == 128 + number
        shown.ended()
        assert "3 hits" in shown.see().text
    os.close(feed)


@pytest.mark.parametrize("number", ENDING[1:3])
def test_a_terminal_that_nobody_reads(
    number: signal.Signals, tmp_path: Path, env: dict[str, str]
) -> None:
    """What it does not take is given up."""
    (tmp_path / "log").write_text(log_line(0) * 9_000)
    ours, theirs = pty.openpty()
    command = ["clfparse", str(tmp_path / "log")]
    with started(command, env, stdout=theirs, stderr=theirs) as process:
        blocked(process)
        process.send_signal(number)
        assert process.wait(SOON) == 128 + number
    os.close(theirs)
    os.close(ours)


@pytest.mark.parametrize("number", ENDING)
def test_a_screen_that_nobody_reads(number: signal.Signals, env: dict[str, str]) -> None:
    """What it has not taken is dropped, so that the end of the screen gets through."""
    ours, theirs = pty.openpty()
    fill(theirs)  # before the screen is entered, which is the one write that can be waited for
    command = ["clfstats", "--live"]
    with started(
        command, env, stdin=subprocess.PIPE, stdout=theirs, stderr=subprocess.DEVNULL
    ) as process:
        blocked(process)
        process.send_signal(number)
        assert process.wait(SOON) == 128 + number
        assert LEAVE in all_of(ours)
    os.close(theirs)
    os.close(ours)


def test_a_closed_terminal(tmp_path: Path, env: dict[str, str]) -> None:
    """It hangs up, and takes nothing more: the filter ends, without a word and without output."""
    errors = tmp_path / "errors"
    with fed(tmp_path, env, stderr=str(errors)) as (shown, feed):
        os.write(feed, RECORDS)
        shown.wait_for("/pages")
        os.close(shown._theirs)
        shown._theirs = -1
        hung_up = os.dup(shown._ours)
        os.close(shown._ours)
        os.dup2(os.open(os.devnull, os.O_RDWR), shown._ours)
        os.close(hung_up)
        assert shown.process.wait(SOON) in {1, 129}
    assert "Traceback" not in errors.read_text()


# Without a terminal.


def test_a_hangup_is_as_good_as_sigterm(clean: dict[str, str]) -> None:
    with started(["clfstats"], clean, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stderr
        process.stdin.write(line(START) + line(START + 60) * 2)
        process.stdin.flush()
        output = read_until(process, lambda output: b"\n" in output)
        process.send_signal(signal.SIGHUP)
        output += read_until(process, lambda _: False)
        assert process.wait(PATIENCE) == 129
        assert hits(output) == 3
        assert process.stderr.read() == b""


@pytest.mark.parametrize("first", [signal.SIGHUP, signal.SIGTERM])
def test_a_second_hangup_changes_nothing(first: int) -> None:
    """The kernel sends it, and the shell; systemd, after SIGTERM. Another SIGTERM is in a hurry."""
    with Signals() as signals:
        os.kill(os.getpid(), first)
        deadline = signals.deadline
        os.kill(os.getpid(), signal.SIGHUP)
        os.kill(os.getpid(), signal.SIGHUP)
        assert (signals.stopped, signals.deadline) == (first, deadline)
        assert deadline > 0
        os.kill(os.getpid(), signal.SIGINT)
        assert (signals.stopped, signals.deadline) == (signal.SIGINT, 0)


def test_sigquit_without_a_screen_is_the_system_s(clean: dict[str, str]) -> None:
    """It is there to get a core dump, so nothing is written."""
    command = ["bash", "-c", "ulimit -c 0; exec clfstats"]
    with started(command, clean, stdin=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(line(START) + line(START + 60))
        process.stdin.flush()
        read_until(process, bool)
        process.send_signal(signal.SIGQUIT)
        assert read_until(process, lambda _: False) == b""
        assert process.wait(PATIENCE) == -signal.SIGQUIT
