"""The traffic of one window: what it adds up to, in whatever order it comes.

For any split of the input, ``fold(a + b) == merge(fold(a), fold(b))``, as long as nothing is
approximate; merge is associative and commutative.
"""

from collections import Counter
from typing import Any, cast

from clfparse.reader import column
from clfstats.tally import Count, Tally, key, name, value

_METHODS = 100  # there are about forty registered; the rest are a client's invention
_NO_VALUE = object()
_HIT = Count(1, 0, 0)


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
        self.methods.add(name(key(record.get("method"))), _HIT)
        if (host := record.get("host")) is not None:
            self.hosts.add(key(host), _HIT)
        for field, tally in self.by.items():
            found = record.get(field, _NO_VALUE)
            if found is _NO_VALUE:
                found = None
            else:
                self.missing.discard(field)
            tally.add(key(found), one)

    def update(
        self, records: list[dict[str, Any]], status: list[int | None], sizes: list[int | None]
    ) -> None:
        """Count many records at once, as `add` does one by one: saves three quarters of the time.

        status, sizes: what the records hold as status and bytes.
        """
        columns = {field: column(records, field) for field in {"method", "host", *self.by}}
        if any(not set(map(type, found)) <= {str, type(None)} for found in columns.values()):
            for record in records:
                self.add(record)
            return
        by_status = Counter(status)
        failed = {code for code in by_status if code is not None and 500 <= code < 600}
        errors = [at for at, code in enumerate(status) if code in failed] if failed else []
        whole = [size or 0 for size in sizes] if None in sizes else cast("list[int]", sizes)
        self._add_total(Count(len(records), sum(whole), len(errors)))
        for code, hits in by_status.items():
            self._add_status("-" if code is None else str(code), hits)
        hosts, methods = columns["host"], columns["method"]
        self.hosts.update([of for of in hosts if of is not None] if None in hosts else hosts)
        self.methods.update([name(of) for of in methods] if None in methods else methods)
        for field, tally in self.by.items():
            tally.update(columns[field], whole, errors)
        self.missing -= {field for field in self.missing if any(field in r for r in records)}

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
