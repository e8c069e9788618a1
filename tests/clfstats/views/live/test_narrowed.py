"""What the screen is narrowed to: the same as if those records alone had come."""

from screens import busy, make
from streams import START, line

from clfparse.counting.keys import Key


def condition(field: str, value: Key) -> list[tuple[str, Key]]:
    return [(field, value)]


def test_narrowing_counts_what_is_held_and_what_comes() -> None:
    made = busy()
    made.board.narrow(condition("section", "/api"))
    made.add(line(START + 125, section="/api", host="::9"), line(START + 126, section="/b"))
    narrowed = made.board.narrowed
    assert narrowed
    assert narrowed.whole
    assert narrowed.number == 242
    assert narrowed.traffic.totals.hits == 141
    assert narrowed.rates.total(START, START + 200) == 141
    assert made.rows(0) == {"/api": 141}
    assert made.rows(1)["::9"] == 1
    assert made.board.total.totals.hits + made.stats.pending().hits == 242


def test_conditions_add_up_and_are_undone_one_by_one() -> None:
    made = busy()
    viewer = made.viewer
    viewer.peak()
    viewer.update()
    viewer.narrow()
    viewer.update()
    viewer.use("1")
    viewer.filter("::3")
    viewer.narrow()
    viewer.newest()
    viewer.update()
    assert made.board.narrowed
    assert made.board.narrowed.conditions == [("section", "/api"), ("host", "2001:db8::3")]
    assert made.rows(1) == {"2001:db8::3": 20}
    viewer.undo()
    viewer.update()
    assert made.rows(0) == {"/api": 140}
    viewer.undo()
    assert made.board.narrowed is None


def test_a_narrowed_window_is_of_its_records_alone() -> None:
    made = busy()
    made.board.narrow(condition("host", "2001:db8::1"))
    made.viewer.peak()
    made.viewer.update()
    assert made.rows(0) == {"/api": 10}
    assert "21:12:10–21:12:20" in made.title
    assert made.viewer.scene
    assert made.viewer.scene.note == "of 70 records"


def test_values_that_are_no_text() -> None:
    made = make("status", "x")
    made.add(line(START, status=200, x=None) * 2, line(START, status=500, x=[1]), line(START))
    for value, hits in ((b"200", 2), (b"500", 1), (None, 1)):
        made.board.narrow(condition("status", value))
        made.viewer.update()
        assert list(made.rows(0).values()) == [hits]
    made.board.narrow(condition("x", b"[1]"))
    made.viewer.update()
    assert made.viewer.table(1)
    assert [row["value"] for row in made.viewer.table(1).rows] == [[1]]  # type: ignore[union-attr]


def test_seconds_that_come_again_are_counted_once() -> None:
    """A clock that was set back: the records before are of the same seconds, and held no longer."""
    made = make()
    made.add(*(line(START + second, section="/old") for second in range(0, 8_000, 10)))
    made.board.narrow(condition("section", "/old"))
    made.add(*(line(START + 4_000 + at, section="/new") for at in range(100)))
    assert made.board.recent.dropped
    assert max(run.time.second for run in made.board.recent) == START + 4_099
    assert made.board.narrowed
    until = 4_031  # the time of the 32nd that agreed
    assert made.board.narrowed.traffic.totals.hits == until // 10 + 1
    assert not made.board.narrowed.whole
