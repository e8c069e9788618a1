"""clfparse.stream.source: reads become lines, and a file's first time is looked for."""

import bz2
import gzip
from pathlib import Path

import pytest
from logs import line
from streams import REPLAY

from clfparse.events import order
from clfparse.filter import Parser
from clfparse.stream.decompress import Unreadable
from clfparse.stream.file import File
from clfparse.stream.lines import LOG_LINE
from clfparse.stream.rejects import Origin, Rejects
from clfparse.stream.source import Source, first_second


def taken(source: Source, *reads: bytes) -> list[bytes]:
    made = []
    for read in reads:
        source.take(read, REPLAY)
        made += list(iter(source.next, None))
    return made


def test_reads_become_lines() -> None:
    source = Source(Origin(), Rejects("p", ""), LOG_LINE, None)
    assert taken(source, b"a\nb") == [b"a\n"]
    assert not source.ended
    assert (
        b"".join(taken(source, gzip.compress(b"c\n"), b"")) == b"b" + gzip.compress(b"c\n") + b"\n"
    )
    assert source.ended


def test_a_stage_is_closed_at_the_end() -> None:
    rejects = Rejects("clfparse", "hint")
    source = Source(Origin("a.log"), rejects, LOG_LINE, lambda: Parser(rejects))
    made = b"".join(taken(source, line(0).encode(), b"junk\n", b"junk", b""))
    assert made.startswith(b'{"time":"1970-01-01T00:00:00+00:00"')
    assert [message.split(": ")[:3] for message in rejects.messages] == [
        ["clfparse", "a.log", "line 2"],
        ["clfparse", "a.log", "line 3"],
    ]


def test_what_was_read_before_an_error_is_there() -> None:
    source = Source(Origin(), Rejects("p", ""), LOG_LINE, None)
    source.take(gzip.compress(b"a\nb") + b"garbage", REPLAY)
    assert source.next() == b"a\n"
    with pytest.raises(Unreadable):
        source.next()
    source.stop(REPLAY)
    assert list(iter(source.next, None)) == [b"b\n"]
    assert source.ended


def first(path: Path, text: bytes) -> int | None:
    path.write_bytes(text)
    file = File(str(path))
    try:
        return first_second(file, LOG_LINE, Parser(Rejects("", "")), order.seconds)
    finally:
        file.close()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_the_first_time(pack: type[bytes], tmp_path: Path) -> None:
    """The least of the first lines': a broken one may be far ahead, some are late."""
    lines = [line(second).encode() for second in (10**9, 100, 98, 200)]
    for before in (b"", b"junk\n" * 500, b"\n\n"):
        assert first(tmp_path / "log", pack(before + b"".join(lines))) == 98
    assert first(tmp_path / "log", pack(lines[1].rstrip(b"\n"))) == 100


LATE = line(0).encode()  # too far behind what cannot be read


@pytest.mark.parametrize("text", [b"", b"junk\n" * 3_000 + LATE, b"j" * 5_000_000, b"PK\x03\x04"])
def test_no_first_time(text: bytes, tmp_path: Path) -> None:
    assert first(tmp_path / "log", text) is None
