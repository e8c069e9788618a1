"""The list of options in a man page: made of a command's options, and read again.

Reading needs the standard library alone: a build does it, where the commands cannot run.
"""

import re
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "clfparse": ROOT / "clfparse/clfparse.1",
    "clfstats": ROOT / "clfstats/clfstats.1",
    "clfalert": ROOT / "clfalert/clfalert.1",
    "clfmon": ROOT / "clfstats/monitor/clfmon.1",
    "clfgen": ROOT / "clfparse/generate/clfgen.1",
    "clfspark": ROOT / "clfstats/spark/clfspark.1",
}
TOPICS = [ROOT / "clfparse/events/clf-time.7"]  # pages of no command
_LIST = re.compile(
    r"""
    (?<=\n[.]Sh[ ]OPTIONS\n)
    (.*? [.]Bl[ ]-tag[ ]-width[ ]Ds\n)  # with what stands before the list
    (.*?)                              # its items
    (?=[.]El\n)
    """,
    re.VERBOSE | re.DOTALL,
)
_ARGUMENT = re.compile(r"^\.Op Ar ([A-Z]+)( \.\.\.)?$", re.MULTILINE)


class Option(NamedTuple):
    """names: as -t and --threshold. value: its metavar, or its choices with | between, or ""."""

    names: tuple[str, ...]
    value: str
    help: str
    default: str


class Command(NamedTuple):
    """argument: the metavar of its arguments, "" if it has none. many: it takes several."""

    name: str
    argument: str
    many: bool
    options: list[Option]


def places() -> dict[Path, str]:
    """Return where each page is installed, below a prefix."""
    pages = [*PAGES.values(), *TOPICS]
    return {page: f"share/man/man{page.suffix[1:]}/{page.name}" for page in pages}


def with_options(page: str, options: Iterable[Option]) -> str:
    """Return a page with the list of its options made anew; the text around the list stays."""
    items = "".join(map(_item, options))
    page, lists = _LIST.subn(lambda match: match[1] + items, page)
    if lists != 1:
        raise ValueError("a page needs .Bl -tag -width Ds under its .Sh OPTIONS")
    return page


def _item(option: Option) -> str:
    """Write an option as an item of the list."""
    value = option.value.replace("|", " | ")
    mark = " Cm " if "|" in value else " Ar "
    head = " , ".join(f"Fl {name[1:]}" for name in option.names) + (value and mark + value)
    default = f"Default: {_marked(option.default, '')}.\n" if option.default else ""
    lines = textwrap.wrap(_marked(option.help, option.value), 80, break_on_hyphens=False)
    return f".It {head}\n" + "".join(f"{line}\n" for line in lines) + default


def _marked(text: str, value: str) -> str:
    """Mark options and the metavar in a text; escape what roff would take for its own."""
    text = text.replace("\\", r"\e")
    text = re.sub(r"--(?=\w)|(?<!\w)-|-(?!\w)", lambda dash: dash[0].replace("-", r"\-"), text)
    text = re.sub(r"\\-\\-[a-z][a-z-]*", lambda option: rf"\fB{option[0]}\fP", text)
    if value.isupper():
        text = re.sub(rf"\b{value}\b", rf"\\fI{value}\\fP", text)
    return re.sub(r"(?:(?<=\s)|^)(?=[.'])", r"\\&", text)


def command_of(name: str, page: str) -> Command:
    """Read what a page says of a command."""
    listed = _LIST.search(page)
    if not listed:
        raise ValueError(f"the page of {name} lists no options")
    argument = _ARGUMENT.search(page)
    items = re.split(r"^\.It ", listed[2], flags=re.MULTILINE)[1:]
    named, many = (argument[1], bool(argument[2])) if argument else ("", False)
    return Command(name, named, many, [_option(item) for item in items])


def _option(item: str) -> Option:
    """Read an item of the list."""
    head, _, text = item.partition("\n")
    flags, _, value = re.sub(" (?:Ar|Cm) ", "\n", head, count=1).partition("\n")
    text, _, default = text.partition("Default: ")
    names = tuple("-" + flag for flag in re.findall(r"Fl (\S+)", flags))
    return Option(names, value.replace(" ", ""), _plain(text), _plain(default).removesuffix("."))


def _plain(text: str) -> str:
    """Undo what `_marked` did, and the lines."""
    text = re.sub(r"\\(?:f[BIP]|&)", "", " ".join(text.split()))
    return text.replace(r"\-", "-").replace(r"\e", "\\")
