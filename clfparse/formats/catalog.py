"""The formats that have a name: each is a file of data in `known/`, with lines as samples.

A file holds ``about``, a line for people; ``aliases``; ``samples``, lines of the format, whose
records stand beside it in NAME.jsonl; and how lines are read, by one or both of

- ``strings``: format strings, the most usual first. ``syntax`` says whose: template (the default,
  see `template`), nginx, apache, tomcat, tomcat9.
- ``reader``: clf (with ``vhost`` and ``ends``, see `stock`), json, w3c (perhaps with ``fields``,
  what #Fields would say, of which a line has ``least`` or more; ``begins``, a pattern of how one
  begins), ltsv, logfmt or heroku.

``auto``: whether lines are looked for without being asked; the default is true for strings. Where
it is false, only the name can say what such a line means.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent / "known"


class Entry(NamedTuple):
    """What a file says."""

    name: str
    about: str
    samples: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    reader: str | None = None
    syntax: str = "template"
    strings: tuple[str, ...] = ()
    vhost: bool = False
    ends: tuple[str, ...] = ()
    fields: str = ""
    least: int = 0
    begins: str = ""
    auto: bool | None = None


def names() -> list[str]:
    """Return the names of the formats: of the files, none of which is opened."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def entry(name: str) -> Entry:
    """Return the format of a name; raises FileNotFoundError if there is none."""
    path = FOLDER / f"{name}.toml"
    said: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    listed = {key: tuple(value) for key, value in said.items() if isinstance(value, list)}
    return Entry(name, **said | listed)


@cache
def entries() -> list[Entry]:
    """Return all formats, by name."""
    return [entry(name) for name in names()]


def find(name: str) -> Entry | None:
    """Return the format of a name or an alias, in any case, ``_`` as good as ``-``."""
    wanted = _folded(name)
    for known in names():
        if _folded(known) == wanted:
            return entry(known)
    return next((each for each in entries() if wanted in map(_folded, each.aliases)), None)


def _folded(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")
