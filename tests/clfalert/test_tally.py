"""What records add up to: as clfstats counts them, and how it is known to be all of them."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive import top
from streams import RANDOM, line

from clfalert.tally import TOP, Tally, columns_of, pack, total, unpack
from clfparse.counting.keys import json_value

VALUES = ["/a", "/b", "/c", "", "-", None, 1, 1.0, "1", True, [1, {"a": "}", "b": 2}], -(1 << 63)]
RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "section": st.sampled_from(VALUES),
            "host": st.sampled_from(["h", "i", "j", "k"]),
            "status": st.sampled_from([200, 500, 599, 600, None]),
            "bytes": st.sampled_from([0, 1, (1 << 63) - 1, None]),
        }
    ),
    max_size=30,
)


def lines_of(records: list[dict[str, Any]]) -> list[bytes]:
    return [line(0, **record)[:-1] for record in records]


def counted(lines: list[bytes]) -> Tally:
    tally = Tally()
    tally.add(columns_of(lines))
    return tally


def shown(tally: Tally, field: str) -> str:
    """Return the rows of a field as JSON, for 1, 1.0 and true are equal."""
    rows = [[json_value(row.key), *row[1:4]] for row in tally.top(field)]
    return repr(rows)


@given(RECORDS, st.integers(0, 30))
@RANDOM
def test_values_are_those_of_a_naive_count(records: list[dict[str, Any]], cut: int) -> None:
    """For any cut, packed or not, in one tally or in several."""
    lines = lines_of(records)
    whole, packed = counted(lines), Tally()
    packed.add(unpack(pack(columns_of(lines))))
    several = total([counted(lines[:cut]), counted([]), counted(lines[cut:])])
    for field in ("section", "host"):
        expected = [
            [row["value"], row["hits"], row["bytes"], row["errors"]] for row in top(records, field)
        ]
        for tally in (whole, packed, several):
            assert repr(expected[:TOP]) == shown(tally, field)
            assert tally.known[field] == len(records)
            assert tally.is_certain(field)


def test_the_sum_leaves_its_parts_alone() -> None:
    tally = counted(lines_of([{"host": "h"}]))
    assert total([tally]).known == total([tally]).known == tally.known
    assert tally.values["section"].hits == {"/pages": 1}
    assert total([]).known == {"section": 0, "host": 0}


@pytest.mark.parametrize(
    ("other", "known"),
    [
        (b'{"time":"T","host":"h"}', {"section": 0, "host": 3}),
        (b'{"time":"T"}', {"section": 0, "host": 0}),
        (b'{"time":"T","section":null,"host":null}', {"section": 3, "host": 3}),
        (b'{"time":"T","section":1e999,"host":"h"}', {"section": 2, "host": 2}),
        (b'{"time":"T","section":%b,"host":"h"}' % (b"9" * 5_000), {"section": 2, "host": 2}),
    ],
)
def test_a_record_that_lacks_a_field_shows(other: bytes, known: dict[str, int]) -> None:
    """One whose field clfstats would refuse, too."""
    usual = orjson.dumps({"time": "T", "section": "/", "host": "h"})
    assert counted([usual, other, usual]).known == known


def test_shrinking_takes_the_field_with_more_values() -> None:
    """So sections stay where hosts are many."""
    records = [{"section": f"/{at % 4}", "host": f"h{at}"} for at in range(1_000)]
    tally = counted(lines_of(records))
    before = tally.memory
    while tally.memory > before // 100:
        tally.shrink()
    assert tally.is_certain("section")
    assert not tally.is_certain("host")
    assert [row.hits for row in tally.top("section")] == [250] * 3
