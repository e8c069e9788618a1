"""`format`: several formats as one."""

import pytest

from clfparse.formats.detect import format_of
from clfparse.formats.format import Format, Several
from clfparse.record import Refused

COMMON = b'192.0.2.1 - - [12/Oct/2023:14:23:45 +0000] "GET /a HTTP/1.1" 200 12'
SQUID = b"1505241568.659 9307 192.0.2.169 TCP_MISS/200 2904 GET http://www.example.com/ - H/- -"


class Named(Format):
    """Takes lines that begin with its name."""

    def __init__(self, name: bytes) -> None:
        super().__init__()
        self.name, self.tried = name, 0

    def parse(self, line: bytes) -> dict[str, object]:
        """Take a line."""
        self.tried += 1
        if not line.startswith(self.name):
            raise Refused(f"not {self.name.decode()}")
        return {"of": self.name.decode()}

    def close(self) -> None:
        """Say whose end it is."""
        self.notices.append(self.name.decode())


def test_the_last_that_fitted_is_tried_first() -> None:
    formats = a, b = Named(b"a"), Named(b"b")
    several = Several(formats)
    assert [several.parse(b"b")["of"] for _ in range(3)] == ["b"] * 3  # type: ignore[index]
    assert (a.tried, b.tried) == (1, 3)


def test_the_reason_is_that_of_the_first_given() -> None:
    """Whatever fitted before: bulk reading knows nothing of that."""
    several = Several([Named(b"a"), Named(b"b")])
    several.parse(b"b")
    with pytest.raises(Refused, match="not a"):
        several.parse(b"c")
    with pytest.raises(Refused, match="not a"):
        several.inner(b"c")


def test_all_are_closed() -> None:
    several = Several([Named(b"a"), Named(b"b")])
    several.close()
    assert several.notices == ["a", "b"]


def test_a_name_may_be_given_several_times() -> None:
    several = format_of("common", "squid")
    assert [several.parse(line)["host"] for line in (COMMON, SQUID, COMMON)] == [  # type: ignore[index]
        *("192.0.2.1", "192.0.2.169", "192.0.2.1")
    ]
    with pytest.raises(Refused):
        several.parse(COMMON + b' "-" "-"')
