"""Any line, distinguished line by line: what fits Common Log Format or its kin is that.

Other lines are looked at by the formats that fitted before, the newest first, then once by all of
the catalog. So a line is read the same, whatever came before it, unless two formats fit it; that
none of the samples is read by two is tested.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from clfparse.formats import stock
from clfparse.formats.form import Form
from clfparse.formats.format import Format
from clfparse.formats.grammar import parse
from clfparse.formats.patterns import DIRECTIVE
from clfparse.record import Refused

_JSON = (b"{", b"[{")
_W3C = re.compile(rb"#(?:Fields|Version|Software|Date|Start-Date|End-Date|Remark|GMT-Offset)\s*:")


class Auto(Format):
    """Reads lines of every format of the catalog that is sure to be distinguished."""

    directive = DIRECTIVE

    def __init__(self) -> None:
        super().__init__()
        self._fitted: list[Format] = []
        self._w3c: Format | None = None

    @property
    def version(self) -> int:  # type: ignore[override]
        """A number that changes when the forms do."""
        return len(self._fitted) + (self._w3c.version if self._w3c else 0)

    def forms(self) -> list[Form]:
        """Return the forms of stock lines, and of the formats that have fitted."""
        return [*stock.forms(), *(form for each in self._fitted for form in each.forms())]

    def parse(self, line: bytes) -> Mapping[str, object] | None:
        """Read one line. The reason of a refusal is that of the format it begins as."""
        if _W3C.match(line):
            return self._log().parse(line)
        return self._read(line, behind=False)

    def inner(self, line: bytes) -> Mapping[str, object] | None:
        """Read what is left of a line behind a collector's header."""
        return self._read(line, behind=True)

    def _read(self, line: bytes, *, behind: bool) -> Mapping[str, object] | None:
        first = None
        if line[:1] != b"{":
            try:
                return parse(line)
            except Refused as refused:
                first = refused
        for each in self._others():
            if not each.may_read(line):
                continue
            try:
                record = each.inner(line) if behind else each.parse(line)
            except Refused as refused:
                if each is self._w3c or (each is self._json and line.startswith(_JSON)):
                    first = refused
            else:
                self._remember(each)
                return record
        raise first or Refused("in no format that is known")

    def close(self) -> None:
        """Take the end of the input."""
        for each in self._fitted:
            each.close()
            self.notices += each.notices
            each.notices.clear()

    def _log(self) -> Format:
        if not self._w3c:
            from clfparse.formats.w3clog import W3CLog

            self._w3c = W3CLog()
            self._fitted.insert(0, self._w3c)
        return self._w3c

    @cached_property
    def _json(self) -> Format:
        from clfparse.formats.jsonlog import JsonLog

        return JsonLog()

    @cached_property
    def _catalog(self) -> list[Format]:
        from clfparse.formats.detect import catalogued

        return catalogued()

    def _others(self) -> Iterator[Format]:
        yield from list(self._fitted)
        yield from (each for each in (self._json, *self._catalog) if each not in self._fitted)

    def _remember(self, format_: Format) -> None:
        if format_ in self._fitted:
            self._fitted.remove(format_)
        self._fitted.insert(0, format_)
