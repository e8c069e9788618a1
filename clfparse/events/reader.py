"""The reader of the stream: records, and the alerts that travel between them.

In ``a | tee >(b) | c`` two programs write to one pipe. b's alerts are written whole, but under load
tee's large writes are split, so that an alert may land inside a record::

    {"time":"2019-02-07T21:11:00+00:00","ho{"type":"alert",...}
    st":"10.0.0.1",...}

The reader takes such an alert out and joins the halves. Text of a log can't forge one: inside a
record's strings each quote has a backslash, so the marker below never occurs there.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from typing import cast

import msgspec
import orjson

from clfparse.events.alert import Alert
from clfparse.events.hit import NO_RECORD, Hit, Run, decoder
from clfparse.record import Record, Refused
from clfparse.stream.lines import RECORD_LINE
from clfparse.stream.rejects import Rejects
from clfparse.values.times import instant

_MARK = b'{"type":"alert",'
_PIECES = 16  # into which alerts may tear one record

_REASONS = {
    "$.type": "it has a type",
    "$.status": "status is no whole number in range",
    "$.bytes": "bytes is no whole number in range",
    "$.duration": "duration is no number of seconds",
}


class Reader:
    """Turns blocks of lines into records and alerts; what is neither is refused.

    fields: those that a hit has besides its own.
    """

    def __init__(self, rejects: Rejects, fields: Iterable[str] = ()) -> None:
        self._rejects = rejects
        self._decode = decoder(fields)
        self._pieces: list[bytes] = []  # of a record, each torn from the next by an alert

    def add(self, block: bytes) -> Iterator[Run | Alert]:
        """Take complete lines, each with its newline; yield what they hold, in their order."""
        lines = block.split(b"\n")
        del lines[-1]
        decode = self._decode if _is_utf8(block) else self._strictly
        at, rest = 0, iter(lines)
        while at < len(lines):
            if self._pieces:
                next(rest)
            else:
                hits: list[Hit] = []
                # It stops at a line that is no record, having taken that from the rest too.
                with suppress(*NO_RECORD):
                    hits.extend(map(decode, rest))
                yield from self._runs(hits, lines[at : at + len(hits)])
                at += len(hits)
            if at < len(lines):
                yield from self._odd(lines[at])
                at += 1

    def finish(self) -> Iterator[Run | Alert]:
        """Take the end of input: the last part of a torn record may lack its newline."""
        if self._pieces:
            with suppress(Refused):
                yield self._mend(b"")
            self._refuse(self._pieces)

    def _strictly(self, line: bytes) -> Hit:
        """Decode a line all of which must be UTF-8, fields that are skipped too."""
        line.decode()
        return self._decode(line)

    def _runs(self, hits: list[Hit], lines: list[bytes]) -> Iterator[Run | Alert]:
        """Yield records in runs of equal times; a time that is none refuses its records."""
        at = 0
        for text, equal in groupby([hit.time for hit in hits]):
            end = at + len(list(equal))
            try:
                time = instant(text)
            except ValueError:
                for line in lines[at:end]:
                    yield from self._odd(line)
            else:
                self._rejects.lines += end - at
                yield Run(time, hits, lines, at, end)
            at = end

    def _odd(self, line: bytes) -> Iterator[Run | Alert]:
        """Take a line that is no record by itself."""
        self._rejects.lines += 1
        try:
            yield self._mend(line) if self._pieces else self._alert(line)
        except Refused as refused:
            if torn := self._torn(line):
                piece, alert = torn
                yield alert
                self._pieces += [piece] if piece else []
                while len(self._pieces) > _PIECES or sum(map(len, self._pieces)) > RECORD_LINE:
                    self._refuse([self._pieces.pop(0)])
            else:
                self._refuse(self._pieces)
                self._pieces = []
                self._rejects.refuse(line, str(refused))

    def _mend(self, line: bytes) -> Run:
        """Join the pieces with the line that ends them; the first pieces may be foreign."""
        for first in range(len(self._pieces) + 1):
            whole = b"".join([*self._pieces[first:], line])
            with suppress(*NO_RECORD, ValueError):
                hit = self._strictly(whole)
                run = Run(instant(hit.time), [hit], [whole], 0, 1)
                self._refuse(self._pieces[:first])
                self._pieces = []
                return run
        raise Refused("torn, and never mended")

    def _alert(self, line: bytes) -> Alert:
        fields = _object(line)
        message = fields.get("message")
        if fields.get("type") == "alert" and isinstance(message, str):
            return Alert(line, message, fields.get("state") == "recovered")
        if fields.get("type") is not None:
            raise Refused("an object with a type is no record")
        raise Refused(f"not a record: {self._reason(line)}")

    def _reason(self, line: bytes) -> str:
        """Say what keeps an object from being a record."""
        try:
            instant(self._decode(line).time)
        except msgspec.ValidationError as error:  # its message ends with the field's path
            return next(
                (reason for path, reason in _REASONS.items() if path in str(error)), "no time"
            )
        except RecursionError:
            pass
        except ValueError as error:
            return str(error)
        return "nested too deep"

    def _torn(self, line: bytes) -> tuple[bytes, Alert] | None:
        """Split a line into what stands before an alert, and the alert."""
        at = line.find(_MARK)
        if at < 0:
            return None
        with suppress(Refused):
            return line[:at], self._alert(line[at:])
        return None

    def _refuse(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            self._rejects.refuse(piece, "torn, and never mended")


def read_records(lines: Iterable[bytes]) -> Iterator[Record]:
    """Yield the record of each line that clfparse has written; alerts between them are left out.

    Raises Refused for a line that is neither.
    """
    for line in lines:
        rejects = Rejects("", "")
        reader = Reader(rejects)
        events = [*reader.add(line.removesuffix(b"\n") + b"\n"), *reader.finish()]
        if rejects.refused:
            raise Refused(rejects.messages[0].partition(": line 1: ")[2])
        if any(isinstance(event, Run) for event in events):
            yield cast("Record", _object(line))


def _object(line: bytes) -> dict[str, object]:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Refused("not JSON" if line else "empty line") from error
    if not isinstance(value, dict):
        raise Refused("not a JSON object")
    return value


def _is_utf8(block: bytes) -> bool:
    if block.isascii():
        return True
    with suppress(UnicodeDecodeError):
        block.decode()
        return True
    return False
