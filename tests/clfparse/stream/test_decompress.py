"""Compressed logs are unpacked as they come, and no plain log is held back or changed."""

import bz2
import gzip
import lzma
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import line
from packed import FORMS, GARBAGE, PIECE, TEXT, bomb, wide, zstd
from profiles import max_examples

from clfparse.stream.decompress import Decompressor, Unreadable

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
    """What was read is used, the error is reported; a part of a magic number is plain text."""
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
def test_what_follows_the_last_member_is_reported(form: str, garbage: bytes) -> None:
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
    packer: Any
    packer, flush = (
        (zlib.compressobj(wbits=31), zlib.Z_SYNC_FLUSH)
        if form == "gzip"
        else (zstd.ZstdCompressor(), zstd.ZstdCompressor.FLUSH_BLOCK)
    )
    decompressor = Decompressor()
    for second in range(3):
        written = line(second).encode()
        packed = packer.compress(written) + packer.flush(flush)
        assert b"".join(decompressor.add(packed)) == written


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
    reason = "needs too much memory: zstd -dc --long=31 FILE writes what is in it"
    assert unpacked([frame]) == (b"", f"zstd data {reason}")
    # A dictionary of 3 GiB: the byte after the filter's number and size, in a block's header of 12
    # bytes with its CRC32 (The .xz File Format, 3.1 and 5.3.1).
    stream = bytearray(lzma.compress(TEXT))
    stream[16] = 39
    stream[20:24] = zlib.crc32(stream[12:20]).to_bytes(4, "little")
    assert unpacked([bytes(stream)]) == (
        b"",
        "xz data needs too much memory: xz -dc FILE writes what is in it",
    )


@each_form
def test_a_module_that_is_missing_is_reported(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = {"gzip": "zlib", "bzip2": "bz2", "xz": "lzma"}.get(form, zstd.__name__)
    monkeypatch.setitem(sys.modules, module, None)
    error = unpacked([FORMS[form](TEXT)]).error
    assert error == f"{family(form)} data needs the Python module {module}"


def test_a_plain_log_imports_no_decompressor() -> None:
    code = (
        "import sys; before = set(sys.modules);"
        "from clfparse.stream.decompress import Decompressor;"
        "assert list(Decompressor().add(b'1')) == [b'1'];"
        "print({'zlib', 'bz2', 'lzma', 'backports.zstd'} & (set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b"set()\n"


LINE = b'192.0.2.1 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 12\n'
NO_TEXT = {
    "zip": (b"PK\x03\x04" + LINE, "unzip -p FILE"),
    "empty zip": (b"PK\x05\x06" + bytes(18), "unzip -p FILE"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + LINE, "7z x -so FILE"),
    "rar": (b"Rar!\x1a\x07\x01\x00" + LINE, "unrar p -inul FILE"),
    "tar": (b"a.log".ljust(257, b"\0") + b"ustar\x0000" + bytes(248) + LINE, "tar -xOf FILE"),
    "UTF-16, marked": (LINE.decode().encode("utf-16"), "iconv -f UTF-16 -t UTF-8 FILE"),
    "UTF-16BE, marked": (b"\xfe\xff" + LINE.decode().encode("utf-16-be"), "iconv -f UTF-16 "),
    "UTF-16LE": (LINE.decode().encode("utf-16-le"), "iconv -f UTF-16LE "),
    "UTF-16BE": (LINE.decode().encode("utf-16-be"), "iconv -f UTF-16BE "),
}


@pytest.mark.parametrize(("data", "instead"), NO_TEXT.values(), ids=NO_TEXT)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "in gzip"])
def test_what_is_no_text_is_named(
    pack: Callable[[bytes], bytes], data: bytes, instead: str
) -> None:
    """An archive, UTF-16: with the command that makes lines of it, and nothing is written."""
    with pytest.raises(Unreadable, match=instead):
        list(Decompressor().add(pack(data)))
