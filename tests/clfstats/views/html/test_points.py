"""Points: however long a log is, and wherever its offset changes, they add up to its windows."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM, START, as_hits, fed, inputs, line

from clfparse.events.alert import Alert
from clfparse.events.clock import Mode
from clfparse.stream.rejects import Rejects
from clfstats.counting.accumulator import Accumulator
from clfstats.counting.grid import DAY, HOUR
from clfstats.counting.pane import Window
from clfstats.filter import HINT, Stats
from clfstats.views.html.points import MOST, Points, wider
from clfstats.views.jsonl import JsonView


class Collected:
    """A view of windows that keeps them as points."""

    def __init__(self, size: int) -> None:
        self.points = Points(size)
        self.hits = 0

    def window(self, window: Window) -> bytes:
        """Take a window."""
        self.points.add(window)
        self.hits += window.traffic.totals.hits
        return b""

    def alert(self, _alert: Alert) -> bytes:
        """Take an alert."""
        return b""

    def close(self) -> bytes:
        """Take the end."""
        self.points.close()
        return b""


def run(lines: bytes, size: int, view: Any) -> bytes:
    rejects = Rejects("clfstats", HINT)
    stats = Stats(
        rejects, view, window=size, by=(), top=0, delay=timedelta(seconds=2), mode=Mode.EVENT
    )
    return fed(stats, rejects, [lines])[0]


def points(lines: bytes, size: int = 10) -> Points:
    run(lines, size, view := Collected(size))
    cells = view.points.cells
    outside = view.points.outside.hits if view.points.outside else 0
    assert sum(cell.point.totals.hits for cell in cells) + outside == view.hits
    assert all(a.end == b.start for a, b in pairwise(cells))
    assert len(cells) <= MOST + 3
    return view.points


@given(inputs(), st.sampled_from([1, 10, 60, HOUR, 2 * HOUR, DAY]))
@RANDOM
def test_nothing_is_lost(drawn: tuple[bytes, int], size: int) -> None:
    """Of any disorder of time: each record is in a point, or counted as outside."""
    points(drawn[0], size)


def test_a_short_log_has_its_windows() -> None:
    """The first and the last are as long as they were seen; silence between them is zero."""
    made = points(b"".join(line(START + at) for at in (3, 4, 12, 45, 46)))
    shown = [(cell.start - START, cell.end - START, cell.point.totals.hits) for cell in made.cells]
    assert shown == [(3, 10, 2), (10, 20, 1), (20, 30, 0), (30, 40, 0), (40, 47, 2)]
    assert made.cells[0].rate == 2 / 7


@pytest.mark.parametrize("length", [600, HOUR, 5 * HOUR, DAY, 40 * DAY, 400 * DAY, 9_000 * DAY])
def test_a_long_log_has_wide_points(length: int) -> None:
    made = points(b"".join(line(START + length * at // 500) for at in range(501)))
    assert min(length // 10, 70) <= len(made.cells) <= MOST + 1
    assert made.width % 10 == 0
    assert (made.start, made.end) == (START, START + length + 1)


def test_widths_are_whole_parts_of_the_next() -> None:
    for width in (1, 7, 10, 15, 120, 600, 2_700, HOUR, 3 * HOUR, DAY):
        widths = [width]
        while widths[-1] < 40 * DAY:
            widths.append(wider(widths[-1]))
            assert widths[-1] % widths[-2] == 0
            assert 1 < widths[-1] // widths[-2] <= 5
    assert [wider(10), wider(30), wider(60), wider(300)] == [30, 60, 300, 600]


def test_a_wrong_clock_does_not_stretch_the_chart() -> None:
    """Records of 1970 and 2099 are counted, but in no point."""
    usual = [START + at for at in range(100)]
    seconds = [*usual[:50], 5, START + 80 * 365 * DAY, *usual[50:]]
    made = points(b"".join(map(line, seconds)))
    assert (made.start, made.end) == (START, START + 100)
    assert made.outside
    assert (made.outside.hits, made.outside.start) == (2, 0)


def test_where_most_is_ahead_of_the_clock_all_is_in_points() -> None:
    """Requests hours apart are not believed before 32 of them have come."""
    made = points(b"".join(line(START + at * 3 * HOUR) for at in range(20)))
    assert (made.start, made.end, made.outside) == (START, START + 19 * 3 * HOUR + 1, None)


def test_late_records_are_in_their_true_point() -> None:
    """Also where they come before the first: within an hour of it."""
    seconds = [START + at for at in (0, 100, 200, 55, 300, -40, 310)]
    made = points(b"".join(map(line, seconds)))
    hits = {cell.start - START: cell.point.totals.hits for cell in made.cells}
    assert (hits[50], hits[-40], made.outside) == (1, 1, None)


@pytest.mark.parametrize(("size", "gap"), [(HOUR, 0), (DAY, 0), (HOUR, 40)])
def test_days_are_those_of_the_log_s_zone(size: int, gap: int) -> None:
    """A year with summer time gives the days that clfstats --window 1d gives, 23 and 25 hours too.

    gap: days without traffic around each change.
    """
    try:
        zone = ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        pytest.skip("no zones")
    begin = datetime(2025, 1, 1, 12, tzinfo=zone).timestamp()
    changes = [datetime(2025, 3, 30, tzinfo=UTC), datetime(2025, 10, 26, tzinfo=UTC)]
    times = [
        datetime.fromtimestamp(begin + at * 1_200, zone)
        for at in range(360 * 72)
        if all(abs(begin + at * 1_200 - change.timestamp()) >= gap * DAY / 2 for change in changes)
    ]
    lines = b"".join(b'{"time":"%b"}\n' % time.isoformat().encode() for time in times)
    made = points(lines, size)
    days = map(orjson.loads, run(lines, DAY, JsonView()).splitlines())
    expected = {
        str(datetime.fromisoformat(day["start"]).astimezone(zone))[:10]: day["hits"]
        for day in days
        if day.get("hits")
    }
    assert made.width == DAY
    shown = {
        str(datetime.fromtimestamp(cell.start, zone))[:10]: cell.point.totals.hits
        for cell in made.cells
        if cell.point.totals.hits
    }
    assert shown == expected
    if not gap:
        lengths = [cell.end - cell.start for cell in made.cells[1:-1]]
        assert {n: lengths.count(n * HOUR) for n in (23, 25)} == {23: 1, 25: 1}
        offsets = {made.offsets.at(cell.start) for cell in made.cells}
        assert offsets == {HOUR, 2 * HOUR}


def test_a_point_adds_up_all_figures() -> None:
    made = Points(10)
    for at in range(3):
        traffic = Accumulator(())
        traffic.add(as_hits([{"status": 200 + 300 * (at == 1), "bytes": 5, "duration": 0.1 * at}]))
        made.add(Window(START, START + 10, traffic, 0, 10, late=at > 0))
    made.close()
    (cell,) = made.cells
    assert cell.point.totals == (3, 15, 1)
    assert cell.point.status == {"2xx": 2, "5xx": 1}
    assert cell.point.durations.buckets.total() == 3


def test_many_windows_outside_are_bounded() -> None:
    made = Points(10)
    traffic = Accumulator(())
    traffic.add(as_hits([{}]))
    for _ in range(1_600):
        made.add(Window(START, START + 10, traffic, 0, 10))
    for at in range(1_500):
        second = START - 7_200 - 100 * at
        made.add(Window(second, second + 10, traffic, 0, 10, late=True))
    assert len(made._aside) == 1_000
    made.close()
    assert made.outside
    assert (made.outside.hits, made.outside.end) == (1_500, START - 7_190)
