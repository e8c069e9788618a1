"""What a JSON log seems not to have: reported once, for it may be there under another name."""

from collections.abc import Iterable, Iterator
from itertools import islice

from clfparse.formats.fields import as_seconds
from clfparse.formats.jsonnames import CANONICAL, KEYS, PER_SECOND
from clfparse.formats.jsontext import Object
from clfparse.record import Record
from clfparse.values.escapes import printable

_RECORDS = 1_000  # that are looked at
_NAMES, _CHARACTERS = 8, 32  # of a line, of a name, that a message has
_DURATIONS = set(KEYS["duration"]) - PER_SECOND[0].keys() - {"tt", "ta"}
_RENAMED = {"status": "status", "host": "client_ip"}  # a "host" may be the site
_DEEPEST = 2  # objects in each other, in a record


class UnitWatch:
    """Looks at the first records of a log. notices: messages that nobody has read yet."""

    def __init__(self) -> None:
        self.notices: list[str] = []
        self._records = 0
        self._wanted = list(_RENAMED)
        self._others: list[str] = []
        self._unit_unknown = False

    def look(self, record: Object) -> bool:
        """Look at a record; return whether to look at the next."""
        self._records += 1
        self._wanted = [field for field in self._wanted if record[field] is None]
        self._others = [name for name in record if name not in Record.__annotations__]
        if not self._unit_unknown and record.get("duration") is None:
            for path in islice(_numbers(record), 1):
                self._unit_unknown = True
                self.notices.append(_unit_unknown(path))
        if self._records == _RECORDS:
            self.close()
        return self._records < _RECORDS

    def close(self) -> None:
        """Report what no record had."""
        if self._records:
            self.notices += [self._missing(field) for field in self._wanted]
        self._wanted = []

    def _missing(self, field: str) -> str:
        number = f"the first {_RECORDS:,}" if self._records == _RECORDS else f"{self._records:,}"
        said = f"none of {number} records has a {field}"
        if not self._others:
            return said
        return (
            f"{said}; if another field has it (such as {names_of(self._others)}),"
            f" jq renames that: jq -c '.{_RENAMED[field]} = .FIELD'"
        )


def names_of(names: Iterable[str]) -> str:
    """Return the first names of a line for a message, printable."""
    shown = [
        printable(name[:_CHARACTERS]) + "…" * (len(name) > _CHARACTERS)
        for name in islice(names, _NAMES)
    ]
    rest = ["…"] if len(list(islice(names, _NAMES + 1))) > _NAMES else []
    return ", ".join(shown + rest) or "an object without names"


def _numbers(source: Object, path: str = "", depth: int = _DEEPEST) -> Iterator[str]:
    """Yield where there is a number that may be a duration, as jq has it."""
    for name, value in source.items():
        own = name.removeprefix("json_")
        if isinstance(value, dict) and depth:
            yield from _numbers(value, f'{path}."{own}"', depth - 1)
        elif CANONICAL[
            f"{path}.{own}".replace('"', "").removeprefix(".")
        ] in _DURATIONS and as_seconds(value):
            yield f'{path}."{own}"'


def _unit_unknown(path: str) -> str:
    own = path.rpartition('."')[2].rstrip('"')
    return (
        f'a number in "{own}": of which unit? it is left out; name the unit, as one of _s, _ms, _us'
        f" and _ns: jq -c '.duration_ms = {path}'"
    )
