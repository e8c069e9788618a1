"""The traffic of one window: the merge law, a total order, and bounded counters."""

import json
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM

from clfstats.accumulator import Accumulator
from clfstats.stats import JsonView
from clfstats.tally import Count, Tally, key, name, value

ONE = Count(1, 10, 0)
BY = ("section", "x")
MOST = (1 << 63) - 1

Records = list[dict[str, Any]]

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), MOST)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("aé-1", max_size=3)
    | st.sampled_from([1, 1.0, True, "1", "true", "-", "null", ""])
)
pairs = st.dictionaries(st.sampled_from("ab"), scalars, max_size=2)
values = scalars | st.lists(scalars | pairs, max_size=2) | pairs
records: st.SearchStrategy[Records] = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("section", "x", "host", "method"), values),
            "status": st.none() | st.integers(0, 999),
            "bytes": st.none() | st.integers(0, MOST),
            "duration": st.none() | st.integers(0, 9) | st.floats(0, 1e8),
        },
    ),
    max_size=6,
)


def fold(found: Records, by: tuple[str, ...] = BY) -> Accumulator:
    traffic = Accumulator(by)
    for record in found:
        traffic.add(record)
    return traffic


def merge(*parts: Accumulator) -> Accumulator:
    """Merge into a new one, so that no part changes."""
    whole = Accumulator(BY)
    for part in parts:
        whole.merge(part)
    return whole


def state(traffic: Accumulator) -> tuple[bytes, set[str]]:
    return JsonView().summary(traffic.finish()), traffic.missing


def top(field: str, found: Records) -> list[tuple[object, int]]:
    rows = fold(found, (field,)).finish()["top"][field]
    return [(row["value"], row["hits"]) for row in rows]


@given(records, records, records)
@RANDOM
def test_merge(a: Records, b: Records, c: Records) -> None:
    """It is folding, cut anywhere; associative, commutative, and nothing is its identity."""
    one, two, three = fold(a), fold(b), fold(c)
    before = state(two)
    assert state(merge(one, two)) == state(fold(a + b)) == state(merge(two, one))
    assert state(merge(merge(one, two), three)) == state(merge(one, merge(two, three)))
    assert state(merge(one, fold([]))) == state(one) == state(merge(fold([]), one))
    assert state(two) == before


@given(st.data(), records)
@RANDOM
def test_order_does_not_matter(data: st.DataObject, found: Records) -> None:
    assert state(fold(data.draw(st.permutations(found)))) == state(fold(found))


def test_ties_are_ordered() -> None:
    """By value as text; what reads alike has an order as well."""
    found = [{"section": of} for of in (None, "-", 1, "1", "/b", "/a")]
    orders = {tuple(top("section", list(order))) for order in permutations(found)}
    assert orders == {(("-", 1), (None, 1), ("/a", 1), ("/b", 1), ("1", 1), (1, 1))}


def test_most_hits_first() -> None:
    found = [{"section": of} for of in ("/a", "/b", "/c", "/b", "/c", "/c")]
    assert top("section", found) == [("/c", 3), ("/b", 2), ("/a", 1)]
    shown = fold(found).finish(top=1)["top"]["section"]
    assert shown == [{"value": "/c", "hits": 3, "bytes": 0, "errors": 0}]


@pytest.mark.parametrize(
    ("status", "errors"),
    [(None, 0), (0, 0), (200, 0), (404, 0), (499, 0), (500, 1), (503, 1), (599, 1), (600, 0)],
)
def test_errors_are_5xx(status: int | None, errors: int) -> None:
    found = fold([{"status": status, "section": "/a"}, {"section": "/b"}]).finish()
    assert found["errors"] == errors
    assert [row["errors"] for row in found["top"]["section"]] == [errors, 0]


def test_sums() -> None:
    found = fold(
        [
            {"host": "a", "method": "GET", "status": 200, "bytes": 5, "section": "/a"},
            {"host": "b", "method": "GET", "status": 500, "bytes": 7, "section": "/a"},
            {"host": "a", "method": "PUT", "status": 200, "bytes": None, "section": None},
        ],
        ("section",),
    ).finish()
    assert found == {
        "hits": 3,
        "bytes": 12,
        "hosts": 2,
        "status": {"200": 2, "500": 1},
        "errors": 1,
        "methods": {"GET": 2, "PUT": 1},
        "top": {
            "section": [
                {"value": "/a", "hits": 2, "bytes": 12, "errors": 1},
                {"value": None, "hits": 1, "bytes": 0, "errors": 0},
            ]
        },
    }


def test_null_and_missing_are_one() -> None:
    """Null is null as a value, - as a name of an object, and no host."""
    null = dict.fromkeys(("host", "method", "status", "section", "bytes"))
    found = fold([null, {}], ("section",)).finish()
    assert (found["methods"], found["status"]) == ({"-": 2}, {"-": 2})
    assert found["top"]["section"] == [{"value": None, "hits": 2, "bytes": 0, "errors": 0}]
    assert (found["hosts"], found["bytes"]) == (0, 0)
    assert fold([{"host": ""}, {"host": "-"}, {"host": 0}]).finish()["hosts"] == 3


def test_durations() -> None:
    """They are there where one record has one; then every row has its own, or null."""
    found: Records = [{"section": "/a", "duration": of} for of in (1, 0.5)]
    found += [{"section": "/b", "duration": None}, {}]
    summary = fold(found, ("section",)).finish()
    high = dict.fromkeys(("p90", "p95", "p99"), 0.99)
    assert summary["duration"] == {"p50": 0.501539, **high, "max": 1, "mean": 0.75}
    assert list(summary).index("duration") == list(summary).index("top") - 1
    rows = {row["value"]: row["p95"] for row in summary["top"]["section"]}
    assert rows == {"/a": 0.99, "/b": None, None: None}
    without = fold(found[2:], ("section",)).finish()
    assert "duration" not in without
    assert "p95" not in without["top"]["section"][0]


def test_a_duration_that_is_null_is_missing() -> None:
    """Unlike other fields: a few lines of a custom log may lack it, which the fast way ignores."""
    assert fold([{"duration": None}], ("duration", "x")).missing == {"duration", "x"}
    assert fold([{"duration": None}, {"duration": 0}], ("duration", "x")).missing == {"x"}


def test_missing_fields() -> None:
    """Missing are those that no record has; null is there."""
    assert fold([{"section": None}, {}], ("section", "x")).missing == {"x"}
    assert fold([{}, {"x": 1}], ("section", "x")).missing == {"section"}


ALIKE = [None, "-", "null", 1, 1.0, True, "1", "1.0", "true", 0, False, "", [1], "[1]", {"a": 1}]


def test_values_stay_apart() -> None:
    assert len({key(of) for of in ALIKE}) == len(ALIKE)
    for of in ALIKE:
        back = value(key(of))
        assert (back, type(back)) == (of, type(of))


def test_order_within_an_object_does_not_matter() -> None:
    assert key({"a": 1, "b": [{"d": 1, "c": 2}]}) == key({"b": [{"c": 2, "d": 1}], "a": 1})


@pytest.mark.parametrize(("of", "text"), [(None, "-"), ("a", "a"), (1, "1"), ([1, "é"], '[1,"é"]')])
def test_names(of: object, text: str) -> None:
    assert name(key(of)) == text


def test_sums_past_64_bits_are_written() -> None:
    found = fold([{"section": "/é", "bytes": MOST}] * 3, ("section",)).finish()
    written = JsonView().summary(found)
    assert json.loads(written) == found
    assert found["bytes"] == 3 * MOST
    assert written.count(b"\n") == 1
    assert "/é".encode() in written


def test_heavy_hitters_survive() -> None:
    """Past the limit those with the fewest hits go; the summary says so."""
    tally = Tally(limit=100)
    for at in range(5_000):
        tally.add(key(f"rare {at}"), ONE)
        tally.add(key(f"hot {at % 5}"), ONE)
        assert len(tally.hits) <= 100
    assert tally.approximate
    assert list(tally.top(5)) == [(key(f"hot {at}"), Count(1000, 10_000, 0)) for at in range(5)]
    assert len(tally) >= 100


def test_as_many_as_the_limit_are_exact() -> None:
    tally = Tally(limit=100)
    for at in range(300):
        tally.add(key(str(at % 100)), ONE)
    assert (tally.approximate, len(tally)) == (False, 100)


def test_text_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few values may be long: their characters are bounded as well."""
    monkeypatch.setattr("clfstats.tally._TEXT", 1_000)
    tally = Tally()
    for at in range(200):
        tally.add(key(f"{at:099}"), ONE)
        tally.add(key("hot"), ONE)
        assert sum(map(len, tally.hits)) <= 1_000
    assert tally.approximate
    assert next(tally.top()) == (key("hot"), Count(200, 2_000, 0))


def test_hosts_are_not_overcounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past either bound there are at least as many distinct values as are told, never fewer."""
    monkeypatch.setattr("clfstats.tally._TEXT", 1_000)
    found = fold([{"host": f"{at:099}"} for at in range(20)]).finish()
    assert found["approximate"] is True
    assert found["hosts"] <= 20


def test_merge_keeps_the_bound() -> None:
    one, two = Tally(limit=100), Tally(limit=100)
    for at in range(80):
        one.add(key(f"one {at}"), ONE)
        two.add(key(f"two {at}"), ONE)
    one.merge(two)
    assert one.approximate
    assert len(one.hits) <= 100
    three = Tally(limit=1_000)
    three.merge(one)
    assert three.approximate, "once lost, lost for good"


def test_summary_says_approximate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clfstats.tally._TEXT", 100)
    found = [{"section": f"{at:050}"} for at in range(3)]
    assert fold(found).finish()["approximate"] is True
    assert "approximate" not in fold(found[:1]).finish()
