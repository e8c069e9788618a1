"""One run of clfspark, from the names of logs to parts on stdout."""

import shutil
import signal
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from clfparse.stream.clash import clash
from clfparse.stream.descriptors import STDOUT, occupy_closed, write_all, write_messages
from clfparse.stream.journal import Unusable
from clfparse.stream.rejects import Rejects
from clfparse.stream.run import appended
from clfstats.spark import hadoop, logs, needs, report, shipped
from clfstats.spark.emit import Emitter
from clfstats.spark.logs import LogFile, Unlisted
from clfstats.spark.pairs import CountOptions
from clfstats.spark.plan import divide, task_size
from clfstats.spark.progress import Progress
from clfstats.spark.session import SparkFailed, session
from clfstats.spark.stop import Stopped, stoppable


class Wanted(NamedTuple):
    """What the command line asks for. window: seconds. rejects: a file for refused lines."""

    names: list[str]
    window: int
    settings: CountOptions
    master: str
    rejects: str | None
    strict: bool
    hint: Callable[[list[bytes]], str]


class _Unwritable(Exception):  # noqa: N818 - carries an exit status
    """Nothing more can be written; it has been reported."""


def drive(wanted: Wanted) -> int:
    """Count logs, and write parts.

    Returns the exit status: 1 for a failure, where no line could be read, or a refused line where
    strict; 2 where a file of refused lines cannot be opened or is an input; 128 and its number for
    a signal.
    """
    occupy_closed()
    if lacking := needs.lacking():
        write_messages([f"clfspark: {lacking}"])
        return 1
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # it has sockets: a write says what is wrong
    run = _Run(wanted)
    try:
        with stoppable():
            return run.carry()
    except Unusable as error:
        write_messages([f"clfspark: {error}"])
        return 2
    except _Unwritable as unwritable:
        return int(unwritable.args[0])
    except Stopped as stopped:
        write_messages(["clfspark: stopped: parts are missing"])
        return 128 + int(stopped.args[0])


class _Run:
    """What is known as the run goes on."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._rejects = Rejects("clfspark", wanted.hint)
        self._failed = False
        self._rejects_fd: int | None = None  # the descriptor of the file of refused lines

    def carry(self) -> int:
        """Do all there is to do; return the exit status. Raises Unusable."""
        names = self._wanted.names
        local = {name: self._listed(logs.listed, name) for name in names if _is_local(name)}
        self._say()
        paths = [log.path for each in local.values() for log in each]
        if clashing := clash(paths, {"--rejects": self._wanted.rejects}):
            raise Unusable(clashing)
        if self._wanted.rejects is not None:
            self._rejects_fd = appended(self._wanted.rejects)
        if not paths and all(map(_is_local, names)):
            return 1
        folder = Path(tempfile.mkdtemp(prefix="clfspark-"))
        log = folder / "log"
        log.touch()
        try:
            with session(self._wanted.master, log) as context, stoppable():
                self._count(context, local, folder)
        except SparkFailed as error:
            folder.joinpath("clf-filters.zip").unlink(missing_ok=True)
            self._complain(f"Spark: {error} (its log: {log})")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        else:
            shutil.rmtree(folder, ignore_errors=True)
        self._say()
        rejects, strict = self._rejects, self._wanted.strict
        return int(self._failed or rejects.none_read or (strict and rejects.refused > 0))

    def _count(self, context: Any, local: dict[str, list[LogFile]], folder: Path) -> None:  # noqa: ANN401
        """Have all logs counted, and write what comes of it."""
        from clfstats.spark import job

        far = partial(hadoop.remote_files, context)
        named = [
            (log, name in local)
            for name in self._wanted.names
            for log in (local[name] if name in local else self._listed(far, name))
        ]
        self._say()
        all_logs = [log for log, _ in named]
        remote = {at for at, (_, near) in enumerate(named) if not near}
        settings = self._wanted.settings._replace(several=len(all_logs) > 1)
        most = task_size(all_logs, context.defaultParallelism)
        splits = list(divide(all_logs, remote, settings, most))
        archive = folder / "clf-filters.zip"
        shipped.write(archive)
        context.addPyFile(str(archive))
        done = context.accumulator({}, job.Done())
        with Progress(all_logs, lambda: done.value) as progress:

            def take_report(said: report.Report) -> None:
                progress.end()
                said.expect(splits)
                self._failed |= bool(said.failures)
                report.pass_on(said, splits, settings.by, self._rejects, self._wanted.hint)
                self._say()

            emitter = Emitter(self._wanted.window, settings.by, self._write, self._keep)
            emitter.take(job.counted(context, splits, remote, settings, done, most), take_report)
        if emitter.rejects.refused:
            self._failed = True
            self._rejects.messages += emitter.rejects.messages

    def _listed(self, listing: Callable[[str], list[LogFile]], name: str) -> list[LogFile]:
        """Return the logs of a name; none where there is nothing to be read."""
        try:
            return listing(name)
        except Unlisted as error:
            self._complain(str(error))
            return []

    def _complain(self, message: str) -> None:
        """Report a failure that the run goes on after."""
        self._failed = True
        self._rejects.report(message)

    def _say(self) -> None:
        write_messages(self._rejects.messages)
        self._rejects.messages.clear()

    def _write(self, lines: bytes) -> None:
        try:
            write_all(STDOUT, lines)
        except BrokenPipeError:
            raise _Unwritable(128 + signal.SIGPIPE) from None
        except OSError as error:
            self._rejects.report(f"standard output: {error.strerror}")
            self._say()
            raise _Unwritable(1) from error

    def _keep(self, lines: bytes) -> None:
        if self._rejects_fd is None:
            return
        try:
            write_all(self._rejects_fd, lines)
        except OSError as error:
            self._complain(f"rejects are no longer kept: {error.strerror}")
            self._rejects_fd = None


def _is_local(name: str) -> bool:
    return not hadoop.has_scheme(name)
