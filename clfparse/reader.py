"""The reader of the stream: records, and the alerts that travel between them.

In ``a | tee >(b) | c`` two programs write to one pipe. b's alerts are written whole, but under load
tee's large writes are split, so that an alert may land inside a record::

    {"time":"2019-02-07T21:11:00+00:00","ho{"type":"alert",...}
    st":"10.0.0.1",...}

The reader takes such an alert out and joins the halves. Text of a log can't forge one: inside a
record's strings each quote has a backslash, so the marker below never occurs there.
"""

from collections.abc import Iterator
from contextlib import suppress
from math import inf
from typing import Any, NamedTuple

import orjson

from clfparse.lines import RECORD_LINE
from clfparse.record import Refused
from clfparse.refusals import Refusals
from clfparse.times import Instant, instant

_MARK = b'{"type":"alert",'
_PIECES = 16  # into which alerts may tear one record

# "status" and "bytes" are whole numbers from 0 up to these.
_NUMBERS = (("status", 999), ("bytes", (1 << 63) - 1))
_REAL = (int, float)  # what "duration" may be; a bool is neither


class Event(NamedTuple):
    """A record as it came. line: its bytes, mended, without newline."""

    line: bytes
    record: dict[str, Any]  # a Record, or what another program made of one
    time: Instant


class Alert(NamedTuple):
    """An alert as it came; message is the text for a person."""

    line: bytes
    message: str
    recovered: bool = False


class Reader:
    """Turns blocks of lines into records and alerts; what is neither is refused."""

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals
        self._pieces: list[bytes] = []  # of a record, each torn from the next by an alert

    def add(self, block: bytes) -> Iterator[Event | Alert]:
        """Take complete lines, each with its newline."""
        for line in block.split(b"\n")[:-1]:
            self._refusals.lines += 1
            yield from self._read(line)

    @property
    def torn(self) -> bool:
        """Whether a record has begun that an alert has torn."""
        return bool(self._pieces)

    def finish(self) -> Iterator[Event | Alert]:
        """Take the end of input: a record may lack its newline, and else stays torn."""
        if self._pieces:
            with suppress(Refused):
                yield self._mend(b"")
            self._refuse(self._pieces)

    def _read(self, line: bytes) -> Iterator[Event | Alert]:
        try:
            if self._pieces:
                yield self._mend(line)
            else:
                yield decode(line)
        except Refused as refused:
            if torn := _torn(line):
                piece, alert = torn
                yield alert
                self._pieces += [piece] if piece else []
                while len(self._pieces) > _PIECES or sum(map(len, self._pieces)) > RECORD_LINE:
                    self._refuse([self._pieces.pop(0)])
            else:
                self._refuse(self._pieces)
                self._pieces = []
                self._refusals.refuse(line, str(refused))

    def _mend(self, line: bytes) -> Event:
        """Join the pieces with the line that ends them; the first pieces may be foreign."""
        for first in range(len(self._pieces) + 1):
            with suppress(Refused):
                found = decode(b"".join([*self._pieces[first:], line]))
                if isinstance(found, Event):
                    self._refuse(self._pieces[:first])
                    self._pieces = []
                    return found
        raise Refused("torn, and never mended")

    def _refuse(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            self._refusals.refuse(piece, "torn, and never mended")


def decode(line: bytes) -> Event | Alert:
    """Read one line. Raises Refused if it is neither a record nor an alert.

    A record is any object with a readable time: fields may have been left out or added on the way.
    """
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Refused("not JSON" if line else "empty line") from error
    if not isinstance(found, dict):
        raise Refused("not a JSON object")
    kind = found.get("type")
    if kind == "alert" and isinstance(found.get("message"), str):
        return Alert(line, found["message"], found.get("state") == "recovered")
    if kind is not None:
        raise Refused("an object with a type is no record")
    for name, largest in _NUMBERS:
        number = found.get(name)
        if number is not None and (type(number) is not int or not 0 <= number <= largest):
            raise Refused(f"not a record: {name} is no whole number in range")
    duration = found.get("duration")
    if duration is not None and (type(duration) not in _REAL or not 0 <= duration < inf):
        raise Refused("not a record: duration is no number of seconds")
    try:
        return Event(line, found, instant(found.get("time") or ""))
    except (ValueError, TypeError) as error:
        reason = str(error) if isinstance(found.get("time"), str) else "no time"
        raise Refused(f"not a record: {reason}") from error


def _torn(line: bytes) -> tuple[bytes, Alert] | None:
    """Split a line into what stands before an alert, and the alert."""
    at = line.find(_MARK)
    if at < 0:
        return None
    try:
        found = decode(line[at:])
    except Refused:
        return None
    return (line[:at], found) if isinstance(found, Alert) else None
