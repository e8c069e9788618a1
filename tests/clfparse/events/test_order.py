"""clfparse.events.order: where in time a line of the stream stands."""

from datetime import datetime

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
        b'{"type":"part","start":"2019-02-07T20:11:00Z","end":"2019-02-07T20:11:10Z"}',
        b'{"start": "2019-02-07T20:11:00Z", "type": "part"}',
    ],
)
def test_a_record_or_a_part(line: bytes) -> None:
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
        b'{"type":"summary","start":"2019-02-07T20:11:00Z"}',
        b'{"type":"alert","time":"2019-02-07T21:11:00+01:00"}',
        b'{"meta":{"time":"2019-02-07T21:11:00+01:00"}}',
        b'{"path":"\xff","time":"2019-02-07T21:11:00+01:00"',
        b"[" * 100_000,
    ],
)
def test_no_record(line: bytes) -> None:
    assert order.seconds([line]) == [None]


def test_times_are_remembered_not_clients() -> None:
    """Else a log of many clients would cost a search for each line."""
    order._second.cache_clear()
    hosts = [f"192.0.{at >> 8}.{at & 255}" for at in range(5_000)]
    times = b'{"time":"2019-02-07T21:11:00+01:00","host":"%b"}'
    assert len(set(order.seconds([times % host.encode() for host in hosts]))) == 1
    assert order._second.cache_info().currsize == 1


TIMES = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.timezones())  # noqa: DTZ001


@given(st.lists(TIMES, max_size=5), st.booleans())
def test_any_times(times: list[datetime], first: bool) -> None:
    texts = [time.replace(microsecond=0).isoformat() for time in times]
    rows = [{"time": text, "a": 1} if first else {"a": 1, "time": text} for text in texts]
    expected = [instant(text).second for text in texts]
    assert order.seconds([orjson.dumps(row) for row in rows]) == expected
