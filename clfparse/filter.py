"""clfparse as a filter: log lines in, records out."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import orjson

from clfparse.formats.detect import format_of
from clfparse.formats.form import Form, ended
from clfparse.formats.format import Format
from clfparse.record import Refused
from clfparse.stream.contract import Now
from clfparse.stream.rejects import Rejects
from clfparse.values.escapes import plain
from clfparse.values.zones import LOCAL

if TYPE_CHECKING:
    from clfparse.formats.client import Client

# Bytes of lines at a time: their values fit into memory that is at hand again for the next ones.
_CHUNK = 1 << 14
_PATIENCE = 16  # lines
# tail writes one before the lines of each of several files, and a blank line before that.
_HEADING = re.compile(rb"(?:\n)?(\n==> [^\n]+ <==)(?=\n|\Z)")
_BOM = b"\xef\xbb\xbf"


class Parser:
    """Turns blocks of log lines into blocks of records.

    form: of the lines; auto if it is None. client: the field that the host is taken from. log: the
    name of the file that they come from, for the records to bear. usual: the form that is tried
    first, if it is one of theirs.
    """

    def __init__(
        self,
        rejects: Rejects,
        form: Format | None = None,
        client: str | None = None,
        log: str | None = None,
        usual: Form | None = None,
    ) -> None:
        form = form or format_of("auto")
        self._rejects = rejects
        self._format = form
        self._client = _client(client) if client else None
        self._version = form.version
        self._forms = form.forms()  # that of most lines first, then the last that fitted another
        if usual in self._forms:
            self._forms.remove(usual)
            self._forms.insert(0, usual)
        self._strays = 0  # lines of a chunk that were in another
        self._misses = 0  # lines in a row that were in none
        self._local: int | None = None  # the newest of its times that have no zone: see `zones`
        self._warned = False  # of a log whose zone is not known
        # The member of a record that names the log: tail's headings may say so, too.
        self._log = b"" if log is None else _member(log.encode("utf-8", "surrogateescape"))

    def add(self, block: bytes, now: Now | None = None) -> bytes:
        """Take complete lines, each with its newline; return their records, one per line.

        Lines of one form go in bulk; others go one by one, in their places.
        """
        LOCAL.last = self._local
        lines = b"\n" + block[:-1] if block else b""
        # To look for one byte that is rare takes a tenth of the time that a heading would take.
        headed = b"<" in lines and b"\n==> " in lines
        pieces = _HEADING.split(lines) if headed else [lines]
        written = []
        for place, piece in enumerate(pieces):
            if place % 2:
                self._rejects.lines += 1
                self._rejects.skipped += 1
                self._log = _member(_name(piece))
            elif piece:
                records = self._runs(piece)
                written.append(self._client.take(records) if self._client else records)
        self._local = LOCAL.last
        self._report(now)
        return b"".join(written)

    @property
    def usual(self) -> Form | None:
        """The form of most lines so far."""
        return self._forms[0] if self._forms else None

    def slow(self, block: bytes) -> bytes:
        """Do as `add` does, line by line: the reference for it."""
        written = []
        for line in block.split(b"\n")[:-1]:
            self._rejects.lines += 1
            try:
                record = self._read(line)
                if record is None:
                    self._rejects.skipped += 1
                else:
                    whole = orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
                    written.append(ended(whole, self._log) if self._log else whole)
            except Refused as refused:
                self._rejects.refuse(line, str(refused))
        if self._version != self._format.version:
            self._version, self._forms = self._format.version, self._format.forms()
        return b"".join(written)

    def on_idle(self, now: Now) -> bytes:
        """Report what the format has to say: no line is held back."""
        self._report(now)
        return b""

    def close(self) -> bytes:
        """Report what the format has to say at the end: no line is held back."""
        self._format.close()
        if self._client:
            self._client.close()
        self._report(None)
        return b""

    def _read(self, line: bytes) -> object:
        """Read one line. A file has NULs where nothing was written, as after a crash."""
        line = line.lstrip(b"\0").removeprefix(_BOM)
        return self._format.parse(line) if line.strip(b" \t\r") else None

    def _runs(self, lines: bytes) -> bytes:
        """Read lines, each with its newline before it; a directive is read by itself."""
        directive = self._format.directive
        runs = directive.split(lines) if directive and b"#" in lines else [lines]
        written = []
        for place, run in enumerate(runs):
            if place % 2:
                written.append(self.slow(run[1:] + b"\n"))
            else:
                written += map(self._add, _chunks(run))
        return b"".join(written)

    def _report(self, now: Now | None) -> None:
        for says in (self._format, self._client):
            while says and says.notices:
                self._rejects.note(says.notices.pop(0))
        hours = LOCAL.hours_off(now.wall) if now else None
        if hours is not None and not self._warned:
            self._warned = True
            self._rejects.note(
                f"times without a zone are taken for UTC, and are {abs(hours):g} hours"
                f" {'behind' if hours > 0 else 'ahead'}: --zone names their zone"
            )

    def _add(self, chunk: bytes) -> bytes:
        if not self._forms:
            return self.slow(chunk[1:] + b"\n")
        tried: Form | None = self._forms[0]
        try:
            pieces, width = self._forms[0].split(chunk, self._log)
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
                if form is not tried and (record := form.record(b"\n" + line, self._log)):
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


def _member(log: bytes) -> bytes:
    """Return the last member of a record, which names its log."""
    return b',"log":%b' % orjson.dumps(plain(log))


def _name(heading: bytes) -> bytes:
    """Return the name in a heading of tail's: standard input has none."""
    name = heading.removeprefix(b"\n==> ").removesuffix(b" <==")
    return b"-" if name == b"standard input" else name


def _client(field: str) -> "Client":
    from clfparse.formats.client import Client  # which most runs have no use for

    return Client(field)
