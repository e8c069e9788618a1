"""The traffic of one window: the merge law, a total order, sums that hold."""

import json
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM, as_hits

from clfstats.counting.accumulator import Accumulator
from clfstats.views.jsonl import to_json

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


def fold(objects: Records, by: tuple[str, ...] = BY) -> Accumulator:
    traffic = Accumulator(by)
    traffic.add(as_hits(objects, *by))
    return traffic


def merge(*parts: Accumulator) -> Accumulator:
    """Merge into a new one, so that no part changes."""
    whole = Accumulator(BY)
    for part in parts:
        whole.merge(part)
    return whole


def state(traffic: Accumulator) -> tuple[bytes, list[str]]:
    return to_json(traffic.emit()), traffic.missing


def top(field: str, objects: Records) -> list[tuple[object, int]]:
    rows = fold(objects, (field,)).emit()["top"][field]
    return [(row["value"], row["hits"]) for row in rows]


@given(records, records, records)
@RANDOM
def test_merge(a: Records, b: Records, c: Records) -> None:
    """It is folding, cut anywhere; associative, commutative, and nothing is its identity."""
    first, second, third = fold(a), fold(b), fold(c)
    before = state(second)
    assert state(merge(first, second)) == state(fold(a + b)) == state(merge(second, first))
    assert state(merge(merge(first, second), third)) == state(merge(first, merge(second, third)))
    assert state(merge(first, fold([]))) == state(first) == state(merge(fold([]), first))
    assert state(second) == before


@given(st.data(), records)
@RANDOM
def test_order_does_not_matter(data: st.DataObject, drawn: Records) -> None:
    assert state(fold(data.draw(st.permutations(drawn)))) == state(fold(drawn))


@given(st.data(), records)
@RANDOM
def test_how_many_come_at_once_does_not_matter(data: st.DataObject, drawn: Records) -> None:
    """One, or ten thousand, or none."""
    place = data.draw(st.integers(0, len(drawn)))
    single, cut = Accumulator(BY), Accumulator(BY)
    for hit in as_hits(drawn, *BY):
        single.add([hit])
    cut.add(as_hits(drawn[:place], *BY))
    cut.add(as_hits(drawn[place:], *BY))
    assert state(single) == state(cut) == state(fold(drawn))


def test_ties_are_ordered() -> None:
    """By value as text; what reads alike has an order as well."""
    records = [{"section": section} for section in (None, "-", 1, "1", "/b", "/a")]
    orders = {tuple(top("section", list(order))) for order in permutations(records)}
    assert orders == {(("-", 1), (None, 1), ("/a", 1), ("/b", 1), ("1", 1), (1, 1))}


def test_most_hits_first() -> None:
    records = [{"section": section} for section in ("/a", "/b", "/c", "/b", "/c", "/c")]
    assert top("section", records) == [("/c", 3), ("/b", 2), ("/a", 1)]
    shown = fold(records).emit(most=1)["top"]["section"]
    assert shown == [{"value": "/c", "hits": 3, "bytes": 0, "errors": 0}]


@pytest.mark.parametrize(
    ("status", "errors"),
    [(None, 0), (0, 0), (200, 0), (404, 0), (499, 0), (500, 1), (503, 1), (599, 1), (600, 0)],
)
def test_errors_are_5xx(status: int | None, errors: int) -> None:
    summary = fold([{"status": status, "section": "/a"}, {"section": "/b"}]).emit()
    assert summary["errors"] == errors
    assert [row["errors"] for row in summary["top"]["section"]] == [errors, 0]


def test_sums() -> None:
    summary = fold(
        [
            {"host": "a", "method": "GET", "status": 200, "bytes": 5, "section": "/a"},
            {"host": "b", "method": "GET", "status": 500, "bytes": 7, "section": "/a"},
            {"host": "a", "method": "PUT", "status": 200, "bytes": None, "section": None},
        ],
        ("section",),
    ).emit()
    assert summary == {
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
    summary = fold([null, {}], ("section",)).emit()
    assert (summary["methods"], summary["status"]) == ({"-": 2}, {"-": 2})
    assert summary["top"]["section"] == [{"value": None, "hits": 2, "bytes": 0, "errors": 0}]
    assert (summary["hosts"], summary["bytes"]) == (0, 0)
    assert fold([{"host": ""}, {"host": "-"}, {"host": 0}]).emit()["hosts"] == 3


def test_durations() -> None:
    """They are there where one record has one; then every row has its own, or null."""
    records: Records = [{"section": "/a", "duration": duration} for duration in (1, 0.5)]
    records += [{"section": "/b", "duration": None}, {}]
    summary = fold(records, ("section",)).emit()
    high = dict.fromkeys(("p90", "p95", "p99"), 0.99)
    assert summary["duration"] == {"p50": 0.501539, **high, "max": 1, "mean": 0.75}
    assert list(summary).index("duration") == list(summary).index("top") - 1
    rows = {row["value"]: row["p95"] for row in summary["top"]["section"]}
    assert rows == {"/a": 0.99, "/b": None, None: None}
    without = fold(records[2:], ("section",)).emit()
    assert "duration" not in without
    assert "p95" not in without["top"]["section"][0]


def test_a_duration_that_is_null_is_missing() -> None:
    """Unlike other fields: a few lines of a custom log may lack it, and then it is null."""
    assert fold([{"duration": None}], ("duration", "x")).missing == ["duration", "x"]
    assert fold([{"duration": None}, {"duration": 0}], ("duration", "x")).missing == ["x"]


def test_missing_fields() -> None:
    """Missing are those that no record has; null is there."""
    assert fold([{"section": None}, {}], ("section", "x")).missing == ["x"]
    assert fold([{}, {"x": 1}], ("section", "x")).missing == ["section"]


def test_sums_past_64_bits_are_written() -> None:
    summary = fold([{"section": "/é", "bytes": MOST}] * 3, ("section",)).emit()
    written = to_json(summary)
    assert json.loads(written) == summary
    assert summary["bytes"] == 3 * MOST
    assert written.count(b"\n") == 1
    assert "/é".encode() in written


@pytest.mark.parametrize("number", [10**20, 10**400])
def test_integers_past_64_bits_are_shown(number: int) -> None:
    """As they are, in the record's own digits."""
    written = to_json(fold([{"x": number}, {"method": number}], ("x",)).emit())
    assert json.loads(written)["top"]["x"][1]["value"] == number
    assert json.loads(written)["methods"] == {"-": 1, str(number): 1}


def test_summary_says_approximate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clfparse.counting.top_values._TEXT", 250)
    objects = [{"section": f"{at:050}"} for at in range(3)]
    assert fold(objects).emit()["approximate"] is True
    assert "approximate" not in fold(objects[:1]).emit()


def test_text_is_that_of_hosts_and_values() -> None:
    """In bytes of memory; what is counted by other keys takes little."""
    objects = [{"host": "é" * at, "section": "/" * at, "x": [at], "method": "M"} for at in range(9)]
    texts = ["é" * at for at in range(9)] + ["/" * at for at in range(9)]
    texts_size = sum(map(str.__sizeof__, texts))
    assert fold(objects).text == texts_size + sum(b"[%d]".__sizeof__() - 1 for _ in range(9))


def test_shrink() -> None:
    """Half of the values go, those with the fewest hits; sums and the number of hosts stay."""
    objects = [{"host": f"h{at}", "section": f"/{at}", "bytes": 1} for at in range(10)]
    traffic = fold([*objects, *objects[3:]])
    before = traffic.emit()
    traffic.shrink()
    after = traffic.emit()
    assert after["approximate"] is True
    assert {field: before[field] for field in ("hits", "bytes", "hosts", "status")} == {
        field: after[field] for field in ("hits", "bytes", "hosts", "status")
    }
    assert [row["value"] for row in after["top"]["section"]] == [f"/{at}" for at in range(3, 8)]
    assert traffic.text < fold(objects).text // 2
    traffic.add(as_hits([{"host": "new"}], *BY))
    assert traffic.emit()["hosts"] == 11


@given(records, st.integers(1, 4))
@RANDOM
def test_values_are_ranked_by_each_figure(objects: Records, most: int) -> None:
    """The first of all that there are; by hits, as a summary has them; every value once."""
    traffic = fold(objects)
    everything = traffic.emit()["top"]["section"]
    assert traffic.distinct("section") == len(everything)
    assert traffic.ranked("section", "hits", most) == everything[:most]
    for order in ("bytes", "errors", "p95"):
        rows = traffic.ranked("section", order, most)
        figures: list[Any] = [row.get(order) or 0 for row in rows]
        best = sorted((row.get(order) or 0 for row in everything), reverse=True)  # type: ignore[type-var]
        assert figures == best[:most]
        assert all(row in everything for row in rows)
        assert len({to_json({"v": row["value"]}) for row in rows}) == len(rows)
