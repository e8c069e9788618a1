"""The reader of the stream: records, parts, and the alerts that travel between them.

In ``a | tee >(b) | c`` two programs write to one pipe. b's alerts are written whole, but under load
tee's large writes are split, so that an alert may land inside a record::

    {"time":"2019-02-07T21:11:00+00:00","ho{"type":"alert",...}
    st":"10.0.0.1",...}

The reader takes such an alert out and joins the halves. Text of a log can't forge one: inside a
record's strings each quote has a backslash, so the marker below never occurs there.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from typing import cast

import msgspec
import orjson

from clfparse.events.alert import Alert
from clfparse.events.hit import NO_RECORD, Hit, Run, decoder
from clfparse.events.part import BEGINNING, PartLine, read_part
from clfparse.record import Record, Refused
from clfparse.stream.lines import RECORD_LINE
from clfparse.stream.rejects import Rejects
from clfparse.values.times import instant

_MARK = b'{"type":"alert",'
Event = Run | PartLine | Alert

_PIECES = 16  # into which alerts may tear one record

_REASONS = {
    "$.type": "it has a type",
    "$.status": "status is no whole number in range",
    "$.bytes": "bytes is no whole number in range",
    "$.duration": "duration is no number of seconds",
}


class Unfit(Refused):
    """A part that is well-formed, but not for its reader. It is reported once for each reason."""


def any_part(_part: PartLine) -> None:
    """Accept a part, whatever its window and fields."""


class Reader:
    """Turns blocks of lines into records, parts and alerts; what is none of them is refused.

    fields: those that a hit has besides its own. accept: raises Unfit for a part that its reader
    cannot count.
    """

    def __init__(
        self,
        rejects: Rejects,
        fields: Iterable[str] = (),
        accept: Callable[[PartLine], None] = any_part,
    ) -> None:
        self._rejects = rejects
        self._accept = accept
        self._reported: set[str] = set()  # why parts were unfit; a few reasons
        self._decode = decoder(fields)
        self._pieces: list[bytes] = []  # of a record, each torn from the next by an alert

    def add(self, block: bytes) -> Iterator[Event]:
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

    def finish(self) -> Iterator[Event]:
        """Take the end of input: the last part of a torn record may lack its newline."""
        if self._pieces:
            with suppress(Refused):
                yield self._mend(b"")
            self._refuse(self._pieces)

    def _strictly(self, line: bytes) -> Hit:
        """Decode a line all of which must be UTF-8, fields that are skipped too."""
        line.decode()
        return self._decode(line)

    def _runs(self, hits: list[Hit], lines: list[bytes]) -> Iterator[Event]:
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

    def _odd(self, line: bytes) -> Iterator[Event]:
        """Take a line that is no record by itself."""
        self._rejects.lines += 1
        try:
            yield self._mend(line) if self._pieces else self._other(line)
        except Unfit as unfit:
            self._rejects.refuse(line, str(unfit), report=str(unfit) not in self._reported)
            self._reported.add(str(unfit))
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

    def _mend(self, line: bytes) -> Run | PartLine:
        """Join the pieces with the line that ends them; the first pieces may be foreign."""
        for first in range(len(self._pieces) + 1):
            whole = b"".join([*self._pieces[first:], line])
            with suppress(*NO_RECORD, ValueError):
                mended = self._whole(whole)
                self._refuse(self._pieces[:first])
                self._pieces = []
                return mended
        raise Refused("torn, and never mended")

    def _whole(self, line: bytes) -> Run | PartLine:
        """Read a line that was torn. Raises one of NO_RECORD or ValueError if it is neither."""
        if line.startswith(BEGINNING):
            return self._part(line)
        hit = self._strictly(line)
        return Run(instant(hit.time), [hit], [line], 0, 1)

    def _part(self, line: bytes) -> PartLine:
        part = read_part(line)
        self._accept(part)
        return part

    def _other(self, line: bytes) -> PartLine | Alert:
        """Read a part or an alert; a part that another program has written anew, too."""
        if line.startswith(BEGINNING):
            return self._part(line)
        fields = _object(line)
        return self._part(line) if fields.get("type") == "part" else self._alert(line, fields)

    def _alert(self, line: bytes, fields: dict[str, object]) -> Alert:
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
            return line[:at], self._alert(line[at:], _object(line[at:]))
        return None

    def _refuse(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            self._rejects.refuse(piece, "torn, and never mended")


def read_records(lines: Iterable[bytes]) -> Iterator[Record]:
    """Yield the record of each line that clfparse has written; alerts between them are left out.

    Raises Refused for a line that is neither, such as a part: its records are not in it.
    """
    for line in lines:
        rejects = Rejects("", "")
        reader = Reader(rejects, accept=_no_part)
        events = [*reader.add(line.removesuffix(b"\n") + b"\n"), *reader.finish()]
        if rejects.refused:
            raise Refused(rejects.messages[0].partition(": line 1: ")[2])
        if any(isinstance(event, Run) for event in events):
            yield cast("Record", _object(line))


def _no_part(_part: PartLine) -> None:
    raise Unfit("a part holds no records")


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
