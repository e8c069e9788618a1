"""How the one file starts a command: the launcher imports this from the archive at its end.

Modules are imported from the archive, as from any; those that are machine code cannot be. They are
loaded from memory that has no name, so that nothing is left of them however a process ends.
"""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from itertools import count
from types import ModuleType
from zipimport import zipimporter

SELF = "/proc/self/exe"
_NUMBERS = count()
USAGE = """\
usage: clf-filters COMMAND [options]

The commands are {}.
A link to this file by the name of a command is that command.
"""


def main() -> None:
    """Run the command that was asked for."""
    from _contents import COMMANDS, LIBRARIES  # type: ignore[import-not-found] # of the build

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as any Python does: a file is too large then
    path = os.readlink(SELF)  # noqa: PTH115 - pathlib takes 3 ms
    sys.executable = path if os.access(path, os.X_OK) else SELF
    sys.frozen = True  # type: ignore[attr-defined]
    sys.meta_path.append(Extensions(zipimporter(SELF), LIBRARIES))
    name, words = chosen(sys.argv, COMMANDS)
    if name is None:
        sys.exit(_usage(words, COMMANDS))
    with suppress(OSError), open("/proc/self/comm", "w") as comm:  # noqa: PTH123 - the same
        comm.write(name)
    sys.argv = words
    import_module(COMMANDS[name]).main()


def chosen(words: Sequence[str], commands: Mapping[str, str]) -> tuple[str | None, list[str]]:
    """Return the command by the name of the call, or its first argument; and the words from it on.

    The command is None where neither is one.
    """
    name = os.path.basename(words[0]) if words else ""  # noqa: PTH119 - the same
    if name in commands:
        return name, [*words]
    rest = [*words[1:]]
    return (rest[0] if rest and rest[0] in commands else None), rest


def _usage(words: Sequence[str], commands: Mapping[str, str]) -> int:
    """Show the usage, which is what was asked for if the words say so; return the status."""
    asked = words[:1] in (["-h"], ["--help"])
    (sys.stdout if asked else sys.stderr).write(USAGE.format(", ".join(commands)))
    return 0 if asked else 2


class Extensions:
    """Finds the modules that are machine code.

    libraries: for each, those that it needs and a system may lack.
    """

    def __init__(self, archive: zipimporter, libraries: Mapping[str, Sequence[str]]) -> None:
        self._archive = archive
        self._libraries = libraries

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Return where a module is, in memory from now on; None if it is none of these."""
        del path, target
        if name not in self._libraries:
            return None
        for library in self._libraries[name]:
            # It is no module, which is noticed when it has been loaded; and loaded it stays.
            with suppress(OSError, ImportError):
                self._placed(library).load(ModuleSpec(library, None))
        return ModuleSpec(name, self._placed(name))

    def _placed(self, name: str) -> "_Loader":
        return _Loader(name, self._archive.get_data(f"lib/{name}"))


class _Loader(ExtensionFileLoader):
    """Loads a module of these bytes."""

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(name, "")
        self._data = data

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Load it. Exits where that is forbidden: there is no other way."""
        try:
            return self.load(spec)
        except (OSError, ImportError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            sys.exit(f"clf-filters: {spec.name} cannot be loaded from memory: {reason}")

    def load(self, spec: ModuleSpec) -> ModuleType:
        """Load it. Raises OSError and ImportError."""
        fd = os.memfd_create(spec.name)
        try:
            with open(fd, "wb", closefd=False) as file:
                file.write(self._data)
            # By a path that it has seen, the dynamic linker would take what it has loaded.
            spec.origin = self.path = f"/proc/self/fd{'/.' * next(_NUMBERS)}/{fd}"
            return super().create_module(spec)
        finally:
            os.close(fd)
