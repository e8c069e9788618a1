"""Make .venv and install this checkout into it: bin/_ready.sh calls it where that is not done.

usage: _setup.py ROOT run|dev

A pipeline starts three commands at once: the first to hold the lock works, the others find it done.
"""

import fcntl
import os
import signal
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path


def main(root: Path, wanted: str) -> int:
    """Set up root/.venv where that can be done; return the exit status."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # else Ctrl-C would be a traceback
    elsewhere = f"or install it elsewhere: pipx install {shown(root)}\n"
    if reason := unsuited(str(root)):
        sys.stderr.write(
            f"{shown(root)}: {reason}, where Python cannot set up an environment;"
            f" move this folder, {elsewhere}"
        )
        return 1
    try:
        return set_up(root, wanted)
    except OSError as error:
        path = Path(os.fsdecode(error.filename or root))
        problem = f"{shown(path)}: {error.strerror}"
        if made_for(root / ".venv") == str(root) and runs(root / ".venv"):  # but it is older
            sys.stderr.write(f"{problem}; going on with .venv as it is\n")
            return 0
        sys.stderr.write(
            f"{problem}; let {owner(root)}, who owns this checkout, run this once, {elsewhere}"
        )
        return 1


def unsuited(path: str) -> str:
    """Return why Python cannot make an environment in a folder, if so.

    PATH is cut at colons, a .pth file at ends of lines, and of these lines the end is stripped.
    """
    if ":" in path:
        return "its path has a colon"
    if path != path.rstrip():
        return "its path ends with a space"
    return "" if path.isprintable() else "its path has an unprintable character"


def shown(path: Path) -> str:
    """Return a path as a shell takes it, safe to print."""
    plain = str(path).isprintable() and not set(" '\"$`\\") & set(str(path))
    return str(path) if plain else ascii(str(path))


def owner(path: Path) -> str:
    """Return the name of the user who owns a path, or a word for him."""
    with suppress(OSError, KeyError):  # a user of another machine has no name here
        return path.owner()
    return "the user"


def made_for(venv: Path) -> str:
    """Return the checkout that an environment was set up for; nothing if none."""
    with suppress(OSError, StopIteration):
        return next(venv.glob(".ready-*")).read_text().removesuffix("\n")
    return ""


def runs(venv: Path) -> bool:
    """Tell whether the Python of an environment is still there, and may be run."""
    return os.access(venv / "bin/python", os.X_OK)


def set_up(root: Path, wanted: str) -> int:
    """Set up root/.venv; return the exit status. Raises OSError."""
    with (root / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        venv = root / ".venv"
        stamp = venv / f".ready-{wanted}"
        if is_ready(stamp, root):
            return 0
        sys.stderr.write(f"setting up {venv}, once\n")
        if made_for(venv) not in {"", str(root)} or not runs(venv):
            say_or_die([sys.executable, "-m", "venv", "--clear", str(venv)])
        install = [str(venv / "bin/python"), "-m", "pip", "install", "--editable", str(root)]
        say_or_die([*install, *(tools(root) if wanted == "dev" else [])])
        # What suits development suits a run.
        for made in {"run", wanted}:
            (venv / f".ready-{made}").write_text(f"{root}\n")
    return 0


def tools(root: Path) -> list[str]:
    """Return what checks need besides, and where its versions are, as arguments of pip.

    Checks need the same versions everywhere; a run of the filters alone may have others.
    """
    # pip reads groups since 25.1; the one that comes with Python 3.11 is older.
    with (root / "pyproject.toml").open("rb") as file:
        group: list[str] = tomllib.load(file)["dependency-groups"]["dev"]
    return ["--constraint", str(root / "constraints.txt"), *group]


def is_ready(stamp: Path, root: Path) -> bool:
    """Return whether the stamp was written for this folder, after its description was."""
    newer = (
        runs(root / ".venv")
        and stamp.exists()
        and stamp.stat().st_mtime > (root / "pyproject.toml").stat().st_mtime
    )
    return newer and stamp.read_text() == f"{root}\n"


def say_or_die(command: list[str]) -> None:
    """Run a command that prints only when it fails."""
    # PYTHON* of the caller is none of the new environment's business.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, env=clean
    )
    if done.returncode == 0:
        return
    sys.stderr.write(done.stdout.decode(errors="replace"))
    if "venv" in command:
        sys.stderr.write(
            "this Python cannot make a virtual environment;"
            " on Debian and Ubuntu: apt install python3-venv\n"
        )
    else:
        sys.stderr.write("the installation failed; the lines above say why\n")
    sys.exit(1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
