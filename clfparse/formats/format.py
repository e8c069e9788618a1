"""How lines are read: what every format is to the filter, and several formats as one."""

import re
from collections.abc import Callable, Iterable, Mapping

from clfparse.formats.form import Form
from clfparse.record import Refused

Read = Callable[[bytes], Mapping[str, object] | None]


class Format:
    """Reads lines, one by one; the forms read the same lines in bulk.

    directive: its one group is a line, the newline before it too, after which others may be read
    in another way. version: changes when the forms do. notices: messages not reported yet.
    """

    directive: re.Pattern[bytes] | None = None
    version = 0

    def __init__(self) -> None:
        self.notices: list[str] = []

    def parse(self, line: bytes) -> Mapping[str, object] | None:
        """Read one line, without its newline; None if it holds no data. Raises Refused."""
        raise NotImplementedError

    def may_read(self, line: bytes) -> bool:  # noqa: ARG002
        """Tell whether the line begins as one of this format: cheaper than a refusal."""
        return True

    def inner(self, line: bytes) -> Mapping[str, object] | None:
        """Read what is left of a line behind a collector's header."""
        return self.parse(line)

    def forms(self) -> list[Form]:
        """Return the forms of lines, the most usual first; none where all go one by one."""
        return []

    def close(self) -> None:
        """Take the end of the input."""


class Several(Format):
    """Formats of which each line is in one: the last that fitted is tried first.

    formats: in the order in which they are tried else.
    """

    def __init__(self, formats: Iterable[Format]) -> None:
        super().__init__()
        self._formats = list(formats)
        directives = [each.directive for each in self._formats if each.directive]
        self.directive = directives[0] if directives else None

    @property
    def version(self) -> int:  # type: ignore[override]
        """A number that changes when the forms do."""
        return sum(each.version for each in self._formats)

    def parse(self, line: bytes) -> Mapping[str, object] | None:
        """Read one line; the reason of a refusal is that of the format tried first."""
        return self._first([(each, each.parse) for each in self._formats], line)

    def may_read(self, line: bytes) -> bool:  # noqa: ARG002
        """Tell whether the line begins as one of this format: cheaper than a refusal."""
        return True

    def inner(self, line: bytes) -> Mapping[str, object] | None:
        """Read what is left of a line behind a collector's header."""
        return self._first([(each, each.inner) for each in self._formats], line)

    def _first(self, reads: list[tuple[Format, Read]], line: bytes) -> Mapping[str, object] | None:
        refused = None
        for place, (each, read) in enumerate(reads):
            try:
                record = read(line)
            except Refused as error:
                refused = refused or error
            else:
                if place and record is not None:
                    self._formats.remove(each)
                    self._formats.insert(0, each)
                return record
        raise refused or Refused("no format")

    def forms(self) -> list[Form]:
        """Return the forms of all."""
        return [form for each in self._formats for form in each.forms()]

    def close(self) -> None:
        """Take the end of the input, and all that there is to report."""
        for each in self._formats:
            each.close()
            self.notices += each.notices
            each.notices.clear()
