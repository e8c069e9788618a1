"""What comes of the job, written as it comes: parts to stdout, refused lines to their file."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from math import gcd

from clfparse.events.clock import Mode
from clfparse.stream.contract import Now
from clfparse.stream.rejects import Rejects
from clfstats.counting.grid import is_fixed
from clfstats.filter import Stats
from clfstats.spark.pairs import FIRST_WINDOW, REPORT, Value
from clfstats.spark.report import Report
from clfstats.views.parts import PartsView

_MINUTE = 60  # seconds: offsets from UTC are whole minutes
_NOW = Now(0.0, timedelta())


def unit(window: int) -> int:
    """Return how long the windows are that splits count by, in seconds, for those of this length.

    Where windows of that length begin may hang on the log's offset (see clfstats.counting.grid),
    and with it on what came before; these lie within them whatever the offset.
    """
    return window if is_fixed(window) else gcd(window, _MINUTE)


class Emitter:
    """Writes what comes of the job. write: to stdout; keep: to the file of refused lines.

    rejects: of parts that fit no window; there should be none.
    """

    def __init__(
        self,
        window: int,
        by: tuple[str, ...],
        write: Callable[[bytes], None],
        keep: Callable[[bytes], None],
    ) -> None:
        self.rejects = Rejects("clfspark", "")
        self._write = write
        self._keep = keep
        self._stats: Stats | None = None
        if unit(window) != window:
            self._stats = Stats(
                self.rejects,
                PartsView(),
                window=window,
                by=by,
                top=0,
                delay=timedelta(seconds=2),
                mode=Mode.EVENT,
            )

    def take(self, items: Iterable[tuple[int, Value]], report: Callable[[Report], None]) -> None:
        """Write items in the order of their keys; the report comes first."""
        for key, value in items:
            if key == REPORT and isinstance(value, Report):
                report(value)
            elif isinstance(value, bytes):
                if key < FIRST_WINDOW:
                    self._keep(value)
                else:
                    self._write(self._stats.add(value, _NOW) if self._stats else value)
        if self._stats:
            self._write(self._stats.close())
