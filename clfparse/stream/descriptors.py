"""The process's standard streams, and files that others write: descriptors, and what they are."""

import fcntl
import os
import select
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import BytesIO, TextIOWrapper
from typing import NamedTuple

from clfparse.values.escapes import displayed

STDIN, STDOUT, STDERR = 0, 1, 2
_READ = 1 << 16  # bytes
_PIPE = 1 << 20  # bytes
WHOLE = min(4_096, select.PIPE_BUF)  # bytes of a write that a pipe takes whole (write(3p))
_LARGEST = 1 << 26  # bytes of a file of messages: it may be /dev/zero


class Terminal(NamedTuple):
    """What stdout is.

    screen: whether it can be drawn on. colour: whether it understands and wants colours.
    """

    is_terminal: bool
    screen: bool
    colour: bool

    @staticmethod
    def size() -> tuple[int, int]:
        """Return its columns and lines, or what COLUMNS and LINES say; it may be resized."""
        return shutil.get_terminal_size()


def terminal() -> Terminal:
    """Look at stdout, NO_COLOR (see no-color.org) and TERM."""
    is_terminal = os.isatty(STDOUT)
    screen = is_terminal and (os.environ.get("TERM") or "dumb") != "dumb"
    return Terminal(is_terminal, screen, screen and not os.environ.get("NO_COLOR"))


def is_terminal(fd: int) -> bool:
    """Tell whether a descriptor is a terminal."""
    return os.isatty(fd)


def occupy_closed() -> None:
    """Put something unusable where a descriptor was closed (``<&-``), so that no file opens there.

    Reading or writing it gives the error that the closed one would have given.
    """
    for fd, unusable in ((STDIN, os.O_WRONLY), (STDOUT, os.O_RDONLY), (STDERR, os.O_RDONLY)):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, unusable)


def enlarge(fd: int) -> None:
    """Let a pipe hold 1 MiB, where the kernel allows it: with 64 KiB its ends wait for each other.

    Linux alone can (pipe(7)); an unprivileged user may have 64 MiB in pipes altogether. Anything
    else stays as it is.
    """
    set_size, get_size = (getattr(fcntl, f"F_{verb}PIPE_SZ", None) for verb in ("SET", "GET"))
    with suppress(OSError):
        if set_size and get_size and fcntl.fcntl(fd, get_size) < _PIPE:
            fcntl.fcntl(fd, set_size, _PIPE)


def write_all(fd: int, written: bytes) -> None:
    """Write every byte, to a descriptor that may be non-blocking."""
    rest = memoryview(written)
    while rest:
        try:
            rest = rest[os.write(fd, rest) :]
        except BlockingIOError:
            poll = select.poll()
            poll.register(fd, select.POLLOUT)
            poll.poll()


def is_pipe(fd: int) -> bool:
    """Tell whether a descriptor is a pipe, which other programs may write to as well."""
    with suppress(OSError):
        return stat.S_ISFIFO(os.fstat(fd).st_mode)
    return False


def atomic(lines: bytes, limit: int = WHOLE) -> Iterator[bytes]:
    """Cut complete lines into writes of whole lines, of at most limit bytes each.

    A pipe takes such a write whole: what others write never lands within it. A line
    that is longer is a write of its own.
    """
    start = 0
    while len(lines) - start > limit:
        end = lines.rfind(b"\n", start, start + limit) + 1 or lines.find(b"\n", start + limit) + 1
        yield lines[start : end or len(lines)]
        start = end or len(lines)
    if start < len(lines):
        yield lines[start:]


def write_messages(messages: Iterable[str]) -> None:
    """Write messages to stderr, a line each, safe to print: they may name files of any name."""
    with suppress(OSError):  # nobody reads them any more
        lines = "".join(displayed(message) + "\n" for message in messages)
        write_all(STDERR, lines.encode("utf-8", "backslashreplace"))


class SafeText(TextIOWrapper):
    """A stream of text whose lines are made safe to print, whoever writes to it."""

    def write(self, text: str) -> int:
        """Write lines."""
        with suppress(OSError):  # nobody reads them any more
            super().write("\n".join(map(displayed, text.split("\n"))))
        return len(text)

    def flush(self) -> None:
        """Write what is held back."""
        with suppress(OSError):
            super().flush()


def guard_stderr() -> None:
    """Let nothing go through sys.stderr that would act on a terminal."""
    # It is None where it was closed; typer would then write to stdout.
    buffer = sys.stderr.buffer if sys.stderr else BytesIO()
    sys.stderr = SafeText(buffer, "utf-8", "backslashreplace", line_buffering=True)


class Follower:
    """Reads the lines that others add to a file; it need not be there yet."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._fd: int | None = None
        self._rest = b""

    def read(self) -> list[str]:
        """Return the lines added since the last time; none where the file can't be read."""
        with suppress(OSError):
            if self._fd is None:
                self._fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            *lines, self._rest = (self._rest + os.read(self._fd, _READ)).split(b"\n")
            self._rest = self._rest[-_READ:]
            return [line.decode("utf-8", "replace") for line in lines]
        return []

    def read_all(self) -> Iterator[str]:
        """Yield all lines that are there now, a last one without newline too. Raises OSError."""
        fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            left, rest = _LARGEST, b""
            while left > 0 and (read := os.read(fd, _READ)):
                left -= len(read)
                *lines, rest = (rest + read).split(b"\n")
                yield from (line.decode("utf-8", "replace") for line in lines)
                rest = rest[-_READ:]
            if rest:
                yield rest.decode("utf-8", "replace")
        finally:
            os.close(fd)
