"""clfmon: its settings, and its processes."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

from logs import line as log_line
from processes import PATIENCE, read_until, started, wait_for

from clfstats.monitor.commands import Settings

SETTINGS = Settings(
    logs=["access.log"],
    lines=10,
    forms=[],
    client=None,
    zone=None,
    threshold=Fraction(10),
    recover=None,
    alert_window=120,
    history=None,
    label=None,
    window=10,
    by=[],
    top=10,
    delay=timedelta(seconds=2),
    live=False,
    plain=False,
    alerts=False,
    demo=False,
)
TAILS = re.compile(rb"(?:/\S*/)?tail: ")  # a message of it, by the name that it was started by
OPENING = 2  # lines that `watching` has written


def _processes(columns: str) -> list[list[str]]:
    """Return the words of each process that lives. columns: of ps; the first is its state."""
    listed = subprocess.run(
        ["ps", "-ww", "-A", "-o", columns], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    return [words for words in map(str.split, listed.splitlines()) if "Z" not in words[0]]


def children(pid: int) -> dict[str, int]:
    """Return the processes that one has started: their numbers, by the names of their programs."""
    return {
        words[words.index("-m") + 1] if "-m" in words else words[0]: int(child)
        for _, parent, child, *words in _processes("stat=,ppid=,pid=,args=")
        if int(parent) == pid
    }


def add(log: Path, text: str) -> None:
    """Add to a log, as a server does."""
    with log.open("a") as file:
        file.write(text)


@contextmanager
def watching(
    log: Path, env: dict[str, str], *options: str
) -> Iterator[tuple[subprocess.Popen[bytes], bytes]]:
    """Start clfmon on a log that is not there yet, and wait until all of it is at work.

    Yields it, and what it has written so far: the window of the first of two lines.
    """
    command = ["clfmon", *options, str(log)]
    with started(command, env, stderr=subprocess.PIPE) as process:
        assert process.stderr
        assert process.stderr.readline() == f"clfmon: waiting for {log}\n".encode()
        add(log, log_line(0) + log_line(60))
        yield process, read_until(process, bool)


def ended(process: subprocess.Popen[bytes], output: bytes) -> tuple[int, bytes, bytes]:
    """Wait for the end: return the status, all that was written, and what clfmon has reported."""
    output += read_until(process, lambda _: False)
    status = process.wait(PATIENCE)
    assert process.stderr
    lines = process.stderr.read().splitlines(keepends=True)
    return status, output, b"".join(line for line in lines if not TAILS.match(line))


def gone(session: int) -> None:
    """Wait until no process of a session is left."""
    wait_for(lambda: str(session) not in {words[1] for words in _processes("stat=,sess=")})


def send_all(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to all processes at once, as a terminal or a service's stop does."""
    os.killpg(process.pid, number)
