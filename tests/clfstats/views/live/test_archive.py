"""Windows that are over: one is what its summary says, and late panes add to it."""

from datetime import timedelta

import orjson
import pytest
from screens import make
from streams import REPLAY, START, line

from clfparse.events.clock import Mode
from clfparse.stream.rejects import Rejects
from clfstats.filter import Stats
from clfstats.views.jsonl import JsonView
from clfstats.views.live import archive

LINES = b"".join(
    line(START + at, section=f"/{at % 7}", host=f"h{at % 5}", bytes=at, status=200 + 300 * (at % 2))
    for at in range(60)
)


def summaries(lines: bytes) -> dict[str, dict[str, object]]:
    """Return what clfstats writes as JSON, by start."""
    stats = Stats(
        Rejects("", ""),
        JsonView(),
        window=10,
        by=("section", "host"),
        top=archive.ROWS,
        delay=timedelta(seconds=2),
        mode=Mode.AUTO,
    )
    written = stats.add(lines, REPLAY) + stats.close()
    return {row["start"]: row for row in map(orjson.loads, written.splitlines())}


def test_a_window_is_what_its_summary_says() -> None:
    made = make().add(LINES).close()
    for start, summary in summaries(LINES).items():
        second = START + (int(start[14:16]) - 11) * 60 + int(start[17:19])
        past = made.board.archive.at(second)
        assert past
        assert past.summary == summary


def test_what_comes_late_is_counted_as_if_in_time() -> None:
    """As long as the window's counters are held; else it stands beside; all sums are right."""
    late = line(START + 35, section="/late", bytes=7)
    made = make().add(LINES, late, line(START + 70))
    past = made.board.archive.at(START + 35)
    assert past
    assert past.summary["hits"] == 11
    assert {row["value"] for row in past.summary["top"]["section"]} >= {"/late"}
    assert past.late.hits == 0
    early = line(START + 1, section="/late", bytes=7, status=500)
    made.add(early, line(START + 80))
    past = made.board.archive.at(START + 1)
    assert past
    assert (past.summary["hits"], past.late) == (10, (1, 7, 1))
    made.viewer.oldest()
    made.viewer.update()
    scene = made.viewer.scene
    assert scene
    assert (scene.counts.hits, scene.hosts, scene.rate) == (11, None, None)
    assert "1 late hit not in the tables" in scene.note
    assert made.board.sums(made.stats.pending()).hits == 64


def test_rows_are_the_first_by_each_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where not all values are held of a window."""
    monkeypatch.setattr(archive, "ROWS", 3)
    monkeypatch.setattr(archive, "_OTHERS", 1)
    lines = [line(START, section=f"/{at}", bytes=at, status=200) * (20 - at) for at in range(9)]
    lines.append(line(START, section="/bad", status=500))
    made = make().add(b"".join(lines)).close()
    viewer = made.viewer
    assert list(made.rows())[:3] == ["/0", "/1", "/2"]
    viewer.sort()
    viewer.update()
    assert next(iter(made.rows())) == "/8"
    viewer.sort()
    viewer.update()
    assert next(iter(made.rows())) == "/bad"


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go."""
    monkeypatch.setattr(archive, "_BYTES", 5_000)
    made = make()
    for window in range(100):
        made.add(line(START + 10 * window))
    made.close()
    assert 5 < len(made.board.archive.ends(0, 1 << 40)) < 20
    last = made.board.archive.last
    assert last
    assert last.start == START + 990


def test_counters_with_much_text_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_TEXT", 100_000)
    made = make().add(*(line(START + 10 * at, section="x" * 60_000) for at in range(5)))
    assert len(made.board.archive._counted) == 1
    made.add(line(START + 60, section="x" * 120_000), line(START + 80))
    assert len(made.board.archive._counted) == 0
    made.add(line(START + 61), line(START + 90))
    past = made.board.archive.at(START + 60)
    assert past
    assert past.late.hits == 1


def test_numbers_past_64_bits() -> None:
    made = make().add(line(START, bytes=(1 << 63) - 1) * 4).close()
    last = made.board.archive.last
    assert last
    assert last.summary["bytes"] == 4 * ((1 << 63) - 1)
