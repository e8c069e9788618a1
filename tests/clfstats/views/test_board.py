"""What the live screen remembers: sums that add up, in bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from screens import make, summary
from streams import RANDOM, REPLAY, START, fed, inputs, line

from clfparse.events.alert import Alert
from clfstats.views import board as boards
from clfstats.views.board import Board


def test_the_board_adds_up() -> None:
    """A late pane counts in the totals and as late; it is no window of its own."""
    board = Board()
    board.summary(summary(4))
    board.summary(summary(3, late=True, status={"404": 2, "-": 1}))
    board.summary(last := summary(0))
    board.gap({"type": "gap", "start": "", "end": ""})
    assert board.total == (7, 70, 3)
    assert board.status == {"2xx": 4, "4xx": 2, "-": 1}
    assert board.late == 3
    assert list(board.windows) == [4, 0, None]
    assert board.last is last
    assert board.busy == summary(4)


@given(inputs())
@RANDOM
def test_the_totals_are_the_records(drawn: tuple[bytes, int]) -> None:
    """Whatever the disorder: nothing is lost on the way to the screen, and nothing written."""
    whole, records = drawn
    made = make()
    written, _ = fed(made.stats, made.rejects, [whole])
    assert written == b""
    assert made.board.total.hits == records
    assert sum(made.board.status.values()) == records


@given(st.lists(st.integers(-40, 60), max_size=60))
@RANDOM
def test_the_total_counts_open_windows_too(offsets: list[int]) -> None:
    """At any moment it is the number of records read so far."""
    made = make()
    for number, offset in enumerate(offsets, 1):
        made.add(line(START + offset))
        assert made.board.total.hits + made.stats.pending().hits == number
    total = next(row for row in made.screen.draw(80, 24, REPLAY) if row.startswith("total"))
    assert total.split()[1] == f"{len(offsets):,}"


def test_what_the_board_keeps_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows past what a chart may hold go; alerts past theirs are counted."""
    monkeypatch.setattr(boards, "_ALERTS", 1_000)
    board = Board()
    board.alerts = type(board.alerts)(maxlen=1_000)
    for at in range(1_500):
        board.alert(Alert(b"", str(at)))
        board.summary(summary(at))
    assert len(board.windows) <= 1_000
    assert board.windows[-1] == 1_499
    assert board.forgotten == 500
    assert [alert.message for alert in board.alerts] == [str(at) for at in range(500, 1_500)]


def test_the_board_s_own_bound_holds() -> None:
    board = Board()
    bound = board.alerts.maxlen or 0
    assert 0 < bound <= 100_000
    for _ in range(bound + 3):
        board.alert(Alert(b"", ""))
    assert board.forgotten == 3


def test_the_board_begins_with_a_history() -> None:
    """An alert that comes again from a filter that starts at the same moment is the same one."""
    board = Board()
    first, second, third = (Alert(b"%d" % at, str(at)) for at in range(3))
    board.begin([first, second])
    for alert in (second, third, third):
        assert board.alert(alert) == b""
    assert list(board.alerts) == [first, second, third, third]
