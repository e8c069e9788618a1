"""The one module that touches stdin, stdout and stderr: it carries bytes to a filter and back.

What is there is read, worked on, written at once, and waited for: a lone line goes through without
delay, a burst goes in bulk. Nothing but waiting without input counts as silence.
"""

import os
import select
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple, Protocol

from clfparse.clock import Now
from clfparse.lines import Lines
from clfparse.refusals import Refusals
from clfparse.signals import TURN, Signals

_READ = 1 << 16  # 64 KiB, what a pipe holds
_GATHER = 0.008  # seconds
_SMALL = 1 << 12  # bytes of a read that does not come of a burst; a burst's last read may
_FEW = 4  # small reads in a row, after which there is no burst
_STDIN, _STDOUT, _STDERR = 0, 1, 2


class Filter(Protocol):
    """Blocks of lines in, blocks of lines out. Each block ends with a newline, or is empty."""

    def add(self, block: bytes, now: Now) -> bytes:
        """Take complete lines."""

    def quiet(self, now: Now) -> bytes:
        """Take note that no input is waiting."""

    def finish(self) -> bytes:
        """Take the end of input: return what is still open."""


class Terminal(NamedTuple):
    """What stdout is. colour: whether it understands and wants colours."""

    is_terminal: bool
    colour: bool

    @staticmethod
    def width() -> int:
        """Return its columns, or what COLUMNS says; a terminal may be resized."""
        return shutil.get_terminal_size().columns


def terminal() -> Terminal:
    """Look at stdout, NO_COLOR (see no-color.org) and TERM."""
    is_terminal = os.isatty(_STDOUT)
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM", "dumb") == "dumb"
    return Terminal(is_terminal, is_terminal and not plain)


class _Failed(Exception):  # noqa: N818 - carries an exit status
    """Nothing more can be written; the message has been told."""


class _Run:
    """One run of a filter: its sources, one after the other, and its outputs."""

    def __init__(self, job: Filter, refusals: Refusals, rejects: int | None) -> None:
        self._job = job
        self._refusals = refusals
        self._rejects = rejects
        self._silence = timedelta()
        self.failed = False

    def read(self, name: str, fd: int, limit: int, signals: Signals) -> None:
        """Carry one source through the filter, to its end or until a signal."""
        lines = Lines(self._refusals, limit)
        try:
            for read in self._reads(fd, signals):
                if read:
                    self._add(lines.add(read))
                else:
                    self._write(self._job.quiet(self._now()))
        except OSError as error:
            self.complain(f"{name}: {error.strerror}")
        if not signals.stopped or time.monotonic() < signals.deadline:
            self._add(lines.finish())

    def finish(self) -> None:
        """Write what is open, and the totals."""
        self._write(self._job.finish())
        self._refusals.finish()
        self._write(b"")

    def complain(self, message: str) -> None:
        """Tell of a failure that the run goes on after."""
        self.failed = True
        self._refusals.tell(message)

    def _reads(self, fd: int, signals: Signals) -> Iterator[bytes]:
        """Yield what is read; nothing for a turn of silence."""
        last, singly = 0.0, 0
        while not signals.stopped or time.monotonic() < signals.deadline:
            began = time.monotonic()
            ready = signals.wait(fd)
            # No more than a turn: a process that was stopped meanwhile has heard nothing.
            self._silence += timedelta(seconds=min(time.monotonic() - began, TURN))
            if not ready:
                yield b""
                continue
            # A lone line goes through at once. Where lines come singly but fast, waking for each
            # would cost five times the CPU: what follows the first few gathers for a moment.
            if singly > _FEW and time.monotonic() - last < _GATHER:
                time.sleep(_GATHER)
            with suppress(BlockingIOError):
                if not (read := os.read(fd, _READ)):
                    return
                last, singly = time.monotonic(), singly + 1 if len(read) <= _SMALL else 0
                yield read

    def _now(self) -> Now:
        return Now(time.time(), self._silence)

    def _add(self, blocks: Iterator[bytes]) -> None:
        now = self._now()
        self._write(b"".join(self._job.add(block, now) for block in blocks))

    def _write(self, written: bytes) -> None:
        """Write to stdout, and what was refused to stderr and the file of rejects."""
        try:
            _write_all(_STDOUT, written)
        except BrokenPipeError:  # only where SIGPIPE is ignored
            raise _Failed(128 + signal.SIGPIPE) from None
        except OSError as error:
            self._refusals.tell(f"standard output: {error.strerror}")
            self._report()
            raise _Failed(1) from error
        self._keep()
        self._refusals.remind(time.monotonic())
        self._report()

    def _keep(self) -> None:
        kept = bytes(self._refusals.kept)
        self._refusals.kept.clear()
        if self._rejects is None:
            return
        try:
            _write_all(self._rejects, kept)
        except OSError as error:
            self.complain(f"rejects are no longer kept: {error.strerror}")
            self._rejects = None

    def _report(self) -> None:
        messages = "".join(message + "\n" for message in self._refusals.messages)
        self._refusals.messages.clear()
        with suppress(OSError):  # nobody is left to be told
            _write_all(_STDERR, messages.encode("utf-8", "backslashreplace"))


def run(
    job: Filter,
    refusals: Refusals,
    files: list[str],
    limit: int,
    rejects: str | None = None,
    *,
    strict: bool = False,
) -> int:
    """Carry the files (none: stdin) through a filter to stdout.

    limit: bytes of the longest line. rejects: a file to which refused lines are added.
    Returns the exit status: 1 for a failure, or a refused line where strict; 128 + its number for
    a signal.
    """
    _occupy_closed()
    kept = None
    if rejects is not None:
        try:
            kept = os.open(rejects, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            _write_all(_STDERR, f"{refusals.program}: {rejects}: {error.strerror}\n".encode())
            return 2
    whole = _Run(job, refusals, kept)
    try:
        with Signals() as signals:
            for name, fd in _sources(files, whole, refusals):
                whole.read(name, fd, limit, signals)
                if signals.stopped:
                    break
            whole.finish()
    except _Failed as failed:
        return int(failed.args[0])
    if signals.stopped:
        return 128 + signals.stopped
    return int(whole.failed or (strict and refusals.refused > 0))


def _sources(files: list[str], whole: _Run, refusals: Refusals) -> Iterator[tuple[str, int]]:
    """Open the files in turn; one that can't be opened is told, and the next one is read."""
    for name in files or ["-"]:
        if name == "-":
            yield "standard input", _STDIN
            continue
        try:
            fd = os.open(name, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            whole.complain(f"{name}: {error.strerror}")
            continue
        refusals.enter(name)
        yield name, fd
        os.close(fd)


def _occupy_closed() -> None:
    """Put something unusable where a descriptor was closed (``<&-``), lest another file open there.

    Reading or writing it gives the error that the closed one would have given.
    """
    for fd, unusable in ((_STDIN, os.O_WRONLY), (_STDOUT, os.O_RDONLY), (_STDERR, os.O_RDONLY)):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, unusable)


def _write_all(fd: int, written: bytes) -> None:
    """Write every byte, to a descriptor that may be non-blocking."""
    rest = memoryview(written)
    while rest:
        try:
            rest = rest[os.write(fd, rest) :]
        except BlockingIOError:
            poll = select.poll()
            poll.register(fd, select.POLLOUT)
            poll.poll()
