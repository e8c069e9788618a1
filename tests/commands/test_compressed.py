"""Compressed logs through real filters: files, stdin, live streams, bombs."""

import gzip
import signal
import subprocess
import zlib
from pathlib import Path

from logs import line
from packed import FORMS, GARBAGE, PIECE, TEXT, bomb, wide, zstd
from processes import PATIENCE, bash, hits, objects, read_until, started


def test_rotated_logs_are_read_as_the_plain_ones(tmp_path: Path, clean: dict[str, str]) -> None:
    """By what they are, whatever their names."""
    names = ["a.log.gz", "b.log.bz2", "c.log.xz", "d", "e.log", "f.gz"]
    packs = [
        lambda text: gzip.compress(text) + bytes(512),
        *list(FORMS.values())[1:4],
        bytes,
        bytes,
    ]
    texts = [wide(300)[at:] for at in range(0, 600, 100)]
    for name, pack, text in zip(names, packs, texts, strict=True):
        (tmp_path / name).write_bytes(pack(text))
        (tmp_path / f"plain.{name}").write_bytes(text)
    packed = bash(f"clfparse {' '.join(names)}", clean, cwd=tmp_path)
    plain = bash(f"clfparse {' '.join('plain.' + name for name in names)}", clean, cwd=tmp_path)
    assert len(objects(packed.stdout)) > 1_700
    assert packed.stdout == plain.stdout.replace(b'"plain.', b'"')
    assert packed.stderr == plain.stderr.replace(b"plain.", b"")
    assert packed.returncode == 0


def test_stdin_may_be_compressed(tmp_path: Path, clean: dict[str, str]) -> None:
    """The filters of records read as clfparse does."""
    plain = bash("clfparse", clean, gzip.compress(TEXT), cwd=tmp_path)
    assert len(objects(plain.stdout)) == 3
    packed = FORMS["zstd"](plain.stdout)
    assert bash("clfalert --pass", clean, packed, cwd=tmp_path).stdout == plain.stdout
    assert hits(bash("clfstats", clean, packed, cwd=tmp_path).stdout) == 3


def test_an_error_is_reported_and_the_next_file_read(tmp_path: Path, clean: dict[str, str]) -> None:
    packed = gzip.compress(TEXT)
    wrong = bytearray(packed)
    wrong[-8] ^= 1
    for name, source in {
        "wrong": bytes(wrong),
        "tail": packed + b"x",
        "short": packed[:-1],
    }.items():
        (tmp_path / name).write_bytes(source)
    (tmp_path / "whole").write_bytes(packed)
    done = bash("clfparse wrong tail short - whole", clean, packed[:-1], cwd=tmp_path)
    assert done.stderr.decode().splitlines() == [
        "clfparse: wrong: damaged gzip data: incorrect data check",
        f"clfparse: tail: {GARBAGE}",
        "clfparse: short: gzip data ends too early",
        "clfparse: standard input: gzip data ends too early",
    ]
    assert done.returncode == 1
    assert [record["path"] for record in objects(done.stdout)] == [f"/{n // 5}" for n in range(15)]


def test_a_live_compressed_stream_flows_until_ctrl_c(clean: dict[str, str]) -> None:
    """It has no end then, which is no error."""
    packer = zlib.compressobj(wbits=31)
    with started(["clfparse"], clean, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stderr
        for second in range(3):
            process.stdin.write(
                packer.compress(line(second).encode()) + packer.flush(zlib.Z_SYNC_FLUSH)
            )
            process.stdin.flush()
            assert read_until(process, lambda output: output.endswith(b"\n"))
        process.send_signal(signal.SIGINT)
        process.stdin.close()
        assert process.wait(PATIENCE) == 130
        assert process.stderr.read() == b""


def test_ctrl_c_ends_what_one_read_has_made(tmp_path: Path, clean: dict[str, str]) -> None:
    """A read of this file makes millions of records, more than the second that is left for them."""
    record = b'{"time":"2017-07-14T02:%b:00+00:00","section":"/api","status":200,"bytes":1}\n'
    packed = zstd.compress(record % b"40" * 500_000)
    early = zstd.compress(record % b"30" + record % b"40")
    (tmp_path / "records").write_bytes(early + packed * (PIECE // len(packed) + 1))
    with started(["clfstats", str(tmp_path / "records")], clean, stderr=subprocess.PIPE) as process:
        assert process.stderr
        output = read_until(process, lambda output: b"\n" in output)
        process.send_signal(signal.SIGINT)
        output += read_until(process, lambda _: False)
        assert process.wait(timeout=5) == 130
        assert process.stderr.read() == b""
    assert 2 < hits(output) < 500_000 * (PIECE // len(packed))
    assert objects(output)[-1]["partial"]


def test_a_bomb_does_not_fill_memory(tmp_path: Path, clean: dict[str, str]) -> None:
    (tmp_path / "bomb").write_bytes(bomb("zstd", 512))
    done = bash("ulimit -v 400000; clfparse bomb", clean, cwd=tmp_path)
    assert b"line 1: longer than 64 KiB" in done.stderr
    assert done.returncode == 1
