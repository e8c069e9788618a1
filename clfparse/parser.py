"""clfparse as a filter: log lines in, records out."""

import orjson

from clfparse.clock import Now
from clfparse.grammar import parse
from clfparse.record import Refused
from clfparse.refusals import Refusals

HINT = "tried: common and combined, each with or without vhost[:port] before it and fields after it"


class Parser:
    """Turns blocks of log lines into blocks of records."""

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals

    def add(self, block: bytes, _now: Now | None = None) -> bytes:
        """Take complete lines, each with its newline; return their records, one per line."""
        written = []
        for line in block.split(b"\n")[:-1]:
            self._refusals.lines += 1
            try:
                written.append(orjson.dumps(parse(line), option=orjson.OPT_APPEND_NEWLINE))
            except Refused as refused:
                self._refusals.refuse(line, str(refused))
        return b"".join(written)

    def quiet(self, _now: Now) -> bytes:
        """Do nothing: a record knows of no other."""
        return b""

    def finish(self) -> bytes:
        """Do nothing: no line is held back."""
        return b""
