"""The formats that have a name: each is a file of data in `known/`, with lines as samples.

A file holds ``about``, a line for people; ``aliases``; ``samples``, lines of the format, and the
``records`` that they must give, as JSON; and how lines are read, by one or both of

- ``strings``: format strings, the most usual first. ``syntax`` says whose: template (the default,
  see `template`), nginx, apache, tomcat, tomcat9.
- ``reader``: clf (with ``vhost`` and ``ends``, see `stock`), json, w3c (perhaps with ``fields``,
  what #Fields would say, of which a line has ``least`` or more; ``begins``, a pattern of how one
  begins), ltsv, logfmt or heroku.

``auto``: whether lines are looked for without being asked; the default is true for strings. Where
it is false, only the name can say what such a line means.
"""

import os
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FOLDER = f"{os.path.dirname(__file__)}/known"  # noqa: PTH120 - pathlib takes 3 ms of each start
_END = ".toml"


class Entry(NamedTuple):
    """What a file says."""

    name: str
    about: str
    samples: tuple[str, ...]
    records: tuple[str, ...]
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
    try:
        files = os.listdir(FOLDER)  # noqa: PTH208 - the same
    except NotADirectoryError:
        files = [path.name for path in _zipped().iterdir()]
    return sorted(file.removesuffix(_END) for file in files if file.endswith(_END))


@cache
def entry(name: str) -> Entry:
    """Return the format of a name; raises FileNotFoundError if there is none."""
    import tomllib  # which most runs have no use for
    from pathlib import Path

    file = f"{name}{_END}"
    try:
        text = Path(f"{FOLDER}/{file}").read_text(encoding="utf-8")
    except NotADirectoryError:
        text = _zipped().joinpath(file).read_text(encoding="utf-8")
    said: dict[str, Any] = tomllib.loads(text)
    listed = {key: tuple(value) for key, value in said.items() if isinstance(value, list)}
    return Entry(name, **said | listed)


@cache
def entries() -> list[Entry]:
    """Return all formats, by name."""
    return [entry(name) for name in names()]


def _zipped() -> "Traversable":
    """Return the folder where the package is imported from an archive, as Spark's workers do."""
    from importlib.resources import files

    return files(__package__).joinpath("known")


def find(name: str) -> Entry | None:
    """Return the format of a name or an alias, in any case, ``_`` as good as ``-``."""
    wanted = _folded(name)
    for known in names():
        if _folded(known) == wanted:
            return entry(known)
    return next((each for each in entries() if wanted in map(_folded, each.aliases)), None)


def _folded(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")
