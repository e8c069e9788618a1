"""README tells the truth: its console blocks are run, its options and files exist."""

import re
import shutil
import subprocess

import pytest
from paths import ROOT

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("command", "output"), BLOCKS, ids=[command for command, _ in BLOCKS])
def test_console_blocks(command: str, output: str, clean: dict[str, str]) -> None:
    if "jq" in command and not shutil.which("jq"):
        pytest.skip("no jq")
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=clean, capture_output=True, text=True, check=True
    )
    assert done.stdout == output
    assert done.stderr == ""


def test_there_are_console_blocks() -> None:
    assert len(BLOCKS) > 4


def test_the_pipeline_and_its_output_stand_first() -> None:
    first = README.splitlines()[:25]
    assert any(
        "tail -F /tmp/access.log | clfparse | tee >(clfalert) | clfstats" in s for s in first
    )
    assert any("High traffic generated an alert" in s for s in first)
    assert README.count("\n") <= 250


@pytest.mark.parametrize("name", ["clfparse", "clfstats", "clfalert", "clfmon"])
def test_every_option_is_listed(name: str, clean: dict[str, str]) -> None:
    shown = subprocess.run([name, "--help"], env=clean, capture_output=True, text=True, check=True)
    options = set(re.findall(r"^  .*?(--[a-z]+)", shown.stdout, re.MULTILINE))
    assert len(options) > 2
    for option in options - {"--help", "--version"}:
        assert re.search(rf"`{option}\b", README), option


def test_every_module_has_a_place_in_the_map() -> None:
    house = (ROOT / "CONTRIBUTING.md").read_text().partition("## The house")[2]
    modules = {path.stem for path in ROOT.glob("clf*/**/[a-z]*.py")}
    assert {name for name in modules if name not in house} == set()


def test_the_changelog_names_the_version() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text()
