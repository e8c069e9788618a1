"""A record as far as it is counted: a typed struct, read by msgspec."""

import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any, cast

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from clfparse.values.times import Instant

# What msgspec raises for a line that is no record; nesting is bounded by Python's own stack.
NO_RECORD = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

# Names of fields that a struct's may not be. JSON has such, but for surrogates, and they are read
# apart: that takes twice the time.
_ODD = re.compile(r'["\\\x00-\x1f\ud800-\udfff]')

_NOT_NEGATIVE = Meta(ge=0)


class Hit(Struct, gc=False):
    """A record, as far as it is counted: its other fields are skipped, but must be JSON.

    UNSET is a field that the record does not have.
    """

    time: str  # RFC 3339
    type: UnsetType | None = UNSET  # what has a type is no record
    status: Annotated[int, Meta(ge=0, le=999)] | UnsetType | None = UNSET
    bytes: Annotated[int, Meta(ge=0, le=(1 << 63) - 1)] | UnsetType | None = UNSET
    duration: Annotated[int, _NOT_NEGATIVE] | Annotated[float, _NOT_NEGATIVE] | UnsetType | None = (
        UNSET  # seconds
    )


def hit_type(fields: Iterable[str]) -> type[Hit]:
    """Return a kind of `Hit` that has these fields too, of any JSON value; see `attribute`."""
    names = {attribute(field): field for field in fields}
    others = [(name, Any, UNSET) for name in names if name not in Hit.__struct_fields__]
    rename = {name: field for name, field in names.items() if not _ODD.search(field)}
    made = msgspec.defstruct("Hit", others, bases=(Hit,), rename=rename, gc=False)
    return cast("type[Hit]", made)


def attribute(field: str) -> str:
    """Return the name of a hit's attribute for a field, whose name may be any text."""
    if field in Hit.__struct_fields__:
        return field
    return f"field_{field.encode(errors='surrogatepass').hex()}"


def decoder(fields: Iterable[str]) -> Callable[[bytes], Hit]:
    """Return what reads a record that is UTF-8; it raises one of NO_RECORD for any other line."""
    names = set(fields)
    decode = msgspec.json.Decoder(hit_type(names)).decode
    odd = [field for field in names if _ODD.search(field)]
    split = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode

    def with_odd(line: bytes) -> Hit:
        hit, values = decode(line), split(line)
        for field in odd:
            value = msgspec.json.decode(values[field]) if field in values else UNSET
            setattr(hit, attribute(field), value)
        return hit

    return with_odd if odd else decode


class Run(Struct, gc=False):
    """Records of one time that came one after the other: some of those of a block.

    block_hits, block_lines: all of the block, lines without newline. start, end: places in both.
    """

    time: Instant
    block_hits: list[Hit]
    block_lines: list[bytes]
    start: int
    end: int

    @property
    def count(self) -> int:
        """How many records there are."""
        return self.end - self.start

    @property
    def hits(self) -> list[Hit]:
        """The records."""
        return self.block_hits[self.start : self.end]

    @property
    def lines(self) -> list[bytes]:
        """Their lines."""
        return self.block_lines[self.start : self.end]

    def split(self, count: int) -> "tuple[Run, Run]":
        """Return the first records, and the others."""
        at = self.start + count
        return (
            Run(self.time, self.block_hits, self.block_lines, self.start, at),
            Run(self.time, self.block_hits, self.block_lines, at, self.end),
        )
