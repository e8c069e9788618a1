"""Compressed logs."""

import bz2
import gzip
import lzma
import random
import sys
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

from logs import line

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["FORMS", "GARBAGE", "PIECE", "TEXT", "bomb", "wide", "zstd"]

PIECE = 1 << 16
GARBAGE = "decompression: trailing garbage ignored"
TEXT = b"".join(line(second, f"/{second}").encode() for second in range(3))

SUMMED: dict[int, int] = {zstd.CompressionParameter.checksum_flag: 1}
UNSIZED: dict[int, int] = {**SUMMED, zstd.CompressionParameter.content_size_flag: 0}

# Every one ends with a checksum.
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": partial(lzma.compress, preset=0),  # its decompressor needs less memory and time
    "zstd": partial(zstd.compress, options=SUMMED),
    "zstd unsized": partial(zstd.compress, options=UNSIZED),
}


def bomb(form: str, size: int) -> bytes:
    """Return one byte, over and over, as one member. size: MiB."""
    mebibyte = b"x" * (1 << 20)
    makers: dict[str, Callable[[], Any]] = {
        "gzip": lambda: zlib.compressobj(1, wbits=31),
        "bzip2": bz2.BZ2Compressor,
        "xz": lambda: lzma.LZMACompressor(preset=0),
        "zstd": zstd.ZstdCompressor,
    }
    packer = makers[form]()
    return b"".join([*(packer.compress(mebibyte) for _ in range(size)), packer.flush()])


def wide(size: int) -> bytes:
    """Return text that does not compress below a tenth."""
    made = random.Random(1)  # noqa: S311 - no secret
    return b"".join(line(made.randrange(10**9), f"/{made.random()}").encode() for _ in range(size))
