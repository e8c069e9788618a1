"""clfparse.values.times: the log's times, the stream's times, and durations."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clfparse.values import times
from clfparse.values.times import Instant, instant, rfc3339

MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # whatever LANG says

CLF = {
    b"10/Oct/2000:13:55:36 -0700": "2000-10-10T13:55:36-07:00",
    b"09/May/2018:16:00:39 +0000": "2018-05-09T16:00:39+00:00",
    b"9/May/2018:16:00:39 +0000": "2018-05-09T16:00:39+00:00",
    b"09/May/2018:16:00:39 -0000": "2018-05-09T16:00:39+00:00",
    b"09/May/2018:16:00:39 +0530": "2018-05-09T16:00:39+05:30",
    b"09/May/2018:16:00:39 -0330": "2018-05-09T16:00:39-03:30",
    b"09/May/2018:16:00:39 -0030": "2018-05-09T16:00:39-00:30",
    b"09/May/2018:16:00:39 +1400": "2018-05-09T16:00:39+14:00",
    b"31/Dec/2016:23:59:60 +0000": "2016-12-31T23:59:60+00:00",
    b"29/Feb/2024:00:00:00 +0000": "2024-02-29T00:00:00+00:00",
    b"29/Feb/2000:00:00:00 +0000": "2000-02-29T00:00:00+00:00",
}


@pytest.mark.parametrize(("clf", "expected"), CLF.items(), ids=str)
def test_rfc3339(clf: bytes, expected: str) -> None:
    assert rfc3339(clf) == expected


@pytest.mark.parametrize(("number", "month"), list(enumerate(MONTHS, 1)))
def test_month(number: int, month: bytes) -> None:
    assert rfc3339(b"01/%b/2018:00:00:00 +0000" % month) == f"2018-{number:02}-01T00:00:00+00:00"


@pytest.mark.parametrize(
    "clf",
    [
        b"00/May/2018:16:00:39 +0000",
        b"30/Feb/2024:16:00:39 +0000",
        b"29/Feb/2023:16:00:39 +0000",
        b"29/Feb/1900:16:00:39 +0000",
        b"31/Apr/2018:16:00:39 +0000",
        b"32/May/2018:16:00:39 +0000",
        b"09/Foo/2018:16:00:39 +0000",
        b"09/May/0000:16:00:39 +0000",
        b"09/May/0001:16:00:39 +0000",
        b"09/May/9999:16:00:39 +0000",
        b"09/May/2018:24:00:01 +0000",
        b"09/May/2018:16:60:39 +0000",
        b"09/May/2018:16:00:61 +0000",
        b"09/May/2018:16:00:39 +2400",
        b"09/May/2018:16:00:39 -2400",
        b"09/May/2018:16:00:39 +0060",
    ],
)
def test_impossible_time(clf: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        rfc3339(clf)


INSTANTS = {
    "1970-01-01T00:00:00Z": Instant(0, 0),
    "1970-01-01T00:00:00z": Instant(0, 0),
    "1970-01-01t00:00:00+00:00": Instant(0, 0),
    "1970-01-01 00:00:00-00:00": Instant(0, 0),
    "1970-01-01T05:30:01+05:30": Instant(1, 19800),
    "1969-12-31T20:30:01-03:30": Instant(1, -12600),
    "1969-12-31T23:59:59Z": Instant(-1, 0),
    "2019-02-07T21:11:00+00:00": Instant(1549573860, 0),
    "2018-05-09T16:00:39.999999999Z": Instant(1525881639, 0),
    "2016-12-31T23:59:59Z": Instant(1483228799, 0),
    "2016-12-31T23:59:60Z": Instant(1483228799, 0),
    "2016-12-31T23:59:60.5+00:00": Instant(1483228799, 0),
    "2017-01-01T00:00:00Z": Instant(1483228800, 0),
}


@pytest.mark.parametrize(("text", "expected"), INSTANTS.items(), ids=INSTANTS)
def test_instant(text: str, expected: Instant) -> None:
    assert instant(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "1525881639",
        "2018-05-09",
        "2018-05-09T16:00:39",
        "2018-05-09T16:00Z",
        "2018-05-09T16:00:39Z ",
        "2018-05-09T16:00:39Z\n",
        "2018-05-09T16:00:39.Z",
        "2018-05-09T16:00:39,5Z",
        "2018-05-09T16:00:39.٥Z",
        "2018-05-09T16:00:39+0000",
        "2018-05-09T16:00:39+00",
        "2018-05-09T16:00:39+24:00",
        "2018-05-09T16:00:39+00:60",
        "2018-05-09T16:00:61Z",
        "2018-05-09T16:60:00Z",
        "2018-05-09T24:00:00Z",
        "2018-02-30T00:00:00Z",
        "2018-13-01T00:00:00Z",
        "20180509T160039Z",
        "2018-W19-3T16:00:39Z",
        "٢٠١٨-05-09T16:00:39Z",
        "+2018-05-09T16:00:39Z",
    ],
)
def test_no_instant(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        instant(text)


@pytest.mark.parametrize(
    "text",
    [
        "0000-06-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "0001-12-31T23:59:59Z",
        "0002-01-01T00:00:00+00:01",
        "9999-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_years_out_of_range(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        instant(text)


OFFSETS = st.integers(-1439, 1439)  # minutes
INSTANT = st.builds(
    lambda second, minutes: Instant(second, minutes * 60),
    st.integers(-62_000_000_000, 253_000_000_000),
    OFFSETS,
)


@given(INSTANT)
def test_instant_and_its_text(moment: Instant) -> None:
    assert instant(str(moment)) == moment


@given(st.datetimes(datetime(3, 1, 2), datetime(9997, 12, 30)), OFFSETS)  # noqa: DTZ001
def test_clf_to_instant(moment: datetime, minutes: int) -> None:
    offset = timedelta(minutes=minutes)
    moment = moment.replace(microsecond=0, tzinfo=timezone(offset))
    hours, rest = divmod(abs(minutes), 60)
    month = MONTHS[moment.month - 1].decode()
    clf = f"{moment.day:02}/{month}/{moment.year:04}:{moment:%H:%M:%S}"
    clf += f" {'-' if minutes < 0 else '+'}{hours:02}{rest:02}"
    second = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    assert instant(rfc3339(clf.encode())) == Instant(second, minutes * 60)
    assert str(Instant(second, minutes * 60)) == rfc3339(clf.encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0s", timedelta()),
        ("1ms", timedelta(milliseconds=1)),
        ("500ms", timedelta(milliseconds=500)),
        ("10s", timedelta(seconds=10)),
        ("2m", timedelta(minutes=2)),
        ("1h", timedelta(hours=1)),
        ("1d", timedelta(days=1)),
        ("366d", timedelta(days=366)),
        ("007s", timedelta(seconds=7)),
        ("8784h", timedelta(days=366)),
        ("31622400s", timedelta(days=366)),
    ],
)
def test_duration(text: str, expected: timedelta) -> None:
    assert times.duration(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "10", "s", "10 s", "10S", "-1s", "+1s", "1.5s", "1h30m", "1w", "10sec", "10s\n", "١s"],
)
def test_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration such as 500ms, 10s, 2m, 1h or 1d"):
        times.duration(text)


@pytest.mark.parametrize("text", ["31622401s", "31622400001ms", "8785h", "367d", "9" * 12 + "h"])
def test_duration_is_bounded(text: str) -> None:
    with pytest.raises(ValueError, match="is longer than 366 days"):
        times.duration(text)


@pytest.mark.parametrize(("text", "expected"), [("1s", 1), ("2000ms", 2), ("2m", 120)])
def test_seconds(text: str, expected: int) -> None:
    assert times.seconds(times.duration(text)) == expected


@pytest.mark.parametrize("text", ["0s", "1ms", "999ms", "1500ms"])
def test_no_seconds(text: str) -> None:
    with pytest.raises(ValueError, match="a whole number of seconds"):
        times.seconds(times.duration(text))


@pytest.mark.parametrize(
    ("text", "number"), [("10s", 10), ("90s", 90), ("2m", 120), ("1h", 3_600), ("1d", 86_400)]
)
def test_seconds_as_an_option_has_them(text: str, number: int) -> None:
    assert times.short(number) == text
    assert times.seconds(times.duration(text)) == number
