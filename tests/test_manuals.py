"""The man pages list the options of --help, the shells' completions those of the man pages."""

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from paths import ROOT
from wheels import built

sys.path.append(str(ROOT / "bin/dev"))
import _completions
from _options import COMMANDS, from_help
from _pages import PAGES, TOPICS, Option, command_of, with_options

HEADINGS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]
LINTS = {
    "groff": ["groff", "-mandoc", "-ww", "-z"],
    "mandoc": ["mandoc", "-T", "lint", "-W", "warning"],
}
PLACES = {
    "bash": "share/bash-completion/completions/{}",
    "zsh": "share/zsh/site-functions/_{}",
    "fish": "share/fish/vendor_completions.d/{}.fish",
}

every_command = pytest.mark.parametrize("name", COMMANDS)


@cache
def options(name: str) -> list[Option]:
    """Return what --help says; it is asked for once."""
    return from_help(name)


def all_names(name: str) -> set[str]:
    return {each for option in options(name) for each in option.names}


@pytest.fixture(scope="module")
def completions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder under which the completions are written."""
    folder = tmp_path_factory.mktemp("completions")
    assert len(_completions.write(folder)) == len(PLACES) * len(COMMANDS)
    return folder


def completed(completions: Path, name: str, *words: str) -> list[str]:
    """Return what bash would offer for the last word, without anything of bash-completion."""
    script = (
        'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1));'
        f' _{name}; printf "%s\\n" "${{COMPREPLY[@]}}"'
    )
    command = ["bash", "--norc", "--noprofile", "-c", script, "bash"]
    done = subprocess.run(
        [*command, str(completions / PLACES["bash"].format(name)), name, *words],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@every_command
def test_the_man_page_lists_the_options(name: str) -> None:
    """Where this fails: ``bin/dev/manuals`` makes the lists anew."""
    page = PAGES[name].read_text()
    assert page == with_options(page, options(name))
    assert command_of(name, page).options == options(name)
    assert len(options(name)) > 2


def test_any_text_can_be_listed() -> None:
    """Whatever roff would take for its own comes back as it was."""
    listed = [
        Option(
            ("-n", "--name"), "FILE", r"With --live-on: \ is a word - FILE's (-, - and -1).", ""
        ),
        Option(("--by",), "a|b", "'Quoted' .dots " + ".x 'y " * 30, "'b' -- or .a"),
    ]
    page = with_options(".Op Ar LOG\n.Sh OPTIONS\nText.\n.Bl -tag -width Ds\n.El\nEnd.\n", listed)
    assert command_of("name", page) == (
        "name",
        "LOG",
        False,
        [option._replace(help=option.help.strip()) for option in listed],
    )
    assert not [line for line in page.splitlines() if line.startswith((".x", ".dots", "'"))]


@every_command
def test_man_pages_have_their_parts(name: str) -> None:
    text = PAGES[name].read_text()
    headings = re.findall(r"^\.Sh (.*)$", text, re.MULTILINE)
    assert [heading for heading in headings if heading in HEADINGS] == HEADINGS
    for topic in re.findall(r"^\.Xr (clf-\w+) 7", text, re.MULTILINE):
        assert f"{topic}.7" in [page.name for page in TOPICS]
    assert set(re.findall(r"^\.Xr (clf\w+) 1", text, re.MULTILINE)) == set(COMMANDS) - {name}


@pytest.mark.parametrize("page", [*PAGES.values(), *TOPICS], ids=lambda page: page.name)
@pytest.mark.parametrize("tool", LINTS)
def test_man_pages_render_cleanly(page: Path, tool: str) -> None:
    if not shutil.which(tool):
        pytest.skip(f"no {tool}")
    done = subprocess.run(
        [*LINTS[tool], str(page)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@every_command
def test_all_options_are_completed(name: str, completions: Path) -> None:
    wanted = all_names(name)
    assert set(completed(completions, name, "-")) == wanted
    in_zsh = (completions / PLACES["zsh"].format(name)).read_text()
    assert set(re.findall(r"^    '(?:\*|\([^)]*\))(-[-\w]+)", in_zsh, re.MULTILINE)) == wanted
    in_fish = (completions / PLACES["fish"].format(name)).read_text()
    pairs = re.findall(r" -([ls]) (\S+)", re.sub(r"'(?:\\.|[^'\\])*'", "", in_fish))
    assert {f"--{word}" if kind == "l" else f"-{word}" for kind, word in pairs} == wanted


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
        ("clfmon --by sec", "section"),
        ("clfmon --format ngi", "nginx"),
        ("clfgen --format com", "common combined"),
        ("clfgen ", ""),
    ],
)
def test_bash_completes(line: str, offered: str, completions: Path) -> None:
    assert completed(completions, *line.split(" ")) == offered.split()


@every_command
@pytest.mark.parametrize("shell", PLACES)
def test_shells_can_read_their_files(shell: str, name: str, completions: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell}")
    file = completions / PLACES[shell].format(name)
    subprocess.run([shell, "-n", str(file)], check=True)


def test_the_wheel_installs_them(tmp_path: Path, clean: dict[str, str]) -> None:
    files = built(tmp_path, clean).namelist()
    shared = {file.partition(".data/data/")[2] for file in files} - {""}
    places = [*PLACES.values(), "share/man/man1/{}.1"]
    others = {"lib/systemd/system/clfmon@.service", "share/doc/clf-filters/command.conf"}
    others |= {f"share/man/man7/{page.name}" for page in TOPICS}
    assert shared == {place.format(name) for name in COMMANDS for place in places} | others
    assert len([file for file in files if file.endswith(".1")]) == len(COMMANDS)
