"""Directives between separators: what they write, and the fields that come of it."""

from typing import Any

from bothways import GET

# What a directive writes, and the fields that come of it.
Meaning = tuple[str, dict[str, Any]]

# Of the time in a format beside the directive, where it stands between others, and at the end.
FRAMES = [
    ("{t} {}", "{t} {}"),
    ('{t} "{}" -', '{t} "{}" -'),
    ("{}\t{t}", "{}\t{t}"),
    ("<{t}> | {} | x", "<{t}> | {} | x"),
    ("{t},{};", "{t},{};"),
    ("a={t}&{}&", "a={t}&{}&"),
    ("100%% {t} {} П", "100% {t} {} П"),
]


def meanings(table: dict[str, Meaning], *frames: tuple[str, str]) -> list[tuple[Any, ...]]:
    """Put each directive into each frame that what it writes has no separator of."""
    return [
        (form, line, directive, written, fields)
        for directive, (written, fields) in table.items()
        for form, line in frames
        if not ("," in form and "," in written)
    ]


def nothing(fields: dict[str, Any]) -> dict[str, None]:
    """Return what comes of a directive of these fields that has nothing, and writes ``-``."""
    none: dict[str, None] = dict.fromkeys(fields)
    return none | {"request": None} if fields.keys() >= GET.keys() else none
