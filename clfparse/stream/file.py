"""The files that are read, and standard input."""

import os
import stat
from collections import deque
from contextlib import suppress
from typing import ClassVar

from clfparse.stream.descriptors import STDIN

_OPEN = 32  # regular files that are open at once: half of what a shell may be limited to


class Replaced(OSError):  # noqa: N818 - a message for people
    """The name is another file's by now."""


class File:
    """A file, read from its beginning to its end, or standard input.

    While others are read, a regular file may be closed, and is opened again where it was. waits:
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
            # A FIFO is not waited for: it may be that nobody ever writes to it.
            fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
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
        """Begin anew with a regular file, and close it till then."""
        self._at = 0
        self.close()

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
        status = os.fstat(fd)
        identity = status.st_dev, status.st_ino
        if self._is not in {None, identity}:
            raise Replaced(0, "was replaced while it was read")
        self._is = identity
        os.lseek(fd, self._at, os.SEEK_SET)
        if len(self._opened) == _OPEN:
            self._opened[0].close()
        self._opened.append(self)

    @staticmethod
    def _is_regular(fd: int) -> bool:
        return stat.S_ISREG(os.fstat(fd).st_mode)
