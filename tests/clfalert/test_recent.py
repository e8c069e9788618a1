"""What is held of a window to come: bounded, and right wherever it says so."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples
from streams import START, line

from clfalert import recent
from clfalert.recent import Cause, Recent, Shelf
from clfparse.events.hit import Run
from clfparse.events.reader import Reader
from clfparse.stream.rejects import Rejects


def runs(lines: bytes) -> list[Run]:
    return [run for run in Reader(Rejects("", "")).add(lines) if isinstance(run, Run)]


def held(lines: bytes, first: int = START) -> Recent:
    """Return what is held of records, settled after each run."""
    kept_back = Recent()
    for run in runs(lines):
        kept_back.add(run)
        kept_back.settle(first)
    return kept_back


def hits_of(cause: Cause, field: str) -> dict[Any, int]:
    return {row.key: row.hits for row in cause.top[field]}


def test_a_window_is_what_lies_in_it() -> None:
    lines = b"".join(line(START + at, section=f"/{at}", host="h") for at in range(10))
    cause = held(lines).cause(START + 3, START + 5, 3)
    assert cause.certain
    assert hits_of(cause, "section") == {"/3": 1, "/4": 1, "/5": 1}
    assert hits_of(cause, "host") == {"h": 3}


@pytest.mark.parametrize("hits", [2, 4])
def test_what_is_not_all_is_not_named(hits: int) -> None:
    """Where the rule has counted more records than are held, or fewer."""
    lines = b"".join(line(START, host="h") for _ in range(3))
    assert held(lines).cause(START, START, hits) == ({}, True)


def test_an_empty_window_has_no_cause() -> None:
    assert Recent().cause(START, START + 9, 0) == ({}, True)


def test_what_is_forgotten_is_gone() -> None:
    lines = b"".join(line(START + at, host="h") for at in range(10))
    recents = held(lines)
    before = recents.size
    recents.settle(START + 5)
    assert recents.size == before // 2
    assert recents.cause(START, START + 9, 10).top == {}
    recents.settle(START + 99)
    assert recents.size == 0


BOUNDS = st.tuples(*[st.sampled_from([0, 1_000, 4_000, 1 << 20])] * 3, st.sampled_from([3, 4_096]))


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40), st.integers(0, 3)), max_size=300),
    BOUNDS,
)
@max_examples(100)
def test_bounds(records: list[tuple[int, int, int]], bounds: tuple[int, int, int, int]) -> None:
    """What is held is bounded; a list that is certain is right, and no number is too great."""
    lines = b"".join(
        line(START + at, section=f"/{section}", host="h" * host)
        for at, section, host in sorted(records, key=lambda record: record[0] // 3)
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, bound in zip(("TEXT", "PACKED", "COUNTED", "SECONDS"), bounds, strict=True):
            patch.setattr(recent, name, bound)
        recents = held(lines)
        assert recents._lines.size <= bounds[0]
        assert recents._packs.size <= bounds[1]
        assert recents._tallies.size <= bounds[2]
        assert len(recents._tallies.things) <= bounds[3]
        cause = recents.cause(START, START + 9, len(records))
    for place, field in enumerate(("section", "host")):
        values = Counter(record[1 + place] for record in records)
        truth = {
            f"/{value}" if field == "section" else "h" * value: values[value] for value in values
        }
        if field not in cause.top:
            assert not records or bounds[3] == 3
            continue
        shown = hits_of(cause, field)
        assert all(hits <= truth[value] for value, hits in shown.items())
        if cause.certain:
            assert (
                list(shown.items())
                == sorted(truth.items(), key=lambda item: (-item[1], item[0]))[:3]
            )


def test_shelf() -> None:
    shelf = Shelf[str]()
    for second, thing, size in [(5, "a", 10), (3, "b", 20), (5, "c", 1), (9, "d", 30)]:
        shelf.add(second, thing, size)
    assert (shelf.size, shelf.things[5]) == (61, ["a", "c"])
    assert list(shelf.oldest(61)) == []
    for second in shelf.oldest(60):
        shelf.pop(second)
    assert (shelf.size, list(shelf.things)) == (30, [9])
    shelf.weigh(9, 7)
    assert shelf.size == 7
    shelf.forget(10)
    assert (shelf.size, shelf.things, shelf.sizes) == (0, {}, {})
