"""Compressed logs: a source that begins with a magic number is unpacked as it comes.

The magic numbers are those of RFC 1952 section 2.3.1 (gzip, with its one method, deflate), of bzip2
(``BZh``, a level, and how a block or the end begins: decompress.c), of The .xz File Format section
2.1.1.1, and of RFC 8878 sections 3.1.1 and 3.1.2 (zstd, and its skippable frames). Archives, which
hold files, and UTF-16 are named: read as text they would be lines of odd bytes.

Pure: bytes in, bytes out. Members (streams, frames) may follow each other, of any form, with zero
bytes between or after them: gzip and xz pad so. Anything else after a member is garbage, as gzip
says.
"""

import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from typing import NamedTuple, Protocol

_PIECE = 1 << 16  # bytes of output at a time: what a plain log is read by
# Bytes of input at a time: what an error costs, since its call returns nothing, and what holds back
# a bomb. 64 bytes are 66 KiB of deflate's output at most; the others keep to _PIECE themselves.
# Against whole reads it takes 5 % longer.
_SLICE = 64
# The last bytes of a read go singly: where its checksum stands, an error costs nothing that way.
_SINGLY = 256
# `xz -9` needs 65 MiB; a header may ask for 4 GiB.
_XZ_MEMORY = 1 << 28  # bytes
# RFC 8878, 3.1.1.1.2, asks for 8 MiB at least: `zstd -19` has that, `--long` and `--ultra` more.
_ZSTD_WINDOW = 23  # bits

# For each byte, those it may be.
_MAGIC: list[tuple[str, list[bytes]]] = [
    ("gzip", [b"\x1f", b"\x8b", b"\x08"]),
    ("bzip2", [b"B", b"Z", b"h", b"123456789", b"1", b"A"]),
    ("bzip2", [b"B", b"Z", b"h", b"123456789", b"\x17", b"r"]),
    ("xz", [b"\xfd", b"7", b"z", b"X", b"Z", b"\0"]),
    ("zstd", [b"\x28", b"\xb5", b"\x2f", b"\xfd"]),
    ("zstd", [bytes(range(0x50, 0x60)), b"\x2a", b"\x4d", b"\x18"]),
    ("zip", [b"P", b"K", b"\x03\x05", b"\x04\x06"]),
    ("7z", [b"7", b"z", b"\xbc", b"\xaf"]),
    ("rar", [b"R", b"a", b"r", b"!", b"\x1a"]),
    ("UTF-16", [b"\xff", b"\xfe"]),
    ("UTF-16", [b"\xfe", b"\xff"]),
]
_TAR = b"ustar"  # POSIX, ustar interchange format
_TAR_AT = 257
_NARROW = 8  # characters that tell UTF-16 without a mark

# What decompressors say where a header asks for more memory than they may take.
_TOO_LARGE = {"frame requires too much memory for decoding", "memory usage limit exceeded"}

# What makes lines of those that are none.
_INSTEAD = {
    "zip": "a zip archive: unzip -p FILE writes what is in it",
    "7z": "a 7z archive: 7z x -so FILE writes what is in it",
    "rar": "a rar archive: unrar p -inul FILE writes what is in it",
    "tar": "a tar archive: tar -xOf FILE writes what is in it",
    "UTF-16": "UTF-16 text: iconv -f UTF-16 -t UTF-8 FILE makes lines of it",
    "UTF-16LE": "UTF-16 text: iconv -f UTF-16LE -t UTF-8 FILE makes lines of it",
    "UTF-16BE": "UTF-16 text: iconv -f UTF-16BE -t UTF-8 FILE makes lines of it",
}


class Unreadable(Exception):  # noqa: N818 - a message for people
    """The rest of a source cannot be unpacked; the message says why."""


class Decompressor:
    """Unpacks one source, or lets it through as it is.

    plain: whether it is known to be no compressed one.
    """

    def __init__(self) -> None:
        self.plain = False
        self._head = b""  # what may become a magic number: 5 bytes at most
        self._form = ""  # of the newest member
        self._member: _Member | None = None  # the one not at its end
        self._first = True  # nothing has been yielded yet

    def add(self, read: bytes) -> Iterator[bytes]:
        """Take what was read; yield what it makes, in pieces of 64 KiB at most where unpacked.

        Raises Unreadable once the pieces before an error have been yielded; no more can be added.
        """
        return iter((read,)) if self.plain else self._text(_gathered(self._unpacked(read)))

    def finish(self) -> Iterator[bytes]:
        """Take the end of the source; yield what is left: a text shorter than a magic number.

        Raises Unreadable where a member is not at its end.
        """
        if self._member or (self._form and self._head):
            raise Unreadable(f"{self._form} data ends too early")
        if self._head:
            yield self._head

    def _text(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the pieces, if they begin as text does."""
        for piece in pieces:
            if self._first:
                self._first = False
                _hold_text(_unmarked(piece) or _recognised(piece) or "")
            yield piece

    def _unpacked(self, read: bytes) -> Iterator[bytes]:
        while read:
            if not self._member:
                read = self._begun(read)
            if self.plain:
                yield read
                return
            if self._member:
                read = yield from self._continued(self._member, read)

    def _begun(self, read: bytes) -> bytes:
        """Look for a magic number, and begin its member; return what is to be read of that."""
        head = self._head + read
        if self._form:
            head = head.lstrip(b"\0")
        form = _recognised(head)
        self._head = head if form is None else b""
        if form is None:
            return b""
        _hold_text(form)
        if form:
            self._form, self._member = form, _member(form)
        elif self._form:
            raise Unreadable("decompression: trailing garbage ignored")
        else:
            self.plain = True
        return head

    def _continued(self, member: "_Member", read: bytes) -> Generator[bytes, None, bytes]:
        """Yield what the member makes of what was read; return what follows the member."""
        try:
            for begin, end in _slices(len(read)):
                yield from member.unpack(read[begin:end])
                if member.stream.eof:
                    self._member = None
                    return member.stream.unused_data + read[end:]
        except member.error as error:
            raise Unreadable(_reason(self._form, str(error))) from error
        return b""


class _Stream(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...


class _Bounded(_Stream, Protocol):
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Member(NamedTuple):
    """A decompressor, how to give it input, and what it raises."""

    stream: _Stream
    unpack: Callable[[bytes], Iterable[bytes]]
    error: type[Exception]


def _reason(form: str, error: str) -> str:
    """Say why a member cannot be unpacked, given what its decompressor says."""
    reason = error.rpartition(": ")[2]  # zlib and zstd put their names first
    reason = reason[:1].lower() + reason[1:]
    if reason in _TOO_LARGE:
        command = {"zstd": "zstd -dc --long=31", "xz": "xz -dc"}[form]
        return f"{form} data needs too much memory: {command} FILE writes what is in it"
    return f"damaged {form} data: {reason}"


def _recognised(head: bytes) -> str | None:
    """Return the form that a source begins as: "" for none, None where more bytes must tell."""
    possible = [
        (form, magic)
        for form, magic in _MAGIC
        if all(byte in allowed for byte, allowed in zip(head, magic, strict=False))
    ]
    for form, magic in possible:
        if len(head) >= len(magic):
            return form
    return None if possible else ""


def _unmarked(head: bytes) -> str:
    """Return the form of what no magic number tells at its beginning; "" for text."""
    if head[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR:
        return "tar"
    even, odd = head[0 : 2 * _NARROW : 2], head[1 : 2 * _NARROW : 2]
    if len(odd) == _NARROW and 0 not in even and not any(odd):
        return "UTF-16LE"
    return "UTF-16BE" if len(odd) == _NARROW and 0 not in odd and not any(even) else ""


def _hold_text(form: str) -> None:
    """Raise Unreadable for what has no lines."""
    if form in _INSTEAD:
        raise Unreadable(_INSTEAD[form])


def _member(form: str) -> _Member:
    """Begin a member. Imports are here: a plain log's start should not pay for them."""
    try:
        return {"gzip": _gzip, "bzip2": _bzip2, "xz": _xz, "zstd": _zstd}[form]()
    except ImportError as error:  # Python may have been built without bz2 or lzma, too
        module = "backports.zstd" if error.name == "backports" else error.name
        raise Unreadable(f"{form} data needs the Python module {module}") from error


def _gzip() -> _Member:
    import zlib

    stream = zlib.decompressobj(16 + zlib.MAX_WBITS)  # 16: with gzip's header
    return _Member(stream, lambda part: (stream.decompress(part),), zlib.error)


def _bzip2() -> _Member:
    import bz2

    stream = bz2.BZ2Decompressor()
    return _Member(stream, partial(_bounded, stream), OSError)


def _xz() -> _Member:
    import lzma

    stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY)
    return _Member(stream, partial(_bounded, stream), lzma.LZMAError)


def _zstd() -> _Member:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        import backports.zstd as zstd  # noqa: PLR0402 - the other form names another module if none

    stream = zstd.ZstdDecompressor(
        options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW}
    )
    return _Member(stream, partial(_bounded, stream), zstd.ZstdError)


def _bounded(stream: _Bounded, part: bytes) -> Iterator[bytes]:
    yield stream.decompress(part, _PIECE)
    while not (stream.eof or stream.needs_input):
        yield stream.decompress(b"", _PIECE)


def _slices(length: int) -> Iterator[tuple[int, int]]:
    """Yield where slices begin and end, the last bytes singly."""
    singly = max(0, length - _SINGLY)
    for begin in range(0, singly, _SLICE):
        yield begin, min(begin + _SLICE, singly)
    for begin in range(singly, length):
        yield begin, begin + 1


def _gathered(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in pieces as large as may be: each costs a filter a turn and a write."""
    held = bytearray()
    unreadable = None
    try:
        for part in parts:
            held += part
            whole = len(held) - len(held) % _PIECE
            for begin in range(0, whole, _PIECE):
                yield bytes(held[begin : begin + _PIECE])
            del held[:whole]
    except Unreadable as error:
        unreadable = error
    if held:
        yield bytes(held)
    if unreadable:
        raise unreadable
