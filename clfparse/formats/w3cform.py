"""Lines of W3C logs in bulk: those that `clfparse.formats.w3c` reads one by one."""

from functools import partial
from itertools import pairwise

from clfparse.formats.column import Make, times, values, words
from clfparse.formats.fields import moment
from clfparse.formats.form import Form, Part, column
from clfparse.formats.patterns import NUMBER, but, numbers, target
from clfparse.formats.w3c import DATES, NAMES, TIMES, W3C
from clfparse.record import Refused
from clfparse.values.escapes import plain
from clfparse.values.kinds import MILLISECONDS

_HELD = 16  # sets of fields
_START = Part(rb"(?!\xef\xbb\xbf)")  # a line's byte order mark is for the slow way
_NUMBERS = {
    "status": rb"[1-9]\d{0,2}|0|-",
    "bytes": NUMBER,
    "bytes_in": NUMBER,
    "port": rb"[1-9]\d{0,3}|[1-5]\d{4}|0|-",
}
# A protocol has a slash, else it is a scheme; a server with a colon, encoded or not, has a port.
_TEXTS = {"protocol": but(b" /") + b"*+/" + but(b" ") + b"++|-", "server": but(b" :%") + b"++"}


class W3CForms:
    """Makes forms of lines with spaces between fields, and with tabs, by a log's directives."""

    def __init__(self, log: W3C) -> None:
        self._log = log
        self._made: dict[tuple[object, ...], list[Form]] = {}

    def __call__(self) -> list[Form]:
        """Return the forms of the next lines.

        There are none where a record depends on other lines, or its fields on more than #Fields.
        """
        key = (self._log.iis, *self._log.fields)
        if key not in self._made:
            if len(self._made) >= _HELD:
                self._made.clear()
            self._made[key] = _forms(self._log)
        return self._made[key][:]


def _forms(log: W3C) -> list[Form]:
    names = log.fields
    day, clock = (next((name for name in each if name in names), "") for each in (DATES, TIMES))
    twice = len({*names}) < len(names) or {"cs-uri", "cs-uri-query"} <= {*names}
    if twice or (day, clock) not in pairwise(names):
        return []
    # Each value is its own name, to see which field of the record it becomes.
    source = {"time" if name == day else name: f"<{name}>" for name in names if name != clock}
    try:
        record = log.record(dict(source), lambda _field, _name, raw: raw)
    except Refused:
        return []
    keys = {value: key for key, value in record.items() if key != "section"}
    made = []
    for gap in (b" ", b"\t"):
        parts: list[bytes | Part] = [_START]
        for name, value in source.items():
            parts += [_part(log, name, keys[value], gap), gap]
        made.append(Form(parts[:-1], record))
    return made


def _part(log: W3C, name: str, key: str, gap: bytes) -> Part:
    """Return the part that a value is. key: its field in the record."""
    if key == "time":
        return column(key, b".{10}%b.{8}" % gap, times(_moment))
    if key == "path":
        return target(b" ", plain, query=name == "cs-uri")
    others = [each for each in NAMES.get(key, ()) if each in log.fields and each != name]
    if key in _NUMBERS:
        part = column(key, _NUMBERS[key], numbers)
    elif key == "duration" and (log.iis or name == "timetakenms"):
        part = column(key, rb"\d{1,15}|-", values(MILLISECONDS.read))
    elif key == "duration":
        part = column(key, rb"\d{1,15}+(?:\.\d{1,9}+)?+|-", values(_seconds))
    else:
        pattern = _TEXTS.get(key) or but(b" %" if others else b" ") + b"++"
        part = column(key, pattern, _texts(log, name))
    # Where another value would be taken for want of this, there must be this.
    return part._replace(pattern=rb"(?!-(?:[ \t\r]|$))" + part.pattern) if others else part


def _texts(log: W3C, name: str) -> Make:
    """Make texts as `W3C.text` does; those of a column at once, if none is percent-encoded."""
    undo, decode = log.undo(name), partial(log.text, name)
    if not undo or not log.cloudfront:
        return words(decode, undo)
    plainly, singly = words(decode), values(decode)
    return lambda column, plain: (singly if b"%" in b"".join(column) else plainly)(column, plain)


def _seconds(raw: bytes) -> float | None:
    return None if raw == b"-" else float(raw) if b"." in raw else int(raw)


def _moment(raw: bytes) -> str:
    return moment(f"{raw[:10].decode()}T{raw[11:].decode()}Z")
