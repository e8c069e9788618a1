"""clfparse: access-log lines in, JSON records out; and what every reader of its records needs.

The names in `__all__` are for other programs. They are imported when they are asked for, so that
the commands start without them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clfparse.events.reader import read_records
    from clfparse.formats.detect import format_of
    from clfparse.formats.format import Format
    from clfparse.formats.grammar import parse
    from clfparse.record import Record, Refused
    from clfparse.values.kinds import FormatError

__all__ = ["Format", "FormatError", "Record", "Refused", "format_of", "parse", "read_records"]

_HOMES = {
    "Format": "formats.format",
    "FormatError": "values.kinds",
    "Record": "record",
    "Refused": "record",
    "format_of": "formats.detect",
    "parse": "formats.grammar",
    "read_records": "events.reader",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever has the name
    if name not in _HOMES:
        raise AttributeError(f"module 'clfparse' has no attribute {name!r}")
    return getattr(import_module(f"clfparse.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
