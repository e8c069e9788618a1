r"""The fast way through plain lines, a block at a time.

A plain line is printable ASCII without escapes, of an ordinary request: nearly every line of nearly
every log. `re.split` by the pattern of such lines gives all fields of a block in one flat list,
slices of it are columns, and one join of columns and constants is the output. Lines that are not
plain stand between the matches; they keep their places, for the slow way, `clfparse.grammar`, which
defines what the fast way writes too, byte for byte.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import NamedTuple

import orjson

from clfparse.escapes import plain
from clfparse.grammar import names, value
from clfparse.times import rfc3339

_PROTOCOL = re.compile(rb"(HTTP/\d(?:\.\d)?)\" (\d{3})")

_CACHED = 10_000  # entries of a cache; clients choose some of the keys
_LONGEST = 256  # bytes of a key: longer ones are seldom the same again, and would fill the memory


class Form(NamedTuple):
    """A form of plain lines, and how its output is put together.

    source: of the pattern. layout: the pieces of one line's output; the first is for what stands
    before the line.
    columns: position in the layout, group of the pattern, and what is made of the group's column.
    """

    source: bytes
    layout: list[bytes]
    columns: list[tuple[int, int, Callable[[list[bytes]], Iterable[bytes]] | None]]

    @property
    def pattern(self) -> re.Pattern[bytes]:
        """Return the pattern of a line; compiling all of them at the start would slow that down."""
        return _compiled(self.source)

    def split(self, block: bytes) -> list[bytes]:
        """Return the output's pieces; each len(layout)-th, from the first, is lines not plain.

        Raises ValueError where a line is plain but for its time, names or protocol.
        """
        pattern = self.pattern
        stride = pattern.groups + 1
        width = len(self.layout)
        fields = pattern.split(block)
        pieces = self.layout * (len(fields) // stride)
        pieces.append(b"")
        pieces[0::width] = fields[0::stride]
        for position, group, make in self.columns:
            column = fields[group::stride]
            pieces[position::width] = make(column) if make else column
        return pieces


@cache
def _compiled(source: bytes) -> re.Pattern[bytes]:
    return re.compile(source, re.VERBOSE | re.MULTILINE)


class Cache(dict[bytes, bytes]):
    """Remembers what was made of a text."""

    def __init__(self, make: Callable[[bytes], bytes]) -> None:
        self._make = make

    def __missing__(self, key: bytes) -> bytes:
        made = self._make(key)
        if len(key) <= _LONGEST:
            if len(self) >= _CACHED:
                self.clear()
            self[key] = b"%b" % made  # a copy: orjson's keeps the 4 KiB that it was written in
        return made


def _time(raw: bytes) -> bytes:
    return b'{"time":"%b",' % rfc3339(raw).encode()


def _who(raw: bytes) -> bytes:
    found = names(raw)
    fields = {name: value(found[name]) for name in ("host", "ident", "user")}
    return orjson.dumps(fields)[1:-1] + b',"method":"'


def _query(raw: bytes) -> bytes:
    return b'","query":%b,"protocol":"' % (b'"%b"' % raw[1:] if raw else b"null")


def _protocol(raw: bytes) -> bytes:
    if not (found := _PROTOCOL.fullmatch(raw)):
        raise ValueError
    return b'%b","status":%d,"bytes":' % (found[1], int(found[2]))


def sizes(column: list[bytes]) -> list[bytes]:
    """Return the JSON of whole numbers: they are as they stand, and null for none."""
    return [b"null" if size == b"-" else size for size in column] if b"-" in column else column


def _referer(raw: bytes) -> bytes:
    return b'","referer":%b,"user_agent":' % _json(raw)


def _vhost(raw: bytes) -> bytes:
    return b',"vhost":' + _json(names(raw + b" host - -")["vhost"])


def _extra(raw: bytes) -> bytes:
    return b',"extra":' + orjson.dumps(None if raw == b"-" else plain(raw))


def _json(raw: bytes) -> bytes:
    return orjson.dumps(value(raw))


# Of a plain request's target: up to the second slash, without "#" and "?"; what follows; the query.
SECTION = rb"(/[!$-.0->@-\[\]-~]*+)"
REST = rb"([!$->@-\[\]-~]*+)"
QUERY = rb"((?:\?[!#-\[\]-~]*+)?+)"

# In the order of the line: name of the part, its pattern. Printable ASCII is [!-~] and the space.
_WORD = rb"[!#-+\--\[\]-~]++"  # no quote, comma or backslash
_PARTS = {
    "vhost": rb"([!#-+\--9;-\[\]-~]++ (?: : \d++ )?+) [ ] (?= (?!-[ ]) [^ \n]++ [ ] - [ ] )",
    "who": rb"(" + _WORD + rb"[ ]" + _WORD + rb"[ ]" + _WORD + rb") [ ]",
    "time": rb"\[ (.{26}) \] [ ]",  # any text: it is read once, and remembered
    "method": rb"\" ([A-Z]++) [ ]",
    "section": SECTION,
    "rest": REST,
    "query": QUERY + rb" [ ]",
    "protocol": rb"(HTTP/[0-9.]++ \" [ ] [0-9]++) [ ]",  # and status, in one group
    "size": rb"([1-9]\d{0,17}+ | 0 | -)",
    "referer": rb"[ ] \" ([ !#-\[\]-~]*+) \"",
    "agent": rb"[ ] \" ([ !#-\[\]-~]*+) \"",
    "extra": rb"[ ] ([!-~] (?: [ -~]* [!-~] )?+ )",
}
_MADE: dict[str, Callable[[bytes], bytes]] = {
    "vhost": _vhost,
    "who": _who,
    "time": _time,
    "query": _query,
    "protocol": _protocol,
    "referer": _referer,
    "agent": _json,
    "extra": _extra,
}


def _form(vhost: bool, combined: bool, extra: bool) -> Form:
    line = ["vhost"] * vhost
    line += ["who", "time", "method", "section", "rest", "query", "protocol", "size"]
    line += ["referer", "agent"] * combined + ["extra"] * extra
    output: list[str | bytes] = ["time", "who", "method", b'","path":"', "section", "rest"]
    output += ["query", "protocol", "size", b',"section":"', "section"]
    output += ["referer", "agent"] if combined else [b'"']
    output += ["vhost"] * vhost + ["extra"] * extra + [b"}\n"]
    layout = [b"", *(b"" if isinstance(piece, str) else piece for piece in output)]
    columns = [
        (position, line.index(piece) + 1, _COLUMNS.get(piece))
        for position, piece in enumerate(output, 1)
        if isinstance(piece, str)
    ]
    source = rb"^" + b"".join(_PARTS[name] for name in line) + rb"\n"
    return Form(source, layout, columns)


# What is made of a column: of each text what was made of it before, or by itself.
_COLUMNS: dict[str, Callable[[list[bytes]], Iterable[bytes]]] = {
    name: partial(map, Cache(make).__getitem__) for name, make in _MADE.items()
}
_COLUMNS["size"] = sizes

FORMS = [
    _form(vhost, combined, extra)
    for vhost in (False, True)
    for combined, extra in ((False, False), (True, False), (True, True))
]
