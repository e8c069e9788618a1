"""The traffic of a run as a whole, counted beside that of its windows.

What a window need not know, such as its hosts, is counted of the run alone, once: to add up what
all windows have counted would take longer than to count.
"""

from typing import TYPE_CHECKING

from clfparse.counting.batch import Batch
from clfparse.events.hit import Hit
from clfparse.events.part import PartLine
from clfstats.counting.accumulator import Accumulator

if TYPE_CHECKING:
    from clfstats.counting.figures import Figure


class Running(Accumulator):
    """Counts a run: its records come through its windows. by: as of Accumulator.

    shared: figures that windows do not have. The others are those of all windows that were taken.
    counting: those of them that records are to be given to.
    """

    def __init__(self, by: tuple[str, ...]) -> None:
        super().__init__(by)
        self._fields = by
        self.shared: list[Figure] = [self._hosts, self._methods, *self._by.values()]
        self.counting = self.shared
        # Values know which hosts are new: not to look each up twice saves a quarter of the time.
        if hosts := self._by.get("host"):
            hosts.on_new = self._hosts.add_keys
            self.counting = self.shared[1:]

    def window(self) -> "WindowOfRun":
        """Return what a window's records are counted with."""
        return WindowOfRun(self)

    def take(self, window: Accumulator) -> None:
        """Count what is the window's own, when no more records come to it."""
        for mine, other in zip(self.own(), window.own(), strict=True):
            mine.merge(other)

    def take_part(self, part: PartLine) -> None:
        """Count what a part says, but for what is its window's."""
        counted = Running(self._fields)
        for mine, other in zip(self.shared, counted.shared, strict=True):
            other.load(part)
            mine.merge(other)


class WindowOfRun(Accumulator):
    """Counts a window of a run: totals, status and durations, and the rest as the run's.

    Its text takes no memory of its own, and so it never shrinks.
    """

    text = 0

    def __init__(self, run: Running) -> None:
        super().__init__(())
        self._run = run
        self.figures = self.own()

    @property
    def missing(self) -> list[str]:
        """None: it is the run that knows, when it ends."""
        return []

    def add(self, hits: list[Hit]) -> None:
        """Count records."""
        batch = Batch(hits)
        for figure in (*self.figures, *self._run.counting):
            figure.add(batch)

    def load(self, part: PartLine) -> None:
        """Count what a part says; nothing has been counted before."""
        super().load(part)
        self._run.take_part(part)

    def shrink(self) -> None:
        """Do nothing: the run has bounds of its own."""
