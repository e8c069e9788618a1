"""W3C logs as a format: lines one by one and in bulk, with #Fields or as if they had them."""

import re
from typing import Any

from clfparse.formats.form import Form
from clfparse.formats.format import Format
from clfparse.formats.patterns import DIRECTIVE
from clfparse.formats.w3c import W3C
from clfparse.formats.w3cform import W3CForms
from clfparse.record import Refused


class W3CLog(Format):
    """Reads lines, each by the directives before it.

    fields: what #Fields would say, where a server always writes the same; least: how many of them a
    line has at least; begins: how one begins.
    """

    directive = DIRECTIVE

    def __init__(self, fields: str = "", least: int = 0, begins: str = "") -> None:
        super().__init__()
        self._log = W3C(fields, least)
        self._begins = re.compile(begins.encode())
        self._forms = W3CForms(self._log)

    @property
    def version(self) -> int:  # type: ignore[override]
        """How many directives there were."""
        return self._log.directives

    def parse(self, line: bytes) -> dict[str, Any] | None:
        """Read one line."""
        if not self._begins.match(line):
            raise Refused("not of this format")
        return self._log.parse(line)

    def inner(self, line: bytes) -> dict[str, Any] | None:  # noqa: ARG002
        """Refuse a line behind a header: its fields are distinguished by their number alone."""
        raise Refused("something stands before the line's first field")

    def forms(self) -> list[Form]:
        """Return the forms of the next lines."""
        return self._forms() if self._log.directives else []
