"""A file to which one process adds whole lines, and which it reads when it starts.

What was added when the process is killed is in the file, whole or torn; a torn last line is taken
out at the next start. Nothing is synced to the disk: when power fails, the log that the lines were
made of lacks its end too, and what is missing here is made of it anew.
"""

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from clfparse.stream.descriptors import write_all
from clfparse.stream.lines import RECORD_LINE
from clfparse.values.escapes import plain, printable

_READ = 1 << 18  # bytes
_PATIENCE = 5.0  # seconds for another process, which is about to end, to let go of the file
_POLL = 0.05  # seconds


class Unusable(Exception):  # noqa: N818 - what it says of a file
    """The file cannot be used; the message says why. It is as it was."""


class Journaled(Protocol):
    """What a filter remembers from run to run: lines of a file.

    path: of the file. pending: lines to be added, each with its newline.
    """

    path: str
    pending: bytearray

    def load(self, line: bytes) -> None:
        """Take a line of the file, without newline, oldest first. Raises ValueError for others."""

    def is_torn(self, rest: bytes) -> bool:
        """Tell whether a last line without newline is the beginning of one of ours."""


class Journal:
    """The file of a history: loaded, mended, and locked as long as this process lives.

    Raises Unusable where it cannot be read or written, is no regular file, is in use, or holds
    lines that are not the history's. It is made if it is not there. notes: what was mended.
    """

    def __init__(self, history: Journaled) -> None:
        self._history = history
        self.name = printable(history.path)
        self.notes: list[str] = []
        try:
            self._fd = _opened(history.path)
            self._load()
        except OSError as error:
            raise Unusable(f"{self.name}: {error.strerror}") from error

    def append(self) -> None:
        """Add what is pending. Raises OSError; then none of it has been added."""
        if not self._history.pending:
            return
        lines = bytes(self._history.pending)
        self._history.pending.clear()
        size = os.fstat(self._fd).st_size
        try:
            write_all(self._fd, lines)
        except OSError:
            os.ftruncate(self._fd, size)
            raise

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._fd)

    def _load(self) -> None:
        size = 0  # bytes of the lines loaded
        for number, line in enumerate(self._lines(), 1):
            text = line.removesuffix(b"\n").rstrip(b"\0")  # NULs are what a crash may leave
            whole = line.endswith(b"\n")
            try:
                self._history.load(text)
            except ValueError as error:
                if whole or not self._history.is_torn(text):
                    raise Unusable(f"{self.name}: line {number}: {error}") from error
                self._mend(size, text)
            else:
                size += len(line)
                if not whole:
                    os.ftruncate(self._fd, size - len(line) + len(text))
                    write_all(self._fd, b"\n")

    def _mend(self, size: int, torn: bytes) -> None:
        os.ftruncate(self._fd, size)
        self.notes.append(f"{self.name}: its last line was torn, and is taken out: '{plain(torn)}'")

    def _lines(self) -> Iterator[bytes]:
        """Yield lines with their newlines; the last may lack it, and be cut off if it is long."""
        rest = b""
        while len(rest) <= RECORD_LINE and (read := os.read(self._fd, _READ)):
            *lines, rest = (rest + read).split(b"\n")
            yield from (line + b"\n" for line in lines)
        if rest:
            yield rest


def lines_of(path: str) -> Iterator[bytes]:
    """Yield the complete lines of a journal that another process may add to, without newline.

    None where it is not there yet. Raises Unusable.
    """
    try:
        with Path(path).open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield line[:-1]
    except FileNotFoundError:
        pass
    except OSError as error:
        raise Unusable(f"{printable(path)}: {error.strerror}") from error


def _opened(path: str) -> int:
    """Open and lock a file. Raises OSError, or Unusable."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK
    fd = os.open(path, flags, 0o666)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        raise Unusable(f"{printable(path)}: not a regular file")
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise Unusable(f"{printable(path)}: another process adds to it") from None
            time.sleep(_POLL)
        else:
            return fd
