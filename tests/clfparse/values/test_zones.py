"""clfparse.values.zones: local times in their order, and a live log that is hours off."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clfparse.values import zones
from clfparse.values.zones import Zone

START = datetime(2019, 2, 7, 21, 11, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(("name", "offset"), [(None, "+00:00"), ("Europe/Berlin", "+01:00")])
def test_a_time_is_of_the_zone_that_is_named_or_utc(name: str | None, offset: str) -> None:
    zone = Zone(ZoneInfo(name) if name else None)
    assert zone.resolve(local("2019-02-07T21:11:00")).isoformat() == f"2019-02-07T21:11:00{offset}"


def test_the_hour_that_comes_twice_is_in_order() -> None:
    """In Berlin, 2024-10-27 has two hours from 02:00 to 03:00: summer's first, then winter's."""
    zone = Zone(BERLIN)
    hour = [f"02:{minute:02}" for minute in range(0, 60, 20)]
    times = [zone.resolve(local(f"2024-10-27T{at}:00")) for at in ("01:40", *hour, *hour, "03:00")]
    assert [time.isoformat()[-6:] for time in times] == ["+02:00"] * 4 + ["+01:00"] * 4
    moments = [time.astimezone(UTC) for time in times]
    assert moments == sorted(moments)


@pytest.mark.parametrize(
    ("off", "hours"),
    [
        (timedelta(hours=2), 2),
        (timedelta(hours=-5, minutes=-30), -5.5),
        (timedelta(hours=14, seconds=9), 14),
        (timedelta(minutes=45), None),
        (timedelta(hours=15), None),
        (timedelta(hours=2, minutes=7), None),
    ],
)
def test_a_live_log_that_keeps_hours_off(off: timedelta, hours: float | None) -> None:
    """It is seen after five seconds: a replay is not that far off for so long."""
    zone, wall = Zone(), (START + off).timestamp()
    assert zone.hours_off(wall) is None  # no time so far
    for second in range(6):
        zone.resolve((START + timedelta(seconds=second)).replace(tzinfo=None))
        assert zone.hours_off(wall + second) == (hours if second == 5 else None)


def test_a_zone_that_was_named_is_not_doubted() -> None:
    zone = Zone(BERLIN)
    zone.resolve(local("2019-02-07T21:11:00"))
    wall = START.timestamp()
    assert [zone.hours_off(wall + second) for second in range(9)] == [None] * 9


@pytest.mark.parametrize("name", ["Europe/Nowhere", "../etc/passwd", "", "Europe"])
def test_a_zone_that_is_none(name: str) -> None:
    with pytest.raises(ValueError, match="is no time zone such as Europe/Berlin"):
        zones.use(name)
    assert zones.LOCAL.zone is None
