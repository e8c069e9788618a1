"""What `--format` names: a format of the catalog, a server's own format string, or all at once."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from clfparse.formats import catalog, stock
from clfparse.formats.auto import Auto
from clfparse.formats.form import Form
from clfparse.formats.format import Format, Several
from clfparse.formats.grammar import read_line
from clfparse.formats.unwrap import Unwrapping
from clfparse.record import Record, Refused
from clfparse.values.kinds import FormatError, Value

_APACHE = re.compile(r"%[!<>,0-9]*(?:\{[^}]*\})?[<>]?(?:\^t[io]|[A-Za-z])")
_LOG_FORMAT = re.compile(
    r'\s*LogFormat\s+"((?:[^"\\]|\\.)*)"(?:\s+\S+)?\s*', re.DOTALL | re.IGNORECASE
)
_NGINX = re.compile(r"\$\{?\w")
_STRING = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_NGINX_LOG_FORMAT = re.compile(
    rf"""\s*log_format\s+\S+\s+(?:escape=\w+\s+)?((?:\s*(?:{_STRING}))+)\s*;?\s*""", re.DOTALL
)
_TOMCAT = re.compile(r"(tomcat9?):", re.IGNORECASE)
_GUNICORN = re.compile(r"%\([^)]*\)s")
# Strings of others' syntax, which would be read as Apache's otherwise, and mean something else.
_FOREIGN = {
    "GoAccess": re.compile(r"%\^|%~|%dT%t|\[%d:%t|%x\b"),
    "Squid": re.compile(r"%[>0-9]*(?:>a|<a|Ss|>Hs|<st|ts|tu|tr|ru|rm|Sh|mt|un)\b"),
    "Envoy": re.compile(r"%(?:[A-Z]+_[A-Z_]+|REQ|RESP|TRAILER|PROTOCOL|DURATION)(?:\([^)]*\))?%"),
    "HAProxy": re.compile(r"%\[|%(?:ci|cp|tr|ft|ST|hr|hs|tsc|CC|CS|HM|HU|HV|Ta|TR)\b"),
}
_READ_AS = {"Squid": "squid", "Envoy": "envoy", "HAProxy": "haproxy"}


class Stock(Format):
    """Common, combined and their kin, of one kind; lines of the others are refused."""

    def __init__(self, name: str, ends: tuple[str, ...], *, vhost: bool) -> None:
        super().__init__()
        self._name, self._vhost, self._ends = name, vhost, ends

    def parse(self, line: bytes) -> Record:
        """Read one line."""
        record, end = read_line(line)
        if ("vhost" in record) != self._vhost:
            no = "no" if self._vhost else "a"
            raise Refused(f"not {self._name}: {no} virtual host before the line")
        if ("referer" in record) != ("combined" in self._ends):
            has = "no" if "combined" in self._ends else "a"
            raise Refused(f"not {self._name}: {has} referer and user agent at the end")
        if end not in self._ends:
            raise Refused(f"not {self._name}: more fields at the end")
        return record

    def forms(self) -> list[Form]:
        """Return the forms of these lines."""
        return stock.forms([self._vhost], [end for end in self._ends if end != "extra"])


class Strings(Format):
    """Lines of one format string. reason: whether the reason of a refusal is looked for."""

    def __init__(self, items: list[bytes | Value], *, reason: bool = True) -> None:
        super().__init__()
        self._reason = reason
        from clfparse.formats.custom import Custom

        self.custom = Custom(items)

    def parse(self, line: bytes) -> Mapping[str, object]:
        """Read one line."""
        return self.custom.parse(line, reason=self._reason)

    def may_read(self, line: bytes) -> bool:
        """Tell whether the line begins as one of this format."""
        return self.custom.begins(line)

    @cached_property
    def _forms(self) -> list[Form]:
        from clfparse.formats import customform

        return customform.forms(self.custom)

    def forms(self) -> list[Form]:
        """Return the form of these lines, if there is one."""
        return self._forms


def format_of(*texts: str) -> Format:
    """Return the format of names, or of servers' own format strings; a line is in one of them.

    Raises FormatError where one is neither, or cannot be read.
    """
    formats = [each for text in texts for each in _formats(text)]
    return Unwrapping(formats[0] if len(formats) == 1 else Several(formats))


def _formats(text: str) -> Iterable[Format]:
    if text.lower() == "auto":
        return [Auto()]
    if re.fullmatch(r"[\w.-]+", text) and (entry := catalog.find(text)):
        return formats_of(entry)
    return [_of_string(text)]


def catalogued() -> list[Format]:
    """Return the formats of the catalog that `Auto` looks for, but for those that it knows."""
    strings, readers = [], []
    for entry in catalog.entries():
        if entry.auto is not False:
            syntax, texts = entry.syntax, entry.strings
            strings += [Strings(_syntax(text, syntax), reason=False) for text in texts]
        if entry.auto and (entry.fields or entry.reader not in {"clf", "json", "w3c"}):
            readers.append(_reader(entry))
    return [*strings, *readers]


def formats_of(entry: catalog.Entry) -> list[Format]:
    """Return what reads the lines of a format of the catalog."""
    made: list[Format] = []
    if entry.reader:
        made.append(_reader(entry))
    return [*made, *(Strings(_syntax(text, entry.syntax)) for text in entry.strings)]


def _reader(entry: catalog.Entry) -> Format:
    if entry.reader == "clf":
        return Stock(entry.name, entry.ends, vhost=entry.vhost)
    if entry.reader == "w3c":
        from clfparse.formats.w3clog import W3CLog

        return W3CLog(entry.fields, entry.least, entry.begins)
    if entry.reader == "json":
        from clfparse.formats.jsonlog import JsonLog

        return JsonLog()
    from clfparse.formats.pairs import Pairs

    return Pairs(entry.reader or "")


def _of_string(text: str) -> Strings:
    """Return the format of a server's own format string; it may be pasted with its directive."""
    if "&quot;" in text:  # copied out of Tomcat's server.xml
        import html

        text = html.unescape(text)
    places = _places(text)
    try:
        items = _items("".join(text[at] for at in places))
        made = Strings(items)
    except FormatError as error:
        raise FormatError(str(error), [*places, len(text)][error.at]) from error
    if any(b"\n" in item for item in items if isinstance(item, bytes)):
        at = text.find("\n") if "\n" in text else text.find("\\n")
        raise FormatError("a line break in it: each line is read by itself", at)
    return made


def _places(text: str) -> list[int]:
    """Return the places in the text that are of the format, not of a directive around it."""
    if match := _LOG_FORMAT.fullmatch(text):
        return list(range(*match.span(1)))
    if match := _NGINX_LOG_FORMAT.fullmatch(text):
        strings = re.compile(_STRING, re.DOTALL).finditer(text, *match.span(1))
        return [at for part in strings for at in range(part.start() + 1, part.end() - 1)]
    return list(range(len(text)))


def _items(text: str) -> list[bytes | Value]:
    if match := _TOMCAT.match(text):
        return _syntax(text[match.end() :], match[1].lower())
    if _GUNICORN.search(text):
        return _syntax(text, "gunicorn")
    foreign = {name: list(pattern.finditer(text)) for name, pattern in _FOREIGN.items()}
    if any(foreign.values()):  # some stand in two syntaxes: %tr is Squid's and HAProxy's
        name = max(foreign, key=lambda each: len(foreign[each]))
        raise FormatError(
            f"{name}'s syntax, not Apache's: {_instead(name)}", foreign[name][0].start()
        )
    if _APACHE.search(text):
        return _syntax(text, "apache")
    if _NGINX.search(text):
        return _syntax(text, "nginx")
    names = ", ".join(["auto", *catalog.names()])
    raise FormatError(f"neither a name ({names}) nor a format string of Apache or nginx", 0)


def _instead(name: str) -> str:
    if name in _READ_AS:
        return f"for its default format, try --format {_READ_AS[name]}"
    return "use the format string of the server itself, or a name such as combined"


def _syntax(text: str, syntax: str) -> list[bytes | Value]:
    if syntax == "template":
        from clfparse.formats import template

        return template.items(text)
    if syntax == "nginx":
        from clfparse.formats import nginx

        return nginx.items(text)
    from clfparse.formats import apache

    if syntax == "gunicorn":
        return apache.gunicorn_items(text)
    return apache.items(text, syntax)
