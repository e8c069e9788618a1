"""Apache's LogFormat: the directives of httpd's mod_log_config and mod_logio."""

import re

from clfparse.values import strftime
from clfparse.values.escapes import printable
from clfparse.values.kinds import (
    BRACKETED,
    EPOCH,
    EPOCH_MICROSECONDS,
    EPOCH_MILLISECONDS,
    HOST_HEADER,
    HOST_NAME,
    IDENT,
    LIST,
    MEDIA_TYPE,
    METHOD,
    MICROSECONDS,
    MILLISECONDS,
    NUMBER,
    PATH,
    QUERY,
    REQUEST,
    SECONDS,
    SERVER_NAME,
    STATUS,
    TEXT,
    USER,
    WORD,
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
    "h": ("host", HOST_NAME),
    "a": ("host", HOST_NAME, "address"),
    "A": ("server_address", HOST_NAME),
    "l": ("ident", IDENT),
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
    "v": ("server", SERVER_NAME),
    "V": ("server", SERVER_NAME, "server_requested"),
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
    "{c}a": ("peer_address", HOST_NAME),
    "{c}h": ("peer_host", HOST_NAME),
}
# Tomcat's AbstractAccessLogValve, where it differs.
_TOMCAT: dict[str, tuple[str, Kind]] = {
    "I": ("thread", WORD),
    "S": ("session", WORD),
    "F": ("commit_time", MILLISECONDS),
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
    "r": "attribute_",  # Tomcat's, of the request
}
# Where proxies say who the client is, and what else may be in several words.
KINDS = {
    **dict.fromkeys(
        [
            *("header_x_forwarded_for", "header_x_real_ip", "header_true_client_ip"),
            *("header_cf_connecting_ip", "header_cf_connecting_ipv6", "header_client_ip"),
            *("header_x_client_ip", "header_x_cluster_client_ip", "header_fastly_client_ip"),
            *("header_x_original_forwarded_for", "header_x_envoy_external_address"),
            *("header_x_appengine_user_ip", "proxy_add_x_forwarded_for", "realip_remote_addr"),
            "proxy_protocol_addr",
        ],
        LIST,
    ),
    "header_host": HOST_HEADER,
    "response_header_content_type": MEDIA_TYPE,
}
_HEADERS = {
    "header_referer": "referer",
    "header_user_agent": "user_agent",
    "attribute_jira_request_username": "user",
}
# Tomcat's threads: http-nio-8080-exec-10. Where one stands, %D may be in either unit.
_NOTE = TEXT._replace(
    expected="a word, which is no thread of Tomcat's ('tomcat9:' before the format string makes %D"
    " milliseconds, as up to version 9, 'tomcat:' microseconds)",
    pattern=rb"(?![0-9A-Za-z_.-]*-exec-\d)[^ \n]++",
)
_TIMES = {
    "sec": EPOCH._replace(pattern=rb"\d{1,12}"),  # a fraction is another directive's
    "msec": EPOCH_MILLISECONDS,
    "usec": EPOCH_MICROSECONDS,
    "msec_frac": Kind(str, "milliseconds", rb"\d{3}"),
    "usec_frac": Kind(str, "microseconds", rb"\d{6}"),
}


def items(form: str, dialect: str = "apache") -> list[bytes | Value]:
    """Return what a LogFormat string is made of; raises FormatError.

    dialect: apache, tomcat, or tomcat9, which writes %D in milliseconds.
    """
    made: list[bytes | Value] = []
    at = 0
    while at < len(form):
        part = _PART.match(form, at)
        text = part[0] if part else form[at]
        if text == "%":
            directive = _DIRECTIVE.match(form, at)
            if not directive:
                raise FormatError("no directive; a percent sign is %%", at)
            made.append(_value(directive, dialect))
            at = directive.end()
        else:
            at += len(text)
            made.append({**_ESCAPES, "%%": "%"}.get(text, text).encode("utf-8", "surrogateescape"))
    return made if dialect != "apache" else _wary(made)


def _wary(made: list[bytes | Value]) -> list[bytes | Value]:
    """Make sure that %D is not Tomcat's, whose unit its version decides."""
    values = [item for item in made if isinstance(item, Value)]
    durations = [value for value in values if value.directive.endswith("D")]
    if durations and any(value.directive.endswith("}r") for value in values):
        raise FormatError(
            "this is Tomcat's: put 'tomcat9:' before the format string if it is version 9 or older"
            " (%D in milliseconds), else 'tomcat:' (microseconds)",
            durations[0].at,
        )
    if not durations:
        return made
    return [
        item._replace(kind=_NOTE) if isinstance(item, Value) and item.directive[-1] == "n" else item
        for item in made
    ]


def _value(directive: re.Match[str], dialect: str) -> Value:
    whole, at = directive[0], directive.start()
    argument, letter = directive[2], directive[3]
    if letter == "t" and argument is not None:
        return _time(whole, at, argument)
    if letter in _NAMED and argument:
        name = re.sub(r"\W", "_", argument, flags=re.ASCII).lower()
        field = _NAMED[letter] + name.removeprefix("ssl_" if letter in "xc" else "")
        return Value(whole, at, _HEADERS.get(field, field), KINDS.get(field, TEXT))
    last = letter if argument is None else f"{{{argument}}}{letter}"
    if letter == "s" and ">" in whole:
        last = ">" + last
    if last in _TOMCAT and dialect != "apache":
        return Value(whole, at, *_TOMCAT[last])
    if last == "D" and dialect == "tomcat9":
        return Value(whole, at, "duration", MILLISECONDS)
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
    if "%" not in form:
        form = strftime.of_java(form)
    try:
        source, names = strftime.pattern(form)
    except ValueError as error:
        message, offset = error.args
        place = at + whole.index(argument) + len(argument) - len(form) + offset
        raise FormatError(message, place) from error
    pattern = source.encode("utf-8", "surrogateescape")
    kind = Kind(str, "a time of the form " + printable(form), pattern)
    return Value(whole, at, "time", kind, "", tuple(names))


# gunicorn's --access-logformat, as of its documentation; %({name}i)s is a header. Python's own %
# formats it, to which two percent signs are one.
_GUNICORN = re.compile(r"%\((?:\{([^}]+)\}([ioe])|([^)]*))\)s|%(%?)")
_OF_GUNICORN: dict[str, tuple[str, Kind] | tuple[str, Kind, str]] = {
    **{name: _PLAIN[name] for name in "hlutrmUqHsbB"},
    "s": ("status", STATUS),
    "f": ("referer", TEXT),
    "a": ("user_agent", TEXT),
    "T": ("duration", SECONDS, ""),
    "M": ("duration", MILLISECONDS),
    "D": ("duration", MICROSECONDS),
    "L": ("duration", SECONDS),
    "p": ("pid", TEXT),
}


def gunicorn_items(form: str) -> list[bytes | Value]:
    """Return what a format string of gunicorn's is made of; raises FormatError."""
    made: list[bytes | Value] = []
    at = 0
    for match in _GUNICORN.finditer(form):
        made.append(form[at : match.start()].encode("utf-8", "surrogateescape"))
        argument, letter, plain, percent = match.groups()
        if argument and (directive := _DIRECTIVE.match(f"%{{{argument}}}{letter}")):
            value = _value(directive, "gunicorn")
            made.append(value._replace(directive=match[0], at=match.start()))
        elif plain in _OF_GUNICORN:
            made.append(Value(match[0], match.start(), *_OF_GUNICORN[plain]))
        elif percent:
            made.append(b"%")
        else:
            raise FormatError(f"{match[0]} is no directive of gunicorn's", match.start())
        at = match.end()
    return [*made, form[at:].encode("utf-8", "surrogateescape")]
