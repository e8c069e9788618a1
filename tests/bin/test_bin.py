"""The commands in bin/, from a bare checkout: how they set themselves up.

A stand-in takes the place of the environment's Python, so that nothing is downloaded.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from paths import ROOT
from wheels import built

STAND_IN = """#!/bin/sh
case $* in
*"pip install"*) echo "$*" >> {root}/installs; sleep 0.3 ;;
*) echo "ran $*" ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout whose .venv has a stand-in for Python, and is not set up yet."""
    root = tmp_path / "a checkout"
    shutil.copytree(ROOT / "bin", root / "bin")
    shutil.copy(ROOT / "pyproject.toml", root)
    os.utime(root / "pyproject.toml", (1, 1))
    python = root / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(STAND_IN.format(root=f'"{root}"'))
    python.chmod(0o755)
    return root


def run(command: Path | str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(command), "-x", "two words"], env=env, capture_output=True, text=True, check=False
    )


def test_a_pipeline_sets_up_once(checkout: Path, clean: dict[str, str]) -> None:
    """Three commands start at once; one installs, all run, and stdout is theirs alone."""
    names = ("clfparse", "clfstats", "clfalert")
    env = {**clean, "PYTHON": sys.executable}
    processes = [
        subprocess.Popen([checkout / "bin" / name, "-x"], env=env, stdout=subprocess.PIPE)
        for name in names
    ]
    outputs = [process.communicate()[0].decode() for process in processes]
    assert outputs == [f"ran -P -m {name} -x\n" for name in names]
    assert (checkout / "installs").read_text() == f"-m pip install --editable {checkout}\n"


def test_later_runs_do_nothing_but_run(checkout: Path, clean: dict[str, str]) -> None:
    env = {**clean, "PYTHON": sys.executable}
    first, second = (run(checkout / "bin/clfstats", env) for _ in range(2))
    assert first.stdout == second.stdout == "ran -P -m clfstats -x two words\n"
    assert first.stderr == f"setting up {checkout}/.venv, once\n"
    assert second.stderr == ""


def test_a_changed_description_sets_up_again(checkout: Path, clean: dict[str, str]) -> None:
    env = {**clean, "PYTHON": sys.executable}
    run(checkout / "bin/clfstats", env)
    later = time.time() + 5
    os.utime(checkout / "pyproject.toml", (later, later))
    assert "setting up" in run(checkout / "bin/clfstats", env).stderr


def test_checks_have_their_tools_in_their_versions(checkout: Path, clean: dict[str, str]) -> None:
    """Groups are read here: the pip that comes with Python 3.11 cannot."""
    (checkout / "pyproject.toml").write_text('[dependency-groups]\ndev = ["a>=1", "b==2"]\n')
    setup = [sys.executable, str(checkout / "bin/_setup.py"), str(checkout)]
    for wanted in ("dev", "run"):
        subprocess.run([*setup, wanted], env=clean, capture_output=True, check=True)
    pins = f"--constraint {checkout}/constraints.txt"
    # What suits checks suits a run, so there is one installation.
    assert (checkout / "installs").read_text() == (
        f"-m pip install --editable {checkout} {pins} a>=1 b==2\n"
    )


def test_a_link_to_a_command_works(checkout: Path, tmp_path: Path, clean: dict[str, str]) -> None:
    link = tmp_path / "mine"
    link.symlink_to(checkout / "bin/clfalert")
    env = {**clean, "PYTHON": sys.executable}
    assert run(link, env).stdout == "ran -P -m clfalert -x two words\n"


def test_too_old_a_python_is_reported(
    checkout: Path, tmp_path: Path, clean: dict[str, str]
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "readlink"):
        (tools / name).symlink_to(str(shutil.which(name)))
    (tools / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tools / "python3").chmod(0o755)
    done = run(checkout / "bin/clfparse", {**clean, "PATH": str(tools)})
    assert done.stderr == "clfparse: Python 3.11 or newer is needed; set PYTHON to one\n"
    assert (done.returncode, done.stdout) == (1, "")


def test_a_python_without_venv_is_reported(
    checkout: Path, tmp_path: Path, clean: dict[str, str]
) -> None:
    shutil.rmtree(checkout / ".venv")
    python = tmp_path / "python"
    # Runs _setup.py as it is, but with a Python that fails to make an environment.
    code = "import runpy, sys; sys.executable = '/bin/false'; sys.argv.pop(0)"
    python.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] && exit 0\n'
        f"exec {sys.executable} -c \"{code}; runpy.run_path(sys.argv[0], run_name='__main__')\" "
        '"$@"\n'
    )
    python.chmod(0o755)
    done = run(checkout / "bin/clfparse", {**clean, "PYTHON": str(python)})
    assert "apt install python3-venv" in done.stderr
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("a:b", "its path has a colon"),
        ("trail ", "its path ends with a space"),
        ("new\nline", "its path has an unprintable character"),
        ("\x1b[31m", "its path has an unprintable character"),
        ("\udcff", "its path has an unprintable character"),
    ],
)
def test_a_path_that_no_environment_can_have(
    name: str, problem: str, checkout: Path, clean: dict[str, str]
) -> None:
    shutil.rmtree(checkout / ".venv")
    moved = checkout.rename(checkout.parent / name)
    done = run(moved / "bin/clfparse", {**clean, "PYTHON": sys.executable})
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{problem}, where Python cannot set up an environment" in done.stderr
    assert "or install it elsewhere: pipx install" in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.rstrip().isprintable()
    assert not (moved / ".venv").exists()


@pytest.mark.parametrize("name", ["[b]", "a'b", "a$b `c`", "*", "-x", "ü", "a%b#"])
def test_other_odd_paths_work(name: str, checkout: Path, clean: dict[str, str]) -> None:
    moved = checkout.rename(checkout.parent / name)
    python = moved / ".venv/bin/python"
    python.write_text(STAND_IN.format(root=shlex.quote(str(moved))))
    for _ in range(2):
        done = run(moved / "bin/clfparse", {**clean, "PYTHON": sys.executable})
        assert done.stdout == "ran -P -m clfparse -x two words\n"
    assert done.stderr == ""


@pytest.fixture
def unwritable(checkout: Path, clean: dict[str, str]) -> Iterator[tuple[Path, list[str]]]:
    """Return a checkout that is another's, and how to run a command as a user who is not he."""
    other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    user = other if os.geteuid() == 0 else []
    if user and not shutil.which("setpriv"):
        pytest.skip("root may write anywhere, and there is no setpriv")
    clean["PYTHON"] = shutil.which("python3", path="/usr/bin:/bin") or sys.executable
    if subprocess.run([*user, clean["PYTHON"], "-c", "import tomllib"], check=False).returncode:
        pytest.skip("no Python that others may run")
    place = Path(tempfile.mkdtemp())  # pytest's folders are for one user
    place.chmod(0o755)
    checkout = Path(shutil.move(checkout, place / "checkout"))
    (checkout / ".venv/bin/python").write_text(STAND_IN.format(root=checkout))
    checkout.chmod(0o555)
    yield checkout, [*user, str(checkout / "bin/clfparse"), "-x"]
    checkout.chmod(0o755)
    shutil.rmtree(place)


def test_a_checkout_of_another_is_set_up_by_him(
    unwritable: tuple[Path, list[str]], clean: dict[str, str]
) -> None:
    checkout, command = unwritable
    done = subprocess.run(command, env=clean, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{checkout}/.venv.lock: Permission denied; let ")
    assert "who owns this checkout, run this once, or install it elsewhere: " in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_checkout_of_another_that_is_ready_runs(
    unwritable: tuple[Path, list[str]], clean: dict[str, str]
) -> None:
    """And one that is older than its description, too: it may do, and there is no other way."""
    checkout, command = unwritable
    (checkout / ".venv/.ready-run").write_text(f"{checkout}\n")
    done = subprocess.run(command, env=clean, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("ran -P -m clfparse -x\n", "")
    later = time.time() + 5
    os.utime(checkout / "pyproject.toml", (later, later))
    done = subprocess.run(command, env=clean, capture_output=True, text=True, check=False)
    assert done.stdout == "ran -P -m clfparse -x\n"
    assert done.stderr.endswith("Permission denied; going on with .venv as it is\n")


def test_an_environment_whose_python_has_gone_is_made_anew(
    checkout: Path, clean: dict[str, str]
) -> None:
    """As after an upgrade of the system's."""
    (checkout / ".venv/.ready-run").write_text(f"{checkout}\n")
    (checkout / ".venv/bin/python").unlink()
    (checkout / ".venv/bin/python").symlink_to("gone")
    made = checkout.parent / "python"
    made.write_text(
        f'#!/bin/sh\n[ "$1" = -m ] || exec {sys.executable} "$@"\n'
        f'echo "made $*" >> "{checkout}/made"\n'
    )
    made.chmod(0o755)
    code = (checkout / "bin/_setup.py").read_text().replace("sys.executable", repr(str(made)))
    (checkout / "bin/_setup.py").write_text(code)
    done = run(checkout / "bin/clfparse", {**clean, "PYTHON": sys.executable})
    assert done.stderr.startswith(f"setting up {checkout}/.venv, once\n")
    assert (checkout / "made").read_text() == f"made -m venv --clear {checkout}/.venv\n"
    assert "Traceback" not in done.stderr


def test_the_wheel_holds_what_is_needed(tmp_path: Path, clean: dict[str, str]) -> None:
    wheel = built(tmp_path, clean)
    names = set(wheel.namelist())
    packages = {name.split("/")[0] for name in names}
    assert {name for name in packages if "." not in name} == {"clfparse", "clfstats", "clfalert"}
    for package, kind in (("clfparse", "record"), ("clfstats", "summary"), ("clfalert", "alert")):
        assert {f"{package}/{kind}.schema.json", f"{package}/py.typed"} <= names
    [entries] = [name for name in names if name.endswith("entry_points.txt")]
    assert b"\nclfgen = clfparse.generate.__main__:main\n" in wheel.read(entries)
    assert b"\nclfmon = clfstats.monitor.__main__:main\n" in wheel.read(entries)
