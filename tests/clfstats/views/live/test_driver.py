"""Textual's end of a terminal."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from clfstats.views.live.driver import LiveDriver

if TYPE_CHECKING:
    from clfparse.stream.live import Live


def test_keys_that_somebody_else_has_taken_are_not_the_end() -> None:
    """Ctrl-Z drops what was typed, just after the screen was woken for it."""
    left: list[int] = []
    read = iter([None, b""])
    driver = LiveDriver.__new__(LiveDriver)
    driver.live = cast(
        "Live", SimpleNamespace(keyboard=SimpleNamespace(read=lambda: next(read), fileno=lambda: 5))
    )
    driver._loop = SimpleNamespace(remove_reader=left.append)  # type: ignore[assignment]
    driver._read()
    assert left == []
    driver._read()
    assert left == [5]
