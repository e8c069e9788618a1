"""The objects in a line of JSON whose members are fields: taken out of it, and their shape."""

from clfparse.formats.jsonnames import (
    CANONICAL,
    HEADER_OBJECTS,
    KEYS,
    OBJECTS,
    REQUEST_LINES,
)
from clfparse.formats.jsontext import Object
from clfparse.formats.remembered import LONGEST_SHAPE, SHAPES, Remembered

Names = tuple[str, ...]

_MOST = 16  # objects in a line
_KNOWN = {key for keys in KEYS.values() for key in keys}
_REQUEST = {key for field in ("method", "path", "status") for key in KEYS[field]}


class Look:
    """What there is in an object of so many names. It is equal to itself alone: that is fast.

    before: what to put before the names to know what they mean. headers: what a record calls the
    headers in it, and then it has no names here, for clients choose them; else "". fields: whether
    there are any in it, or in objects in it. lines: the names that may be those of a request line.
    children: names of objects that may be taken out of it, and how those look.
    """

    __slots__ = ("before", "children", "fields", "headers", "lines", "names")

    def __init__(self, before: str, names: Names, headers: str = "") -> None:
        self.before, self.names, self.headers = before, names, headers
        keys = [CANONICAL[before + name] for name in names]
        paths = list(zip(keys, names, strict=True))
        self.children = tuple(_child(*path) for path in paths if path[0] in _OBJECTS)
        known = _KNOWN if before else _REQUEST
        self.fields = bool(headers or self.children) or not known.isdisjoint(keys)
        lines = [(REQUEST_LINES.index(key), name) for key, name in paths if key in REQUEST_LINES]
        self.lines = tuple(name for _, name in sorted(lines))


class _Looks(Remembered[Names, Look]):
    """How objects look that have the same put before their names."""

    def __init__(self, before: str) -> None:
        super().__init__(
            lambda names: Look(before, names), lambda key: sum(map(len, key)), SHAPES, LONGEST_SHAPE
        )


# Child: its name, its look by its names, or that of headers.
Child = tuple[str, _Looks, Look | None]
# Opened: a line and what was taken out of it; the look of each; of each but the line, the object
# it was in and its name there.
Opened = tuple[list[Object], tuple[Look, ...], list[tuple[Object, str]]]


def take(line: Object) -> Opened:
    """Take out of a line the objects whose members are fields."""
    look = _ROOTS[tuple(line)]
    sources, looks = [line], [look]
    parents: list[tuple[Object, str]] = []
    if look.children:
        _take(line, look, sources, looks, parents)
    return sources, tuple(looks), parents


def _take(
    parent: Object,
    look: Look,
    sources: list[Object],
    looks: list[Look],
    parents: list[tuple[Object, str]],
) -> None:
    for name, children, headers in look.children:
        source = parent[name]
        if type(source) is dict and len(looks) < _MOST:
            child = headers or children[tuple(source)]
            if not child.fields:
                continue
            del parent[name]
            sources.append(source)
            looks.append(child)
            parents.append((parent, name))
            if child.children:
                _take(source, child, sources, looks, parents)


def put_back(opened: Opened, members: list[int]) -> None:
    """Put back what is left of the objects behind what else there is. members: all but headers."""
    sources, _, parents = opened
    if len(members) == 1:  # Caddy's: in a third of the time
        at = members[0]
        if sources[at]:
            sources[0][parents[at - 1][1]] = sources[at]
        return
    left: Object = {}
    for at in reversed(members):  # an object's own objects before it
        if sources[at]:
            parent, name = parents[at - 1]
            (left if parent is sources[0] else parent)[name] = sources[at]
    for name in reversed(left):
        sources[0][name] = left[name]


def roots(opened: Opened) -> list[str]:
    """Return the names in the line of what holds each object; "" for the line itself."""
    sources, _, parents = opened
    names = [""]
    for parent, name in parents:
        at = next(at for at, source in enumerate(sources) if source is parent)
        names.append(names[at] or name)
    return names


def _child(key: str, name: str) -> Child:
    if key in HEADER_OBJECTS:
        return name, _LOOKS[""], _HEADERS[HEADER_OBJECTS[key]]
    return name, _LOOKS[OBJECTS[key]], None


_OBJECTS = OBJECTS.keys() | HEADER_OBJECTS.keys()
_LOOKS = {before: _Looks(before) for before in {"", *OBJECTS.values()}}
_ROOTS = _LOOKS[""]
_HEADERS = {called: Look("", (), called) for called in HEADER_OBJECTS.values()}
