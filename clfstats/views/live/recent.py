"""The last records themselves, for the screen to count again what a user narrows it to."""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from clfparse.events.hit import Hit
from clfparse.values.times import Instant

RECORDS = 100_000
BYTES = 32 << 20  # of memory, as it is reckoned here
_EACH = 150  # bytes of a record beside its text


class Held(NamedTuple):
    """Records of one time. cost: bytes."""

    time: Instant
    hits: list[Hit]
    cost: int


class RecentRecords:
    """Holds the last records, in the order in which they came: RECORDS at most, and BYTES."""

    def __init__(self) -> None:
        self._runs: deque[Held] = deque()
        self._bytes = 0
        self.number = 0
        self.dropped = False  # whether there were others before them

    def add(self, time: Instant, hits: list[Hit], lines: list[bytes]) -> None:
        """Hold records of one time. lines: theirs, of which all their text is a part."""
        cost = _EACH * len(hits) + sum(map(_size, lines))
        self._runs.append(Held(time, hits, cost))
        self._bytes += cost
        self.number += len(hits)
        while self.number > RECORDS or self._bytes > BYTES:
            oldest = self._runs.popleft()
            self._bytes -= oldest.cost
            self.number -= len(oldest.hits)
            self.dropped = True

    def forget(self, second: int) -> None:
        """Hold no record from a second on: the log's clock was set back to it.

        What comes now is of the same seconds, and would be counted with them.
        """
        staying = [run for run in self._runs if run.time.second < second]
        self.dropped = self.dropped or len(staying) < len(self._runs)
        self._runs = deque(staying)
        self._bytes = sum(run.cost for run in staying)
        self.number = sum(len(run.hits) for run in staying)

    def __iter__(self) -> Iterator[Held]:
        return iter(self._runs)

    @property
    def since(self) -> Instant | None:
        """The time of the first record that is held."""
        return self._runs[0].time if self._runs else None


def _size(line: bytes) -> int:
    """Return bytes that the text of a line takes at most: one character may widen all others."""
    plain = line.isascii() and b"\\u" not in line
    return len(line) if plain else 4 * len(line)
