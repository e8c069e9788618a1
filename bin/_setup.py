"""Make .venv and install this checkout into it: bin/_ready.sh calls it where that is not done.

usage: _setup.py ROOT run|dev

A pipeline starts three commands at once: the first to hold the lock works, the others find it done.
"""

import fcntl
import os
import subprocess
import sys
import tomllib
from pathlib import Path


def main(root: Path, wanted: str) -> int:
    """Set up root/.venv; return the exit status."""
    with (root / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        venv = root / ".venv"
        stamp = venv / f".ready-{wanted}"
        if is_ready(stamp, root):
            return 0
        sys.stderr.write(f"setting up {venv}, once\n")
        made_for = next(venv.glob(".ready-*"), None)
        if made_for and made_for.read_text() != f"{root}\n":
            say_or_die([sys.executable, "-m", "venv", "--clear", str(venv)])
        elif not (venv / "bin/python").exists():
            say_or_die([sys.executable, "-m", "venv", str(venv)])
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
    newer = stamp.exists() and stamp.stat().st_mtime > (root / "pyproject.toml").stat().st_mtime
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
