"""The files that are read, and standard input."""

import os
import stat
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import ClassVar

from clfparse.stream.descriptors import STDIN

_OPEN = 32  # regular files that are open at once: half of what a shell may be limited to


class Gone(OSError):  # noqa: N818 - a message for people
    """The file is not where it was, and nowhere beside that: it is not read to its end."""


class File:
    """A file, read from its beginning to its end, or standard input.

    While others are read, a regular file may be closed, and is opened again, renamed or not. waits:
    whether it may have nothing to read now, and something later: a pipe, a terminal. Methods raise
    OSError.
    """

    _opened: ClassVar[deque["File"]] = deque()  # regular ones, the one opened first at the left

    def __init__(self, path: str) -> None:
        self.name = "standard input" if path == "-" else path
        self._path = path
        self._fd: int | None = STDIN if path == "-" else None
        self._at = 0  # bytes read
        self._is: tuple[int, int] | None = None  # device and inode
        self.waits = not self._is_regular(self.fileno())

    def fileno(self) -> int:
        """Return the descriptor; valid until another file is opened."""
        if self._fd is None:
            fd = self._open_again() if self._is else _opened(self._path)
            try:
                self._hold(fd)
            except BaseException:
                os.close(fd)
                raise
            self._fd = fd
        return self._fd

    def read(self, size: int) -> bytes:
        """Read what is there; nothing at the end. Raises BlockingIOError where nothing is there."""
        read = os.read(self.fileno(), size)
        self._at += len(read)
        return read

    def rewind(self) -> None:
        """Begin anew with a regular file. It stays open: what is open may be moved or removed."""
        self._at = 0
        os.lseek(self.fileno(), 0, os.SEEK_SET)

    def close(self) -> None:
        """Close it; standard input stays open."""
        if self._fd is not None and self._path != "-":
            with suppress(ValueError):
                self._opened.remove(self)
            os.close(self._fd)
            self._fd = None

    def _hold(self, fd: int) -> None:
        if not self._is_regular(fd):
            return
        self._is = _identity(fd)
        os.lseek(fd, self._at, os.SEEK_SET)
        if len(self._opened) == _OPEN:
            self._opened[0].close()
        self._opened.append(self)

    def _open_again(self) -> int:
        """Open a regular file where it is by now: rotated logs are renamed. Raises Gone."""
        for path in chain([self._path], self._moved()):
            with suppress(OSError):
                fd = _opened(path)
                if _identity(fd) == self._is:
                    return fd
                os.close(fd)
        raise Gone(0, "was removed or replaced while it was read")

    def _moved(self) -> Iterator[str]:
        """Yield the names beside its own that are this file's, most likely."""
        beside = os.path.dirname(self._path)  # noqa: PTH120 - a name, not a path to be joined
        with suppress(OSError), os.scandir(beside or ".") as entries:
            yield from [e.path for e in entries if self._is and e.inode() == self._is[1]]

    @staticmethod
    def _is_regular(fd: int) -> bool:
        return stat.S_ISREG(os.fstat(fd).st_mode)


def _opened(path: str) -> int:
    """Open a file. A FIFO is not waited for: it may be that nobody ever writes to it."""
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)


def _identity(fd: int) -> tuple[int, int]:
    """Return device and inode."""
    status = os.fstat(fd)
    return status.st_dev, status.st_ino
