"""Faults around the filters: processes die, logs rotate, disks fill, descriptors are closed."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from faults import (
    FILTERS,
    NEEDS_PROC,
    PIPELINE,
    Pipeline,
    holding,
    piped,
    ready,
)
from logs import line
from processes import hits, objects, started, wait_for
from streams import START, iso
from streams import line as record

pytestmark = NEEDS_PROC
DEAD_READER = -signal.SIGPIPE


# One filter of the line dies.


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("victim", range(3), ids=FILTERS)
def test_a_filter_that_dies_ends_the_line(
    victim: int, number: signal.Signals, tmp_path: Path, clean: dict[str, str]
) -> None:
    """Those before it die of the closed pipe, those after it write what is open; none complains."""
    with piped(tmp_path, clean, *PIPELINE) as whole:
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
        whole = Pipeline([process], errors)
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
    with piped(tmp_path, clean, *commands, stdin=subprocess.DEVNULL) as whole:
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
def test_rejects_on_a_full_disk_are_reported_once(
    name: str, tmp_path: Path, clean: dict[str, str]
) -> None:
    """The run goes on, whatever is refused from then on, and ends with status 1."""
    command = f"{name} --rejects /dev/full{' --pass' if name == 'clfalert' else ''}"
    with piped(tmp_path, clean, command) as whole:
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


# Descriptors and signals.


@pytest.mark.parametrize("name", FILTERS)
def test_a_closed_stderr_is_no_hindrance(name: str, tmp_path: Path, clean: dict[str, str]) -> None:
    """All is done but for the messages, which go nowhere: not into the file opened next either."""
    rejects = tmp_path / "rejects"
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
    log, rejects = tmp_path / "log", tmp_path / "rejects"
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


def test_a_hang_up_loses_nothing(tmp_path: Path, clean: dict[str, str]) -> None:
    """All hear it at once, as of a terminal that is closed; under nohup they go on."""
    with (
        piped(tmp_path, clean, *PIPELINE) as whole,
        piped(tmp_path, clean, "nohup clfalert --pass") as deaf,
    ):
        sent = ready(whole)
        for process in whole.processes:
            process.send_signal(signal.SIGHUP)
        assert whole.statuses() == [128 + signal.SIGHUP] * 3
        assert whole.errors == ""
        assert hits(whole.output) == sent  # one was in a window that was open
        deaf.feed(record(START))
        deaf.see(lambda output: output == record(START))
        deaf.processes[0].send_signal(signal.SIGHUP)
        deaf.feed(record(START))
        assert deaf.end() == [0]
        assert deaf.output == record(START) * 2
