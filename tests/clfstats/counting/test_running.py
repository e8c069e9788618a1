"""A run that is counted beside its windows is what all of its records, counted at once, are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM, START, as_hits, iso

from clfparse.counting.top_values import TopValues
from clfparse.events.part import PartLine, read_part
from clfstats.counting.accumulator import Accumulator
from clfstats.counting.pane import Window
from clfstats.counting.running import Running
from clfstats.views.parts import PartsView

FIELDS = ("section", "host")
RECORDS = st.fixed_dictionaries(
    {
        "host": st.sampled_from(["a", "b", None, 7]),
        "section": st.sampled_from(["/a", "/b", None]),
        "method": st.sampled_from(["GET", "PUT"]),
        "status": st.sampled_from([200, 404, 503, None]),
        "bytes": st.integers(0, 9),
    },
    optional={"duration": st.floats(0, 9)},
)


def parts_of(records: list[dict[str, Any]], *by: str) -> list[PartLine]:
    """Return records as parts of these fields."""
    traffic = Accumulator(by, whole=True)
    traffic.add(as_hits([{"time": iso(START), **record} for record in records], *by))
    written = PartsView().window(Window(START, START + 10, traffic, 0, 10))
    return [*map(read_part, written.splitlines())]


@given(st.lists(st.lists(RECORDS, max_size=5), max_size=5), st.booleans())
@RANDOM
def test_a_run_is_all_of_its_windows(windows: list[list[dict[str, Any]]], as_parts: bool) -> None:
    run, whole = Running(FIELDS), Accumulator(FIELDS)
    for records in windows:
        hits = as_hits(records, *FIELDS)
        whole.add(hits)
        window = run.window()
        if as_parts:
            for part in parts_of(records, *FIELDS):
                made = run.window()
                made.load(part)
                window.merge(made)
        else:
            window.add(hits[:2])
            window.add(hits[2:])
        assert window.totals.hits == len(records)
        assert window.text == 0
        run.take(window)
    assert run.emit() == whole.emit()
    assert run.missing == (whole.missing if any(windows) else sorted(FIELDS))


def test_hosts_are_counted_though_their_names_have_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TopValues.__init__, "__defaults__", (50, None))
    run = Running(FIELDS)
    window = run.window()
    for at in range(30):
        window.add(as_hits([{"host": f"h{at * 7 + n}"} for n in range(9)], *FIELDS))
    assert run.missed("host") > 0
    assert run.emit()["hosts"] == 29 * 7 + 9


def test_parts_that_lack_a_field() -> None:
    """They count, but for that field; and it is known of how many hits."""
    run = Running(FIELDS)
    records = [{"section": "/a", "host": "a"}] * 3
    for by in (("section",), FIELDS):
        for part in parts_of(records, *by):
            window = run.window()
            window.load(part)
            run.take(window)
    top = run.emit()["top"]
    assert [row["hits"] for row in top["section"] + top["host"]] == [6, 3]
    assert (run.uncounted("host"), run.uncounted("section"), run.totals.hits) == (3, 0, 6)


def test_a_window_never_shrinks() -> None:
    window = Running(FIELDS).window()
    window.add(as_hits([{"section": "/a"}], *FIELDS))
    window.shrink()
    assert window.missing == []
    assert window.totals.hits == 1
