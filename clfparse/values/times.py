"""Times and durations: Common Log Format, RFC 3339, and ``10s``.

A time is an integer UTC epoch second; the offset it was written with goes along in `Instant`.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

# A busy log repeats each of its times; sixteen thousand are 4.5 hours of distinct seconds.
_CACHED = 1 << 14

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)

# The longest window around a time must not leave datetime's range, at either end.
_FIRST = datetime(3, 1, 1, tzinfo=UTC)
_END = datetime(9998, 1, 1, tzinfo=UTC)
_LONGEST = timedelta(days=366)

_MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()

_CLF = re.compile(rb"(\d{1,2})/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d\d)(\d\d)")

_RFC3339 = re.compile(
    r"""
    (\d{4}-\d\d-\d\d) [Tt\x20]  # date
    ((?: [01]\d | 2[0-3] ) : [0-5]\d) : (\d\d)  # hour and minute, second (60: a leap second)
    (?: \. \d{1,18} )?         # a fraction is cut off
    ( [Zz] | [+-] (?: [01]\d | 2[0-3] ) : [0-5]\d )  # offset
    """,
    re.VERBOSE | re.ASCII,
)

_DURATION = re.compile(r"(\d{1,12})(ms|s|m|h)", re.ASCII)
_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours"}


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
    if not (found := _CLF.fullmatch(clf)):
        raise ValueError("not of the form 10/Oct/2000:13:55:36 -0700")
    day, month, year, hour, minute, second, zone, minutes = found.groups()
    if month not in _MONTHS:
        raise ValueError(f"no month {month.decode('ascii')}")
    if (zone, minutes) == (b"-00", b"00"):
        zone = b"+00"
    written = b"%s-%02d-%02dT%s:%s:%s%s:%s" % (
        *(year, _MONTHS.index(month) + 1, int(day)),
        *(hour, minute, second, zone, minutes),
    )
    instant(text := written.decode("ascii"))
    return text


@lru_cache(_CACHED)
def instant(text: str) -> Instant:
    """Read an RFC 3339 time; second 60 counts as 59.

    Raises ValueError if it is none, does not exist, or lies outside the years 3 to 9997.
    """
    if not (found := _RFC3339.fullmatch(text)):
        raise ValueError("time is not RFC 3339")
    date, minute, second, zone = found.groups()
    if second == "60":
        second = "59"
    moment = datetime.fromisoformat(f"{date}T{minute}:{second}{zone.upper()}")
    if not _FIRST <= moment < _END:
        raise ValueError(f"year {moment.year} is out of range")
    offset = (moment.utcoffset() or timedelta()) // SECOND
    return Instant((moment - _EPOCH) // SECOND, offset)


def duration(text: str) -> timedelta:
    """Read ``500ms``, ``10s``, ``2m`` or ``1h``; raises ValueError for anything else."""
    if not (found := _DURATION.fullmatch(text)):
        raise ValueError(f"{text!r} is no duration such as 500ms, 10s, 2m or 1h")
    number, unit = found.groups()
    try:
        length = timedelta(**{_UNITS[unit]: int(number)})
    except OverflowError:
        length = timedelta.max
    if length > _LONGEST:
        raise ValueError(f"{text} is longer than {_LONGEST.days} days")
    return length


def seconds(length: timedelta) -> int:
    """Return a window's length in seconds; raises ValueError unless it is whole and positive."""
    if length < SECOND or length % SECOND:
        raise ValueError("a window is a whole number of seconds, at least 1s")
    return length // SECOND
