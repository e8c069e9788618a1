"""A file that is replaced as a whole: whoever reads it never sees half of it."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from clfparse.stream.descriptors import write_all
from clfparse.stream.journal import Unusable


class Content(Protocol):
    """What is in the file. changed: whether it is to be written anew."""

    path: str
    changed: bool

    def render(self) -> bytes:
        """Return all of it; it has not changed since, then."""


class Snapshot:
    """Keeps a file up to date; it is written at once. Raises Unusable where that cannot be done."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self.name = content.path
        try:
            if not stat.S_ISREG(Path(self.name).stat().st_mode):
                raise Unusable(f"{self.name}: not a regular file")
        except FileNotFoundError:
            pass
        except OSError as error:
            raise Unusable(f"{self.name}: {error.strerror}") from error
        try:
            self.update()
        except OSError as error:
            raise Unusable(f"{self.name}: {error.strerror}") from error

    def update(self) -> None:
        """Replace the file if its content has changed. Raises OSError: it is as it was then."""
        if not self._content.changed:
            return
        beside = f"{self.name}.{os.getpid()}"
        try:
            fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
            try:
                write_all(fd, self._content.render())
            finally:
                os.close(fd)
            Path(beside).replace(self.name)
        except OSError:
            with suppress(OSError):
                Path(beside).unlink()
            raise
