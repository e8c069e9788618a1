"""The traffic of one window: what it adds up to, in whatever order it comes.

For any split of the input, ``fold(a + b) == merge(fold(a), fold(b))``, as long as nothing is
approximate; merge is associative and commutative.
"""

from typing import Any

from clfstats.tally import Count, Tally, key, name, value

_METHODS = 100  # there are about forty registered; the rest are a client's invention
_NO_VALUE = object()


class Accumulator:
    """Counts requests. by: names of the fields whose values are counted one by one."""

    def __init__(self, by: tuple[str, ...]) -> None:
        self.total = Count(0, 0, 0)
        self.missing = set(by)  # fields that no record had
        self.by = {field: Tally() for field in by}
        self.hosts = Tally()
        self.methods = Tally(_METHODS)
        self.status: dict[str, int] = {}

    def add(self, record: dict[str, Any]) -> None:
        """Count one record (see clfparse.record); a field that is missing is null."""
        status = record.get("status")
        one = Count(1, record.get("bytes") or 0, int(status is not None and 500 <= status < 600))
        self._add_total(one)
        self._add_status("-" if status is None else str(status), 1)
        self.methods.add(name(key(record.get("method"))), one)
        if (host := record.get("host")) is not None:
            self.hosts.add(key(host), one)
        for field, tally in self.by.items():
            found = record.get(field, _NO_VALUE)
            if found is _NO_VALUE:
                found = None
            else:
                self.missing.discard(field)
            tally.add(key(found), one)

    def merge(self, other: "Accumulator") -> None:
        """Count all that the other one, of the same fields, has counted."""
        self._add_total(other.total)
        for status, hits in other.status.items():
            self._add_status(status, hits)
        self.methods.merge(other.methods)
        self.hosts.merge(other.hosts)
        for field, tally in self.by.items():
            tally.merge(other.by[field])
        self.missing &= other.missing

    def finish(self, top: int | None = None) -> dict[str, Any]:
        """Return the fields of a summary, in a total order. top: values shown of each field."""
        hits, size, errors = self.total
        found = {
            "hits": hits,
            "bytes": size,
            "hosts": len(self.hosts),
            "status": dict(sorted(self.status.items())),
            "errors": errors,
            "methods": {name(of): count.hits for of, count in self.methods.top()},
            "top": {
                field: [{"value": value(of), **count._asdict()} for of, count in tally.top(top)]
                for field, tally in self.by.items()
            },
        }
        if any(t.approximate for t in (self.hosts, self.methods, *self.by.values())):
            found["approximate"] = True
        return found

    def _add_total(self, more: Count) -> None:
        self.total = Count(*map(sum, zip(self.total, more, strict=True)))

    def _add_status(self, status: str, hits: int) -> None:
        self.status[status] = self.status.get(status, 0) + hits
