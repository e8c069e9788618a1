"""A file without a name: what is reported while the screen is shown goes there."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from clfparse.stream.descriptors import STDOUT, write_all
from clfparse.stream.keyboard import Modes, set_modes
from clfparse.stream.live import LEAVE
from clfparse.values.escapes import printable

_READ = 1 << 18  # bytes, from the end


class Messages(NamedTuple):
    """Two descriptors of the file, each with a place of its own. append: to write; read."""

    append: int
    read: int

    def add(self, message: str) -> None:
        """Add a line."""
        write_all(self.append, f"{message}\n".encode("utf-8", "backslashreplace"))

    def last(self) -> Iterator[str]:
        """Yield the last lines, safe to print."""
        start = max(0, os.fstat(self.read).st_size - _READ)
        for line in os.pread(self.read, _READ, start).splitlines():
            yield printable(line.decode("utf-8", "replace"))


def unnamed() -> Messages:
    """Make the file; nothing is left of it, however this process ends. Raises OSError."""
    fd, path = tempfile.mkstemp(prefix="clfmon.")
    try:
        os.close(fd)
        append = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        return Messages(append, os.open(path, os.O_RDONLY | os.O_CLOEXEC))
    finally:
        Path(path).unlink()


def leave_screen(modes: Modes | None) -> None:
    """Leave the screen of a process that could not; a terminal that is stopped stays as it is.

    modes: those of the terminal before it.
    """
    set_modes(STDOUT, modes)
    with suppress(OSError):  # it has been closed
        terminal = os.open(os.ttyname(STDOUT), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        with suppress(OSError):
            os.write(terminal, LEAVE)
        os.close(terminal)
