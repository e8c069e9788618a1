"""README tells the truth: its console blocks are run, and RECIPES'; its options and files exist."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import orjson
import pytest
from documents import README, RECIPES, examples
from paths import ROOT

from clfparse import parse

DESCRIPTION = tomllib.loads((ROOT / "pyproject.toml").read_text())
CLF = b'::1 - - [07/Feb/2019:21:11:00 +0100] "GET /pages/create HTTP/1.1" 200 9'
EXAMPLES = [*examples(README), *examples(RECIPES)]


@pytest.mark.parametrize(("command", "output"), EXAMPLES, ids=[each.command for each in EXAMPLES])
def test_console_blocks(command: str, output: str, clean: dict[str, str]) -> None:
    if "jq" in command and not shutil.which("jq"):
        pytest.skip("no jq")
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=clean, capture_output=True, text=True, check=True
    )
    assert done.stdout == output
    assert done.stderr == ""


def test_there_are_console_blocks() -> None:
    assert all(len(examples(text)) > 3 for text in (README, RECIPES))


def test_the_use_as_a_library(tmp_path: Path, clean: dict[str, str]) -> None:
    """The Python block runs as it stands, where clfparse has written records."""
    (code,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    (tmp_path / "records.jsonl").write_bytes(b"%b\n" % orjson.dumps(parse(CLF)) * 2)
    code += "print(record['section'], timed['duration'], sizes)"
    done = subprocess.run(
        [sys.executable, "-P", "-W", "ignore", "-c", code],
        cwd=tmp_path,
        env=clean,
        stdout=-1,
        text=True,
        check=True,
    )
    assert done.stdout == "/pages 0.001234 [9, 9]\n"


def test_the_pipeline_and_its_output_stand_first() -> None:
    first = README.splitlines()[:25]
    assert any(
        "tail -F /tmp/access.log | clfparse | tee >(clfalert) | clfstats" in s for s in first
    )
    assert any("High traffic generated an alert" in s for s in first)
    assert README.count("\n") <= 200


def used(text: str) -> dict[str, set[str]]:
    """Return the options that a document's code gives to each command."""
    code = "\n".join(re.findall(r"^```.*?^```$|`[^`\n]+`", text, re.MULTILINE | re.DOTALL))
    options: dict[str, set[str]] = {}
    for name, words in re.findall(r"\b(clf[a-z]+)( [^|`\n)]*)", code):
        given = re.findall(r"(?<= )--[a-z]+(?:-[a-z]+)*", words)
        options.setdefault(name, set()).update(given)
    return {name: given for name, given in options.items() if given}


@pytest.mark.parametrize(("name", "options"), used(README + RECIPES).items())
def test_every_option_exists(name: str, options: set[str], clean: dict[str, str]) -> None:
    done = subprocess.run([name, "--help"], env=clean, stdout=-1, text=True, check=True)
    assert options <= set(re.findall(r"--[a-z]+(?:-[a-z]+)*", done.stdout))


def test_options_are_used() -> None:
    assert {"clfparse", "clfstats", "clfalert", "clfmon", "clfgen"} <= set(used(README + RECIPES))


def test_every_module_has_a_place_in_the_map() -> None:
    house = (ROOT / "CONTRIBUTING.md").read_text().partition("## The house")[2]
    modules = {path.stem for path in ROOT.glob("clf*/**/[a-z]*.py")}
    assert {name for name in modules if name not in house} == set()


def test_the_changelog_names_the_version() -> None:
    """The version of pyproject.toml is the last one released, or about to be."""
    changelog = (ROOT / "CHANGELOG.md").read_text()
    headings = re.findall(r"^## \[(.*?)\](?: - (\d{4}-\d\d-\d\d))?$", changelog, re.MULTILINE)
    assert headings[0] == ("Unreleased", "")
    assert next(version for version, date in headings if date) == DESCRIPTION["project"]["version"]


def test_checks_run_on_every_version_that_is_promised() -> None:
    """Those of the classifiers; the lowest is that of requires-python."""
    prefix = "Programming Language :: Python :: 3."
    classifiers = DESCRIPTION["project"]["classifiers"]
    versions = [each.removeprefix(prefix) for each in classifiers if each.startswith(prefix)]
    matrix = ", ".join(f'"3.{version}"' for version in versions)
    assert f"python: [{matrix}]\n" in (ROOT / ".github/workflows/check.yml").read_text()
    assert DESCRIPTION["project"]["requires-python"] == f">=3.{versions[0]}"


def test_hooks_run_what_the_check_runs() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()
    entries = re.findall(r"^ +entry: (?:\.venv/bin/)?(.*)$", hooks, re.MULTILINE)
    check = (ROOT / "bin/check").read_text()
    tools = re.findall(r"^(?:ruff|mypy).*$", check, re.MULTILINE)
    assert entries == [*tools, "bin/check"]
