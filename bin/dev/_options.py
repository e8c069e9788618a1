"""The options of a command, as its --help lists them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

from _pages import Option

PYTHON = [sys.executable, "-P", "-m"]
COMMANDS = {
    "clfparse": [*PYTHON, "clfparse"],
    "clfstats": [*PYTHON, "clfstats"],
    "clfalert": [*PYTHON, "clfalert"],
    "clfmon": [*PYTHON, "clfstats.monitor"],
    "clfgen": [*PYTHON, "clfparse.generate"],
    "clfspark": [*PYTHON, "clfstats.spark"],
}

_ENTRY = re.compile(
    r"""
    [ ]{2} (-\S* (?:[ ]\S+)*)   # -t, --threshold N
    (?: [ ]{2,} (.*) )?         # help, which may also begin on the next line
    """,
    re.VERBOSE,
)
_NAME = re.compile(r"(?<!\S)--?[a-z][a-z-]*")
_DEFAULT = re.compile(r"\[default: (.*?)(?:; .*)?\]$")
_BOUNDS = re.compile(r"\s*\[(?:default:|[^]]*x[<>]=?)[^]]*\]$")  # and the default


def from_help(name: str) -> list[Option]:
    """Ask a command for its options."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    shown = subprocess.run(
        [*COMMANDS[name], "--help"],
        env={**clean, "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    return [*_options(shown.partition("\nOptions:\n")[2].partition("\n\n")[0].splitlines())]


def _options(lines: list[str]) -> Iterator[Option]:
    """Read the lines of a help's list of options; what is indented further goes on."""
    entries: list[tuple[str, list[str]]] = []
    for line in lines:
        if entry := _ENTRY.fullmatch(line):
            entries.append((entry[1], [entry[2] or ""]))
        elif line.startswith("   ") and entries:
            entries[-1][1].append(line.strip())
    for head, parts in entries:
        names = tuple(_NAME.findall(head))
        text = re.sub(r"(?<=\w-) (?=\w)", "", " ".join(parts).strip())  # a word was broken there
        text = text.replace("Show this message", "Show a summary of the options")
        default = _DEFAULT.search(text)
        value = head.rpartition(names[-1])[2].strip(" <>")
        yield Option(names, value, _BOUNDS.sub("", text), default[1].strip("()") if default else "")
