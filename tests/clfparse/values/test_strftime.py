"""clfparse.values.strftime: conversions, what makes a time whole, and times that do not exist."""

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples

from clfparse.values import zones
from clfparse.values.strftime import assemble, century, is_date, of_java, pattern


def read(form: str, written: str) -> str:
    """Return the time that a format reads."""
    source, names = pattern(form)
    match = re.fullmatch(source, written)
    assert match, "not of its form"
    assert is_date(set(names))
    return assemble(dict(zip(names, match.groups(), strict=True)))


CONVERSIONS = [
    ("%d/%b/%Y:%H:%M:%S %z", "10/Oct/2000:13:55:36 -0700", "2000-10-10T13:55:36-07:00"),
    ("%d/%h/%Y:%T %z", "10/Oct/2000:13:55:36 +0530", "2000-10-10T13:55:36+05:30"),
    ("%A, %d %B %Y %X", "Tuesday, 10 October 2000 13:55:36", "2000-10-10T13:55:36+00:00"),
    ("%c", "Tue Oct  3 13:55:36 2000", "2000-10-03T13:55:36+00:00"),
    ("%F %T", "2000-10-10 13:55:36", "2000-10-10T13:55:36+00:00"),
    ("%FT%TZ", "2000-10-10T13:55:36Z", "2000-10-10T13:55:36+00:00"),
    ("%F %R", "2000-10-10 13:55", "2000-10-10T13:55:00+00:00"),
    ("%D %T", "10/09/00 13:55:36", "2000-10-09T13:55:36+00:00"),
    ("%x %X", "10/09/99 13:55:36", "1999-10-09T13:55:36+00:00"),
    ("%y%m%d %H%M%S", "001009 135536", "2000-10-09T13:55:36+00:00"),
    ("%e/%m/%Y %k:%M", " 9/10/2000  3:55", "2000-10-09T03:55:00+00:00"),
    ("%F %r", "2000-10-10 01:55:36 PM", "2000-10-10T13:55:36+00:00"),
    ("%F %l:%M %p", "2000-10-10  1:55 AM", "2000-10-10T01:55:00+00:00"),
    ("%a %u %w %F %T %Z", "Tue 2 2 2000-10-10 13:55:36 GMT", "2000-10-10T13:55:36+00:00"),
    ("%%%F%t%R%%", "%2000-10-10\t13:55%", "2000-10-10T13:55:00+00:00"),
    ("[%F] (%T) .*", "[2000-10-10] (13:55:36) .*", "2000-10-10T13:55:36+00:00"),
    ("%F %T", "2000-02-29 23:59:60", "2000-02-29T23:59:60+00:00"),
    # Flags: the locale's own forms are those of C; padding may be missing, or be spaces
    ("%EY-%Om-%Od %OH:%OM", "2000-10-10 13:55", "2000-10-10T13:55:00+00:00"),
    ("%-d/%-m/%Y %-H:%M", "9/5/2000 3:02", "2000-05-09T03:02:00+00:00"),
    ("%-d/%-m/%Y %-H:%M", "19/12/2000 13:02", "2000-12-19T13:02:00+00:00"),
    ("%_d/%_m/%Y %_H:%M", " 9/ 5/2000  3:02", "2000-05-09T03:02:00+00:00"),
    ("%F %T.%3f %:z", "2000-10-10 13:55:36.123 +02:00", "2000-10-10T13:55:36+02:00"),
    ("%F %T %Z %z", "2000-10-10 13:55:36 GMT -0100", "2000-10-10T13:55:36-01:00"),
    ("%FT%T.%f%:z", "2000-10-10T13:55:36.123456Z", "2000-10-10T13:55:36+00:00"),
    ("%0e/%m/%Y %-I:%M %p", "09/05/2000 3:02 PM", "2000-05-09T15:02:00+00:00"),
]


@pytest.mark.parametrize(("form", "written", "expected"), CONVERSIONS)
def test_conversions(form: str, written: str, expected: str) -> None:
    """Those of POSIX in the C locale; where no zone is given it is UTC."""
    assert read(form, written) == expected


@pytest.mark.parametrize(
    ("year", "expected"), [("00", "2000"), ("68", "2068"), ("69", "1969"), ("99", "1999")]
)
def test_years_of_two_digits(year: str, expected: str) -> None:
    """As POSIX has it: 69 to 99 are of the 20th century."""
    assert century(year) == expected
    assert read("%y-%m-%d %R", f"{year}-10-10 13:55").startswith(expected + "-")


@pytest.mark.parametrize("hour", range(24))
def test_twelve_hours(hour: int) -> None:
    """12 AM is midnight, 12 PM is noon."""
    half = "AM" if hour < 12 else "PM"
    written = f"2000-10-10 {hour % 12 or 12:02}:55 {half}"
    assert read("%F %I:%M %p", written) == f"2000-10-10T{hour:02}:55:00+00:00"


IMPOSSIBLE = [
    ("%F %T", "2000-02-30 13:55:36"),
    ("%F %T", "2001-02-29 13:55:36"),
    ("%F %T", "2000-13-10 13:55:36"),
    ("%F %T", "2000-00-10 13:55:36"),
    ("%F %T", "2000-10-00 13:55:36"),
    ("%F %T", "0000-10-10 13:55:36"),
    ("%F %T", "2000-10-10 24:00:01"),
    ("%F %T", "2000-10-10 13:60:00"),
    ("%F %T", "2000-10-10 13:55:61"),
    ("%F %T %z", "2000-10-10 13:55:36 +2400"),
    ("%d %b %Y %R", "10 Foo 2000 13:55"),
    ("%d %B %Y %R", "10 Octobre 2000 13:55"),
    ("%F %r", "2000-10-10 13:55:36 PM"),
    ("%F %r", "2000-10-10 00:55:36 AM"),
]


@pytest.mark.parametrize(("form", "written"), IMPOSSIBLE)
def test_impossible_times(form: str, written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(form, written)


UNKNOWN = [
    ("%Q", "%Q", 0),
    ("%F %T %N", "%N", 6),
    ("%d %j", "%j", 3),
    ("%F %", "%", 3),
    ("%F %E", "%E", 3),
    ("%F %-", "%-", 3),
    ("%FT%n%T", "%n", 3),
    ("П%é", "%é", 1),
]


@pytest.mark.parametrize(("form", "conversion", "at"), UNKNOWN)
def test_unknown_conversions(form: str, conversion: str, at: int) -> None:
    """A conversion that cannot be read back is named, with its place."""
    with pytest.raises(ValueError, match="cannot be read back") as error:
        pattern(form)
    assert error.value.args == (f"a time's {conversion} cannot be read back", at)


@pytest.mark.parametrize(
    ("form", "whole"),
    [
        ("%F %R", True),
        ("%s", True),
        ("%d %B %y %H%M", True),
        ("%F %I:%M %p", True),
        ("%F %I:%M", False),
        ("%F %H", False),
        ("%F", False),
        ("%T", False),
        ("%Y-%m %R", False),
        ("%m-%d %R", False),
        ("%Y %d %R", False),
        ("", False),
    ],
)
def test_a_whole_time(form: str, whole: bool) -> None:
    """A day, an hour and a minute make a time; half of a day's hours do not."""
    assert is_date(set(pattern(form)[1])) == whole


FORMS = ["%d/%b/%Y:%H:%M:%S %z", "%A %e %B %Y %I:%M:%S %p %z", "%c %z", "%F %T%z", "%D %r %z"]
ZONES = st.integers(-23 * 60, 23 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@max_examples(150)
@given(
    st.sampled_from(FORMS),
    st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 30), timezones=ZONES),  # noqa: DTZ001
)
def test_round_trip(form: str, moment: datetime) -> None:
    """What strftime writes is read as the same second, in the same offset."""
    moment = moment.replace(microsecond=0)
    assert read(form, moment.strftime(form)) == moment.isoformat()


@pytest.mark.parametrize(
    ("form", "written", "expected"),
    [
        ("dd/MMM/yyyy:HH:mm:ss Z", "10/Oct/2000:13:55:36 -0700", "2000-10-10T13:55:36-07:00"),
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2000-10-10T13:55:36.123Z", "2000-10-10T13:55:36+00:00"),
        ("yyyy-MM-dd'T'HH:mm:ss'Z'", "2000-10-10T13:55:36Z", "2000-10-10T13:55:36+00:00"),
        ("d/M/yy h:mm a 'o''clock' ''", "9/1/00 1:55 PM o'clock '", "2000-01-09T13:55:00+00:00"),
    ],
)
def test_simple_date_format(form: str, written: str, expected: str) -> None:
    """Tomcat takes Java's letters; text in quotes stands as it is."""
    assert read(of_java(form), written) == expected


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("%FT%TZ", "2000-10-10T13:55:36Z"),
        ("%F %T %Z", "2000-10-10 13:55:36 UTC"),
        ("%F %T%:z", "2000-10-10 13:55:36Z"),
    ],
)
def test_a_time_that_says_utc_is_of_no_other_zone(
    form: str, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--zone is for times that are written without one."""
    monkeypatch.setattr(zones.LOCAL, "zone", ZoneInfo("Europe/Berlin"))
    assert read(form, written) == "2000-10-10T13:55:36+00:00"
    assert read("%F %T", "2000-10-10 13:55:36") == "2000-10-10T13:55:36+02:00"
