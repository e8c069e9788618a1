"""How clfmon ends: by signals, with its members, or its reader; nothing is lost, nothing stays."""

import os
import re
import signal
import subprocess
import termios
import time
from contextlib import suppress
from pathlib import Path

import pytest
from logs import line as log_line
from monitors import OPENING, add, children, ended, gone, send_all, watching
from processes import PATIENCE, hits, read_until, started, wait_for
from terminals import CTRL_Z, terminal

SIGNALS = [signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM]
LINES = 300
MEMBERS = ["tail", "clfparse", "clfalert", "clfstats"]
# It has no --pid, as of macOS and Busybox.
OTHER_TAIL = """#!/bin/sh
[ "$1" != --help ] || exit 1
exec /usr/bin/tail "$@"
"""
pytestmark = pytest.mark.process


def burst() -> str:
    """Return lines of one second, after those that `watching` writes."""
    return log_line(61) * LINES


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("to_all", [False, True], ids=["alone", "all"])
def test_what_the_log_holds_at_a_signal_is_counted(
    number: int, to_all: bool, tmp_path: Path, clean: dict[str, str]
) -> None:
    """Whether clfmon gets it alone or, as from a terminal or a service's stop, with the others."""
    log = tmp_path / "access.log"
    with watching(log, clean) as (process, begun):
        add(log, burst())
        if to_all:
            send_all(process, number)
        else:
            process.send_signal(number)
        status, output, messages = ended(process, begun)
        gone(process.pid)
    assert (status, messages) == (128 + number, b"")
    assert hits(output) == LINES + OPENING


def test_a_stop_takes_less_than_a_second(tmp_path: Path, clean: dict[str, str]) -> None:
    took = []
    for turn in range(5):  # on a busy machine the quickest counts
        with watching(tmp_path / f"{turn}.log", clean) as (process, _):
            began = time.monotonic()
            process.terminate()
            process.wait(PATIENCE)
            took.append(time.monotonic() - began)
        if took[-1] < 0.8:
            break
    assert min(took) < 0.8


@pytest.mark.slow
def test_a_tail_without_pid_has_the_time_to_look_at_its_log(
    tmp_path: Path, clean: dict[str, str]
) -> None:
    (tmp_path / "tail").write_text(OTHER_TAIL)
    (tmp_path / "tail").chmod(0o755)
    log = tmp_path / "access.log"
    env = {**clean, "PATH": f"{tmp_path}:{clean['PATH']}"}
    with watching(log, env) as (process, begun):
        add(log, burst())
        process.terminate()
        status, output, messages = ended(process, begun)
    assert (status, messages, hits(output)) == (143, b"", LINES + OPENING)
    with watching(log.with_name("other.log"), env) as (process, _):
        process.kill()
        process.wait(PATIENCE)
        gone(process.pid)


def test_a_hangup_that_was_ignored_stays_so(tmp_path: Path, clean: dict[str, str]) -> None:
    """As under nohup."""
    log = tmp_path / "access.log"
    command = ["sh", "-c", f"trap '' HUP; exec clfmon {log}"]
    log.write_text(log_line(0) + log_line(60))
    with started(command, clean, stderr=subprocess.PIPE) as process:
        begun = read_until(process, bool)
        send_all(process, signal.SIGHUP)
        add(log, burst() + log_line(120))
        begun += read_until(process, lambda output: b'"hits":%d' % (LINES + 1) in output)
        process.terminate()
        status, output, messages = ended(process, begun)
    assert (status, messages, hits(output)) == (143, b"", LINES + OPENING + 1)


@pytest.mark.slow
def test_a_second_signal_ends_it_at_once(tmp_path: Path, clean: dict[str, str]) -> None:
    """A member that is stopped holds up the end; two signals in half a second count as one."""
    took = {}
    for signals in (1, 2):
        with watching(tmp_path / f"{signals}.log", clean) as (process, begun):
            os.kill(children(process.pid)["clfalert"], signal.SIGSTOP)
            began = time.monotonic()
            process.terminate()
            wait_for(lambda pid=process.pid: "tail" not in children(pid))  # type: ignore[misc]
            if signals == 2:
                time.sleep(max(0.0, began + 0.6 - time.monotonic()))
            process.terminate()
            status, output, messages = ended(process, begun)
            took[signals] = time.monotonic() - began
        assert (status, messages) == (143, b"")
        assert hits(output) == OPENING
    assert took[1] > 4 > took[2]


@pytest.mark.parametrize("name", MEMBERS)
def test_a_dead_member_is_a_failure(name: str, tmp_path: Path, clean: dict[str, str]) -> None:
    """On a silent log, too: the others end, and what they hold is written."""
    with watching(tmp_path / "access.log", clean) as (process, begun):
        os.kill(children(process.pid)[name], signal.SIGKILL)
        status, output, messages = ended(process, begun)
        gone(process.pid)
    assert (status, messages.decode()) == (1, f"clfmon: {name} was ended by SIGKILL\n")
    # What clfstats holds goes with it, and the last record with whom it has not passed: none.
    assert hits(output) == (1 if name == "clfstats" else OPENING)


def test_without_its_keeper_it_ends_too(tmp_path: Path, clean: dict[str, str]) -> None:
    with watching(tmp_path / "access.log", clean) as (process, begun):
        os.kill(children(process.pid)["sh"], signal.SIGKILL)
        status, output, messages = ended(process, begun)
    assert status == 1
    # 1, if the log was not there yet when tail began.
    assert re.fullmatch(rb"clfmon: tail ended with status [01]\n", messages)
    assert hits(output) == OPENING


@pytest.mark.parametrize("name", ["clfalert", "clfstats"])
def test_the_screen_is_left_when_a_member_dies(
    name: str, tmp_path: Path, env: dict[str, str]
) -> None:
    """By clfmon, where clfstats cannot; what was reported meanwhile is not lost."""
    log = tmp_path / "access.log"
    with terminal(["clfmon", str(log)], env, size=(200, 24)) as shown:
        log_missing = f"clfmon: waiting for {log}"
        shown.wait_until(lambda seen: seen.alternate and log_missing in seen.text)
        os.kill(children(shown.process.pid)[name], signal.SIGKILL)
        message = f"clfmon: {name} was ended by SIGKILL"
        seen = shown.wait_for(message)
        assert termios.tcgetattr(shown._theirs)[3] & termios.ECHO
        assert shown.ended() == 1
        assert seen[1:] == (False, True, True)
        assert log_missing in seen.text
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_reader_that_goes_ends_it_in_silence(tmp_path: Path, clean: dict[str, str]) -> None:
    log = tmp_path / "access.log"
    with watching(log, clean) as (process, _):
        assert process.stdout
        process.stdout.close()
        add(log, log_line(120))
        status = process.wait(PATIENCE)
        assert process.stderr
        assert status == 141
        assert b"clfmon" not in process.stderr.read()
        gone(process.pid)


def test_a_full_disk_is_reported_once_by_each(tmp_path: Path, clean: dict[str, str]) -> None:
    log = tmp_path / "access.log"
    log.write_text(log_line(0) + log_line(60))
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            ["clfmon", str(log)], env=clean, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == [
        "clfstats: standard output: No space left on device",
        "clfmon: clfstats ended with status 1",
    ]


def test_clfmon_takes_its_children_along(tmp_path: Path, clean: dict[str, str]) -> None:
    """Even when it is killed: tail ends, the filters write what is open and end with it."""
    with watching(tmp_path / "access.log", clean) as (process, begun):
        process.kill()
        status, output, _ = ended(process, begun)
        gone(process.pid)
    assert (status, hits(output)) == (-signal.SIGKILL, OPENING)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["KILL", "TERM"])
def test_the_demo_ends_with_it(number: int, tmp_path: Path, env: dict[str, str]) -> None:
    """However it was ended: no process stays, and no file; the screen is left, the state stays."""
    with terminal(["bash", "-c", "clfmon --demo; exec sleep 60"], env) as shown:
        shown.wait_until(lambda seen: seen.alternate and "made-up" in seen.text)
        (clfmon,) = [row for row in shown.living() if row.endswith("clfmon --demo")][-1:]
        assert len(shown.living()) >= 7
        os.kill(int(clfmon.split()[0]), number)
        wait_for(lambda: [row.split(maxsplit=1)[1] for row in shown.living()] == ["sleep 60"])
        seen = shown.wait_until(lambda seen: not seen.alternate and "total" in seen.text)
        assert (seen.cursor, seen.wraps) == (True, True)
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_demo_that_is_stopped_at_once_leaves_nothing(
    number: int, tmp_path: Path, env: dict[str, str]
) -> None:
    """At any moment of its start."""
    for step in range(0, 40, 10):
        with started(["clfmon", "--demo"], env) as process:
            time.sleep(step / 100)
            while process.poll() is None:  # an interpreter's first moments may lose a Ctrl-C
                process.send_signal(number)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(5)
            gone(process.pid)
            assert list((tmp_path / "tmp").iterdir()) == []


def test_nothing_outlives_the_terminal(tmp_path: Path, env: dict[str, str]) -> None:
    """As when its window is closed: the session's leader goes, and a hangup comes."""
    with terminal(["bash", "-c", "clfmon --demo; exit"], env) as shown:
        shown.wait_until(lambda seen: seen.alternate and "made-up" in seen.text)
        shown.process.kill()
        shown.process.wait(PATIENCE)
        wait_for(lambda: not shown.living())
    assert list((tmp_path / "tmp").iterdir()) == []


def test_ctrl_z_and_fg(tmp_path: Path, env: dict[str, str]) -> None:
    """The shell's prompt comes when the screen has been left; all goes on, until SIGQUIT."""
    log = tmp_path / "access.log"
    log.write_text(log_line(0) + log_line(60))
    with terminal(["bash", "--norc", "--noprofile", "-i"], env) as shown:
        shown.send(b"PS1='ready> '\n")
        shown.wait_for("\nready>")
        shown.send(f"clfmon {log}\n".encode())
        shown.wait_until(lambda seen: seen.alternate and "/api" in seen.text)
        shown.send(CTRL_Z)
        seen = shown.wait_for("Stopped", "ready>")
        assert (seen.alternate, seen.cursor, seen.wraps) == (False, True, True)
        add(log, burst())
        shown.send(b"fg\n")
        total = f"total {LINES + OPENING} hits"
        shown.wait_until(lambda seen: seen.alternate and total in seen.text)
        shown.send(b"\x1c")
        seen = shown.wait_until(
            lambda seen: not seen.alternate and seen.text.rstrip().endswith("ready>")
        )
        assert total in seen.text
        shown.send(b"echo status $?\n")
        shown.wait_for("status 131")
        shown.send(b"exit\n")
        shown.ended()
        assert shown.living() == []
