"""The work of one split: its lines become records, and these are counted by window.

Pure, but for the file it reads. What it yields adds up: all that has the same key is to be merged,
in any order.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from socket import gethostname

from clfparse.events.hit import Hit, Run
from clfparse.events.reader import Reader
from clfparse.filter import Parser
from clfparse.formats.detect import format_of
from clfparse.stream.decompress import Decompressor, Unreadable
from clfparse.stream.lines import LOG_LINE, Lines
from clfparse.values.zones import use
from clfstats.counting.accumulator import FIELDS, Accumulator
from clfstats.spark.look import LOOK, carried
from clfstats.spark.pairs import REFUSED, REPORT, CountOptions, Pair
from clfstats.spark.report import Refusals, Report
from clfstats.spark.splits import Split, pieces

_SPLIT = 1 << 32  # keys of a split's refused bytes
_HELD = 1_000  # windows that a split counts at a time
_TEXT = 16 << 20  # bytes of memory that the text in them may take
_WAITING = 1 << 14  # records that are counted at once


def work(split: Split, settings: CountOptions, content: bytes | None = None) -> Iterator[Pair]:
    """Yield what the lines of a split add up to, by window, and a report at last.

    content: of a log whole, if it has been read already.
    """
    if settings.zone is not None:
        use(settings.zone)
    job = _Counting(split, settings)
    try:
        if content is None:
            with Path(split.path).open("rb", buffering=0) as file:
                yield from job.count(pieces(file, split.begin, split.end))
                if file.seek(0, 2) < split.end:
                    job.fail(f"shorter on {gethostname()} than where clfspark was started")
        else:
            yield from job.count([content])
    except FileNotFoundError:
        job.fail(f"not there on {gethostname()}: executors need each log under the same path")
    except OSError as error:
        job.fail(f"{error.strerror} on {gethostname()}")
    yield from job.finish()


class _Counting:
    """Counts the records of one split."""

    def __init__(self, split: Split, settings: CountOptions) -> None:
        self._split = split
        self._settings = settings
        self._refusals = Refusals(split.number)
        self._unread = Refusals(split.number)  # records that are none: there should be no such
        self._report = Report()
        self._open: dict[int, Accumulator] = {}
        self._waiting: dict[int, list[Hit]] = {}
        self._count = 0  # of records that wait
        self._keys = 0  # of refused bytes
        self._reader = Reader(self._unread, FIELDS.union(settings.by))
        named = settings.several and "log" in settings.by
        self._parser = Parser(
            self._refusals,
            format_of(*settings.forms),
            settings.client,
            split.name if named else None,
        )

    def count(self, read: Iterable[bytes]) -> Iterator[Pair]:
        """Take the bytes of the split; yield what has been counted so far, now and then."""
        lines = Lines(self._refusals, LOG_LINE)
        try:
            for piece in self._text(read):
                yield from self._add(lines.add(piece))
        except Unreadable as error:
            self.fail(str(error))
        yield from self._add(lines.finish())

    def fail(self, reason: str) -> None:
        """Take note of what keeps a log from being read to its end."""
        self._report.failures.append((self._split.number, f"{self._split.name}: {reason}"))

    def finish(self) -> Iterator[Pair]:
        """Yield what is still held, and the report."""
        self._parser.close()
        yield from self._flush()
        yield from self._refused()
        report, refusals = self._report, self._refusals
        report.lines = {self._split.number: refusals.lines}
        report.refused = refusals.refused + self._unread.refused
        report.skipped = refusals.skipped
        report.first = refusals.first + self._unread.first
        if not self._split.begin:  # of a later one they would say what is not true of the log
            report.notes = [(self._split.number, note) for note in refusals.messages]
        yield REPORT, report

    def _text(self, read: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the text, unpacked. Raises Unreadable."""
        if not self._split.whole:
            for at, piece in enumerate(read):
                if not at and (why := carried(piece[:LOOK], self._settings.by)):
                    self.fail(f"cannot be divided at byte {self._split.begin}: {why}")
                yield piece
            return
        decompressor = Decompressor()
        for piece in read:
            yield from decompressor.add(piece)
        yield from decompressor.finish()

    def _add(self, blocks: Iterable[bytes]) -> Iterator[Pair]:
        unit = self._settings.unit
        for block in blocks:
            for event in self._reader.add(self._parser.add(block)):
                if isinstance(event, Run):
                    start = event.time.second - event.time.second % unit
                    self._waiting.setdefault(start, []).extend(event.hits)
                    self._count += event.count
            if self._count >= _WAITING:
                self._take()
            if len(self._open) > _HELD or sum(t.text for t in self._open.values()) > _TEXT:
                yield from self._flush()
            if self._refusals.refused_bytes:
                yield from self._refused()

    def _take(self) -> None:
        """Count what waits, many at once."""
        for start, hits in self._waiting.items():
            traffic = self._open.get(start)
            if traffic is None:
                traffic = self._open[start] = Accumulator(self._settings.by, whole=True)
            traffic.add(hits)
        self._waiting = {}
        self._count = 0

    def _flush(self) -> Iterator[Pair]:
        self._take()
        for traffic in self._open.values():
            self._report.seen.update(set(self._settings.by).difference(traffic.missing))
        yield from self._open.items()
        self._open = {}

    def _refused(self) -> Iterator[Pair]:
        refused = bytes(self._refusals.refused_bytes)
        self._refusals.refused_bytes.clear()
        if refused and self._settings.rejects:
            yield REFUSED + self._split.number * _SPLIT + self._keys, refused
            self._keys += 1
