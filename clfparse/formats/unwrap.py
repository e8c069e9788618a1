"""Headers that collectors and tools put before a line, taken off where the line is read then.

Nothing is cut off a line that its format reads as it stands; and what is left must be read whole,
so that a header is never taken for the client, nor the client for a header. Headers that could be
anything must have an address, or an object, behind them, and be the only ones that can come off.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from clfparse.formats.form import Form
from clfparse.formats.format import Format, Read
from clfparse.formats.parts import Parts, object_of
from clfparse.record import Refused
from clfparse.values.hosts import IPV4, IPV6, is_address
from clfparse.values.kinds import LEVEL
from clfparse.values.times import ISO

_LAYERS = 4  # headers before one line
_TRIES = 12  # ways to take them off

_DAY = rb"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?"  # RFC 3164's: Oct 11 22:14:15
# An IPv6 address that is in use (RFC 4291, section 2.4): never what is left of one, db8::1.
_USED = rb"(?:%b|(?=[23][0-9A-Fa-f]{3}:|[Ff][C-Ec-e]|::|64:)%b)" % (IPV4, IPV6)
_CLIENT = rb"(?=%b[ :,;|]|\"%b|\[?%b|\{\")" % (_USED, _USED, _USED)


# What each is called in a message. The most specific first.
_HEADERS = [
    (name, pattern)
    for name, pattern in (
        (
            "syslog (RFC 5424)",
            rb"(?:<\d{1,3}>)?1 (?:%b|-)(?: [^ ]+){4} "
            rb"(?:-|(?:\[(?:[^\]\"\\]|\\.|\"(?:[^\"\\]|\\.)*+\")*+\])++)"
            rb"(?: ++(?:\xef\xbb\xbf)?|\Z)" % ISO,
        ),
        (
            "syslog",  # RFC 3164, and as journalctl and rsyslog print it; the host may be missing
            rb"(?:<\d{1,3}>)?(?:%b|%b|\[ *\d+\.\d+\]) (?:[0-9A-Za-z_.:%%-]*[^: ] )?"
            # A tag that no space follows has a letter that no IPv6 address has.
            rb"(?=[^ :]*(?:: |[g-zG-Z_\[]))[^ :\[\]|\"]+(?:\[[^\]]*\])?:(?: |%b)"
            % (_DAY, ISO, _CLIENT),
        ),
        ("Kubernetes (klog)", rb"[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [^ ]+:\d+\] "),
        ("kubectl --prefix", rb"\[pod/[^ \]]+\] "),
        ("docker compose or foreman", rb"(?:\d\d:\d\d:\d\d )?[0-9A-Za-z_.-]+ *\| "),
        ("pm2", rb"\d+\|[0-9A-Za-z_.-]+ *\| "),
        ("fluentd", rb"%b\t[^ \t]+\t" % ISO),
        ("a time", rb"\[?%b\]?:? +" % ISO),
        ("a time", rb"\[?(?:[A-Z][a-z]{2} )?%b(?: \d{4})?\]?:? +" % _DAY),
        ("a time", rb"\[?\d{10}(?:\.\d+)?\]?:? +" + _CLIENT),
        ("a logger", rb"%b:[0-9A-Za-z_.-]+: ?" % LEVEL),
        ("a logger", rb"\[?%b\]?[: ] *(?:\[?[0-9A-Za-z_.:-]+\]?:? +)?" % LEVEL + _CLIENT),
        ("a logger", rb"\[?%b\]?:? +" % LEVEL),
        ("line numbers", rb" *\d+(?:\t| +)" + _CLIENT),
        (
            "a file's name, as of grep",
            # Not an IPv6 address: its name has a letter that is no hexadecimal digit, or a slash.
            rb"(?=[^:\"\[\] ]*[g-zG-Z/_-])[^:\"\[\]]{1,255}[:-]" + _CLIENT,
        ),
        (
            "a file's name, as of grep -n",
            rb"(?=[^:\"\[\] ]*[g-zG-Z/_-])[^:\"\[\]]{1,255}[:-]\d+[:-]" + _CLIENT,
        ),
        ("line numbers", rb"\d+:" + _CLIENT),
        ("a time and a name", rb"(?:%b|%b) [0-9A-Za-z_./-]+:? +" % (ISO, _DAY) + _CLIENT),
        # The pod and the container: no virtual host is the second word, but for one without a dot.
        ("stern", rb"[a-z][0-9a-z.-]* [0-9a-z-]+(?: [|\x80-\xff]+)? +" + _CLIENT),
        ("words in brackets", rb"(?:\[[^\]\[\"]{1,64}\] *){1,3}" + _CLIENT),
        ("words before an object", rb"[^{\"]{1,256}(?=\{\")"),
    )
]
# Those that nothing else looks like.
_BULK = 7
_SURE = {name for name, _ in _HEADERS[:_BULK]} | {"colors", "journald"}
_COLOR = re.compile(rb"\x1b\[[0-9;]*[mK]")
# What holds the line in a collector's object, and how it is called.
_ENVELOPES = {
    "log": "a collector's object",
    "MESSAGE": "journald",
    "message": "a collector's object",
    "msg": "a collector's object",
    "line": "a collector's object",
    "textPayload": "a collector's object",
    "short_message": "a collector's object",
    "full_message": "a collector's object",
    "_raw": "a collector's object",
}


class Unwrapping(Format):
    """Reads lines of a format, and those behind a header that it reads without that."""

    def __init__(self, inner: Format) -> None:
        super().__init__()
        self._inner = inner
        self.directive = inner.directive
        self._parts = Parts()
        self._headers: list[bytes] = []  # patterns of those that there were, and that are sure

    @property
    def version(self) -> int:  # type: ignore[override]
        """A number that changes when the forms do."""
        return self._inner.version + len(self._headers)

    def forms(self) -> list[Form]:
        """Return the forms of lines without a header, and with those that there were."""
        forms = self._inner.forms()
        return [*forms, *(form.behind(header) for header in self._headers for form in forms)]

    def close(self) -> None:
        """Take the end of the input."""
        if open_ends := self._parts.close():
            noun = "line" if open_ends == 1 else "lines"
            self.notices.append(f"{open_ends:,} {noun} in parts without the last part")
        self._inner.close()
        self.notices += self._inner.notices
        self._inner.notices.clear()

    def parse(self, line: bytes) -> Mapping[str, object] | None:
        """Read one line. None for a part of one: it is read with its last part."""
        whole = self._parts.take(line)
        if not whole:
            return self._read(line, self._inner.parse)
        if not whole.line or not whole.line.strip():
            return None
        try:
            return self._read(whole.line, self._inner.inner)
        except Refused as refused:
            raise Refused(f"behind a header ({whole.runtime}): {refused}") from refused

    def _read(self, line: bytes, read: Read) -> Mapping[str, object] | None:
        """Read a line as it stands, or else what follows a header."""
        try:
            return read(line)
        except Refused as refused:
            return self._unwrapped(line, refused)

    def _unwrapped(self, line: bytes, refused: Refused) -> Mapping[str, object] | None:
        """Read what is left behind a header, if all ways to take some off give the same record."""
        tried: dict[bytes, Mapping[str, object] | None] = {}
        for names, rest in islice(_layers(line, _LAYERS), _TRIES):
            if rest in tried:
                continue
            try:
                tried[rest] = self._inner.inner(rest)
            except Refused as error:
                if rest and names[0] in _SURE:
                    refused = Refused(f"behind a header ({names[0]}): {error}")
            else:
                if _SURE.issuperset(names):
                    self._remember(names, line, rest)
                    return tried[rest]
        if not tried:
            raise refused
        record, *others = tried.values()
        if any(other != record for other in others) or (record and _is_doubtful(record)):
            raise Refused("behind a header that may end in two places")
        return record

    def _remember(self, names: tuple[str, ...], line: bytes, rest: bytes) -> None:
        """Have forms for lines behind this header, where nothing else does it depend on."""
        for name, pattern in _HEADERS[:_BULK]:
            match = re.match(pattern, line) if names == (name,) else None
            if match and line[match.end() :] == rest and pattern not in self._headers:
                self._headers = [pattern, *self._headers][:_BULK]


def _is_doubtful(record: Mapping[str, object]) -> bool:
    """Tell whether what is read as a virtual host may be the header's last word."""
    vhost = str(record.get("vhost") or ":")
    return ":" not in vhost and not is_address(str(record["host"]).encode())


def _layers(line: bytes, depth: int) -> Iterator[tuple[tuple[str, ...], bytes]]:
    """Yield the headers that a line may have, the outermost first, and what follows them."""
    for name, rest in _headers(line, first=depth == _LAYERS):
        yield (name,), rest
        if depth > 1:
            yield from (((name, *names), inner) for names, inner in _layers(rest, depth - 1))


def _headers(line: bytes, *, first: bool) -> Iterator[tuple[str, bytes]]:
    if b"\x1b[" in line:
        yield "colors", _COLOR.sub(b"", line)
    if line.startswith(b"{"):
        yield from _enveloped(line)
        return
    if line.startswith(b'"') and line.rstrip().endswith(b'"') and b'""' in line:
        yield "quotes, as of CSV", line.strip()[1:-1].replace(b'""', b'"')
    for name, pattern in _HEADERS:
        if (name != "stern" or first) and (match := re.match(pattern, line)):
            yield name, line[match.end() :]


def _enveloped(line: bytes) -> Iterator[tuple[str, bytes]]:
    source = object_of(line)
    for key, name in _ENVELOPES.items():
        inner = source.get(key)
        if isinstance(inner, list):  # journald's, of what is not UTF-8
            try:
                yield name, bytes(inner)
            except (TypeError, ValueError):
                continue
        elif isinstance(inner, str):
            yield name, inner.encode("utf-8", "surrogateescape").rstrip(b"\r\n")
