"""The reader of the stream: records, and the alerts that travel between them.

In ``a | tee >(b) | c`` two programs write to one pipe. b's alerts are written whole, but under load
tee's large writes are split, so that an alert may land inside a record::

    {"time":"2019-02-07T21:11:00+00:00","ho{"type":"alert",...}
    st":"10.0.0.1",...}

The reader takes such an alert out and joins the halves. Text of a log can't forge one: inside a
record's strings each quote has a backslash, so the marker below never occurs there.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from clfparse.lines import RECORD_LINE
from clfparse.record import Refused
from clfparse.refusals import Refusals
from clfparse.times import Instant, instant

_MARK = b'{"type":"alert",'

# "status" and "bytes" are whole numbers from 0 up to these.
_NUMBERS = (("status", 999), ("bytes", (1 << 63) - 1))


class Event(NamedTuple):
    """A record as it came. line: its bytes, mended, without newline."""

    line: bytes
    record: dict[str, Any]  # a Record, or what another program made of one
    time: Instant


class Alert(NamedTuple):
    """An alert as it came; message is the text for a person."""

    line: bytes
    message: str


class Reader:
    """Turns blocks of lines into records and alerts; what is neither is refused."""

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals
        self._head = b""  # of a record that an alert has torn

    def add(self, block: bytes) -> Iterator[Event | Alert]:
        """Take complete lines, each with its newline."""
        for line in block.split(b"\n")[:-1]:
            self._refusals.lines += 1
            if self._head:
                yield from self._join(line)
            else:
                yield from self._read(line)

    def finish(self) -> Iterator[Event | Alert]:
        """Take the end of input: a torn record stays torn."""
        head, self._head = self._head, b""
        if head:
            yield from self._read(head)

    def _read(self, line: bytes) -> Iterator[Event | Alert]:
        try:
            yield decode(line)
        except Refused as refused:
            if torn := _torn(line):
                self._head, alert = torn
                yield alert
            else:
                self._refusals.refuse(line, str(refused))

    def _join(self, line: bytes) -> Iterator[Event | Alert]:
        """Join a head with the line after its alert; that line may hold the next alert."""
        head, self._head = self._head, b""
        if torn := _torn(line):
            tail, alert = torn
            yield alert
            self._head = head + tail
            if len(self._head) > RECORD_LINE:
                self._refusals.refuse(self._head, "torn, and never mended")
                self._head = b""
            return
        try:
            yield decode(head + line)
        except Refused:
            self._refusals.refuse(head, "torn, and never mended")
            yield from self._read(line)


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
        return Alert(line, found["message"])
    if kind is not None:
        raise Refused("an object with a type is no record")
    for name, largest in _NUMBERS:
        number = found.get(name)
        if number is not None and (type(number) is not int or not 0 <= number <= largest):
            raise Refused(f"not a record: {name} is no whole number in range")
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
