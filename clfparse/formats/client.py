"""The client behind proxies: `--client` names the field that holds it, of whatever format."""

import orjson

from clfparse.values.hosts import first

_LOOKED = 1000  # records after which a field that none has is reported


class Client:
    """Takes the host of records from the first address of a field, where there is one.

    field: as records call it; of a header of the request the name alone will do. notices: messages
    not reported yet. What a client sends itself comes first in such a list: the field is to be one
    that the proxy in front sets.
    """

    def __init__(self, field: str) -> None:
        self.notices: list[str] = []
        self._field = field
        name = field.lower().replace("-", "_")
        self._names = list(dict.fromkeys([field, name, f"header_{name}"]))
        self._marks = [b"%b:" % orjson.dumps(each) for each in self._names]
        self._records = 0
        self._seen = False  # some record had the field

    def take(self, records: bytes) -> bytes:
        """Return the same records, each with its newline, but for the host of some."""
        if not any(mark in records for mark in self._marks):
            self._count(records.count(b"\n"))
            return records
        self._seen = True
        return b"".join(map(self._taken, records.splitlines(keepends=True)))

    def close(self) -> None:
        """Take the end of the input."""
        if self._records and not self._seen:
            self._seen = True
            self.notices.append(f"no record has a field {self._field!r}: host stays as it is")

    def _count(self, number: int) -> None:
        self._records += number
        if self._records >= _LOOKED:
            self.close()

    def _taken(self, line: bytes) -> bytes:
        record = orjson.loads(line)
        for name in self._names:
            value = record.get(name)
            texts = value if isinstance(value, list) else [value]
            if host := first(b",".join(t.encode() for t in texts if isinstance(t, str))):
                record["host"] = host
                return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
        return line
