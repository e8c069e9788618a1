"""Which files are meant: names, patterns, directories, as this machine has them."""

import glob
import os
import stat
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class LogFile(NamedTuple):
    """A file to be read. name: as it was named; path: what an executor opens; size: in bytes."""

    name: str
    path: str
    size: int


class Unlisted(Exception):  # noqa: N818 - what it says of a name
    """There is nothing to be read under a name; the message says why."""


def listed(name: str) -> list[LogFile]:
    """Return the regular files that a name stands for, in the order of their names.

    That is a file; the files in a directory, but for hidden ones; or those that a pattern fits,
    where no file is called so. Paths are absolute: an executor works elsewhere. Raises Unlisted.
    """
    names = [name]
    if not os.path.lexists(name) and glob.has_magic(name):
        names = sorted(glob.glob(name))  # noqa: PTH207 - names stay as they were written
        if not names:
            raise Unlisted(f"{name}: no file fits this pattern")
    return [log for each in names for log in _files(each)]


def _files(name: str) -> Iterable[LogFile]:
    try:
        status = os.stat(name)  # noqa: PTH116 - names stay as they were written
        if stat.S_ISDIR(status.st_mode):
            return list(_inside(name))
    except (OSError, ValueError) as error:
        raise Unlisted(f"{name}: {getattr(error, 'strerror', None) or error}") from error
    if not stat.S_ISREG(status.st_mode):
        raise Unlisted(f"{name}: not a regular file: several executors cannot read it")
    return [_log(name, status.st_size)]


def _inside(folder: str) -> Iterator[LogFile]:
    with os.scandir(folder) as entries:
        inner = sorted((entry for entry in entries), key=lambda entry: entry.name)
    for entry in inner:
        if not entry.name.startswith(".") and entry.is_file():
            yield _log(entry.path, entry.stat().st_size)


def _log(name: str, size: int) -> LogFile:
    return LogFile(name, os.path.abspath(name), size)  # noqa: PTH100 - links stay as they are
