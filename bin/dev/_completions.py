"""Write the shells' completions of the commands, from what each says with --help.

usage: _completions.py [FOLDER]   (default: bin/completions)

They are static, so that a TAB starts no Python. To be run after an option was changed.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from clfparse.record import Record

ROOT = Path(__file__).resolve().parents[2]
PYTHON = [sys.executable, "-P"]
COMMANDS = {
    "clfparse": [*PYTHON, "-m", "clfparse"],
    "clfstats": [*PYTHON, "-m", "clfstats"],
    "clfalert": [*PYTHON, "-m", "clfalert"],
    "clfmon": [str(ROOT / "bin/clfmon")],
    "clfgen": [*PYTHON, "-m", "clfparse.generate"],
}
MADE = "# Made by bin/_completions.py from what --help says."

FILES = {"FILE", "LOG"}  # metavars that stand for a file
_ENTRY = re.compile(
    r"""
    [ ]{2} (-\S* (?:[ ]\S+)*)   # -t, --threshold N
    (?: [ ]{2,} (.*) )?         # help, which may also begin on the next line
    """,
    re.VERBOSE,
)
_NAME = re.compile(r"(?<!\S)--?[a-z][a-z-]*")
_BOUNDS = re.compile(r"\s*\[(?:default:|[^]]*x[<>]=?)[^]]*\]$")  # and the default

BASH = r"""@made

_@name() {
    local IFS=$' \t\n' current=${COMP_WORDS[COMP_CWORD]} word words
    local previous=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    # To return without a word leaves it to readline, which knows files, with spaces and all.
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $word == -- ]] && return
    done
    # --option=value is three words here.
    if [[ $current == = ]]; then
        current=
    elif [[ $previous == = ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $previous in
@cases
    *)
        case $current in
        -*) words=@options ;;
        *) @other ;;
        esac
        ;;
    esac
    # No files here. Bash 3 has no compopt, and offers them where no word fits.
    compopt +o bashdefault +o default 2>/dev/null
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _@name @name
"""


class Option(NamedTuple):
    """An option as --help tells it. value: its metavar, empty for a flag."""

    names: list[str]
    value: str
    help: str

    @property
    def choices(self) -> list[str]:
        """Return the values to choose from; none where anything goes."""
        if self.value == "FIELD":
            return list(Record.__annotations__)
        return self.value.strip("<>").split("|") if "|" in self.value else []

    @property
    def ends(self) -> bool:
        """Tell whether nothing goes with it."""
        return self.help.endswith("and exit")


class Command(NamedTuple):
    """A command. argument: the metavar of its arguments, empty if it has none."""

    name: str
    argument: str
    many: bool
    options: list[Option]


def read(name: str) -> Command:
    """Ask a command for its options."""
    command = COMMANDS[name]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    shown = subprocess.run(
        [*command, "--help"], env={**clean, "COLUMNS": "80"}, stdout=subprocess.PIPE, check=True
    ).stdout.decode()
    usage, _, rest = shown.partition("\n\n")
    argument = re.search(r"\[(FILE|LOG)\](\.\.\.)?", usage)
    options = rest.partition("\nOptions:\n")[2].partition("\n\n")[0].splitlines()
    return Command(
        name,
        argument[1] if argument else "",
        bool(argument and argument[2]),
        [*_options(options)],
    )


def _options(lines: Iterable[str]) -> Iterable[Option]:
    """Read the lines of a help's list of options; what is indented further goes on."""
    entries: list[tuple[str, list[str]]] = []
    for line in lines:
        if entry := _ENTRY.fullmatch(line):
            entries.append((entry[1], [entry[2] or ""]))
        elif line.startswith("   ") and entries:
            entries[-1][1].append(line.strip())
    for head, parts in entries:
        names = _NAME.findall(head)
        text = re.sub(r"(?<=\w-) (?=\w)", "", " ".join(parts).strip())
        yield Option(
            names, head.rpartition(names[-1])[2].strip(), _BOUNDS.sub("", text).removesuffix(".")
        )


def bash(command: Command) -> str:
    """Return the completion for bash, 3.2 and later, with or without bash-completion."""
    cases = [f"    {case} ;;" for case in chain.from_iterable(map(_bash, command.options))]
    marks = {
        "@made": MADE,
        "@name": command.name,
        "@cases": "\n".join(cases),
        "@options": _quote(" ".join(chain.from_iterable(o.names for o in command.options))),
        "@other": "return" if command.argument else "words=",
    }
    return re.sub("@[a-z]+", lambda mark: marks[mark[0]], BASH)


def _bash(option: Option) -> Iterable[str]:
    """Yield what is done after an option that takes a value."""
    if option.value:
        then = "return" if option.value in FILES else f"words={_quote(' '.join(option.choices))}"
        yield f"{' | '.join(option.names)}) {then}"


def zsh(command: Command) -> str:
    """Return the completion for zsh, a function to be found on its fpath."""
    specs = [spec for option in command.options for spec in _zsh(option)]
    if command.argument:
        specs.append(f"{'*' if command.many else ''}:{command.argument}:_files")
    listed = " \\\n".join(f"    {_quote(spec)}" for spec in specs)
    return f"#compdef {command.name}\n{MADE}\n\n_arguments -s -S : \\\n{listed}\n"


def _zsh(option: Option) -> Iterable[str]:
    """Yield an option's specification under each of its names."""
    text = re.sub(r"([\[\]\\])", r"\\\1", option.help)
    value = option.value.strip("<>").replace(":", r"\:")
    action = f"({' '.join(option.choices)})" if option.choices else " "
    value = value and f":{value}:{'_files' if value in FILES else action}"
    before = "(- *)" if option.ends else f"({' '.join(option.names)})"
    if "again" in option.help:
        before = "*"
    for name in option.names:
        after = value and ("=" if name.startswith("--") else "+")
        yield f"{before}{name}{after}[{text}]{value}"


def fish(command: Command) -> str:
    """Return the completion for fish."""
    lines = [MADE]
    if not command.argument:
        lines.append(f"complete -c {command.name} -f")
    for option in command.options:
        words = [f"complete -c {command.name}"]
        words += [
            f"-l {name[2:]}" if name[:2] == "--" else f"-s {name[1:]}" for name in option.names
        ]
        if option.value in FILES:
            words.append("-r -F")
        elif option.value:
            words.append("-x")
        if option.choices:
            words.append(f"-a {_quote(' '.join(option.choices))}")
        text = option.help.replace("\\", r"\\").replace("'", r"\'")
        lines.append(" ".join([*words, f"-d '{text}'"]))
    return "\n".join([*lines, ""])


def _quote(text: str) -> str:
    """Quote for bash and zsh."""
    return "'" + text.replace("'", r"'\''") + "'"


SHELLS: dict[str, Callable[[Command], str]] = {"{}.bash": bash, "_{}": zsh, "{}.fish": fish}


def main(folder: Path) -> None:
    """Write the files of all commands and shells."""
    folder.mkdir(exist_ok=True)
    for command in map(read, COMMANDS):
        for name, render in SHELLS.items():
            (folder / name.format(command.name)).write_text(render(command))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "bin/completions")
