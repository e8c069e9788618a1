"""Compressed logs are unpacked as they come, and no plain log is held back or changed."""

import bz2
import gzip
import lzma
import random
import signal
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from logs import line
from processes import hits, objects, read_until, started
from profiles import max_examples

from clfparse.stream.decompress import Decompressor, Unreadable

PIECE = 1 << 16
GARBAGE = "decompression: trailing garbage ignored"

# Every one ends with a checksum.
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": partial(lzma.compress, preset=0),  # its decompressor needs less memory and time
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
    "zstd unsized": zstandard.ZstdCompressor(
        write_checksum=True, write_content_size=False
    ).compress,
}
TEXT = b"".join(line(second, f"/{second}").encode() for second in range(3))
each_form = pytest.mark.parametrize("form", FORMS)


def family(form: str) -> str:
    """Return what messages call a form."""
    return form.partition(" ")[0]


class Outcome(NamedTuple):
    """What became of a source."""

    text: bytes
    error: str = ""


def unpacked(reads: Iterable[bytes]) -> Outcome:
    decompressor = Decompressor()
    text = b""
    try:
        for read in reads:
            for piece in decompressor.add(read):
                assert 0 < len(piece) <= max(PIECE, len(read) * decompressor.plain)
                text += piece
        text += b"".join(decompressor.finish())
    except Unreadable as error:
        return Outcome(text, str(error))
    return Outcome(text)


def singly(source: bytes) -> Iterable[bytes]:
    return (source[at : at + 1] for at in range(len(source)))


def wide(size: int) -> bytes:
    """Return text that does not compress below a tenth."""
    made = random.Random(1)  # noqa: S311 - no secret
    return b"".join(line(made.randrange(10**9), f"/{made.random()}").encode() for _ in range(size))


@each_form
def test_whole_and_a_byte_at_a_time(form: str) -> None:
    packed = FORMS[form](TEXT)
    assert unpacked([packed]) == unpacked(singly(packed)) == (TEXT, "")


@max_examples(100)
@given(
    texts=st.lists(st.tuples(st.sampled_from([*FORMS]), st.binary(max_size=300)), min_size=1),
    padding=st.sampled_from([b"", b"\0" * 4, b"\0" * 512]),
    cuts=st.lists(st.integers(1, 100)),
)
def test_members_in_any_cut(
    texts: list[tuple[str, bytes]], padding: bytes, cuts: list[int]
) -> None:
    """Whatever follows whatever, empty members too: as `gzip -c a b` and `cat a.gz b.xz` make."""
    rest = padding.join(FORMS[form](text) for form, text in texts) + padding
    reads = []
    for cut in cuts:
        reads.append(rest[:cut])
        rest = rest[cut:]
    assert unpacked([*filter(None, reads), rest]) == (b"".join(text for _, text in texts), "")


@each_form
def test_long_texts_come_in_pieces_worth_the_work(form: str) -> None:
    text = wide(5_000)
    packed = FORMS[form](text) * 2
    reads = [packed[at : at + PIECE] for at in range(0, len(packed), PIECE)]
    assert unpacked(reads) == (text * 2, "")
    decompressor = Decompressor()
    for read in reads:
        pieces = list(decompressor.add(read))
        assert all(len(piece) == PIECE for piece in pieces[:-1])


@pytest.mark.parametrize("first", [0x50, 0x5F])
def test_skippable_frames_are_skipped(first: int) -> None:
    skippable = bytes([first]) + b"\x2a\x4d\x18\x0a\0\0\0" + b"0123456789"
    source = skippable + FORMS["zstd"](TEXT) + skippable * 2 + FORMS["zstd"](TEXT) + skippable
    assert unpacked([source]) == unpacked(singly(source)) == (TEXT * 2, "")


@each_form
def test_a_source_may_end_anywhere(form: str) -> None:
    """What was read is used, and it is told; before a magic number's end it is plain text."""
    two = FORMS[form](TEXT) + FORMS[form](TEXT)
    name = family(form)
    magic = {"gzip": 3, "bzip2": 6, "xz": 6, "zstd": 4}[name]
    for end in range(len(two)):
        for reads in ([two[:end]], singly(two[:end])):
            text, error = unpacked(reads)
            if end < magic:
                assert (text, error) == (two[:end], "")
            elif end == len(two) // 2:
                assert (text, error) == (TEXT, "")
            else:
                assert error == f"{name} data ends too early"
                assert (TEXT * 2).startswith(text)
                assert end < len(two) // 2 or text.startswith(TEXT)


@each_form
@pytest.mark.parametrize("cut", [lambda source: [source], singly], ids=["whole", "singly"])
def test_no_damage_goes_unseen(form: str, cut: Callable[[bytes], Iterable[bytes]]) -> None:
    packed = FORMS[form](TEXT)
    name = family(form)
    errors = set()
    for at in range(6, len(packed)):
        damaged = bytearray(packed)
        damaged[at] ^= 0x41
        text, error = unpacked(cut(bytes(damaged)))
        assert text == TEXT or error  # parts of gzip's header mean nothing here
        errors.add(error)
    assert all(f"{name} data" in error for error in errors - {"", GARBAGE})
    assert any(error.startswith(f"damaged {name} data: ") for error in errors)


@each_form
def test_a_wrong_checksum_costs_nothing(form: str) -> None:
    packed = bytearray(FORMS[form](TEXT))
    at = {"gzip": -8, "bzip2": -3, "xz": -30}.get(form, -1)
    packed[at] ^= 1
    text, error = unpacked([bytes(packed)])
    assert text == TEXT
    assert error.startswith(f"damaged {family(form)} data: ")


@pytest.mark.parametrize(
    ("form", "pack", "share"),
    [
        ("gzip", gzip.compress, 0.45),
        ("bzip2", lambda text: bz2.compress(text, 1), 0.3),  # by blocks of 100 kB
        ("xz", FORMS["xz"], 0.45),
        ("zstd", FORMS["zstd"], 0.2),  # of 128 KiB
    ],
)
def test_what_comes_before_damage_is_used(
    form: str, pack: Callable[[bytes], bytes], share: float
) -> None:
    text = wide(7_000)
    packed = bytearray(pack(text))
    middle = len(packed) // 2
    packed[middle : middle + 50] = bytes(50)
    output, error = unpacked([bytes(packed)])
    assert output.startswith(text[: int(len(text) * share)])
    assert error.startswith(f"damaged {form} data: ")


def test_messages_say_what_is_wrong() -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[-8] ^= 1
    assert unpacked([bytes(packed)]).error == "damaged gzip data: incorrect data check"


@each_form
@pytest.mark.parametrize("garbage", [b"x", b"\0\0x", TEXT, b"\x1f\x8bx"], ids=repr)
def test_what_follows_the_last_member_is_told(form: str, garbage: bytes) -> None:
    source = FORMS[form](TEXT) + garbage
    assert unpacked([source]) == unpacked(singly(source)) == (TEXT, GARBAGE)


PLAIN = [
    b"",
    b"B",
    b"BZ",
    b"BZh",
    b"BZh9",
    b"BZh91",
    b"BZhx\n",
    b"BZh0 - -\n",
    b"BZh9.example.com - -\n",
    b"BZh9\x171Y\n",
    b"\x1f\x8b",
    b"\x1f\x8b\x00x",
    b"\xfd7zXZ",
    b"\xfd7zXZ\n",
    b"(\xb5/",
    b"(\xb5/x",
    b"P*M",
    b"P*M\x19",
    b"\0" * 9,
    TEXT,
]


@pytest.mark.parametrize("text", PLAIN, ids=repr)
def test_a_plain_text_stays_as_it_is(text: bytes) -> None:
    assert unpacked([text]) == unpacked(singly(text)) == (text, "")


@max_examples(100)
@given(reads=st.lists(st.binary(min_size=1, max_size=8)))
def test_no_other_bytes_are_touched(reads: list[bytes]) -> None:
    assert unpacked(reads) == (b"".join(reads), "")


@pytest.mark.parametrize("first", [b"1", b":", b"b", b"Bx", b"BZha", b"P1", b"\n", b"\x00"])
def test_a_plain_text_goes_through_at_once(first: bytes) -> None:
    decompressor = Decompressor()
    *held, last = [list(decompressor.add(read)) for read in singly(first)]
    assert held == [[]] * len(held)
    assert last == [first]
    assert decompressor.plain
    large = bytes(10 * PIECE)
    assert next(decompressor.add(large)) is large


@pytest.mark.parametrize("form", ["gzip", "zstd"])
def test_a_live_stream_flows(form: str) -> None:
    """What the server has flushed is there to be read, though the member has no end yet."""
    packer, flush = (
        (zlib.compressobj(wbits=31), zlib.Z_SYNC_FLUSH)
        if form == "gzip"
        else (zstandard.ZstdCompressor().compressobj(), zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    )
    decompressor = Decompressor()
    for second in range(3):
        written = line(second).encode()
        packed = packer.compress(written) + packer.flush(flush)
        assert b"".join(decompressor.add(packed)) == written


def bomb(form: str, size: int) -> bytes:
    """Return zeros as one member. size: MiB."""
    mebibyte = bytes(1 << 20)
    makers: dict[str, Callable[[], Any]] = {
        "gzip": lambda: zlib.compressobj(1, wbits=31),
        "bzip2": bz2.BZ2Compressor,
        "xz": lambda: lzma.LZMACompressor(preset=0),
        "zstd": lambda: zstandard.ZstdCompressor().compressobj(),
    }
    packer = makers[form]()
    return b"".join([*(packer.compress(mebibyte) for _ in range(size)), packer.flush()])


@pytest.mark.parametrize(("form", "size"), [("gzip", 32), ("bzip2", 16), ("xz", 16), ("zstd", 128)])
def test_a_bomb_goes_off_in_pieces(form: str, size: int) -> None:
    packed = bomb(form, size)
    decompressor = Decompressor()
    tracemalloc.start()
    try:
        made = 0
        for piece in decompressor.add(packed):
            assert len(piece) <= PIECE
            made += len(piece)
        assert made == size << 20
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
    assert list(decompressor.finish()) == []


def test_a_header_may_not_ask_for_all_memory() -> None:
    # A window of 256 MiB, and a last block of nothing (RFC 8878, 3.1.1).
    frame = bytes.fromhex("28B52FFD 00 90 010000")
    reason = "frame requires too much memory for decoding"
    assert unpacked([frame]) == (b"", f"damaged zstd data: {reason}")
    # A dictionary of 3 GiB: the byte after the filter's number and size, in a block's header of 12
    # bytes with its CRC32 (The .xz File Format, 3.1 and 5.3.1).
    stream = bytearray(lzma.compress(TEXT))
    stream[16] = 39
    stream[20:24] = zlib.crc32(stream[12:20]).to_bytes(4, "little")
    assert unpacked([bytes(stream)]) == (b"", "damaged xz data: memory usage limit exceeded")


@each_form
def test_a_module_that_is_missing_is_told(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = {"gzip": "zlib", "bzip2": "bz2", "xz": "lzma"}.get(form, "zstandard")
    monkeypatch.setitem(sys.modules, module, None)
    error = unpacked([FORMS[form](TEXT)]).error
    assert error == f"{family(form)} data needs the Python module {module}"


def test_a_plain_log_imports_no_decompressor() -> None:
    code = (
        "import sys; before = set(sys.modules);"
        "from clfparse.stream.decompress import Decompressor;"
        "assert list(Decompressor().add(b'1')) == [b'1'];"
        "print({'zlib', 'bz2', 'lzma', 'zstandard'} & (set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b"set()\n"


def run(
    command: str, cwd: Path, env: dict[str, str], source: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["bash", "-c", command],
        cwd=cwd,
        input=source,
        env=env,
        capture_output=True,
        timeout=60,
        check=False,
    )


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
    packed = run(f"clfparse {' '.join(names)}", tmp_path, clean)
    plain = run(f"clfparse {' '.join('plain.' + name for name in names)}", tmp_path, clean)
    assert len(objects(packed.stdout)) > 1_700
    assert packed.stdout == plain.stdout
    assert packed.stderr == plain.stderr.replace(b"plain.", b"")
    assert packed.returncode == 0


def test_stdin_may_be_compressed(tmp_path: Path, clean: dict[str, str]) -> None:
    """The filters of records read as clfparse does."""
    plain = run("clfparse", tmp_path, clean, gzip.compress(TEXT))
    assert len(objects(plain.stdout)) == 3
    packed = FORMS["zstd"](plain.stdout)
    assert run("clfalert --pass", tmp_path, clean, packed).stdout == plain.stdout
    assert hits(run("clfstats", tmp_path, clean, packed).stdout) == 3


def test_an_error_is_told_and_the_next_file_read(tmp_path: Path, clean: dict[str, str]) -> None:
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
    done = run("clfparse wrong tail short - whole", tmp_path, clean, packed[:-1])
    assert done.stderr.decode().splitlines() == [
        "clfparse: wrong: damaged gzip data: incorrect data check",
        f"clfparse: tail: {GARBAGE}",
        "clfparse: short: gzip data ends too early",
        "clfparse: standard input: gzip data ends too early",
    ]
    assert done.returncode == 1
    assert [record["path"] for record in objects(done.stdout)] == ["/0", "/1", "/2"] * 5


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
        assert process.wait() == 130
        assert process.stderr.read() == b""


def test_ctrl_c_ends_what_one_read_has_made(tmp_path: Path, clean: dict[str, str]) -> None:
    """A read of this file makes millions of records, more than the second that is left for them."""
    record = b'{"time":"2017-07-14T02:%b:00+00:00","section":"/api","status":200,"bytes":1}\n'
    packed = zstandard.ZstdCompressor().compress(record % b"40" * 500_000)
    early = zstandard.ZstdCompressor().compress(record % b"30" + record % b"40")
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
    done = run("ulimit -v 400000; clfparse bomb", tmp_path, clean)
    assert b"line 1: longer than 64 KiB" in done.stderr
    assert done.returncode == 0
