"""The house rules: who may import whom, and who touches what."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

# Imports run the same way as the pipe.
MAY_IMPORT = {
    "clfparse": {"clfparse"},
    "clfstats": {"clfparse", "clfstats"},
    "clfalert": {"clfparse", "clfalert"},
}
FILES = [path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))]
TOP = {"pyproject.toml", "bin", "clfparse", "clfstats", "clfalert", "tests", "README.md"}
CUSTOMARY = {
    "LICENSE",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "constraints.txt",
    ".gitattributes",
    ".gitignore",
    ".github",
    ".pre-commit-config.yaml",
    ".ci",
}


def modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or '.'}.{alias.name}" for alias in node.names)


def imported(path: Path) -> set[str]:
    return {name.split(".")[0] for name in modules(path)}


def called(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 20


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_as_the_pipe_does(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    assert imported(path) & set(MAY_IMPORT) <= MAY_IMPORT[package]


# Inside clfparse they run from the objects of the stream back to values; formats stand beside.
ROOMS = {
    "values": {"values"},
    "formats": {"formats", "values"},
    "stream": {"stream", "values"},
    "events": {"events", "stream", "values"},
    "generate": {"generate", "formats", "stream", "values"},  # and nothing imports it
}
# What a command's own files may import besides.
COMMAND = {"cli.py": {"options"}, "__main__.py": {"entry"}}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_from_room_to_room_one_way(path: Path) -> None:
    """What a room may import: those behind it, and `record`, which is everybody's."""
    package, room, *_ = path.relative_to(ROOT).parts
    rooms = {name.split(".")[1] for name in modules(path) if name.startswith("clfparse.")}
    if package == "clfparse" and room in ROOMS:
        own = COMMAND.get(path.name, set()) if room == "generate" else set()
        assert rooms <= ROOMS[room] | {"record"} | own
    if room != "generate":
        assert "generate" not in rooms
    if package != "clfparse":
        assert "formats" not in rooms


def test_of_formats_the_generator_imports_the_grammar_alone() -> None:
    """An old line's time is where the grammar says; the formats are not its business."""
    names = {name for path in (ROOT / "clfparse/generate").glob("*.py") for name in modules(path)}
    formats = {name for name in names if name.startswith("clfparse.formats")}
    assert formats == {"clfparse.formats.grammar.find_time"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_command_lines_import_typer(path: Path) -> None:
    assert ("typer" in imported(path)) == (path.name in {"cli.py", "options.py"})


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_one_module_touches_the_outside(path: Path) -> None:
    """stdin, stdout, stderr, files, the clock: clfparse.stream.run, and what stands beside it.

    clfgen has a clock and chance of its own.
    """
    outside = {"os", "sys", "time", "select", "signal", "subprocess", "socket", "random"}
    allowed = {
        "clfparse/entry.py": {"signal"},
        "clfparse/stream/run.py": outside,
        "clfparse/stream/signals.py": outside,
        "clfparse/stream/descriptors.py": outside,
        "clfparse/generate/output.py": {"os"},
        "clfparse/generate/pace.py": {"time"},
        "clfparse/generate/stamp.py": {"time"},
        "clfparse/generate/traffic.py": {"random"},
        "clfparse/generate/watch.py": {"os", "signal", "time"},
    }
    assert imported(path) & outside <= allowed.get(str(path.relative_to(ROOT)), set())
    assert not called(path) & {"open", "print", "input"}


def test_settings_of_properties_are_those_of_the_profile() -> None:
    """A test with settings of its own would be the same in each profile."""
    tests = sorted((ROOT / "tests").rglob("*.py"))
    assert len(tests) > 20
    own = [
        path.name
        for path in tests
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "hypothesis"
        if "settings" in {alias.name for alias in node.names}
    ]
    assert own == ["profiles.py"]


def test_the_top_level_is_what_it_should_be() -> None:
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    found = {name.split("/")[0] for name in listed.stdout.splitlines()}
    assert TOP <= found <= TOP | CUSTOMARY
