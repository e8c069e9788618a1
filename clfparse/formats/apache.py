"""Apache's LogFormat: the directives of httpd's mod_log_config and mod_logio."""

import re

from clfparse.values import strftime
from clfparse.values.escapes import printable
from clfparse.values.kinds import (
    BRACKETED,
    EPOCH,
    EPOCH_MICROSECONDS,
    EPOCH_MILLISECONDS,
    METHOD,
    MICROSECONDS,
    MILLISECONDS,
    NUMBER,
    PATH,
    QUERY,
    REQUEST,
    SECONDS,
    STATUS,
    TEXT,
    USER,
    FormatError,
    Kind,
    Value,
)

_DIRECTIVE = re.compile(
    r"""
    % ( [!<>,0-9]* )     # modifiers: statuses for which it is logged, first or last request
    (?: \{ ([^}]*) \} )? # argument
    [<>]? ( \^t[io] | [A-Za-z] )
    """,
    re.VERBOSE,
)
_ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n", "\\t": "\t"}  # in the string of a LogFormat
_PART = re.compile(r'\\[\\"nt]|%%|%|[^%\\]+|\\')

# The field, its kind, and its second name, if it leaves the first to others (see Value).
_PLAIN: dict[str, tuple[str, Kind] | tuple[str, Kind, str]] = {
    "h": ("host", TEXT),
    "a": ("host", TEXT, "address"),
    "A": ("server_address", TEXT),
    "l": ("ident", TEXT),
    "u": ("user", USER),
    "t": ("time", BRACKETED),
    "r": ("request", REQUEST),
    "m": ("method", METHOD),
    "U": ("path", PATH),
    "q": ("query", QUERY),
    "H": ("protocol", TEXT),
    "s": ("status", STATUS, "original_status"),
    ">s": ("status", STATUS),
    "b": ("bytes", NUMBER),
    "B": ("bytes", NUMBER, ""),
    "O": ("bytes", NUMBER, "bytes_out"),
    "I": ("bytes_in", NUMBER),
    "S": ("bytes_total", NUMBER),
    "D": ("duration", MICROSECONDS),
    "T": ("duration", SECONDS, ""),
    "v": ("server", TEXT),
    "V": ("server", TEXT, "server_requested"),
    "p": ("port", NUMBER),
    "P": ("pid", NUMBER),
    "k": ("keepalive", NUMBER),
    "X": ("connection", TEXT),
    "L": ("log_id", TEXT),
    "f": ("filename", TEXT),
    "R": ("handler", TEXT),
    "{s}T": ("duration", SECONDS, ""),
    "{ms}T": ("duration", MILLISECONDS, ""),
    "{us}T": ("duration", MICROSECONDS),
    "{canonical}p": ("port", NUMBER),
    "{local}p": ("port", NUMBER, "local_port"),
    "{remote}p": ("remote_port", NUMBER),
    "{pid}P": ("pid", NUMBER),
    "{tid}P": ("tid", NUMBER),
    "{hextid}P": ("tid", TEXT),
    "{c}a": ("peer_address", TEXT),
    "{c}h": ("peer_host", TEXT),
}
_NAMED = {
    "i": "header_",
    "o": "response_header_",
    "C": "cookie_",
    "e": "env_",
    "n": "note_",
    "^ti": "trailer_",
    "^to": "response_trailer_",
    "x": "ssl_",  # this and the next are mod_ssl's
    "c": "ssl_",
}
_HEADERS = {"header_referer": "referer", "header_user_agent": "user_agent"}
_TIMES = {
    "sec": EPOCH._replace(pattern=rb"\d{1,12}"),  # a fraction is another directive's
    "msec": EPOCH_MILLISECONDS,
    "usec": EPOCH_MICROSECONDS,
    "msec_frac": Kind(str, "milliseconds", rb"\d{3}"),
    "usec_frac": Kind(str, "microseconds", rb"\d{6}"),
}


def items(form: str) -> list[bytes | Value]:
    """Return what a LogFormat string is made of; raises FormatError."""
    found: list[bytes | Value] = []
    at = 0
    while at < len(form):
        part = _PART.match(form, at)
        text = part[0] if part else form[at]
        if text == "%":
            directive = _DIRECTIVE.match(form, at)
            if not directive:
                raise FormatError("no directive; a percent sign is %%", at)
            found.append(_value(directive))
            at = directive.end()
        else:
            at += len(text)
            found.append({**_ESCAPES, "%%": "%"}.get(text, text).encode("utf-8", "surrogateescape"))
    return found


def _value(directive: re.Match[str]) -> Value:
    whole, at = directive[0], directive.start()
    argument, letter = directive[2], directive[3]
    if letter == "t" and argument is not None:
        return _time(whole, at, argument)
    if letter in _NAMED and argument:
        name = re.sub(r"\W", "_", argument, flags=re.ASCII).lower()
        field = _NAMED[letter] + name.removeprefix("ssl_" if letter in "xc" else "")
        return Value(whole, at, _HEADERS.get(field, field), TEXT)
    last = letter if argument is None else f"{{{argument}}}{letter}"
    if letter == "s" and ">" in whole:
        last = ">" + last
    if last not in _PLAIN:
        raise FormatError(f"{whole} is no directive that is known here", at)
    return Value(whole, at, *_PLAIN[last])


def _time(whole: str, at: int, argument: str) -> Value:
    form = argument.removeprefix("begin:")
    if form.startswith("end:"):
        return _time(whole, at, form.removeprefix("end:"))._replace(field="")
    if form in _TIMES:
        return Value(whole, at, "" if form.endswith("_frac") else "time", _TIMES[form], "")
    if not form:
        return Value(whole, at, "time", BRACKETED)
    try:
        source, names = strftime.pattern(form)
    except ValueError as error:
        message, offset = error.args
        place = at + whole.index(argument) + len(argument) - len(form) + offset
        raise FormatError(message, place) from error
    pattern = source.encode("utf-8", "surrogateescape")
    kind = Kind(str, "a time of the form " + printable(form), pattern)
    return Value(whole, at, "time", kind, "", tuple(names))
