"""What `--format` names: how lines are read, and the fast way through plain ones."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple, Protocol

from clfparse.formats import stock
from clfparse.formats.form import Form
from clfparse.formats.grammar import parse
from clfparse.record import Record, Refused
from clfparse.values.kinds import FormatError, Value

# What lines of a name are: whether a virtual host is before them, and how they may end.
_NAMES = {
    "common": (False, ["common"]),
    "combined": (False, ["combined"]),
    "vhost_common": (True, ["common"]),
    "vhost_combined": (True, ["combined"]),
    "nginx": (False, ["combined", "main"]),
}
NAMES = ["auto", *_NAMES, "w3c", "json"]

_APACHE = re.compile(r"%[!<>,0-9]*(?:\{[^}]*\})?[<>]?(?:\^t[io]|[A-Za-z])")
_LOG_FORMAT = re.compile(
    r'\s*LogFormat\s+"((?:[^"\\]|\\.)*)"(?:\s+\S+)?\s*', re.DOTALL | re.IGNORECASE
)
_NGINX = re.compile(r"\$\{?\w")
_STRING = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_NGINX_LOG_FORMAT = re.compile(
    rf"""\s*log_format\s+\S+\s+(?:escape=\w+\s+)?((?:\s*(?:{_STRING}))+)\s*;?\s*""", re.DOTALL
)


class Log(Protocol):
    """What knows of earlier lines. notices: messages about the log that nobody has read yet."""

    notices: list[str]

    def close(self) -> None:
        """Take note of the end of input."""


class Format(NamedTuple):
    """How lines are read.

    parse: reads one line; None for one that holds no data; raises Refused. forms: returns forms by
    which lines are read in bulk, as parse reads them. directive: its one group is a line with a #,
    the newline before it too, by which others are read: once parse has it, there are other forms.
    log: has something to say of the log as a whole.
    """

    parse: Callable[[bytes], Mapping[str, object] | None]
    forms: Callable[[], list[Form]] = list
    directive: re.Pattern[bytes] | None = None
    log: Log | None = None


AUTO = Format(parse, stock.forms)


def format_of(text: str) -> Format:
    """Return the format of a name, or of a server's own format string.

    Raises FormatError where it is neither, or cannot be read.
    """
    if text == "auto":
        return AUTO
    if text in _NAMES:
        vhost, ends = _NAMES[text]
        forms = partial(stock.forms, [vhost], ends)
        return Format(partial(_strict, text, vhost, ends), forms)
    if text == "w3c":
        from clfparse.formats.w3c import DIRECTIVE, W3C
        from clfparse.formats.w3cform import W3CForms

        log = W3C()
        return Format(log.parse, W3CForms(log), DIRECTIVE)
    if text == "json":
        from clfparse.formats.jsonlog import JsonLog

        json_log = JsonLog()
        return Format(json_log.parse, log=json_log)
    return _custom(text)


def _strict(name: str, vhost: bool, ends: list[str], line: bytes) -> Record:
    """Read a line of one of the stock formats; refuse those of the others."""
    record = parse(line)
    if ("vhost" in record) != vhost:
        raise Refused(f"not {name}: {'no' if vhost else 'a'} virtual host before the line")
    if ("referer" in record) != ("combined" in ends):
        has = "no" if "combined" in ends else "a"
        raise Refused(f"not {name}: {has} referer and user agent at the end")
    if "extra" in record or ("header_x_forwarded_for" in record and "main" not in ends):
        raise Refused(f"not {name}: more fields at the end")
    return record


def _custom(text: str) -> Format:
    """Make a format of a server's string; it may be pasted with the directive around it."""
    from clfparse.formats import customform
    from clfparse.formats.custom import Custom

    places = _places(text)
    try:
        custom = Custom(_items("".join(text[at] for at in places)))
    except FormatError as error:
        raise FormatError(str(error), [*places, len(text)][error.at]) from error
    return Format(custom.parse, partial(customform.forms, custom))


def _places(text: str) -> list[int]:
    """Return the places in the text that are of the format, not of a directive around it."""
    if found := _LOG_FORMAT.fullmatch(text):
        return list(range(*found.span(1)))
    if found := _NGINX_LOG_FORMAT.fullmatch(text):
        strings = re.compile(_STRING, re.DOTALL).finditer(text, *found.span(1))
        return [at for part in strings for at in range(part.start() + 1, part.end() - 1)]
    return list(range(len(text)))


def _items(text: str) -> list[bytes | Value]:
    from clfparse.formats import apache, nginx

    if _APACHE.search(text):
        items = apache.items(text)
    elif _NGINX.search(text):
        items = nginx.items(text)
    else:
        names = ", ".join(NAMES)
        raise FormatError(f"neither a name ({names}) nor a format string of Apache or nginx", 0)
    if any(b"\n" in item for item in items if isinstance(item, bytes)):
        at = text.find("\n") if "\n" in text else text.find("\\n")
        raise FormatError("a line break in it: each line is read by itself", at)
    return items
