"""The one module that reads stdin and writes stdout: it carries bytes to a filter and back.

What is there is read, worked on, written at once, and waited for: a lone line goes through without
delay, a burst goes in bulk. Nothing but waiting without input counts as silence.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from clfparse.stream.clash import clash
from clfparse.stream.contract import Filter
from clfparse.stream.descriptors import (
    STDOUT,
    Follower,
    atomic,
    enlarge,
    is_pipe,
    occupy_closed,
    write_all,
    write_messages,
)
from clfparse.stream.journal import Journal, Journaled, Unusable
from clfparse.stream.keyboard import Keyboard
from clfparse.stream.lane import Seconds
from clfparse.stream.live import Live, Screen
from clfparse.stream.rejects import Rejects
from clfparse.stream.signals import Signals
from clfparse.stream.snapshot import Content, Snapshot
from clfparse.stream.source import Stage
from clfparse.stream.sources import Sources
from clfparse.stream.stuck import Stuck

_AT_HAND = 1 << 22  # bytes


class _Failed(Exception):  # noqa: N818 - carries an exit status
    """Nothing more can be written; it has been reported. 0: that of the signal that came."""


class _Run:
    """One run of a filter: its sources, and its outputs."""

    def __init__(
        self,
        job: Filter,
        rejects: Rejects,
        rejects_fd: int | None,
        live: Live | None,
        messages: Follower | None,
        journal: Journal | None,
        snapshot: Snapshot | None,
        *,
        in_lines: bool,
    ) -> None:
        self._job = job
        self._live = live
        self._messages = messages
        self._rejects = rejects
        self._rejects_fd = rejects_fd
        self._journal = journal
        self._snapshot = snapshot
        self._stale = False  # the snapshot could not be written
        self._in_lines = in_lines
        self.failed = False

    def read(self, sources: Sources, signals: Signals) -> None:
        """Carry what is read through the filter, to the end or until a signal."""
        for block in sources.blocks(signals):
            now = sources.now()
            if block is None:
                self._write(self._job.on_idle(now))
            else:
                self._write(self._job.add(block.lines, now) if block.lines else b"")
            self._show()

    def finish(self) -> None:
        """Write what is open, and the totals."""
        self._write(self._job.close())
        self._rejects.finish()
        self._write(b"")
        self._show()

    def stay(self, signals: Signals) -> None:
        """Let a screen be looked at when all has been read, until its user has done so."""
        while self._live and signals.interruptible and not signals.ending:
            signals.wait([])
            self._show()

    def _show(self) -> None:
        if live := self._live:
            for message in self._messages.read() if self._messages else []:
                live.report(message)
            if live.error:
                raise self._unwritable(live.error)

    def complain(self, message: str) -> None:
        """Report a failure that the run goes on after."""
        self.failed = True
        self._rejects.report(message)

    def _write(self, written: bytes) -> None:
        """Write to stdout, and what was refused to stderr and the file of rejects."""
        try:
            for lines in atomic(written) if self._in_lines else (written,):
                write_all(STDOUT, lines)
        except BrokenPipeError:  # only where SIGPIPE is ignored
            raise _Failed(128 + signal.SIGPIPE) from None
        except OSError as error:
            raise self._unwritable(error) from error
        self._append()
        self._update()
        self._save()
        self._rejects.remind(time.monotonic())
        self._report()

    def _unwritable(self, error: OSError) -> _Failed:
        """Report that stdout cannot be written, and save what was refused."""
        self._save()
        if isinstance(error, Stuck):
            return _Failed(0)
        self._rejects.report(f"standard output: {error.strerror}")
        self._report()
        return _Failed(1)

    def _append(self) -> None:
        """Add to the journal what has just been written: killed in between, it is written again."""
        if not (journal := self._journal):
            return
        try:
            journal.append()
        except OSError as error:
            self._journal = None
            self.complain(f"{journal.name}: {error.strerror}: nothing is added to it any longer")

    def _update(self) -> None:
        """Replace the snapshot if it has changed; where that fails, try again with the next one."""
        if not (snapshot := self._snapshot):
            return
        try:
            snapshot.update()
            self._stale = False
        except OSError as error:
            if not self._stale:
                self.complain(f"{snapshot.name}: {error.strerror}: it is as it was before")
            self._stale = True

    def _save(self) -> None:
        refused = bytes(self._rejects.refused_bytes)
        self._rejects.refused_bytes.clear()
        if self._rejects_fd is None:
            return
        try:
            write_all(self._rejects_fd, refused)
        except OSError as error:
            self.complain(f"rejects are no longer kept: {error.strerror}")
            self._rejects_fd = None

    def _report(self) -> None:
        messages = self._rejects.messages[:]
        self._rejects.messages.clear()
        if self._live:
            for message in messages:
                self._live.report(message)
        else:
            write_messages(messages)


def run(
    job: Filter,
    rejects: Rejects,
    files: list[str],
    limit: int,
    rejects_file: str | None = None,
    *,
    seconds: Seconds,
    stage: Stage | None = None,
    strict: bool = False,
    shared: bool = False,
    history: Journaled | None = None,
    screen: Screen | None = None,
    messages: str | None = None,
    metrics: Content | None = None,
) -> int:
    """Carry the files (none: stdin) through a filter to stdout.

    limit: bytes of the longest line. rejects_file: to which refused lines are added. seconds: by
    which several files are brought into one order; stage: what makes lines that have seconds of
    theirs. shared: other programs may write to stdout too, as ``tee >(filter) | reader`` does:
    where it is a pipe, lines go whole. history: lines of earlier runs, to which the filter adds.
    screen: what a terminal shows meanwhile. messages: a file whose lines it shows too. metrics: a
    file that is replaced when they have changed.
    Returns the exit status: 1 for a failure, where no line could be read, or a refused line where
    strict; 2 where an output cannot be opened or is an input; 128 + its number for a signal.
    """
    occupy_closed()
    outputs = {"--rejects": rejects_file, "--history": history.path if history else None}
    outputs["--metrics"] = metrics.path if metrics else None
    if clashing := clash(files or ["-"], outputs):
        write_messages([f"{rejects.program}: {clashing}"])
        return 2
    # glibc would give the memory of each block back, and the kernel it again page by page. To free
    # a large piece raises the bounds for that (mallopt(3)): it saves 12 to 25 % of clfparse's time.
    bytes(_AT_HAND)
    enlarge(STDOUT)
    try:
        rejects_fd = appended(rejects_file) if rejects_file is not None else None
        journal = Journal(history) if history else None
        snapshot = Snapshot(metrics) if metrics else None
        live = Live(screen, Keyboard()) if screen else None
    except Unusable as error:
        write_messages([f"{rejects.program}: {error}"])
        return 2
    for note in journal.notes if journal else []:
        rejects.report(note)
    follower = Follower(messages) if messages else None
    in_lines = shared and is_pipe(STDOUT)
    sources = Sources(files, rejects, limit, seconds, stage)
    whole = _Run(job, rejects, rejects_fd, live, follower, journal, snapshot, in_lines=in_lines)
    try:
        with Signals(live) as signals, _shown(live):
            whole.read(sources, signals)
            whole.finish()
            whole.stay(signals)
    except _Failed as failed:
        hung_up = signals.stopped == signal.SIGHUP
        if not hung_up and (status := int(failed.args[0])):
            return status
    if live and live.failure:
        write_messages([f"{rejects.program}: {live.failure}"])
        return 1
    if signals.stopped:
        return 128 + signals.stopped
    return int(
        whole.failed or sources.failed or rejects.none_read or (strict and rejects.refused > 0)
    )


def appended(path: str) -> int:
    """Open a file to be added to. Raises Unusable."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
    try:
        return os.open(path, flags, 0o666)
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from error


@contextmanager
def _shown(live: Live | None) -> Iterator[None]:
    if not live:
        yield
        return
    try:
        with suppress(OSError):  # a terminal that is gone: drawing will fail, too
            live.enter()
        yield
    finally:
        with suppress(OSError):
            live.end()
            live.finish()
        write_messages(live.messages)
