"""A system that holds nothing but a libc, a shell and a few tools; there is no Python in it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Self

from _standalone_archive import LIBC

_TOOLS = ("sh", "tail", "rm")
_ENTER = 'mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && exec chroot "$@"'


class Bare:
    """The system's folder, while it is entered. It takes root; what it mounts nobody else sees."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __enter__(self) -> Self:
        for name in ("proc", "dev", "tmp", "usr/bin", "etc/default"):
            (self.root / name).mkdir(parents=True)
        (self.root / "bin").symlink_to("usr/bin")
        for tool in _TOOLS:
            path = Path(shutil.which(tool, path="/bin:/usr/bin") or "")
            self._copy(path, f"usr/bin/{tool}")
            for library in _libraries(path):
                self._copy(library, str(library)[1:])
                if library.name.startswith("libc."):
                    for other in library.parent.glob("lib*.so.?"):
                        if other.name.startswith(LIBC):
                            self._copy(other, str(other)[1:])
        (self.root / "etc/default/kept").touch()  # dpkg removes a folder that is empty
        self._pretend()
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.root)

    def _copy(self, source: Path, place: str) -> None:
        target = self.root / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source.resolve(), target)

    def _pretend(self) -> None:
        """Let dpkg know of the libc."""
        state = self.root / "var/lib/dpkg"
        for name in ("info", "updates", "triggers"):
            (state / name).mkdir(parents=True)
        shown = subprocess.check_output(["dpkg", "--status", "libc6"], text=True)
        keys = ("Package:", "Status:", "Version:", "Architecture:", "Maintainer:", "Description:")
        lines = [line for line in shown.splitlines() if line.startswith(keys)]
        (state / "status").write_text("\n".join([*lines, "", ""]))

    def words(self, *command: str) -> list[str]:
        """Return the words that run a command in it."""
        return ["unshare", "--mount", "sh", "-c", _ENTER, "sh", str(self.root), *command]

    def dpkg(self, *words: str) -> None:
        """Run dpkg on it; end this program if it fails."""
        done = subprocess.run(
            ["dpkg", f"--root={self.root}", "--force-not-root", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            sys.stderr.buffer.write(done.stdout[-4000:])
            sys.exit(f"standalone: dpkg {words[0]} has failed")

    def files(self) -> set[str]:
        """Return all paths in it, but for what dpkg writes down."""
        paths = (str(path.relative_to(self.root)) for path in self.root.rglob("*"))
        return {path for path in paths if not path.startswith(("var/", "proc/", "dev/"))}


def _libraries(path: Path) -> list[Path]:
    """Return the libraries of a program, its linker too."""
    listed = subprocess.run(["ldd", path], capture_output=True, text=True, check=False).stdout
    return [Path(each) for each in re.findall(r"(/\S+) \(0x", listed)]
