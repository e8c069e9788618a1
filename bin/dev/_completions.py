"""The shells' completions of the commands, from the man pages' lists of options.

They are static, so that a TAB starts no Python.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from _pages import PAGES, ROOT, Command, Option, command_of

MADE = "# Made from the list of options in the man page."
SCHEMA = ROOT / "clfparse/record.schema.json"
FORMATS = ROOT / "clfparse/formats/known"
FILES = {"FILE", "LOG"}  # metavars that stand for a file

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


def choices(option: Option) -> list[str]:
    """Return the values to choose from; none where anything goes."""
    if option.value == "FIELD":
        return list(json.loads(SCHEMA.read_text())["properties"])
    if option.value == "FORMAT":
        return ["auto", *sorted(path.stem for path in FORMATS.glob("*.toml"))]
    return option.value.split("|") if "|" in option.value else []


def _short(option: Option) -> str:
    return option.help.removesuffix(".")


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
        then = "return" if option.value in FILES else f"words={_quote(' '.join(choices(option)))}"
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
    text = re.sub(r"([\[\]\\])", r"\\\1", _short(option))
    value = option.value.replace(":", r"\:")
    action = f"({' '.join(choices(option))})" if choices(option) else " "
    value = value and f":{value}:{'_files' if value in FILES else action}"
    before = "(- *)" if option.help.endswith("and exit.") else f"({' '.join(option.names)})"
    if "again" in option.help or "repeated" in option.help:
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
        if choices(option):
            words.append(f"-a {_quote(' '.join(choices(option)))}")
        text = _short(option).replace("\\", r"\\").replace("'", r"\'")
        lines.append(" ".join([*words, f"-d '{text}'"]))
    return "\n".join([*lines, ""])


def _quote(text: str) -> str:
    """Quote for bash and zsh."""
    return "'" + text.replace("'", r"'\''") + "'"


SHELLS: dict[str, Callable[[Command], str]] = {
    "share/bash-completion/completions/{}": bash,
    "share/zsh/site-functions/_{}": zsh,
    "share/fish/vendor_completions.d/{}.fish": fish,
}


def made() -> Iterator[tuple[str, str]]:
    """Yield, for each command and shell, where the file is installed, and its text."""
    for name, page in PAGES.items():
        command = command_of(name, page.read_text())
        for place, render in SHELLS.items():
            yield place.format(name), render(command)


def write(folder: Path) -> dict[str, str]:
    """Write all files under a folder, each in its place; return the places by the files."""
    places = {}
    for place, text in made():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        places[str(path)] = place
    return places
