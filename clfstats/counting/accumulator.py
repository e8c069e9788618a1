"""The traffic of one window: what it adds up to, in whatever order it comes.

For any split of the input, ``fold(a + b) == merge(fold(a), fold(b))``, as long as nothing is
approximate; merge is associative and commutative.
"""

from clfparse.counting.batch import Batch
from clfparse.counting.ddsketch import DDSketch
from clfparse.counting.keys import json_value
from clfparse.counting.table import amount
from clfparse.counting.top_values import TopValue, TopValues
from clfparse.events.hit import Hit
from clfparse.events.part import PartLine
from clfstats.counting.figures import Figure, Methods, Seconds, Status, Timings, Total, Totals
from clfstats.counting.hosts import Hosts
from clfstats.part import Shares
from clfstats.summary import Marked, Row, Traffic

FIELDS = frozenset({"host", "method"})  # that are counted beside those of every hit


class Accumulator:
    """Counts requests. by: names of the fields whose values are counted one by one.

    whole: count each second, too, which a part needs and a summary does not.
    """

    def __init__(self, by: tuple[str, ...], *, whole: bool = False) -> None:
        self._total = Total()
        self._hosts = Hosts()
        self._status = Status()
        self._methods = Methods()
        self._timings = Timings()
        self._by = {field: TopValues(field) for field in by}
        self._seconds = Seconds() if whole else None
        figures: list[Figure] = [self._total, self._hosts, self._status, self._methods]
        self.figures: list[Figure] = [*figures, self._timings, *self._by.values()]
        if self._seconds:
            self.figures.append(self._seconds)

    def own(self) -> list[Figure]:
        """Return the figures that are small, whatever values come."""
        return [self._total, self._status, self._timings]

    @property
    def totals(self) -> Totals:
        """Hits, bytes and errors so far."""
        return self._total.counts

    @property
    def status(self) -> dict[str, int]:
        """Hits by status code, as text; ``-`` is none."""
        return self._status.emit()

    @property
    def methods(self) -> dict[str, int]:
        """Hits by method; ``-`` is none."""
        return self._methods.emit()

    @property
    def durations(self) -> DDSketch:
        """How long requests took."""
        return self._timings.sketch

    def values(self, field: str) -> list[TopValue]:
        """Return the values of a field that is counted by, most hits first."""
        return self._by[field].emit()

    def distinct(self, field: str) -> int:
        """Return how many values of a field that is counted by are held."""
        return len(self._by[field].hits)

    def ranked(self, field: str, order: str, most: int) -> list[Row]:
        """Return values of a field, by hits, bytes, errors or p95; then those that have none."""
        top, sketch = self._by[field], self._timings.sketch
        values: list[TopValue] = []
        if order == "p95":
            values = top.emit_slow(most, lambda buckets: sketch.quantile(95, buckets))
        elif order != "hits":
            values = top.emit_by(order, most)
        if len(values) < most:
            listed = {value.key for value in values}
            values += [value for value in top.emit(most) if value.key not in listed]
        return [self._row(value) for value in values[:most]]

    def uncounted(self, field: str) -> int:
        """Return the hits of parts that were made without a field that is counted by."""
        return self._by[field].uncounted

    def missed(self, field: str) -> int:
        """Return the hits that any value of a field may have had beside those counted, at most."""
        return self._by[field].missed

    def is_approximate(self, field: str) -> bool:
        """Tell whether values of a field are missing, since there were too many."""
        return self._by[field].approximate

    @property
    def hosts_approximate(self) -> bool:
        """Whether the number of hosts is an estimate."""
        return self._hosts.approximate

    @property
    def text(self) -> int:
        """Bytes of memory that the values counted one by one take, as text."""
        return self._hosts.text + sum(top.text for top in self._by.values())

    @property
    def missing(self) -> list[str]:
        """The fields to count by that no record had; a duration that is null is none."""
        return sorted(field for field, top in self._by.items() if not top.seen)

    def add(self, hits: list[Hit]) -> None:
        """Count records: one or many, that is the same."""
        batch = Batch(hits)
        for figure in self.figures:
            figure.add(batch)

    def merge(self, other: "Accumulator") -> None:
        """Count all that the other one, of the same fields, has counted."""
        for figure, another in zip(self.figures, other.figures, strict=True):
            figure.merge(another)

    def load(self, part: PartLine) -> None:
        """Count what a part says; nothing has been counted before."""
        for figure in self.figures:
            figure.load(part)

    def shrink(self) -> None:
        """Take less memory for text, and be approximate."""
        self._hosts.shrink()
        for top in self._by.values():
            top.shrink()

    def emit(self, most: int | None = None) -> Traffic:
        """Return the fields of a summary, in a total order. most: values shown of each field."""
        totals = self._total.emit()
        marks: Marked = {}
        if any(figure.approximate for figure in self.figures):
            marks["approximate"] = True
        return {
            "hits": totals.hits,
            "bytes": totals.bytes,
            "hosts": self._hosts.emit(),
            "status": self._status.emit(),
            "errors": totals.errors,
            "methods": self._methods.emit(),
            **self._timings.emit(),
            "top": {field: self._rows(top, most) for field, top in self._by.items()},
            **marks,
        }

    def dump(self) -> Shares:
        """Return all that was counted, of a whole accumulator."""
        if self._seconds is None:
            raise ValueError("seconds were not counted")
        totals, timings, missing = self._total.dump(), self._timings.dump(), self.missing
        shares: Shares = {
            "seconds": self._seconds.dump(),
            "hits": totals.hits,
            "bytes": amount(totals.bytes),
            "errors": totals.errors,
            "status": self._status.dump(),
            "methods": self._methods.dump(),
            "hosts": self._hosts.dump(),
            "by": {field: top.dump() for field, top in self._by.items()},
        }
        if timings:
            shares["duration"] = timings
        if missing:
            shares["missing"] = missing
        return shares

    def _rows(self, top: TopValues, most: int | None) -> list[Row]:
        return [self._row(value) for value in top.emit(most)]

    def _row(self, value: TopValue) -> Row:
        row: Row = {
            "value": json_value(value.key),
            "hits": value.hits,
            "bytes": value.bytes,
            "errors": value.errors,
        }
        sketch = self._timings.sketch
        if sketch.buckets:
            row["p95"] = sketch.quantile(95, value.buckets) if value.buckets else None
        return row
