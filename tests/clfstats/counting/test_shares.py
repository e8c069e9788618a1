"""Halves of a window's counts are counts, and add up to the whole."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples
from streams import START, as_hits, iso

from clfparse.events.part import read_part
from clfstats.counting.accumulator import Accumulator
from clfstats.counting.shares import halves
from clfstats.part import Shares, part
from clfstats.views.jsonl import to_json

BY = ("section", "x")
records = st.lists(
    st.fixed_dictionaries(
        {"time": st.integers(START, START + 9).map(iso)},
        optional={
            "section": st.sampled_from(["/a", "/b", 1, None]),
            "x": st.integers(0, 9),
            "host": st.integers(0, 3).map(str),
            "method": st.sampled_from(["GET", "PUT"]),
            "status": st.sampled_from([200, 404, 500, 503]),
            "bytes": st.integers(0, 1 << 63).filter(lambda size: size < 1 << 63),
            "duration": st.floats(0, 10),
        },
    ),
    min_size=2,
    max_size=20,
)


def counted(objects: list[dict[str, Any]]) -> Accumulator:
    traffic = Accumulator(BY, whole=True)
    traffic.add(as_hits(objects, *BY))
    return traffic


def loaded(shares: Shares) -> Accumulator:
    """Return what a reader makes of counts: they add up, or it would refuse them."""
    traffic = Accumulator(BY, whole=True)
    traffic.load(read_part(to_json(part(shares, START, START + 10)).rstrip()))
    return traffic


@given(records)
@max_examples(100)
def test_halves_add_up(objects: list[dict[str, Any]]) -> None:
    traffic = counted(objects)
    whole = traffic.dump()
    first, second = halves(whole)
    assert (first["hits"], second["hits"]) == (len(objects) // 2, -(-len(objects) // 2))
    assert traffic.dump() == whole, "it has not been changed"
    for order in ((first, second), (second, first)):
        merged = Accumulator(BY, whole=True)
        for half in order:
            merged.merge(loaded(half))
        assert merged.dump() == whole
        assert merged.emit() == traffic.emit()
        assert merged.missing == traffic.missing


@given(records)
@max_examples(30)
def test_what_is_dumped_and_loaded_is_the_same(objects: list[dict[str, Any]]) -> None:
    traffic = counted(objects)
    again = loaded(traffic.dump())
    assert json.dumps(again.emit()) == json.dumps(traffic.emit())
    assert again.dump() == traffic.dump()


def test_approximate_counts_have_halves() -> None:
    """What may be missing is in one of them; no hit is counted twice."""
    traffic = counted([{"section": f"/{at % 9}", "host": f"{at}"} for at in range(40)])
    traffic.shrink()
    for half in halves(traffic.dump()):
        assert half["by"]["section"]["approximate"] is True
        again = loaded(half)
        assert again.emit()["approximate"] is True
    first, second = map(loaded, halves(traffic.dump()))
    first.merge(second)
    assert first.emit() == traffic.emit()
    missed = traffic.dump()["by"]["section"]["missed"]
    assert missed > 0
    assert first.dump()["by"]["section"]["missed"] == missed
