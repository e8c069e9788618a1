"""clfparse.stream.file: files that are read a piece at a time, more of them than may be open."""

import gc
import os
from pathlib import Path

import pytest

from clfparse.stream.file import File


def descriptors() -> int:
    """Return how many descriptors this process has open."""
    gc.collect()  # others' descriptors are closed with them
    return len([*Path("/dev/fd").iterdir()])


def test_many_files_are_read_in_turns(tmp_path: Path) -> None:
    before = descriptors()
    files = []
    for number in range(100):
        path = tmp_path / str(number)
        path.write_bytes(b"%03d" % number * 2)
        files.append(File(str(path)))
    assert descriptors() <= before + 32
    for _ in range(2):
        assert [file.read(3) for file in files] == [b"%03d" % number for number in range(100)]
    assert {file.read(3) for file in files} == {b""}
    for file in files:
        file.rewind()
    assert files[7].read(9) == b"007007"
    for file in files:
        file.close()
    assert descriptors() <= before  # those of others may be closed meanwhile


def test_a_file_that_is_moved_is_read_on(tmp_path: Path) -> None:
    """As when logs are rotated meanwhile, those too that are closed till it is their turn."""
    log = tmp_path / "access.log"
    log.write_bytes(b"abcdef")
    file = File(str(log))
    assert file.read(3) == b"abc"
    log.rename(tmp_path / "access.log.1")
    assert file.read(1) == b"d"  # it is still open
    file.close()
    assert file.read(1) == b"e"
    file.close()
    log.write_bytes(b"uvwxyz")
    assert file.read(1) == b"f"
    file.close()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_gone_is_not_read_on(tmp_path: Path, replaced: bool) -> None:
    log = tmp_path / "access.log"
    log.write_bytes(b"abcdef")
    file = File(str(log))
    file.close()
    log.rename(tmp_path.parent / "elsewhere")
    if replaced:
        log.write_bytes(b"uvwxyz")
    with pytest.raises(OSError, match="was removed or replaced while it was read"):
        file.read(1)


def test_a_file_that_was_looked_into_may_be_removed(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_bytes(b"abcdef")
    file = File(str(log))
    assert file.read(4) == b"abcd"
    file.rewind()
    log.unlink()
    assert file.read(9) == b"abcdef"
    file.close()


def test_what_may_wait(tmp_path: Path) -> None:
    """A FIFO is opened though nobody writes to it yet."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with pytest.raises(FileNotFoundError):
        File(str(tmp_path / "none"))
    (tmp_path / "plain").touch()
    assert not File(str(tmp_path / "plain")).waits
    waiting = File(str(fifo))
    assert waiting.waits
    with fifo.open("wb") as writer:
        with pytest.raises(BlockingIOError):
            waiting.read(9)
        writer.write(b"abc")
        writer.flush()
        assert waiting.read(9) == b"abc"
    assert waiting.read(9) == b""
    waiting.close()


def test_standard_input_stays_open() -> None:
    file = File("-")
    assert file.name == "standard input"
    file.close()
    assert file.fileno() == 0
