"""The man pages and the shells' completions say what --help says, and are installed."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import ROOT

COMMANDS = {
    "clfparse": [sys.executable, "-P", "-m", "clfparse"],
    "clfstats": [sys.executable, "-P", "-m", "clfstats"],
    "clfalert": [sys.executable, "-P", "-m", "clfalert"],
    "clfmon": [str(ROOT / "bin/clfmon")],
    "clfgen": [sys.executable, "-P", "-m", "clfparse.generate"],
}
PAGES = {path.stem: path for path in ROOT.glob("[bc]*/**/clf*.1")}
COMPLETIONS = ROOT / "bin/completions"
HEADINGS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]
LINTS = {
    "groff": ["groff", "-mandoc", "-ww", "-z"],
    "mandoc": ["mandoc", "-T", "lint", "-W", "warning"],
}

every_command = pytest.mark.parametrize("name", COMMANDS)


class Told(NamedTuple):
    """What is told of an option. value: its metavar, or its choices with | between them."""

    value: str
    default: str


Options = dict[tuple[str, ...], Told]


@cache
def from_help(name: str) -> Options:
    # No fixture: what --help says is asked for once, and used by many tests.
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    shown = subprocess.run(
        [*COMMANDS[name], "--help"],
        env={**clean, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=True,
    )
    found: Options = {}
    options = shown.stdout.partition("\nOptions:\n")[2].partition("\n\n")[0]
    for entry in re.split(r"^  (?=-)", options, flags=re.MULTILINE)[1:]:
        head = re.split(r" {2,}|\n", entry)[0]
        default = re.search(r"\[default: (.*?)(?:; .*)?\]", " ".join(entry.split()))
        names = re.findall(r"(?<!\S)-[-\w]+", head)
        value = head.rpartition(names[-1])[2].strip(" <>")
        found[tuple(names)] = Told(value, default[1].strip("()") if default else "")
    return found


def from_page(name: str) -> Options:
    options = PAGES[name].read_text().partition(".Sh OPTIONS\n")[2].partition("\n.Sh ")[0]
    found: Options = {}
    for item in re.split(r"^\.It ", options, flags=re.MULTILINE)[1:]:
        names, _, value = re.sub(" (?:Ar|Cm) ", "\n", item.splitlines()[0], count=1).partition("\n")
        default = re.search(r"^Default: (.*)\.$", item, re.MULTILINE)
        flags = tuple("-" + flag for flag in re.findall(r"Fl (\S+)", names))
        found[flags] = Told(value.replace(" ", ""), default[1] if default else "")
    return found


def names(options: Options) -> set[str]:
    return {name for names in options for name in names}


def completed(name: str, *words: str) -> list[str]:
    """Return what bash would offer for the last word, without anything of bash-completion."""
    script = (
        'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1));'
        f' _{name}; printf "%s\\n" "${{COMPREPLY[@]}}"'
    )
    command = ["bash", "--norc", "--noprofile", "-c", script, "bash"]
    done = subprocess.run(
        [*command, str(COMPLETIONS / f"{name}.bash"), name, *words],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@every_command
def test_the_man_page_tells_what_help_tells(name: str) -> None:
    """The same options, by the same names, with the same metavars and defaults."""
    assert from_page(name) == from_help(name)
    assert len(from_help(name)) > 2


@every_command
def test_man_pages_have_their_parts(name: str) -> None:
    text = PAGES[name].read_text()
    found = re.findall(r"^\.Sh (.*)$", text, re.MULTILINE)
    assert [heading for heading in found if heading in HEADINGS] == HEADINGS
    assert set(re.findall(r"^\.Xr (clf\w+) 1", text, re.MULTILINE)) == set(COMMANDS) - {name}


@every_command
@pytest.mark.parametrize("tool", LINTS)
def test_man_pages_render_cleanly(name: str, tool: str) -> None:
    if not shutil.which(tool):
        pytest.skip(f"no {tool}")
    done = subprocess.run(
        [*LINTS[tool], str(PAGES[name])],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_completions_are_as_they_would_be_made_now(tmp_path: Path, clean: dict[str, str]) -> None:
    """Where this fails: ``.venv/bin/python bin/dev/_completions.py`` makes them anew."""
    command = [sys.executable, str(ROOT / "bin/dev/_completions.py"), str(tmp_path)]
    subprocess.run(command, env=clean, check=True)
    made, kept = (
        {path.name: path.read_text() for path in folder.iterdir()}
        for folder in (tmp_path, COMPLETIONS)
    )
    assert kept == made
    assert len(made) == 3 * len(COMMANDS)


@every_command
def test_all_options_are_completed(name: str) -> None:
    wanted = names(from_help(name))
    assert set(completed(name, "-")) == wanted
    in_zsh = (COMPLETIONS / f"_{name}").read_text()
    found = re.findall(r"^    '(?:\*|\([^)]*\))(-[-\w]+)", in_zsh, re.MULTILINE)
    assert set(found) == wanted
    in_fish = re.sub(r"'(?:\\.|[^'\\])*'", "", (COMPLETIONS / f"{name}.fish").read_text())
    found = re.findall(r" -([ls]) (\S+)", in_fish)
    assert {f"--{word}" if kind == "l" else f"-{word}" for kind, word in found} == wanted


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("clfstats --cl", "--clock"),
        ("clfstats --clock ", "auto event wall"),
        ("clfstats --clock e", "event"),
        ("clfstats --clock =", "auto event wall"),  # as bash takes --clock= apart
        ("clfstats --clock = w", "wall"),
        ("clfstats --by us", "user user_agent"),
        ("clfstats --by section --by sec", "section"),
        ("clfstats --window ", ""),
        ("clfstats --rejects ", ""),  # files, which are readline's
        ("clfstats ", ""),
        ("clfstats -- --cl", ""),
        ("clfalert --output ", "text json"),
        ("clfalert --thr", "--threshold"),
        ("clfparse --st", "--strict"),
        ("clfmon -t ", ""),
        ("clfmon --he", "--help"),
        ("clfgen --format com", "common combined"),
        ("clfgen ", ""),
    ],
)
def test_bash_completes(line: str, offered: str) -> None:
    assert completed(*line.split(" ")) == offered.split()


@pytest.mark.parametrize(
    ("shell", "pattern"), [("bash", "*.bash"), ("zsh", "_*"), ("fish", "*.fish")]
)
def test_shells_can_read_their_files(shell: str, pattern: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell}")
    files = sorted(COMPLETIONS.glob(pattern))
    assert len(files) == len(COMMANDS)
    for file in files:
        subprocess.run([shell, "-n", str(file)], check=True)


def test_the_wheel_installs_them(tmp_path: Path, clean: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        check=True,
    )
    [wheel] = tmp_path.glob("*.whl")
    found = zipfile.ZipFile(wheel).namelist()
    shared = {name.partition("/data/share/")[2] for name in found} - {""}
    assert shared == {
        place.format(name)
        for name in COMMANDS
        for place in (
            "man/man1/{}.1",
            "bash-completion/completions/{}",
            "zsh/site-functions/_{}",
            "fish/vendor_completions.d/{}.fish",
        )
    }
    assert len([name for name in found if name.endswith(".1")]) == len(COMMANDS)
