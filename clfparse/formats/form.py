r"""The fast way: lines of one form, a block at a time.

A form is a pattern of lines, for `re.split`, and a template of their records. Splitting a block
gives the values of all lines in one flat list. Slices of it are columns: most are JSON as they
stand, others are made JSON by `column`. One join of columns and constants is the output.

Whatever a form takes, the slow way (`grammar`, `custom`, `w3c`) writes the same of it, byte for
byte. The lines that it does not take keep their places, for another form or the slow way.
"""

import re
from collections.abc import Iterable, Mapping
from copy import copy
from functools import cached_property
from typing import NamedTuple

import orjson

from clfparse.formats.column import Make


class Column(NamedTuple):
    """A value of each line. group: of its part's pattern, from 1. make: None if it is JSON."""

    group: int
    make: Make | None = None


Piece = bytes | Column  # of JSON; bytes are the same in each record


class Part(NamedTuple):
    """A part of a line. groups: how many the pattern has; all take part in every match.

    fields: of the record, with the pieces that each is made of.
    """

    pattern: bytes
    groups: int = 0
    fields: Mapping[str, list[Piece]] = {}


def column(field: str, pattern: bytes, make: Make | None = None) -> Part:
    """Return a part that is the value of one field: by itself, or else between quotes."""
    return Part(b"(%b)" % pattern, 1, {field: [Column(1, make)] if make else between(Column(1))})


def between(text: Column) -> list[Piece]:
    """Return the pieces of a text that has no quotes around."""
    return [b'"', text, b'"']


class Form:
    """Lines made of parts, some of them constant, and the records that come of them.

    fields: of a record, in order; null if no part has them.
    """

    def __init__(self, parts: Iterable[bytes | Part], fields: Iterable[str]) -> None:
        # The newline before a line: the search for it skips what does not fit as fast as memchr.
        self._source = rb"\n"
        pieces: dict[str, list[Piece]] = {}
        groups = 0
        for part in parts:
            pattern, inside, made = Part(re.escape(part)) if isinstance(part, bytes) else part
            self._source += pattern
            pieces |= {field: [_moved(piece, groups) for piece in made[field]] for field in made}
            groups += inside
        self._layout = [b"", b"{"]  # the first place is for lines that are not taken
        self._columns: dict[Column, list[int]] = {}  # with their places
        for field in fields:
            for piece in (b"%b:" % orjson.dumps(field), *pieces.get(field, [b"null"]), b","):
                if isinstance(piece, bytes):
                    self._layout[-1] += piece
                else:
                    self._columns.setdefault(piece, []).append(len(self._layout))
                    self._layout += [b"", b""]
        self._layout[-1] = self._layout[-1][:-1] + b"}\n"

    @cached_property
    def pattern(self) -> re.Pattern[bytes]:
        """The pattern of a line with the newline before it; compiled when it is needed."""
        return re.compile(self._source + rb"\r?+$", re.MULTILINE)

    def behind(self, header: bytes) -> "Form":
        """Return the form of the same lines behind a header. header: a pattern without groups."""
        # In a block, nothing that is excluded somewhere may be a newline.
        source = rb"\n(?>%b)" % header.replace(b"[^", rb"[^\n") + self._source[2:]
        form = copy(self)
        form.__dict__.pop("pattern", None)
        form.__dict__["_source"] = source
        return form

    def split(self, block: bytes, last: bytes = b"") -> tuple[list[bytes], int]:
        """Return the pieces of a block's records, and how many of them there are to a line.

        block: lines, each with its newline before it. So are lines that the form does not take:
        they are the first piece, and of those after it each that begins a line's. last: a member
        that all records have at their end, with a comma before it.
        Raises ValueError where a value cannot be read.
        """
        pattern, width = self.pattern, len(self._layout)
        layout = self._layout if not last else [*self._layout[:-1], ended(self._layout[-1], last)]
        stride = pattern.groups + 1
        values = pattern.split(block)
        others = values[0::stride]
        plain = block.isascii() and b"\\" not in block
        pieces = layout * (len(others) - 1)
        pieces.append(b"")
        pieces[0::width] = others
        for (group, make), places in self._columns.items() if len(others) > 1 else ():
            column = values[group::stride]
            if make:
                column = make(column, plain)
            for place in places:
                pieces[place::width] = column
        return pieces, width

    def record(self, line: bytes, last: bytes = b"") -> bytes:
        """Return the record of a line, with its newline before it; nothing if it is of no such."""
        try:
            return b"".join(self.split(line, last)[0]) if self.pattern.match(line) else b""
        except ValueError:
            return b""


def ended(record: bytes, last: bytes) -> bytes:
    """Return a record, which ends with a newline, with one member more: a comma before it."""
    return record[:-2] + last + b"}\n"


def _moved(piece: Piece, groups: int) -> Piece:
    return piece._replace(group=piece.group + groups) if isinstance(piece, Column) else piece
