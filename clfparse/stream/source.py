"""From what is read of one source to lines, and through a stage of its own if there is one."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

from clfparse.stream.contract import Filter, Now
from clfparse.stream.decompress import Decompressor, Unreadable
from clfparse.stream.file import File
from clfparse.stream.lane import Seconds
from clfparse.stream.lines import Lines
from clfparse.stream.rejects import Origin, Rejects

# What makes the stage of a source, given where it reports and the source's name.
Stage = Callable[[Rejects, str], Filter]

_PEEK = 1 << 13  # bytes
# As much of a file is looked at, at most: a line that is refused may take long.
_LINES = 1_000
_TEXT = 1 << 20  # bytes
_NEVER = Now(0.0, timedelta())
_ENOUGH = 32  # times, of which the least is about the first of a log


class Source:
    """Turns reads into lines, each with its newline, a piece at a time.

    busy: whether more can be made of what was read. ended: whether nothing comes after that.
    """

    def __init__(
        self, origin: Origin, rejects: Rejects, limit: int, stage: Callable[[], Filter] | None
    ) -> None:
        self._origin = origin
        self.busy = self.ended = False
        self._rejects = rejects
        self._stage = stage() if stage else None
        self._lines = Lines(rejects, limit)
        self._decompressor = Decompressor()
        self._made: Iterator[bytes] = iter(())

    def take(self, read: bytes, now: Now) -> None:
        """Take what was read; nothing is the source's end."""
        self.busy = True
        self.ended = not read
        self._made = self._pieces(read, now)

    def next(self) -> bytes | None:
        """Return more of what was made of a read, perhaps no line; None if that is all.

        Raises Unreadable for what can't be unpacked; then `stop` is due.
        """
        self._rejects.enter(self._origin)
        lines = next(self._made, None)
        self.busy = lines is not None
        return lines

    def stop(self, now: Now, *, whole: bool = True) -> None:
        """End early. whole: a last line without newline is a line."""
        self.busy = self.ended = True
        self._made = self._rest(now, whole=whole)

    def on_idle(self, now: Now) -> bytes:
        """Take note that there is nothing to read; return lines."""
        self._rejects.enter(self._origin)
        return self._stage.on_idle(now) if self._stage else b""

    def _pieces(self, read: bytes, now: Now) -> Iterator[bytes]:
        for piece in self._decompressor.add(read) if read else self._decompressor.finish():
            yield self._staged(self._lines.add(piece), now)
        if not read:
            yield from self._rest(now, whole=True)

    def _rest(self, now: Now, *, whole: bool) -> Iterator[bytes]:
        if whole:
            yield self._staged(self._lines.finish(), now)
        if self._stage:
            yield self._stage.close()

    def _staged(self, blocks: Iterator[bytes], now: Now) -> bytes:
        if self._stage:
            return b"".join([self._stage.add(block, now) for block in blocks])
        return b"".join(blocks)


def first_second(file: File, limit: int, stage: Filter | None, seconds: Seconds) -> int | None:
    """Return about the least epoch second in a regular file: that of its first lines.

    None where they have none. limit: bytes of the longest line. stage: what makes lines that have
    times of the file's. Raises OSError.
    """
    lines = Lines(Rejects("", ""), limit)
    times: list[int] = []
    size = count = 0
    with suppress(Unreadable):
        for piece in _first_pieces(file):
            size += len(piece)
            block = b"".join(lines.add(piece) if piece else lines.finish())
            if block:
                count += block.count(b"\n")
                made = stage.add(block, _NEVER) if stage else block
                times += [time for time in seconds(made.split(b"\n")[:-1]) if time is not None]
            if len(times) >= _ENOUGH or count > _LINES or size > _TEXT:
                break
    return min(times[:_ENOUGH], default=None)


def _first_pieces(file: File) -> Iterator[bytes]:
    """Yield the text of a file, a little at a time, and nothing at its end."""
    decompressor = Decompressor()
    while read := file.read(_PEEK):
        for piece in decompressor.add(read):
            yield from (piece[at : at + _PEEK] for at in range(0, len(piece), _PEEK))
    yield from decompressor.finish()
    yield b""
