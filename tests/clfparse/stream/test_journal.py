"""The file of a history: loaded, mended, locked, and never touched where it is another's."""

import fcntl
import os
from pathlib import Path

import pytest

from clfparse.stream import journal
from clfparse.stream.journal import Journal, Unusable, lines_of
from clfparse.stream.lines import RECORD_LINE


class Letters:
    """A history of lines such as ``[a]``."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.pending = bytearray()
        self.loaded: list[bytes] = []

    def load(self, line: bytes) -> None:
        """Take a letter."""
        if not (line.startswith(b"[") and line.endswith(b"]")):
            raise ValueError("no letter")
        self.loaded.append(line)

    def is_torn(self, rest: bytes) -> bool:
        """Tell whether this may become a letter."""
        return rest[:1] in {b"", b"["}


@pytest.fixture
def letters(tmp_path: Path) -> Letters:
    return Letters(tmp_path / "letters")


def held(letters: Letters) -> bytes:
    return Path(letters.path).read_bytes()


def add(letters: Letters, line: bytes) -> list[str]:
    """Start anew, add a line, and return what was mended."""
    letters.loaded.clear()
    opened = Journal(letters)
    letters.pending += line
    opened.append()
    os.close(opened._fd)
    return opened.notes


def test_lines_are_added_and_loaded(letters: Letters) -> None:
    assert add(letters, b"[a]\n") == []
    assert add(letters, b"[b]\n[c]\n") == []
    assert add(letters, b"") == []
    assert (held(letters), letters.loaded) == (b"[a]\n[b]\n[c]\n", [b"[a]", b"[b]", b"[c]"])
    assert letters.pending == b""


@pytest.mark.parametrize(
    ("before", "after", "mended"),
    [
        (b"[a]\n[b", b"[a]\n[z]\n", True),
        (b"[a]\n[", b"[a]\n[z]\n", True),
        (b"[", b"[z]\n", True),
        (b"[a]\n\0\0\0", b"[a]\n[z]\n", True),  # as a crash may leave it
        (b"[a]\n[b\0\0", b"[a]\n[z]\n", True),
        (b"[a]\n[b]", b"[a]\n[b]\n[z]\n", False),  # whole, but for its newline
        (b"[a]\n[b]\0", b"[a]\n[b]\n[z]\n", False),
        (b"", b"[z]\n", False),
    ],
)
def test_a_torn_last_line_is_mended(
    before: bytes, after: bytes, mended: bool, letters: Letters
) -> None:
    Path(letters.path).write_bytes(before)
    notes = add(letters, b"[z]\n")
    assert held(letters) == after
    assert [note.endswith("its last line was torn, and is taken out: '[b'") for note in notes] in (
        [[True], [False]] if mended else [[]]
    )


@pytest.mark.parametrize(
    "foreign",
    [
        *(b"x", b"x\n", b"[a]\nx\n", b"[a]\n[b\n[c]\n", b"[a]\n\n", b"[a]\nx", b"\0\0x"),
        b"[" * (2 * RECORD_LINE),
        b"x" * (2 * RECORD_LINE),
    ],
    ids=lambda foreign: repr(foreign[:10]),
)
def test_what_is_another_s_is_left_as_it_was(foreign: bytes, letters: Letters) -> None:
    """Unless all of it is ours, nothing is added and nothing taken out."""
    Path(letters.path).write_bytes(foreign)
    if foreign.startswith(b"[["):
        assert add(letters, b"") != []
        return
    with pytest.raises(Unusable, match=r"letters: line \d: no letter"):
        Journal(letters)
    assert held(letters) == foreign


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path, reason in (
        (tmp_path, "Is a directory"),
        (tmp_path / "fifo", "not a regular file"),
        (Path("/dev/null"), "not a regular file"),
        (tmp_path / "none" / "file", "No such file or directory"),
    ):
        with pytest.raises(Unusable, match=reason):
            Journal(Letters(path))
    (tmp_path / "\x1b[31m").mkdir()
    with pytest.raises(Unusable, match=r"\\x1b\[31m: Is a directory"):
        Journal(Letters(tmp_path / "\x1b[31m"))


def test_two_at_a_time_are_refused(letters: Letters, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one waits a while: the first may be about to end."""
    monkeypatch.setattr(journal, "_PATIENCE", 0.1)
    fd = os.open(letters.path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(fd, fcntl.LOCK_EX)
    with pytest.raises(Unusable, match="another process adds to it"):
        Journal(letters)
    os.close(fd)
    assert add(letters, b"[a]\n") == []


def test_on_a_full_disk_nothing_is_half_added(
    letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(fd: int, lines: bytes) -> None:
        os.write(fd, lines[:2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal, "write_all", half)
    with pytest.raises(OSError, match="No space"):
        add(letters, b"[a]\n")
    assert held(letters) == b""


def test_others_may_read_it_meanwhile(tmp_path: Path) -> None:
    """What is complete; nothing where there is none yet."""
    assert list(lines_of(str(tmp_path / "none"))) == []
    (tmp_path / "letters").write_bytes(b"[a]\n[b]\n[c")
    assert list(lines_of(str(tmp_path / "letters"))) == [b"[a]", b"[b]"]
    with pytest.raises(Unusable, match="Is a directory"):
        list(lines_of(str(tmp_path)))
