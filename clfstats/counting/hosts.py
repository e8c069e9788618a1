"""How many different hosts there were: all their names, or past the bounds the least hashes."""

from itertools import islice
from typing import Self

from clfparse.counting.batch import Batch
from clfparse.counting.keys import Key, dumped, held, loaded, rank
from clfparse.events.part import Least, PartLine
from clfstats.counting.bottom_k import BottomK
from clfstats.part import LeastFields

HOSTS = 100_000  # distinct ones in a window
_TEXT = 12 << 20  # bytes of memory that they may take


class Hosts:
    """Counts different hosts; null is none.

    text: bytes of memory that their names take, or their hashes.
    """

    def __init__(self) -> None:
        self._text = 0
        self._hosts: dict[Key, None] = {}  # in the order in which they came first
        self._sketch: BottomK | None = None  # in place of them

    @property
    def approximate(self) -> bool:
        """Whether their number is an estimate."""
        return self._sketch is not None and self._sketch.approximate

    @property
    def text(self) -> int:
        """Bytes of memory that their names take, or their hashes."""
        return self._sketch.memory if self._sketch else self._text

    def add(self, batch: Batch) -> None:
        """Count records."""
        self._add(dict.fromkeys(batch.keys("host")))

    def add_keys(self, hosts: list[Key]) -> None:
        """Count hosts, each of them once or more often."""
        self._add(dict.fromkeys(hosts))

    def merge(self, other: Self) -> None:
        """Count all that the other one has counted."""
        if other._sketch:
            self._use_sketch().merge(other._sketch)
        else:
            self._add(other._hosts)

    def emit(self) -> int:
        """Return their number, or an estimate that is right to about 1 %; null is no host."""
        if self._sketch:
            return self._sketch.emit()
        return len(self._hosts) - (None in self._hosts)

    def dump(self) -> list[object] | LeastFields:
        """Return what a part says of it: the hosts, or the least of their hashes."""
        if self._sketch:
            return self._sketch.dump()
        hosts = [host for host in self._hosts if host is not None]
        return [dumped(host) for host in sorted(hosts, key=lambda host: rank((host, 0)))]

    def load(self, part: PartLine) -> None:
        """Count what a part says; nothing has been counted before."""
        if isinstance(part.fields.hosts, Least):
            self._sketch = BottomK.load(part.fields.hosts)
        else:
            self._add(dict.fromkeys(map(loaded, part.fields.hosts)))

    def shrink(self) -> None:
        """Take less memory: hashes in place of names, or half of the hashes."""
        if self._sketch:
            self._sketch.shrink()
        else:
            self._use_sketch()

    def _add(self, hosts: dict[Key, None]) -> None:
        if self._sketch:
            self._sketch.add(hosts)
            return
        before = len(self._hosts)
        self._hosts.update(hosts)
        if new := len(self._hosts) - before:
            self._text += held(list(islice(reversed(self._hosts), new)))
            if len(self._hosts) > HOSTS or self._text > _TEXT:
                self._use_sketch()

    def _use_sketch(self) -> BottomK:
        """Forget the names, and go on with their hashes."""
        if not self._sketch:
            self._sketch = BottomK()
            self._sketch.add(self._hosts)
            self._sketch.hashes()  # in order they take the least memory
            self._hosts = {}
            self._text = 0
        return self._sketch
