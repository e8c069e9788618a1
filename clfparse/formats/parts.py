r"""Lines that container runtimes write, which cut long ones in parts: CRI's, docker's json-file.

    2023-10-12T14:23:45.123456789Z stdout F the line
    {"log":"the line\n","stream":"stdout","time":"2023-10-12T14:23:45.123456789Z"}

CRI tags a part with P and the last one with F; what docker cuts has no newline, and goes on in the
next object of the stream. Nothing else looks like either, so they come before all formats.
"""

import re
from typing import NamedTuple

import orjson

from clfparse.record import Refused
from clfparse.values.times import ISO

_CRI = rb"%b (stdout|stderr) ([FP])(?::[^ ]*)? " % ISO
_MEMBERS = {"log", "stream", "time", "attrs"}
_STREAMS = 16
_CUT = 16_000  # bytes of a part, about: docker cuts lines at 16 KiB
_LONGEST = 1 << 16  # bytes of a line


class Whole(NamedTuple):
    """What a runtime holds. line: None where more of it is to come."""

    runtime: str
    line: bytes | None


class Parts:
    """Joins the parts of lines, by stream."""

    def __init__(self) -> None:
        self._parts: dict[bytes, bytes] = {}

    def take(self, line: bytes) -> Whole | None:
        """Take a line; None if no runtime has written it. Raises Refused for parts too long."""
        if line[:1].isdigit() and (match := re.match(_CRI, line)):
            last = match[2] == b"F"
            return Whole("Kubernetes (CRI)", self._join(match[1], line[match.end() :], last=last))
        if not line.startswith(b'{"'):
            return None
        # The first name tells most objects from a runtime's, before they are read.
        if not any(line.startswith(b'{"%b"' % name.encode()) for name in _MEMBERS):
            return None
        source = object_of(line)
        text, stream = source.get("log"), source.get("stream", "")
        if (
            not isinstance(text, str)
            or not isinstance(stream, str)
            or not source.keys() <= _MEMBERS
        ):
            return None
        part = text.encode("utf-8", "surrogateescape")
        last = part.endswith(b"\n") or len(part) < _CUT  # some collectors drop the newline
        whole = self._join(stream.encode(errors="replace"), part, last=last)
        return Whole("docker's json-file", whole and whole.rstrip(b"\r\n"))

    def close(self) -> int:
        """Take the end of the input; return how many lines wait for their last part in vain."""
        number = len(self._parts)
        self._parts.clear()
        return number

    def _join(self, stream: bytes, part: bytes, *, last: bool) -> bytes | None:
        line = self._parts.pop(stream, b"") + part
        if last:
            return line
        if len(line) > _LONGEST or len(self._parts) >= _STREAMS:
            self._parts.clear()
            raise Refused("a line in parts that is longer than 64 KiB")
        self._parts[stream] = line
        return None


def object_of(line: bytes) -> dict[str, object]:
    """Return the JSON object that a line is; an empty one if it is none."""
    try:
        source = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}
    return source if isinstance(source, dict) else {}
