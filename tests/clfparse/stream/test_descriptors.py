"""clfparse.stream.descriptors: what is written arrives, whatever the descriptor is."""

import os
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM

from clfparse.stream.descriptors import atomic, is_pipe, write_all


def test_a_non_blocking_descriptor_gets_every_byte() -> None:
    """As stdout is, where another process on the same terminal or pipe has made it so."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    written = os.urandom(1 << 21)  # no pipe holds as much
    pieces: list[bytes] = []
    reader = threading.Thread(
        target=lambda: pieces.extend(iter(lambda: os.read(read, 1 << 16), b""))
    )
    reader.start()
    write_all(write, written)
    os.close(write)
    reader.join()
    os.close(read)
    assert b"".join(pieces) == written


@given(st.lists(st.binary(max_size=30)), st.integers(1, 40))
@RANDOM
def test_writes_are_of_whole_lines_that_a_pipe_takes_whole(drawn: list[bytes], limit: int) -> None:
    """As many as fit go at once; a line that is too long goes alone."""
    lines = [line.replace(b"\n", b"") + b"\n" for line in drawn]
    writes = list(atomic(b"".join(lines), limit))
    assert b"".join(writes) == b"".join(lines)
    assert all(write.endswith(b"\n") for write in writes)
    assert all(len(write) <= limit or write.count(b"\n") == 1 for write in writes)
    for write, after in pairwise(writes):
        assert len(write) + len(after.split(b"\n")[0]) + 1 > limit


@pytest.mark.parametrize("rest", [b"", b"x", b"x" * 9])
def test_what_has_no_newline_is_written_all_the_same(rest: bytes) -> None:
    assert b"".join(atomic(b"ab\n" + rest, 4)) == b"ab\n" + rest


def test_what_is_a_pipe(tmp_path: Path) -> None:
    read, write = os.pipe()
    file = os.open(tmp_path / "file", os.O_CREAT | os.O_WRONLY)
    assert [is_pipe(write), is_pipe(file)] == [True, False]
    for fd in (read, write, file):
        os.close(fd)
    assert not is_pipe(write)
