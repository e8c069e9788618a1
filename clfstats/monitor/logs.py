"""The logs to be followed: whether they can be."""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from clfalert.options import LABEL
from clfparse.values.escapes import printable

_READ_IT = "cannot be followed; `clfparse FILE | clfalert --pass | clfstats` reads it"
_KINDS = (
    (stat.S_ISDIR, "is a directory"),
    (stat.S_ISSOCK, "is a socket, which cannot be read"),
    (stat.S_ISFIFO, f"is a pipe, which {_READ_IT}"),
    (stat.S_ISCHR, f"is a device, which {_READ_IT}"),
    (stat.S_ISBLK, "is a device, which cannot be followed"),
)


_CUT = "…"


class Logs(NamedTuple):
    """What there is to report. problems: messages. missing: names of logs that are not there."""

    problems: list[str]
    missing: list[str]


def label_of(names: Iterable[str]) -> str:
    """Return the label of alerts on these logs: their absolute names, cut off if they are long.

    What reads alerts need not know where this process was started.
    """
    joined = printable(", ".join(map(_absolute, names)))
    if len(joined.encode()) <= LABEL:
        return joined
    return joined.encode()[: LABEL - len(_CUT.encode())].decode(errors="ignore") + _CUT


def look(names: Iterable[str], history: str | None = None) -> Logs:
    """Look at each log: it can be read, or is not there yet; and none is named twice.

    history: the file that alerts are added to, which is not one of them.
    """
    logs = Logs([], [])
    seen: dict[tuple[int, int] | str, str] = {}
    for name in names:
        shown = printable(name)
        try:
            identity = _identity(name)
        except OSError as error:
            logs.problems.append(f"{shown}: {error.strerror}")
            continue
        except ValueError as error:
            logs.problems.append(f"{shown} {error}")
            continue
        if identity == name:
            logs.missing.append(shown)
        if identity in seen:  # each of its lines would count twice
            logs.problems.append(f"{shown} is the same log as {seen[identity]}")
        seen.setdefault(identity, shown)
    if history is not None:
        with suppress(OSError, ValueError):  # which is reported when it is opened
            if log := seen.get(_identity(history)):
                logs.problems.append(f"alerts cannot be added to {log}, which is watched")
    return logs


def _absolute(name: str) -> str:
    try:
        return os.path.abspath(name)  # noqa: PTH100 - symbolic links stay what they are called
    except OSError:  # the folder of this process has been removed
        return name


def _identity(name: str) -> tuple[int, int] | str:
    """Return what tells a file from others; of what is not there yet its name.

    Raises OSError or, with its kind, ValueError.
    """
    try:
        status = os.stat(name)  # noqa: PTH116 - a name, not a path to be joined
    except FileNotFoundError:
        return name
    for is_kind, kind in _KINDS:
        if is_kind(status.st_mode):
            raise ValueError(kind)
    os.close(os.open(name, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK))
    return status.st_dev, status.st_ino
