"""From reads to lines: blocks of complete lines, however the input is cut."""

import re
from collections.abc import Iterator

from clfparse.stream.rejects import Rejects

LOG_LINE = 1 << 16  # 64 KiB

# Room for the record of any log line: each of its bytes may become five ("\\xff"), twice over
# ("path" and "section"), beside a constant part.
RECORD_LINE = 1 << 20  # 1 MiB

_NULS = re.compile(rb"^\0+", re.MULTILINE)
_LONE = re.compile(rb"\r(?!\n)")  # a carriage return that ends a line by itself, as on old Macs


class Lines:
    """Collects reads and gives them back as blocks: complete lines, each with its newline.

    A line longer than limit bytes is refused, without holding it. NULs before a line are dropped:
    where a log was truncated under its writer's hands, there may be any number.
    """

    def __init__(self, rejects: Rejects, limit: int) -> None:
        self._rejects = rejects
        self._limit = limit
        self._open = b""  # a line's beginning, at most limit bytes
        self._skipping = False  # inside a line that is refused already
        self._return = b""  # a carriage return: what comes next tells whether it ends a line

    def add(self, read: bytes) -> Iterator[bytes]:
        """Take what was read; yield a block wherever lines are complete."""
        if self._return or b"\r" in read:
            read = self._return + read
            self._return = b"\r" * read.endswith(b"\r")
            read = _LONE.sub(b"\n", read.removesuffix(b"\r"))
        if self._skipping:
            read = self._skip(read)
        if not self._open:
            read = read.lstrip(b"\0")
        end = read.rfind(b"\n") + 1
        if end:
            # Of a view: one copy of the block instead of two.
            yield from self._fitting(b"".join((self._open, memoryview(read)[:end])))
            self._open = b""
        self._open += read[end:] if self._open else read[end:].lstrip(b"\0")
        if len(self._open) > self._limit:
            self._refuse(self._open, end=b"")
            self._open = b""
            self._skipping = True

    def finish(self) -> Iterator[bytes]:
        """Yield what is left: a last line without newline is a line."""
        if self._skipping:
            self._skip(self._return + b"\n")
        elif self._open or self._return:
            yield from self._fitting(self._open + self._return + b"\n")
        self._open = self._return = b""

    def _skip(self, read: bytes) -> bytes:
        """Drop the rest of a refused line; return what follows it."""
        line, newline, rest = read.partition(b"\n")
        self._rejects.keep(line + newline)
        self._skipping = not newline
        return rest

    def _fitting(self, block: bytes) -> Iterator[bytes]:
        """Take overlong lines out of a block, and NULs before lines."""
        if b"\0" in block:
            block = _NULS.sub(b"", block)
        if len(block) <= self._limit:
            yield block
            return
        fitting = []
        for line in block.split(b"\n")[:-1]:
            if len(line) <= self._limit:
                fitting.append(line)
                continue
            if fitting:
                yield b"\n".join([*fitting, b""])
                fitting = []
            self._refuse(line)
        if fitting:
            yield b"\n".join([*fitting, b""])

    def _refuse(self, line: bytes, end: bytes = b"\n") -> None:
        self._rejects.lines += 1
        self._rejects.refuse(line, f"longer than {self._limit >> 10} KiB", end)
