"""The archive at the end of the one file: modules, compiled, and machine code.

It is made by the Python that is in the file: another one's bytecode is no good.
"""

import json
import marshal
import subprocess
import tempfile
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_FIRST = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever it is built
_HEADER = MAGIC_NUMBER + bytes(12)  # neither flags, nor the time and size of a source
# The libc: what every system has.
LIBC = ("ld-linux", "libc.", "libm.", "libdl.", "libpthread.", "librt.", "libutil.")


class Extension(NamedTuple):
    """A module of machine code. libraries: what it needs, by their names, each with its path."""

    name: str
    path: str
    libraries: dict[str, str]


class Needed(NamedTuple):
    """What is to be in it.

    commands: the module of each. modules: their sources, by their names. data: paths, by the place
    in the archive.
    """

    commands: dict[str, str]
    modules: dict[str, str]
    extensions: list[Extension]
    data: dict[str, str]


class ModuleArchive:
    """Takes files, each once."""

    def __init__(self, path: Path) -> None:
        self._zip = ZipFile(path, "w", ZIP_DEFLATED, compresslevel=9)
        self._names: set[str] = set()

    def add(self, name: str, data: bytes) -> None:
        """Add a file, unless there is one of that name."""
        if name not in self._names:
            self._names.add(name)
            entry = ZipInfo(name, _FIRST)
            entry.compress_type = ZIP_DEFLATED
            self._zip.writestr(entry, data)

    def add_module(self, name: str, source: bytes, *, package: bool = False) -> None:
        """Add a module, compiled as any Python does: what it asserts and says stays."""
        path = name.replace(".", "/") + ("/__init__" if package else "")
        code = compile(source, f"{path}.py", "exec", dont_inherit=True)
        self.add(f"{path}.pyc", _HEADER + marshal.dumps(code))

    def close(self) -> None:
        """End it."""
        self._zip.close()


def name_of(place: str) -> str:
    """Return the name of a module of machine code, by the place where PyInstaller would put it."""
    return place.partition(".cpython")[0].rpartition("lib-dynload/")[2].replace("/", ".")


def contents(needed: Needed) -> str:
    """Return the module _contents: what the launcher has to know of the archive."""
    libraries = {each.name: [*_carried(each)] for each in needed.extensions}
    return (
        f"COMMANDS = {json.dumps(needed.commands)}\nLIBRARIES = {json.dumps(libraries, indent=1)}\n"
    )


def _carried(extension: Extension) -> dict[str, str]:
    """Return the libraries that a system may lack."""
    pairs = sorted(extension.libraries.items())
    return {name: path for name, path in pairs if not name.startswith(LIBC)}


def write_archive(needed: Needed, path: Path) -> None:
    """Write the archive."""
    archive = ModuleArchive(path)
    archive.add_module("_contents", contents(needed).encode())
    launch = Path(__file__).with_name("_standalone_launch.py").read_bytes()
    archive.add_module("_launch", launch)
    for name, source in sorted(needed.modules.items()):
        if Path(source).is_file():
            package = Path(source).name == "__init__.py"
            archive.add_module(name, Path(source).read_bytes(), package=package)
        else:  # a namespace: a folder, which Python looks for by its entry
            archive.add(f"{name.replace('.', '/')}/", b"")
    for each in needed.extensions:
        for name, file in {each.name: each.path, **_carried(each)}.items():
            archive.add(f"lib/{name}", _stripped(file))
    for place, file in sorted(needed.data.items()):
        if place == "base_library.zip":  # what any Python imports at its start, compiled
            with ZipFile(file) as base:
                for name in sorted(base.namelist()):
                    archive.add(name, base.read(name))
        elif Path(place).suffix in {".toml", ".css"} or Path(place).name == "METADATA":
            archive.add(place, Path(file).read_bytes())
    archive.close()


def _stripped(path: str) -> bytes:
    """Return machine code without what only a debugger reads."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["strip", "-o", f"{folder}/stripped", path], check=True)
        return Path(folder, "stripped").read_bytes()
