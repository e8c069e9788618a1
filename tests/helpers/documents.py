"""Documents whose blocks of code are tested."""

import re
from pathlib import Path
from typing import NamedTuple

from paths import ROOT

README = (ROOT / "README.md").read_text()
RECIPES = (ROOT / "RECIPES.md").read_text()
_CONSOLE = re.compile(r"^\$ (.*?)\n(.*)", re.DOTALL)
_NAMED = re.compile(r"#!.*\n# (\S+?):? ")


class Example(NamedTuple):
    """What a console block shows: a command, and what it writes."""

    command: str
    output: str


def blocks(text: str, language: str) -> list[str]:
    """Return the blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def examples(text: str) -> list[Example]:
    """Return the console blocks."""
    matches = map(_CONSOLE.fullmatch, blocks(text, "console"))
    return [Example(*match.groups()) for match in matches if match]


def scripts(text: str) -> dict[str, str]:
    """Return the blocks that are files, by the names in their second lines."""
    code = [*blocks(text, "bash"), *blocks(text, "python")]
    return {match[1]: block for block in code if (match := _NAMED.match(block))}


def installed(text: str, folder: Path, env: dict[str, str]) -> dict[str, str]:
    """Write the scripts of a document into a folder, and return the environment that has it."""
    folder.mkdir()
    for name, block in scripts(text).items():
        (folder / name).write_text(block)
        (folder / name).chmod(0o755)
    return {**env, "PATH": f"{folder}:{env['PATH']}"}
