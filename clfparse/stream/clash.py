"""Files that would be read and written at once: what grows as it is read has no end."""

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from clfparse.stream.descriptors import STDIN, STDOUT

_Identity = tuple[int, int] | str


def clash(
    inputs: Iterable[str], outputs: Mapping[str, str | None], *, stdout: bool = True
) -> str | None:
    """Return what is wrong with the files of a command line, or None.

    inputs: names of files; - is stdin. outputs: the option of each file that is written to, and its
    name. stdout: whether that is written to, too. Regular files alone matter: a terminal, a pipe or
    /dev/null may be both. Links to one file are that file, and so is a descriptor that is open on
    it. A file that is not there yet goes by its path.
    """
    read = {_identity(STDIN if name == "-" else name) for name in inputs} - {None}
    written: dict[_Identity, str] = {}
    if stdout and (identity := _identity(STDOUT)):
        written[identity] = "standard output"
    for option, name in outputs.items():
        if name is None or not (identity := _identity(name)):
            continue
        if identity in written:
            return f"{option} {name}: the same file as {written[identity]}"
        written[identity] = f"{option} {name}"
    both = [what for identity, what in written.items() if identity in read]
    return f"{both[0]}: the file is an input, too" if both else None


def _identity(file: str | int) -> _Identity | None:
    """Return what is the same for each name of a regular file; None for anything else."""
    try:
        status = os.fstat(file) if isinstance(file, int) else Path(file).stat()
    except FileNotFoundError:
        return os.path.realpath(file) if isinstance(file, str) else None
    except (OSError, ValueError):  # opening it will say why
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None
