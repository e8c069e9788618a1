"""Times and durations: Common Log Format, RFC 3339, what servers make of both, and ``10s``.

A time is an integer UTC epoch second; the offset it was written with goes along in `Instant`.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from clfparse.values.zones import LOCAL

# A busy log repeats each of its times; sixteen thousand are 4.5 hours of distinct seconds.
_CACHED = 1 << 14

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)

# The longest window around a time must not leave datetime's range, at either end.
_FIRST = datetime(3, 1, 1, tzinfo=UTC)
_END = datetime(9998, 1, 1, tzinfo=UTC)
_LONGEST = timedelta(days=366)

_MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()

CLF = rb"\d{1,2}/[A-Za-z]{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}"
_FRACTION = rb"(?:[.,]\d{1,18})?"
_ZONE = rb"(?: ?(?:Z|z|UTC|GMT|[+-]\d\d:?\d\d))?"
ISO = rb"\d{4}[-/]\d\d[-/]\d\d[Tt ]\d\d:\d\d:\d\d%b%b" % (_FRACTION, _ZONE)
# As CLF, with a space before the hour, a fraction, twelve hours, another zone or none; or HTTP's.
LOOSE = rb"(?:[A-Z][a-z]{2}, )?\d{1,2}[/ ][A-Za-z]{3}[/ ]\d{4}[: ]\d\d:\d\d:\d\d%b(?: [AP]M)?%b" % (
    _FRACTION,
    _ZONE,
)

_PARTS = re.compile(
    rb"""
    (?: (?:[A-Z][a-z]{2},[ ])? (?P<day>\d{1,2}) [/ ] (?P<name>[A-Za-z]{3}) [/ ] (?P<year>\d{4}) [: ]
      | (?P<date>\d{4}[-/]\d\d[-/]\d\d) [Tt ] )
    (?P<hour>\d\d) (?P<minute>:\d\d:\d\d) (?:[.,]\d{1,18})? (?: [ ] (?P<half>[AP]M) )?
    (?: [ ]? (?P<zone> Z | z | UTC | GMT | [+-]\d\d:?\d\d ) )?
    """,
    re.VERBOSE,
)

_IS_CLF = re.compile(CLF)

_RFC3339 = re.compile(
    r"""
    (\d{4}-\d\d-\d\d) [Tt\x20]  # date
    ((?: [01]\d | 2[0-3] ) : [0-5]\d) : (\d\d)  # hour and minute, second (60: a leap second)
    (?: \. \d{1,18} )?         # a fraction is cut off
    ( [Zz] | [+-] (?: [01]\d | 2[0-3] ) : [0-5]\d )  # offset
    """,
    re.VERBOSE | re.ASCII,
)

_DURATION = re.compile(r"(\d{1,12})(ms|s|m|h|d)", re.ASCII)
_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Instant(NamedTuple):
    """A second, and the offset from UTC (in seconds) in which its log writes times."""

    second: int
    offset: int

    def __str__(self) -> str:
        """Return the RFC 3339 text, always with a numeric offset."""
        zone = timezone(timedelta(seconds=self.offset))
        return (_EPOCH + self.second * SECOND).astimezone(zone).isoformat()


@lru_cache(_CACHED)
def rfc3339(clf: bytes) -> str:
    """Turn ``10/Oct/2000:13:55:36 -0700`` into ``2000-10-10T13:55:36-07:00``.

    Raises ValueError for a date or time that does not exist, and for any other text.
    """
    if not _IS_CLF.fullmatch(clf):
        raise ValueError("not of the form 10/Oct/2000:13:55:36 -0700")
    return written(clf)


def written(raw: bytes) -> str:
    """Return the RFC 3339 time, to the second and in its own offset, of one of CLF, LOOSE or ISO.

    Without an offset it is of the zone that --zone names, or UTC. 24:00:00 is the next day's start.
    Raises ValueError for a date or time that does not exist, and for any other text.
    """
    if not (match := _PARTS.fullmatch(raw)):
        raise ValueError("not of a form such as 2000-10-10T13:55:36-07:00")
    date, hour, half, zone = match.group("date", "hour", "half", "zone")
    if date is None:
        month = match["name"].title()
        if month not in _MONTHS:
            raise ValueError(f"no month {match['name'].decode('ascii')}")
        date = b"%b-%02d-%02d" % (match["year"], _MONTHS.index(month) + 1, int(match["day"]))
    if half:
        if not 1 <= int(hour) <= 12:
            raise ValueError(f"no hour {hour.decode()} of twelve")
        hour = b"%02d" % (int(hour) % 12 + 12 * (half == b"PM"))
    text = (date.replace(b"/", b"-") + b"T" + hour + match["minute"]).decode("ascii")
    if next_day := text.endswith("T24:00:00"):
        text = text.replace("T24", "T00")
    text += "" if zone is None else offset(zone.decode("ascii"))
    if zone is None or next_day:
        text = _moved(text, timedelta(days=next_day))
    instant(text)
    return text


def offset(zone: str) -> str:
    """Return the offset of a zone: ``Z``, ``UTC``, ``GMT``, ``+0200``, ``+02:00``."""
    if zone[0] not in "+-" or zone.replace(":", "") == "-0000":
        return "+00:00"
    return zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"


def _moved(text: str, days: timedelta) -> str:
    """Return a time some days later, and with an offset if it had none. Raises ValueError."""
    second = "59" if text[17:19] == "60" else text[17:19]
    try:
        time = datetime.fromisoformat(text[:17] + second + text[19:]) + days
    except OverflowError as error:
        raise ValueError("year is out of range") from error
    if time.tzinfo:
        return time.isoformat()
    zone = LOCAL.resolve(time).isoformat()[19:]
    return time.isoformat()[:17] + text[17:19] + zone


@lru_cache(_CACHED)
def instant(text: str) -> Instant:
    """Read an RFC 3339 time; second 60 counts as 59.

    Raises ValueError if it is none, does not exist, or lies outside the years 3 to 9997.
    """
    if not (match := _RFC3339.fullmatch(text)):
        raise ValueError("time is not RFC 3339")
    date, minute, second, zone = match.groups()
    if second == "60":
        second = "59"
    moment = datetime.fromisoformat(f"{date}T{minute}:{second}{zone.upper()}")
    if not _FIRST <= moment < _END:
        raise ValueError(f"year {moment.year} is out of range")
    offset = (moment.utcoffset() or timedelta()) // SECOND
    return Instant((moment - _EPOCH) // SECOND, offset)


def duration(text: str) -> timedelta:
    """Read ``500ms``, ``10s``, ``2m``, ``1h`` or ``1d``; raises ValueError for anything else."""
    if not (match := _DURATION.fullmatch(text)):
        raise ValueError(f"{text!r} is no duration such as 500ms, 10s, 2m, 1h or 1d")
    number, unit = match.groups()
    try:
        length = timedelta(**{_UNITS[unit]: int(number)})
    except OverflowError:
        length = timedelta.max
    if length > _LONGEST:
        raise ValueError(f"{text} is longer than {_LONGEST.days} days")
    return length


def short(seconds: int) -> str:
    """Return whole seconds as `duration` reads them: 10s, 2m, 1h, 1d."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if not seconds % size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def seconds(length: timedelta) -> int:
    """Return a window's length in seconds; raises ValueError unless it is whole and positive."""
    if length < SECOND or length % SECOND:
        raise ValueError("a window is a whole number of seconds, at least 1s")
    return length // SECOND
