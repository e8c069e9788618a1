"""Splits of logs: ranges of bytes, each of whole lines. A line is of the range it begins in.

Lines end with a newline here. Those that a lone carriage return ends are of one range with the rest
of what is before the newline: so each range is as good as a log.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

_READ = 1 << 18  # bytes


class Split(NamedTuple):
    """Bytes ``[begin, end)`` of a log. number: its place among all. log: the log's among logs.

    whole: nothing is cut: it may be packed.
    """

    number: int
    log: int
    name: str
    path: str
    begin: int
    end: int
    whole: bool


class Seekable(Protocol):
    """As much of an unbuffered file as is needed."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""

    def read(self, size: int = -1, /) -> bytes | None:
        """Read some bytes; none at the end."""


def ranges(size: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of equal sizes, of so many bytes at most; one for an empty log."""
    number = max(1, -(-size // most))
    for at in range(number):
        yield size * at // number, size * (at + 1) // number


def bundles(splits: Iterable[Split], most: int) -> list[list[Split]]:
    """Put splits together, in their order, that have so many bytes: a task has a price."""
    made: list[list[Split]] = []
    room = 0
    for split in splits:
        size = split.end - split.begin
        if size > room or not made:
            made.append([])
            room = most
        made[-1].append(split)
        room -= size
    return made


def line_start(file: Seekable, at: int) -> int:
    """Return where the first line begins at a place or after it: the file's end if none does."""
    if at <= 0:
        return 0
    file.seek(at - 1)
    place = at - 1
    while read := file.read(_READ):
        if end := read.find(b"\n") + 1:
            return place + end
        place += len(read)
    return place


def pieces(file: Seekable, begin: int, end: int) -> Iterator[bytes]:
    """Yield the bytes of the lines that begin in a range, a piece at a time."""
    start, stop = line_start(file, begin), line_start(file, end)
    file.seek(start)
    while start < stop and (read := file.read(min(_READ, stop - start))):
        start += len(read)
        yield read
