"""The image: what it is built of and, where a Docker daemon has its base, what it does."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from paths import ROOT
from wheels import built

sys.path.append(str(ROOT / "bin/dev"))
from _docker import Docker, base_of

DOCKERFILE = (ROOT / "Dockerfile").read_text()
DESCRIPTION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_it_is_of_a_python_that_is_tested() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert set(bases) == {base_of(DOCKERFILE)}
    version = bases[0].removeprefix("python:").removesuffix("-slim")
    assert f"Programming Language :: Python :: {version}" in DESCRIPTION["classifiers"]


def test_it_runs_clfmon_and_not_as_root() -> None:
    assert re.findall(r'^ENTRYPOINT \["(\w+)"\]$', DOCKERFILE, re.MULTILINE) == ["clfmon"]
    assert "clfmon" in DESCRIPTION["scripts"]
    users = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
    assert len(users) == 1
    assert "0" not in users[0]


def test_what_it_is_built_of_is_enough(tmp_path: Path, clean: dict[str, str]) -> None:
    """What .dockerignore lets through makes the same wheel; it lists what that is."""
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    listed = [rule[1:] for rule in rules if rule.startswith("!")]
    assert [rule for rule in rules if rule[:1] not in {"!", "#"}] == ["*", "**/__pycache__"]
    context = tmp_path / "context"
    for name in listed:
        (context / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, context / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, context / name)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=context, env=clean, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    (tmp_path / "whole").mkdir()
    whole = built(tmp_path / "whole", clean)
    assert sorted(zipfile.ZipFile(wheel).namelist()) == sorted(whole.namelist())


@pytest.mark.slow
def test_it_counts_and_stops(clean: dict[str, str]) -> None:
    """Where its base is there already: no test fetches one."""
    base = base_of(DOCKERFILE)
    if not shutil.which("docker") or Docker().run("image", "inspect", base).returncode:
        pytest.skip(f"no Docker daemon that has {base}")
    done = subprocess.run(
        [ROOT / "bin/dev/container"], env=clean, capture_output=True, text=True, check=False
    )
    assert (done.stderr, done.returncode) == ("", 0), done.stdout
    assert re.search(r"^lines counted +5005$", done.stdout, re.MULTILINE)
