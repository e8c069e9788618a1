"""`zones`: times without a zone are UTC, or of the zone that is named."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clfparse.values import zones
from clfparse.values.times import written
from clfparse.values.zones import Zone

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2023, 10, 29, 0, 30)  # noqa: DTZ001 - as logs have them


@pytest.fixture
def berlin() -> Iterator[None]:
    zones.use("Europe/Berlin")
    yield
    zones.LOCAL.zone = zones.LOCAL.last = None


def test_without_a_name_it_is_utc() -> None:
    zone = Zone()
    assert zone.resolve(START) == START.replace(tzinfo=UTC)
    assert (zone.used, zone.last) == (True, int(START.replace(tzinfo=UTC).timestamp()))


def test_the_hour_that_comes_twice_is_in_order() -> None:
    """Every ten minutes through the night in which clocks go back: no second comes twice."""
    zone = Zone(BERLIN)
    first = datetime(2023, 10, 28, 22, 0, tzinfo=UTC)
    moments = [first + timedelta(minutes=10 * step) for step in range(48)]
    locals_ = [moment.astimezone(BERLIN).replace(tzinfo=None) for moment in moments]
    assert [zone.resolve(local).astimezone(UTC) for local in locals_] == moments


@pytest.mark.usefixtures("berlin")
def test_a_written_time_has_the_offset_of_its_day() -> None:
    assert written(b"12/Jul/2023 14:23:45") == "2023-07-12T14:23:45+02:00"
    assert written(b"12/Jan/2023 14:23:45") == "2023-01-12T14:23:45+01:00"
    assert written(b"2023-07-12T14:23:45Z") == "2023-07-12T14:23:45+00:00"


@pytest.mark.parametrize(
    "name", ["Nowhere/City", "", "/etc/passwd", "..", "Europe", "a\0b", "x" * 999]
)
def test_what_is_no_zone_is_said(name: str) -> None:
    with pytest.raises(ValueError, match="is no time zone such as Europe/Berlin"):
        zones.use(name)
    assert zones.LOCAL.zone is None


@pytest.mark.parametrize(("hours", "expected"), [(2, 2.0), (-5.75, -5.75), (14, 14.0)])
def test_a_live_log_that_is_hours_off_is_noticed(hours: float, expected: float) -> None:
    zone = Zone()
    zone.resolve(START)
    wall = (zone.last or 0) + hours * 3600
    assert zone.hours_off(wall) is None  # it must keep so for some seconds
    assert zone.hours_off(wall + 6) == expected


@pytest.mark.parametrize("hours", [0, 0.5, 0.1, 2.1, 15, 1000])
def test_any_other_distance_is_no_zone(hours: float) -> None:
    zone = Zone()
    zone.resolve(START)
    wall = (zone.last or 0) + hours * 3600
    assert [zone.hours_off(wall), zone.hours_off(wall + 6)] == [None, None]


def test_a_log_that_moves_against_the_clock_is_a_replay() -> None:
    zone = Zone()
    for step in range(4):
        zone.resolve(START + timedelta(hours=step))
        assert zone.hours_off((zone.last or 0) + 7200 + 900 * step) is None


def test_nothing_is_said_of_times_with_a_zone() -> None:
    assert Zone().hours_off(1e9) is None
    zone = Zone(BERLIN)
    zone.resolve(START)
    assert zone.hours_off((zone.last or 0) + 7200) is None
