"""The stock formats in bulk: the lines that `clfparse.formats.grammar` reads one by one."""

from collections.abc import Iterable
from functools import cache

from clfparse.formats.column import json, quoted, times, values, words
from clfparse.formats.form import Form, Part, column
from clfparse.formats.grammar import FORWARDED, NO_VHOST, extra
from clfparse.formats.patterns import IDENT, NUMBER, QUOTED, STATUS, but, numbers, request
from clfparse.record import ALWAYS
from clfparse.values.escapes import text, value
from clfparse.values.hosts import ADDRESS, IPV4, IPV6, NAME, NAMED
from clfparse.values.kinds import SECOND
from clfparse.values.times import rfc3339

Parts = list[bytes | Part]

# What others may be goes the slow way: a name of digits alone, a user with brackets or colons.
_HOST = rb"%b(?![^ ])|[A-Za-z][0-9A-Za-z._-]{0,254}+(?![^ ])%b|%b" % (IPV4, NAMED, IPV6)
_NAME = rb"%b(?![^ ])|%b(?![^ ])" % (IPV4, NAME)
_USER = but(b" [:") + rb"++(?<!\|)"
_OTHER = rb"(?!%b )" % ADDRESS + _USER
_EXTRA = rb"(?![^\r\n]*%b)[^ \r\n][^\r\n]*+(?<! )" % SECOND

_TEXT, _QUOTED = words(value), quoted(text)
_CLIENT: Parts = [column("host", _HOST), b" - ", column("user", _USER, _TEXT)]
_ANY: Parts = [
    *(column("host", rb"%b|%b|-" % (_NAME, IPV6), _TEXT), b" "),
    *(column("ident", IDENT, _TEXT), b" ", column("user", _OTHER, _TEXT)),
]
_VHOST: Parts = [
    *(column("vhost", NO_VHOST + rb"(?:%b|%b)(?::\d{1,5})?+(?![^ ])" % (IPV4, NAME)), b" "),
    *_CLIENT,
]
_BEGINNINGS = {False: [_CLIENT, _ANY], True: [_VHOST]}

_LINE: Parts = [
    *(b" [", column("time", b".{26}", times(rfc3339)), b'] "', request(b'"')),
    *(b'" ', column("status", STATUS, numbers), b" ", column("bytes", NUMBER, numbers)),
]
_COMBINED: Parts = [
    *(b" ", column("referer", QUOTED, _QUOTED), b" ", column("user_agent", QUOTED, _QUOTED))
]
_MAIN = column("header_x_forwarded_for", FORWARDED, json(b'"-"'))
_ENDS: dict[str, list[Parts]] = {
    "common": [[]],
    "combined": [_COMBINED],
    "main": [[*_COMBINED, b" ", _MAIN]],
    "extra": [
        [b" ", column("extra", rb'(?!")' + _EXTRA, values(extra))],
        [*_COMBINED, b" ", column("extra", rb"(?!%b\r?$)%b" % (FORWARDED, _EXTRA), values(extra))],
    ],
}
_FIELDS = [*ALWAYS, "referer", "user_agent", "header_x_forwarded_for", "vhost", "extra"]


def forms(vhosts: Iterable[bool] = (False, True), ends: Iterable[str] = tuple(_ENDS)) -> list[Form]:
    """Return the forms of lines with or without a virtual host, and of these ends."""
    return [
        _form(vhost, beginning, name, end)
        for vhost in vhosts
        for beginning in range(len(_BEGINNINGS[vhost]))
        for name in ends
        for end in range(len(_ENDS[name]))
    ]


@cache
def _form(vhost: bool, beginning: int, name: str, end: int) -> Form:
    """Return one of the forms: a run that reads many files has them once."""
    parts = [*_BEGINNINGS[vhost][beginning], *_LINE, *_ENDS[name][end]]
    named = {*ALWAYS}.union(*(part.fields for part in parts if isinstance(part, Part)))
    return Form(parts, [field for field in _FIELDS if field in named])
