"""clfstats.spark.emit: windows of any length, of what splits count by."""

from datetime import timedelta

import pytest
from logs import line
from streams import fed

from clfparse.events.clock import Mode
from clfparse.filter import Parser
from clfparse.stream.rejects import Rejects
from clfstats.counting.grid import Grid
from clfstats.filter import Stats
from clfstats.spark.emit import Emitter, unit
from clfstats.spark.pairs import REFUSED, REPORT, Value
from clfstats.spark.report import Report
from clfstats.views.parts import PartsView

OFFSETS = [0, 60, -60, 900, 3_600, 19_800, -12_600, 45_900]


@pytest.mark.parametrize(
    "window", [1, 7, 10, 11, 45, 60, 90, 120, 300, 3_000, 3_600, 7_200, 86_400]
)
def test_a_unit_lies_within_one_window_whatever_the_offset(window: int) -> None:
    small = unit(window)
    for offset in OFFSETS:
        grid = Grid(window)
        grid.begin(offset)
        for start in range(1_549_573_860 // small * small, 1_549_573_860 + 90_000, small * 7):
            assert grid.start(start) == grid.start(start + small - 1)
    assert unit(10) == 10
    assert unit(3_600) == 60


def parts(text: str, window: int) -> bytes:
    rejects = Rejects("p", "")
    records = fed(Parser(rejects), rejects, [text.encode()])[0]
    job = Stats(
        rejects,
        PartsView(),
        window=window,
        by=("section",),
        top=0,
        delay=timedelta(seconds=2),
        mode=Mode.EVENT,
    )
    return fed(job, rejects, [records])[0]


@pytest.mark.parametrize("window", [10, 3_600, 86_400])
def test_parts_of_units_make_those_of_the_window(window: int) -> None:
    text = "".join(line(1_549_573_860 + at * 200) for at in range(300)).replace("+0000", "+0530")
    small = parts(text, unit(window)).splitlines(keepends=True)
    items: list[tuple[int, Value]] = [(at, part) for at, part in enumerate(small)]
    items.insert(0, (REFUSED, b"odd\n"))
    report = Report(refused=1)
    items.insert(0, (REPORT, report))
    written: list[bytes] = []
    saved: list[bytes] = []
    reports: list[Report] = []
    emitter = Emitter(window, ("section",), written.append, saved.append)
    emitter.take(items, reports.append)
    assert b"".join(written) == parts(text, window)
    assert (saved, reports, emitter.rejects.refused) == ([b"odd\n"], [report], 0)
