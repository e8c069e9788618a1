"""How far the job is, on a terminal's stderr: a line that is written over and over."""

import os
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from clfparse.stream.descriptors import STDERR, write_all
from clfstats.spark.logs import LogFile
from clfstats.views.humanize import size

_EVERY = 0.5  # seconds
_CLEAR = "\r\x1b[K"


def line_of(logs: Sequence[LogFile], done: dict[int, int]) -> str:
    """Return how many files and bytes are done. done: bytes, by the log's place."""
    whole = sum(done.get(at, 0) >= log.size for at, log in enumerate(logs) if at in done)
    read = sum(min(done.get(at, 0), log.size) for at, log in enumerate(logs))
    total = sum(log.size for log in logs)
    return f"clfspark: {whole:,} of {len(logs):,} files, {size(read)} of {size(total)}"


class Progress:
    """Shows it from time to time, if stderr is a terminal. done: what `line_of` takes."""

    def __init__(self, logs: Sequence[LogFile], done: Callable[[], dict[int, int]]) -> None:
        self._logs = logs
        self._done = done
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if os.isatty(STDERR):
            self._thread = threading.Thread(target=self._show, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.end()

    def end(self) -> None:
        """Take the line away: what is written next begins where it began."""
        self._ended.set()
        if self._thread:
            self._thread.join()
            write_all(STDERR, _CLEAR.encode())
            self._thread = None

    def _show(self) -> None:
        while not self._ended.wait(_EVERY):
            write_all(STDERR, f"{_CLEAR}{line_of(self._logs, self._done())}".encode())
