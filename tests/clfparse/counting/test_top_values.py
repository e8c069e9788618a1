"""Counters by value: exact up to their bounds, and past them the same however many come at once."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from streams import RANDOM, as_hits

from clfparse.counting.batch import Batch
from clfparse.counting.ddsketch import BUCKETS
from clfparse.counting.keys import Key, held, key
from clfparse.counting.top_values import PAIRS, TopValue, TopValues
from clfstats.counting.figures import Methods

TOP = "clfparse.counting.top_values"

# A value, and what comes with a hit of it: its bytes, whether it failed, a bucket of its duration.
Hits = list[tuple[Key, int, bool, int | None]]


def add(top: TopValues, hits: Hits) -> None:
    """Count hits at once."""
    buckets = [bucket for *_, bucket in hits]
    top.add_values(
        [value for value, *_ in hits],
        [size for _, size, *_ in hits],
        [failed for *_, failed, _ in hits],
        buckets if any(bucket is not None for bucket in buckets) else (),
    )


def state(counters: TopValues) -> object:
    """Return all that counters hold, values in their order: what goes next may depend on it."""
    held = vars(counters).items()
    return list(counters.hits), {
        name: dict(each) if isinstance(each, dict) else each for name, each in held
    }


numbers = st.integers(0, 30) | st.integers(0, 4)
values: st.SearchStrategy[Key] = numbers.map(lambda at: f"/{'x' * (at % 7)}{at}") | st.sampled_from(
    [None, b"1", "1", "", "é" * 30, "😀"]
)
many: st.SearchStrategy[Hits] = st.lists(
    st.tuples(values, st.integers(0, 9), st.booleans(), st.none() | st.integers(0, 5)),
    max_size=60,
)


@given(many, st.data(), st.integers(1, 12), st.integers(1, 12), st.integers(100, 1_500))
@RANDOM
def test_how_many_come_at_once_changes_nothing(
    hits: Hits, data: st.DataObject, limit: int, pairs: int, text: int
) -> None:
    """Past any bound: values, and durations, go with the hit that is one too many, and no other."""
    places = data.draw(st.sets(st.integers(0, len(hits)), max_size=4).map(sorted))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{TOP}.PAIRS", pairs)
        patch.setattr(f"{TOP}._TEXT", text)
        single, cut, whole = (TopValues("x", limit) for _ in range(3))
        for hit in hits:
            add(single, [hit])
            assert len(single.hits) <= limit
            assert len(single._pairs) <= pairs
            assert held(list(single.hits)) == single.text <= text
        for start, end in zip([0, *places], [*places, len(hits)], strict=True):
            add(cut, hits[start:end])
        add(whole, hits)
        assert state(single) == state(cut) == state(whole)


def test_heavy_hitters_survive() -> None:
    """Past the limit those with the fewest hits go."""
    top = TopValues("x", 100)
    for at in range(5_000):
        top.add_values([f"rare {at}", f"hot {at % 5}"], [10, 10])
        assert len(top.hits) <= 100
    assert top.approximate
    assert top.emit(5) == [TopValue(f"hot {at}", 1000, 10_000, 0, {}) for at in range(5)]


def test_as_many_as_the_limit_are_exact() -> None:
    top = TopValues("x", 100)
    for at in range(300):
        top.add_values([str(at % 100)])
    assert (top.approximate, len(top.hits)) == (False, 100)


def test_text_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few values may be long: their text is bounded as well, in bytes of memory."""
    monkeypatch.setattr(f"{TOP}._TEXT", 1_000)
    top = TopValues("x")
    for at in range(200):
        top.add_values([f"{at:099}", "hot"], [10, 10])
        assert sum(map(str.__sizeof__, map(str, top.hits))) == top.text <= 1_000
    assert top.approximate
    assert top.emit()[0] == TopValue("hot", 200, 2_000, 0, {})


def test_one_value_longer_than_all_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{TOP}._TEXT", 1_000)
    top = TopValues("x")
    top.add_values(["a", "x" * 2_000, "b", "b"])
    assert (top.approximate, top.text <= 1_000, "b" in top.hits) == (True, True, True)


def test_methods_are_bounded() -> None:
    """There are about forty; what a client invents goes first."""
    methods = Methods()
    methods.add(Batch(as_hits({"method": m} for at in range(500) for m in ("GET", f"M{at}"))))
    assert methods.approximate
    emitted = methods.emit()
    assert (len(emitted) <= 100, next(iter(emitted.items()))) == (True, ("GET", 500))


def test_merge_keeps_the_bound() -> None:
    first, second = TopValues("x", 100), TopValues("x", 100)
    for at in range(80):
        first.add_values([f"first {at}"])
        second.add_values([f"second {at}"])
    first.merge(second)
    assert first.approximate
    assert len(first.hits) <= 100
    third = TopValues("x", 1_000)
    third.merge(first)
    assert third.approximate, "once lost, lost for good"


def test_a_bound_leaves_room_for_the_top() -> None:
    """Half the bound on pairs holds at least 33 values with all buckets there are."""
    assert PAIRS // 2 // BUCKETS == 33


def test_durations_by_value_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those with the fewest hits lose theirs, though not their hits."""
    monkeypatch.setattr(f"{TOP}.PAIRS", 100)
    top = TopValues("x")
    for at in range(2_000):
        top.add_values(["hot", f"rare {at}"], [0, 0], [], [at % 40, at % 7])
        assert len(top._pairs) <= 100
    assert top.approximate
    assert len(top.hits) == 2_001
    assert top.emit(1)[0].buckets == dict.fromkeys(range(40), 50)


def test_as_many_pairs_as_the_bound_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{TOP}.PAIRS", 100)
    top = TopValues("x")
    for at in range(300):
        top.add_values([key(at % 10)], [0], [], [at % 100])
    assert (top.approximate, len(top._pairs)) == (False, 100)


def test_durations_go_in_a_total_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most hits stay, then by value; what comes after the first that is too much goes."""
    hits: list[tuple[str, int | None]] = [("a", 7), ("b", 1), ("b", 2), ("c", 1), ("c", 2)]
    hits += [("d", 1), ("d", None), ("e", 3), ("e", 4), ("e", 5), ("e", 6)]
    for order in (hits, hits[::-1]):
        top = TopValues("x")
        monkeypatch.setattr(f"{TOP}.PAIRS", 100)
        top.add_values([value for value, _ in order], [], [], [bucket for _, bucket in order])
        monkeypatch.setattr(f"{TOP}.PAIRS", 9)
        top._bound()
        assert {value for value, _ in top._pairs} == {"e"}
        monkeypatch.setattr(f"{TOP}.PAIRS", 3)
        top._bound()
        assert not top._pairs, "e has more than there is room for"
        assert top.approximate


def test_merging_keeps_the_bound_on_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{TOP}.PAIRS", 100)
    first, second = TopValues("x"), TopValues("x")
    for at in range(80):
        first.add_values([f"first {at}"], [0], [], [at])
        second.add_values([f"second {at}"], [0], [], [at])
    assert not first.approximate
    first.merge(second)
    assert first.approximate
    assert len(first._pairs) <= 100


def test_values_that_go_take_their_durations_along() -> None:
    top = TopValues("x", 10)
    for at in range(50):
        top.add_values(["hot", key(at)], [0, 0], [], [at % 3, at])
        assert {value for value, _ in top._pairs} <= set(top.hits)
    other = TopValues("x", 4)
    other.merge(top)
    assert {value for value, _ in other._pairs} <= set(other.hits)
    assert top.emit(1)[0].buckets == Counter(at % 3 for at in range(50))


@pytest.mark.parametrize("field", ["x", "duration"])
def test_whether_a_field_was_seen(field: str) -> None:
    """A duration that is null was not, unlike other fields."""
    records: list[dict[str, Any]] = [{}, {field: None}, {field: 1}]
    for at, seen in enumerate([False, field == "x", True]):
        top = TopValues(field)
        top.add(Batch(as_hits(records[: at + 1], field)))
        assert top.seen is seen


@given(
    st.lists(st.lists(st.integers(0, 20), max_size=60), max_size=5),
    st.integers(1, 12),
    st.integers(1, 4),
)
@example([[0, 0, 5, 7]], 2, 2)
@RANDOM
def test_what_is_certain_is_right(streams: list[list[int]], limit: int, most: int) -> None:
    """Whatever has gone, in the sum of several too: those are the values, and these their hits."""
    whole = TopValues("x", limit)
    for stream in streams:
        top = TopValues("x", limit)
        top.add_values([f"{number * number // 20:02}" for number in stream])
        whole.merge(top)
    truth = Counter(f"{number * number // 20:02}" for stream in streams for number in stream)
    ranked = sorted(truth.items(), key=lambda item: (-item[1], item[0]))[:most]
    assert whole.is_certain(most) or whole.approximate
    if whole.is_certain(most):
        assert [(row.key, row.hits) for row in whole.emit(most)] == ranked


def test_the_first_values_may_be_certain_where_others_have_gone() -> None:
    top = TopValues("x", 10)
    top.add_values([*["a"] * 50, *["b"] * 40, *map(str, range(100))])
    assert (top.approximate, top.is_certain(2), top.is_certain(3)) == (True, True, False)


def test_room_for_text_may_be_another() -> None:
    top = TopValues("x", room=1_000)
    top.add_values([f"{number:0100}" for number in range(100)])
    assert top.approximate
    assert top.text <= 1_000
