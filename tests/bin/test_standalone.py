"""The one file and its .deb, as far as they go unbuilt: bin/dev/standalone tries the rest."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import ZipFile
from zipimport import zipimporter

import pytest
from paths import ROOT

sys.path.append(str(ROOT / "bin/dev"))
import _standalone
import _standalone_archive as packing
import _standalone_check
import _standalone_deb as deb
import _standalone_launch as launch

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
COMMANDS = {name: f"{name}.__main__" for name in _standalone_check.NAMES}


def test_it_is_all_commands_but_that_of_spark() -> None:
    assert set(COMMANDS) == set(PROJECT["scripts"]) - _standalone.LEFT_OUT


@pytest.mark.parametrize(
    ("words", "name", "rest"),
    [
        (["clfparse"], "clfparse", ["clfparse"]),
        (["/usr/bin/clfmon", "-t", "9"], "clfmon", ["/usr/bin/clfmon", "-t", "9"]),
        # The name goes before the argument, which may be a file.
        (["clfstats", "clfparse"], "clfstats", ["clfstats", "clfparse"]),
        (["./clf-filters", "clfgen", "clfmon"], "clfgen", ["clfgen", "clfmon"]),
        (["/proc/self/exe", "clfalert"], "clfalert", ["clfalert"]),
        (["clf-filters"], None, []),
        (["clf-filters", "--help"], None, ["--help"]),
        (["clf-filters", "-t", "clfparse"], None, ["-t", "clfparse"]),
        (["clf-filters", "clfspark"], None, ["clfspark"]),
        ([], None, []),
    ],
)
def test_a_command_is_chosen(words: list[str], name: str | None, rest: list[str]) -> None:
    assert launch.chosen(words, COMMANDS) == (name, rest)


def test_without_one_the_usage_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert launch._usage(["clfspark"], COMMANDS) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", launch.USAGE.format(", ".join(COMMANDS)))
    assert launch._usage(["--help"], COMMANDS) == 0
    assert capsys.readouterr() == (shown.err, "")


def machine_code() -> Path:
    """Return a module of the standard library that is machine code, in a file of its own."""
    for name in ("_statistics", "_opcode", "_json", "_zoneinfo"):
        spec = find_spec(name)
        if spec and (spec.origin or "").endswith(tuple(EXTENSION_SUFFIXES)):
            return Path(spec.origin or "")
    pytest.skip("this Python has all built in")


def needed(folder: Path, *extensions: packing.Extension) -> packing.Needed:
    """Return what an archive is to hold: a package, a namespace, a module, data."""
    for name in ("whole/__init__.py", "space/inner.py"):
        (folder / name).parent.mkdir()
        (folder / name).write_text('"""What it says."""\nassert True\nNAME = __name__\n')
    (folder / "a.toml").touch()
    modules = {"whole": "whole/__init__.py", "space.inner": "space/inner.py"}
    return packing.Needed(
        COMMANDS,
        {name: str(folder / file) for name, file in modules.items()} | {"space": "-"},
        [*extensions],
        {"whole/known/a.toml": str(folder / "a.toml"), "whole/a.py": str(folder / "a.toml")},
    )


def test_modules_are_imported_from_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive"
    packing.write_archive(needed(tmp_path), path)
    monkeypatch.setattr(sys, "path", [str(path)])
    names: dict[str, Any] = {}
    try:
        exec("import whole, space.inner, _contents", names)  # noqa: S102 - mypy knows none of them
    finally:
        for name in ("whole", "space", "space.inner", "_contents"):
            sys.modules.pop(name, None)
    assert (names["whole"].NAME, names["space"].inner.NAME) == ("whole", "space.inner")
    assert names["whole"].__doc__ == "What it says."
    assert names["whole"].__file__.startswith(str(path))
    assert names["_contents"].COMMANDS == COMMANDS
    archive = zipimporter(str(path))
    assert archive.get_data("whole/known/a.toml") == b""
    with pytest.raises(OSError, match=r"whole/a\.py"):  # PyInstaller lists what no command reads
        archive.get_data("whole/a.py")


def test_the_same_bytes_come_of_the_same_files(tmp_path: Path) -> None:
    listed = needed(tmp_path)
    for name in ("first", "second"):
        packing.write_archive(listed, tmp_path / name)
        os.utime(tmp_path / "a.toml", (1, 1))
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def descriptors() -> list[str]:
    return sorted(path.name for path in Path("/proc/self/fd").iterdir())


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="no Linux")
def test_machine_code_is_loaded_from_memory(tmp_path: Path) -> None:
    """Another time it is another module; what it needs is loaded before it; no descriptor stays."""
    if not shutil.which("strip"):
        pytest.skip("no strip")
    path = machine_code()
    name = path.name.partition(".")[0]
    carried = {"libc.so.6": "/none", "libother.so.1": str(path)}
    packing.write_archive(
        needed(tmp_path, packing.Extension(name, str(path), carried)), tmp_path / "archive"
    )
    finder = launch.Extensions(zipimporter(str(tmp_path / "archive")), {name: ["libother.so.1"]})
    assert finder.find_spec("another") is None
    before = descriptors()
    loaded = []
    for _ in range(2):
        spec = finder.find_spec(name)
        assert spec
        assert isinstance(spec.loader, launch._Loader)
        module = spec.loader.create_module(spec)
        spec.loader.exec_module(module)
        loaded.append(module)
    assert descriptors() == before
    assert loaded[0] is not loaded[1]
    assert len(dir(loaded[1])) > 5
    maps = Path("/proc/self/maps").read_text()
    assert f"/memfd:{name} (deleted)" in maps
    assert "/memfd:libother.so.1 (deleted)" in maps


def refused(name: str) -> int:
    raise PermissionError(1, "Operation not permitted", name)


@pytest.mark.parametrize("forbidden", [True, False])
def test_what_cannot_be_loaded_is_reported(
    forbidden: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a system that forbids it, or another one's machine code: a line, and no traceback."""
    path = tmp_path / "archive"
    with ZipFile(path, "w") as archive:
        archive.writestr("lib/alien", b"no machine code")
    if forbidden:
        monkeypatch.setattr(os, "memfd_create", refused, raising=False)
    elif not hasattr(os, "memfd_create"):
        pytest.skip("no Linux")
    spec = launch.Extensions(zipimporter(str(path)), {"alien": []}).find_spec("alien")
    assert spec
    assert spec.loader
    with pytest.raises(SystemExit) as ended:
        spec.loader.create_module(spec)
    reason = "Operation not permitted" if forbidden else r"\S+: file too short"
    message = f"clf-filters: alien cannot be loaded from memory: {reason}"
    assert re.fullmatch(message, str(ended.value.code))


@pytest.mark.parametrize("name", ["clfmon@.service", "command.conf"])
def test_units_run_what_the_package_has(name: str) -> None:
    unit = deb.in_place((ROOT / "clfstats/monitor" / name).read_text())
    assert len(re.findall(r"(?<!/usr/bin/)\bclfmon -- ", unit)) == 0
    assert len(re.findall(r"/usr/bin/clfmon -- ", unit)) == 1


def test_the_changelog_is_dated_by_the_release() -> None:
    changes = "## [Unreleased]\n\n## [1.2.0] - 2026-11-27\n"
    assert deb.entry("1.2.0", changes).endswith(">  Fri, 27 Nov 2026 00:00:00 +0000\n")
    assert re.search(r"> {2}\w+, \d\d \w+ \d{4} 00:00:00 \+0000\n$", deb.entry("2.0.0", changes))


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return the package of a file that stands for the executable."""
    if not shutil.which("dpkg-deb"):
        pytest.skip("no dpkg-deb")
    executable = tmp_path / "built"
    executable.write_text("#!/bin/sh\n")
    before = os.umask(0o077)
    try:
        return deb.build(executable, COMMANDS, PROJECT, "2.36", "free", tmp_path)
    finally:
        os.umask(before)


@pytest.mark.process
def test_the_package_holds_what_is_needed(package: Path) -> None:
    """Whatever the umask, and for each command: a link, its page, three completions."""
    listed = subprocess.check_output(["dpkg-deb", "-c", package], text=True).splitlines()
    assert all(line.split()[1] == "root/root" for line in listed)
    kinds = {line[:10] for line in listed}
    assert kinds == {"drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x", "lrwxrwxrwx"}
    text = "\n".join([*listed, ""])
    for name in COMMANDS:
        for place in (
            f"usr/bin/{name} -> ../lib/clf-filters/clf-filters",
            f"usr/share/man/man1/{name}.1.gz",
            f"usr/share/bash-completion/completions/{name}",
            f"usr/share/zsh/vendor-completions/_{name}",
            f"usr/share/fish/vendor_completions.d/{name}.fish",
        ):
            assert f" ./{place}\n" in text, place
    assert "clfspark" not in text
    assert " ./usr/lib/systemd/system/clfmon@.service\n" in text
    shown = subprocess.check_output(["dpkg-deb", "-f", package], text=True)
    assert f"\nVersion: {PROJECT['version']}\n" in shown
    assert "\nDepends: libc6 (>= 2.36)\n" in shown
    control = subprocess.check_output(["dpkg-deb", "-I", package, "conffiles"], text=True)
    assert control == "/etc/default/clfmon\n"
