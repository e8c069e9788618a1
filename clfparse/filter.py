"""clfparse as a filter: log lines in, records out."""

from collections.abc import Iterator

import orjson

from clfparse.formats.detect import AUTO, Format
from clfparse.formats.form import Form
from clfparse.record import Refused
from clfparse.stream.contract import Now
from clfparse.stream.rejects import Rejects

# Bytes of lines at a time: their values fit into memory that is at hand again for the next ones.
_CHUNK = 1 << 14
_PATIENCE = 16  # lines


class Parser:
    """Turns blocks of log lines into blocks of records."""

    def __init__(self, rejects: Rejects, form: Format = AUTO) -> None:
        self._rejects = rejects
        self._format = form
        self._forms = form.forms()  # that of most lines first, then the last that fitted another
        self._strays = 0  # lines of a chunk that were in another
        self._misses = 0  # lines in a row that were in none

    def add(self, block: bytes, _now: Now | None = None) -> bytes:
        """Take complete lines, each with its newline; return their records, one per line.

        Lines of one form go in bulk; others go one by one, in their places.
        """
        lines, directive = b"\n" + block[:-1], self._format.directive
        runs = directive.split(lines) if directive and b"#" in lines else [lines]
        written = []
        for place, run in enumerate(runs):
            if place % 2:
                written.append(self.slow(run[1:] + b"\n"))
                self._forms = self._format.forms()
            else:
                written += map(self._add, _chunks(run))
        self._report()
        return b"".join(written)

    def slow(self, block: bytes) -> bytes:
        """Do as `add` does, line by line: the reference for it."""
        written = []
        for line in block.split(b"\n")[:-1]:
            self._rejects.lines += 1
            try:
                record = self._format.parse(line)
                if record is not None:
                    written.append(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
            except Refused as refused:
                self._rejects.refuse(line, str(refused))
        return b"".join(written)

    def quiet(self, _now: Now) -> bytes:
        """Do nothing: a record knows of no other."""
        return b""

    def finish(self) -> bytes:
        """Report on the log as a whole. No line is held back."""
        if self._format.log:
            self._format.log.close()
            self._report()
        return b""

    def _report(self) -> None:
        log = self._format.log
        while log and log.notices:
            self._rejects.report(log.notices.pop(0))

    def _add(self, chunk: bytes) -> bytes:
        if not self._forms:
            return self.slow(chunk[1:] + b"\n")
        tried: Form | None = self._forms[0]
        try:
            pieces, width = self._forms[0].split(chunk)
        except ValueError:
            pieces, width, tried = [chunk], 1, None
        others = pieces[0::width]
        before, self._strays = self._rejects.lines, 0
        for place, lines in enumerate(others) if any(others) else ():
            if lines:
                self._rejects.lines = before + place
                others[place] = b"".join(self._line(line, tried) for line in lines.split(b"\n")[1:])
                before = self._rejects.lines - place
        self._rejects.lines = before + len(others) - 1
        pieces[0::width] = others
        if self._strays > len(others):
            self._forms[:2] = self._forms[1::-1]
        return b"".join(pieces)

    def _line(self, line: bytes, tried: Form | None) -> bytes:
        """Read a line in another form than was tried; the slow way if it is in none.

        After some that were in none, it is only tried now and then.
        """
        if self._misses < _PATIENCE or self._misses % _PATIENCE == 0:
            for place, form in enumerate(self._forms):
                if form is not tried and (record := form.record(b"\n" + line)):
                    if place:
                        self._forms.insert(1, self._forms.pop(place))
                        self._strays += 1
                    self._misses = 0
                    self._rejects.lines += 1
                    return record
        self._misses += 1
        return self.slow(line + b"\n")


def _chunks(lines: bytes) -> Iterator[bytes]:
    """Cut lines, each with its newline before it."""
    start = 0
    while start < len(lines):
        end = lines.find(b"\n", start + _CHUNK)
        yield lines[start : end if end > 0 else None]
        start = end if end > 0 else len(lines)
