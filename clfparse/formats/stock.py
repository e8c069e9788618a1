"""The stock formats in bulk: the lines that `clfparse.formats.grammar` reads one by one."""

from collections.abc import Iterable

from clfparse.formats.column import json, quoted, times, values, words
from clfparse.formats.form import Form, Part, column
from clfparse.formats.grammar import FORWARDED, IPV6, extra
from clfparse.formats.patterns import NUMBER, QUOTED, STATUS, but, numbers, request
from clfparse.record import ALWAYS
from clfparse.values.escapes import text, value
from clfparse.values.times import rfc3339

Parts = list[bytes | Part]

# A name, but no day: that might be of a collector's header; nor is an identity a day or a bar.
_NAME = rb"(?!\d{4}-\d\d-\d\d[T ])[0-9A-Za-z._-]++"
_WORD = but(b" ") + b"++"
_IDENT = rb"(?!\||\d\d )" + _WORD
_HOST = rb"\d[0-9.]*+|[A-Za-z][0-9A-Za-z._-]*+|" + IPV6  # as they mostly are
_EXTRA = rb"[^ \r\n][^\r\n]*+(?<! )"

_TEXT, _QUOTED = words(value), quoted(text)
_CLIENT: Parts = [column("host", _HOST), b" - ", column("user", _WORD, _TEXT)]
_ANY: Parts = [
    *(column("host", rb"%b|%b" % (_NAME, IPV6), _TEXT), b" "),
    *(column("ident", _IDENT, _TEXT), b" ", column("user", _WORD, _TEXT)),
]
_VHOST: Parts = [column("vhost", rb"(?!- )%b(?::\d++)?+" % _NAME), b" ", *_CLIENT]
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
        _form([*beginning, *_LINE, *end])
        for vhost in vhosts
        for beginning in _BEGINNINGS[vhost]
        for name in ends
        for end in _ENDS[name]
    ]


def _form(parts: Parts) -> Form:
    named = {*ALWAYS}.union(*(part.fields for part in parts if isinstance(part, Part)))
    return Form(parts, [field for field in _FIELDS if field in named])
