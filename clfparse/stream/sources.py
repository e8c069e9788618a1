"""The sources of a run, read together: which is read next, and which is not waited for."""

import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from clfparse.stream.contract import Now
from clfparse.stream.decompress import Unreadable
from clfparse.stream.descriptors import enlarge
from clfparse.stream.file import File
from clfparse.stream.lane import Seconds
from clfparse.stream.merge import Block, Merge
from clfparse.stream.rejects import Origin, Rejects
from clfparse.stream.signals import TURN, Signals
from clfparse.stream.source import Source, Stage, first_second

_READ = 1 << 18  # bytes
_LEAST_READ = 1 << 12  # bytes
_AHEAD = 1 << 22  # bytes that are read ahead, of all sources that wait for others
_GATHER = 0.008  # seconds
_SMALL = 1 << 12  # bytes of a read that does not come of a burst; a burst's last read may
_FEW = 4  # small reads in a row, after which there is no burst
_NOTHING = Block(None, b"")


class Sources:
    """Reads files, in the order of their times where there are several.

    limit: bytes of the longest line. seconds: of lines; see `merge`. stage: what each source has of
    its own. failed: whether a source could not be read to its end.
    """

    def __init__(
        self, names: list[str], rejects: Rejects, limit: int, seconds: Seconds, stage: Stage | None
    ) -> None:
        self._names = names or ["-"]
        self._rejects = rejects
        self._limit = limit
        self._seconds = seconds
        self._stage = stage
        self._merge = Merge(seconds)
        self._files: dict[int, File] = {}
        self._sources: dict[int, Source] = {}  # those of which something was read
        self._heard: dict[int, float] = {}  # of those that may wait: monotonic, of the last read
        self._silence = timedelta()
        self._last, self._singly = 0.0, 0
        self._origins = [Origin("" if name == "-" else name) for name in self._names]
        self._together = Origin("one of the files", numbered=False)
        self.failed = False

    def now(self) -> Now:
        """Return the moment that it is."""
        return Now(time.time(), self._silence)

    def blocks(self, signals: Signals) -> Iterator[Block | None]:
        """Yield what is read, perhaps no lines; None for a turn of silence.

        What is refused until the next block is of this one's lines.
        """
        yield from self._enter(signals)
        while self._files and signals.in_time:
            least = self._merge.least()
            if least in self._sources and self._sources[least].busy:
                yield from self._work(least, signals)
                continue
            ready = self._wait(least, signals)
            for number in ready:
                if self._read(number, signals):
                    yield from self._work(number, signals)
            if not ready and least is not None and not self._patience(least):
                yield from self._named(self._merge.leave_out(least))
            if not ready and self._merge.least() is None:
                yield from self._idle()
        for number in list(self._files):
            yield from self._stop(number, signals)

    def _enter(self, signals: Signals) -> Iterator[Block]:
        """Open what there is; where there are several, see at which time each begins."""
        several = len(self._names) > 1
        scratch = self._stage(Rejects("", ""), "") if self._stage and several else None
        for number, name in enumerate(self._names):
            if signals.ending:
                return
            first = None
            try:
                file = File(name)
                if file.waits:
                    enlarge(file.fileno())
                elif several and name != "-":
                    first = first_second(file, self._limit, scratch, self._seconds)
                    file.rewind()
            except OSError as error:
                self._complain(name, error)
                yield _NOTHING
                continue
            self._files[number] = file
            self._heard[number] = time.monotonic()
            self._merge.enter(number, first)

    def _work(self, number: int, signals: Signals) -> Iterator[Block]:
        """Carry on with what was read of a source, as long as others do not come before it."""
        source, merge = self._sources[number], self._merge
        while signals.in_time:
            try:
                lines = source.next()
            except Unreadable as error:
                self._complain(self._files[number].name, error)
                source.stop(self.now())
                continue
            if lines is None:
                if source.ended:
                    yield from self._end(number)
                return
            yield from self._added(number, lines)
            if merge.bounds(number) and merge.least() != number:
                return

    def _stop(self, number: int, signals: Signals) -> Iterator[Block]:
        """End a source early."""
        if number in self._sources:
            source = self._sources[number]
            source.stop(self.now(), whole=signals.in_time)
            for lines in iter(source.next, None):
                yield from self._added(number, lines)
        yield from self._end(number)

    def _end(self, number: int) -> Iterator[Block]:
        self._files.pop(number).close()
        self._sources.pop(number, None)
        yield from self._named([*self._merge.end(number), _NOTHING])

    def _added(self, number: int, lines: bytes) -> Iterator[Block]:
        blocks = self._merge.add(number, lines) if lines else []
        yield from self._named(blocks or [_NOTHING])

    def _named(self, blocks: list[Block]) -> Iterator[Block]:
        """Yield blocks; what is refused of their lines is numbered as theirs.

        A stage has counted its lines already, before they were merged.
        """
        for block in blocks:
            if block.lines:
                source = block.source
                self._rejects.enter(self._together if source is None else self._origins[source])
            for number, count in () if self._stage else block.counts:
                self._origins[number].lines += count
            yield block

    def _read(self, number: int, signals: Signals) -> bool:
        """Read what there is of a source; return whether there is something to work on."""
        file, name = self._files[number], self._names[number]
        if number not in self._sources:
            stage = partial(self._stage, self._rejects, name) if self._stage else None
            origin = self._origins[number]
            self._sources[number] = Source(origin, self._rejects, self._limit, stage)
        source = self._sources[number]
        if file.waits:
            self._gather()
        try:
            read = file.read(max(_LEAST_READ, min(_READ, _AHEAD // (self._merge.waiting or 1))))
        except BlockingIOError:
            return False
        except OSError as error:
            self._complain(file.name, error)
            source.stop(self.now())
            return True
        self._heard[number] = self._last = time.monotonic()
        self._singly = self._singly + 1 if len(read) <= _SMALL else 0
        if read or not signals.stopped:
            source.take(read, self.now())
        else:  # this need not be the source's end
            source.stop(self.now())
        return True

    def _gather(self) -> None:
        """Let lines gather for a moment where they come singly, but fast.

        A lone line goes through at once; to wake for each of many would cost five times the CPU.
        """
        if self._singly > _FEW and time.monotonic() - self._last < _GATHER:
            time.sleep(_GATHER)

    def _wait(self, least: int | None, signals: Signals) -> list[int]:
        """Wait a turn, at most; return the sources that have something to read, or their end."""
        waits = {self._files[number].fileno(): number for number in self._merge.left_out}
        ready: list[int] = []
        seconds = TURN
        if least is not None and self._files[least].waits:
            waits[self._files[least].fileno()] = least
            seconds = self._patience(least)
        elif least is not None:
            ready.append(least)
            seconds = 0
        if waits:
            began = time.monotonic()
            ready += [waits[fd] for fd in signals.wait(list(waits), seconds)]
            # No more than a turn: a process that was stopped meanwhile has heard nothing.
            if not self._merge.waiting:
                self._silence += timedelta(seconds=min(time.monotonic() - began, TURN))
        return ready

    def _patience(self, number: int) -> float:
        """Return the seconds for which a source is still waited for."""
        return max(0.0, self._heard[number] + TURN - time.monotonic())

    def _idle(self) -> Iterator[Block | None]:
        for number, source in list(self._sources.items()):
            if lines := source.on_idle(self.now()):
                yield from self._added(number, lines)
        yield None

    def _complain(self, name: str, error: Exception) -> None:
        self.failed = True
        self._rejects.report(f"{name}: {getattr(error, 'strerror', None) or error}")
