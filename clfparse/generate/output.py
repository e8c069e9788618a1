"""What is read and written; a failure ends the run with one message."""

import os
from collections.abc import Iterator
from functools import partial
from typing import NoReturn

from clfparse.stream.descriptors import STDIN, STDOUT, write_all, write_messages
from clfparse.stream.lines import LOG_LINE


def read(name: str) -> Iterator[bytes]:
    """Yield the lines of a file as they come; one longer than 64 KiB in pieces."""
    try:
        fd = STDIN if name == "-" else os.open(name, os.O_RDONLY | os.O_CLOEXEC)
        with os.fdopen(fd, "rb") as file:
            yield from iter(partial(file.readline, LOG_LINE), b"")
    except OSError as error:
        fail("standard input" if name == "-" else name, error)


def write(lines: bytes) -> None:
    """Write to stdout at once."""
    try:
        write_all(STDOUT, lines)
    except OSError as error:
        fail("standard output", error)


def report(unreadable: int) -> None:
    """Report how many lines of a replay had no time that could be read."""
    if unreadable == 1:
        write_messages(["clfgen: 1 line had no readable time and was sent as it is"])
    elif unreadable:
        write_messages(
            [f"clfgen: {unreadable:,} lines had no readable time and were sent as they are"]
        )


def fail(name: str, error: OSError) -> NoReturn:
    """Report what went wrong with a file, and end with status 1."""
    write_messages([f"clfgen: {name}: {error.strerror}"])
    raise SystemExit(1)
