"""clfparse.events.order: where in time a line of the stream stands."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clfparse.events import order
from clfparse.values.times import instant


@pytest.mark.parametrize(
    "line",
    [
        b'{"time":"2019-02-07T21:11:00+01:00"}',
        b'{"time":"2019-02-07T20:11:00Z","host":"::1"}',
        b'{"time":"2019-02-07T20:11:00.123456Z"}',
        b'{"time": "2019-02-07T21:11:00+01:00", "host": "::1"}',
        b'{"host":"::1","time":"2019-02-07T21:11:00+01:00"}',
        b'{"path":"\\"time\\":\\"2001-01-01T00:00:00Z\\"","time":"2019-02-07T21:11:00+01:00"}',
        b'{"time":"2019-02-07T21:11:00+01:00","host":"tor',  # by an alert: the rest comes after it
    ],
)
def test_a_record(line: bytes) -> None:
    assert order.seconds([line]) == [instant("2019-02-07T21:11:00+01:00").second]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"junk",
        b'{"time":1549570260}',
        b'{"time":"yesterday"}',
        b'{"time":"2019-02-30T21:11:00+01:00"}',
        b'{"type":"alert","time":"2019-02-07T21:11:00+01:00"}',
        b'{"meta":{"time":"2019-02-07T21:11:00+01:00"}}',
        b'{"path":"\xff","time":"2019-02-07T21:11:00+01:00"',
        b"[" * 100_000,
    ],
)
def test_no_record(line: bytes) -> None:
    assert order.seconds([line]) == [None]


@given(st.lists(st.datetimes(timezones=st.timezones()), max_size=5), st.booleans())
def test_any_times(times: list[object], first: bool) -> None:
    times = [time.replace(microsecond=0) for time in times if 3 < time.year < 9997]  # type: ignore[attr-defined]
    texts = [orjson.dumps(time).decode().strip('"') for time in times]
    rows = [{"time": text, "a": 1} if first else {"a": 1, "time": text} for text in texts]
    expected = [instant(text).second for text in texts]
    assert order.seconds([orjson.dumps(row) for row in rows]) == expected
