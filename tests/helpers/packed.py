"""Compressed logs."""

import bz2
import gzip
import lzma
import random
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

import zstandard
from logs import line

PIECE = 1 << 16
GARBAGE = "decompression: trailing garbage ignored"
TEXT = b"".join(line(second, f"/{second}").encode() for second in range(3))

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


def bomb(form: str, size: int) -> bytes:
    """Return one byte, over and over, as one member. size: MiB."""
    mebibyte = b"x" * (1 << 20)
    makers: dict[str, Callable[[], Any]] = {
        "gzip": lambda: zlib.compressobj(1, wbits=31),
        "bzip2": bz2.BZ2Compressor,
        "xz": lambda: lzma.LZMACompressor(preset=0),
        "zstd": lambda: zstandard.ZstdCompressor().compressobj(),
    }
    packer = makers[form]()
    return b"".join([*(packer.compress(mebibyte) for _ in range(size)), packer.flush()])


def wide(size: int) -> bytes:
    """Return text that does not compress below a tenth."""
    made = random.Random(1)  # noqa: S311 - no secret
    return b"".join(line(made.randrange(10**9), f"/{made.random()}").encode() for _ in range(size))
