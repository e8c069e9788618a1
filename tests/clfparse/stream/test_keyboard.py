"""The keys of a terminal, and how it is set back."""

import os
import pty
import select
import termios
from collections.abc import Iterator

import pytest

from clfparse.stream import keyboard as module
from clfparse.stream.journal import Unusable
from clfparse.stream.keyboard import Keyboard, takes


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """Yield both ends of a terminal that stands for the process's own."""
    ours, theirs = pty.openpty()
    monkeypatch.setattr(module, "_TTY", os.ttyname(theirs))
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


def test_keys_come_at_once_and_without_echo(ends: tuple[int, int]) -> None:
    """Signals stay the terminal's: Ctrl-C, Ctrl-Z, Ctrl-S. Then all is as it was."""
    ours, theirs = ends
    before = termios.tcgetattr(theirs)
    keyboard = Keyboard()
    keyboard.take()
    during = termios.tcgetattr(theirs)
    assert not during[3] & (termios.ECHO | termios.ICANON)
    assert during[3] & termios.ISIG
    assert during[0] & termios.IXON == before[0] & termios.IXON
    assert keyboard.read() is None  # which is not the end
    os.write(ours, b"q\r\x1b[A")
    select.select([keyboard], [], [], 10)
    assert keyboard.read() == b"q\r\x1b[A"
    assert not select.select([ours], [], [], 0)[0]
    os.write(ours, b"lost")
    keyboard.give_back()
    assert termios.tcgetattr(theirs) == before
    assert keyboard.read() is None
    keyboard.give_back()
    os.close(keyboard.fileno())


def test_a_terminal_takes_output_unless_it_is_stopped(ends: tuple[int, int]) -> None:
    _, theirs = ends
    assert takes(theirs, 0)
    termios.tcflow(theirs, termios.TCOOFF)
    assert not takes(theirs, 0.01)
    termios.tcflow(theirs, termios.TCOON)
    assert takes(theirs, 1)


def test_without_a_terminal_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TTY", "/nonexistent")
    monkeypatch.setattr(module, "_stdout", lambda: "/nonexistent")
    with pytest.raises(Unusable, match="--live: no terminal to read keys from"):
        Keyboard()
