"""What the live screen knows: sums that add up, whatever comes."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from screens import busy, make
from streams import RANDOM, REPLAY, START, fed, inputs, line

from clfparse.events.clock import Mode
from clfparse.stream.rejects import Rejects
from clfstats.filter import Stats
from clfstats.views.live.shared import Shared
from clfstats.views.parts import PartsView


@given(inputs())
@RANDOM
def test_the_totals_are_the_records(drawn: tuple[bytes, int]) -> None:
    """Whatever the disorder: nothing is lost on the way to the screen, and nothing written."""
    whole, records = drawn
    made = make()
    written, _ = fed(Shared(made.stats, made.board), made.rejects, [whole])
    assert written == b""
    assert made.board.total.totals.hits == records
    assert sum(made.board.total.status.values()) == records


@given(st.lists(st.integers(-40, 60), max_size=40))
@RANDOM
def test_the_total_counts_open_windows_too(offsets: list[int]) -> None:
    """At any moment it is the number of records read so far; the chart has each in its second."""
    made = make()
    for number, offset in enumerate(offsets, 1):
        made.add(line(START + offset))
        assert made.viewer.total.hits == number
        assert made.board.rates.total(START - 60, START + 100) == number


def test_the_last_whole_window_stays() -> None:
    """It is the newest that was seen whole."""
    made = busy().close()
    assert made.board.last
    assert made.board.last.start == START + 100
    short = make().add(line(START)).close()
    assert short.board.last
    assert short.board.last.partial


def test_a_clock_set_back_starts_the_chart_anew() -> None:
    made = make().add(b"".join(line(START + 7200 + second) for second in range(60)))
    made.add(line(START) * 40)
    assert made.viewer.present
    assert made.viewer.present < START + 60
    assert made.board.rates.total(START + 7200, START + 7300) == 0
    assert made.board.archive.at(START + 7210) is None
    assert made.viewer.total.hits == 100


def test_parts_are_drawn_by_their_seconds() -> None:

    stats = Stats(
        Rejects("", ""),
        PartsView(),
        window=10,
        by=("section", "host"),
        top=10,
        delay=timedelta(seconds=2),
        mode=Mode.AUTO,
    )
    lines = b"".join(line(START + second) * (second + 1) for second in range(20))
    parts = stats.add(lines, REPLAY) + stats.close()
    made = make().add(parts).close()
    assert made.board.rates.columns(START, 1, 20) == list(range(1, 21))
    made.board.narrow([("section", "/pages")])
    made.viewer.update()
    assert made.viewer.scene
    assert made.viewer.scene.note == "no record is held"
