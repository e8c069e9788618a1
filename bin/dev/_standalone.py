"""Build one executable that is all commands but clfspark, and a .deb of it; try both.

usage: bin/dev/standalone [FOLDER]    (default: dist)

It needs gcc, and a Python with its headers and its static library, into which zlib is built, as
Debian's: apt-get install gcc libpython3-dev python3-venv. PYTHON names another one. As root it
tries both in a system that holds nothing but a libc, a shell and a tail. What passes is written; it
runs where the libc is not older than that of the machine that made it.
"""

import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from zipfile import ZipFile

sys.path.append(str(Path(__file__).parent))
import _standalone_check
import _standalone_deb as deb
from _outcomes import clean, say
from _pages import ROOT
from _standalone_linkable import Python
from _standalone_notices import notices

HERE = Path(__file__).parent
NEEDS = ("gcc", "strip", "objdump", "dpkg-deb")
LEFT_OUT = {"clfspark"}  # it needs Spark, and Spark a Python


def main() -> int:
    """Build and try; return the status."""
    if len(sys.argv) > 2 or sys.argv[1:2] in (["-h"], ["--help"]):
        sys.stderr.write(__doc__ or "")
        return 0 if len(sys.argv) == 2 else 2
    if missing := [name for name in NEEDS if not shutil.which(name)]:
        sys.exit(f"standalone: {' '.join(missing)}: not here")
    target = Path(sys.argv[1] if sys.argv[1:] else ROOT / "dist").absolute()
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="clf-standalone.") as folder:
        built, package = _make(Path(folder))
        if status := _standalone_check.check(built, package, Path(folder)):
            return status
        for path in (built, package):
            # Another file in its place: the one that is there may run.
            made = Path(shutil.copy(path, target / f".{path.name}")).rename(target / path.name)
            say("written", str(made))
    return 0


def _make(folder: Path) -> tuple[Path, Path]:
    """Build both in a folder; return their paths."""
    began = time.monotonic()
    description = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    python = _environment(folder)
    commands = {
        name: place.partition(":")[0]
        for name, place in description["scripts"].items()
        if name not in LEFT_OUT
    }
    name = f"clf-filters-{description['version']}-linux-{platform.machine()}"
    built = _build(folder, python, commands, folder / name)
    (site,) = folder.glob("venv/lib/python*/site-packages")
    terms = notices(site, python.stdlib)
    with ZipFile(built, "a") as archive:
        archive.writestr("LICENSES", terms)
    libc = _libc(built, folder)
    package = deb.build(built, [*commands], description, libc, terms, folder)
    say("executable", f"{built.stat().st_size / 1e6:.1f} MB")
    say("of", f"Python {python.version}, glibc {libc} or newer")
    say("package", f"{package.stat().st_size / 1e6:.1f} MB")
    say("built in", f"{time.monotonic() - began:.0f} s")
    return built, package


def _environment(folder: Path) -> Python:
    """Make an environment with the packages and PyInstaller; return the Python it is of."""
    named = os.environ.get("PYTHON")
    tried = [named] if named else [sys.executable, "/usr/bin/python3"]
    python = next(filter(None, map(Python.at, tried)), None)
    if not python:
        sys.exit(f"standalone: {' and '.join(tried)} cannot be linked; see --help")
    _quiet(python.path, "-m", "venv", str(folder / "venv"))
    pip = (str(folder / "venv/bin/python"), "-m", "pip", "install", "--quiet")
    _quiet(*pip, "--constraint", str(ROOT / "constraints.txt"), str(ROOT), "pyinstaller>=6.9,<7")
    return python


def _build(folder: Path, python: Python, commands: dict[str, str], path: Path) -> Path:
    """Write the executable: the launcher with Python in it, and the archive."""
    archive = folder / "archive"
    analyse = (str(folder / "venv/bin/python"), "-m", "PyInstaller", "--log-level=WARN")
    places = (f"--workpath={folder}/work", f"--distpath={folder}/dist")
    settings = {
        "CLF_COMMANDS": json.dumps(commands),
        "CLF_ARCHIVE": str(archive),
        "PYINSTALLER_CONFIG_DIR": f"{folder}/cache",  # else it is left in the home
    }
    _quiet(*analyse, *places, str(HERE / "_standalone.spec"), **settings)
    links = [word for word in python.libraries if word not in {"-lm", "-ldl", "-lpthread"}]
    launcher = folder / "launcher"
    _quiet(
        *(
            "gcc",
            "-O2",
            f"-I{python.headers}",
            str(HERE / "_standalone_launch.c"),
            "-o",
            str(launcher),
        ),
        # All of it is there for modules of machine code, which are not linked yet.
        *("-Wl,--whole-archive", str(python.library), "-Wl,--no-whole-archive"),
        *("-Wl,-Bstatic", *links, "-Wl,-Bdynamic", "-lm", "-ldl", "-lpthread"),
        # As Debian's own: position-independent, it took 1.15 times as long.
        *("-Wl,-export-dynamic", "-Wl,-Bsymbolic-functions", "-no-pie"),
    )
    _quiet("strip", str(launcher))
    path.write_bytes(launcher.read_bytes() + archive.read_bytes())
    path.chmod(0o755)
    return path


def _libc(built: Path, folder: Path) -> str:
    """Return the oldest version of glibc that has all that is asked of it, by any machine code."""
    with ZipFile(built) as archive:
        names = [name for name in archive.namelist() if name.startswith("lib/")]
        archive.extractall(folder / "code", names)
    files = [str(built), *(str(folder / "code" / name) for name in names)]
    listed = subprocess.check_output(["objdump", "-T", *files], text=True)
    versions = {tuple(map(int, each.split("."))) for each in re.findall(r"GLIBC_([\d.]+)", listed)}
    return ".".join(map(str, max(versions)))


def _quiet(*words: str, **settings: str) -> None:
    """Run a command that is heard only when it fails; end this program then."""
    done = subprocess.run(
        words, env=clean() | settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        sys.stderr.buffer.write(done.stdout[-4000:])
        sys.exit(f"standalone: {Path(words[0]).name} has failed")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the folder goes first
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
