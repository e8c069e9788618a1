"""Values as keys of counters: what differs stays apart, and comes back as it was."""

from typing import Any

import orjson
import pytest
from msgspec.json import decode

from clfparse.counting.keys import dumped, json_value, key, keys, loaded, name, undumped
from clfparse.events.part import Value

ALIKE: list[object] = [
    None,
    "-",
    "null",
    1,
    1.0,
    True,
    "1",
    "1.0",
    "true",
    0,
    False,
    "",
    [1],
    "[1]",
    {"a": 1},
]
ALIKE += [1 << 63, 1 << 64, float(1 << 64), str(1 << 64), -(1 << 64), 10**400, [10**10]]


def test_values_stay_apart() -> None:
    assert len({key(each) for each in ALIKE}) == len(ALIKE)
    assert keys(ALIKE) == [key(each) for each in ALIKE]
    for each in ALIKE:
        back = json_value(key(each))
        assert (back, type(back)) == (each, type(each))


@pytest.mark.parametrize(
    ("inner", "number"), [(10**20, 1e20), (-(10**20), -1e20), (10**300, 1e300), (1, 1)]
)
def test_integers_past_64_bits_within_a_value(inner: int, number: float) -> None:
    """They are floats there, as for jq; a sum that is wrong is none of ours."""
    assert repr(json_value(key({"b": [inner], "a": 1}))) == repr({"a": 1, "b": [number]})


@pytest.mark.parametrize("inner", [10**400, 0])
def test_a_value_that_cannot_be_written_is_null(inner: int) -> None:
    nested: Any = inner
    for _ in range(300 if not inner else 1):
        nested = [nested]
    assert key(nested) is None


def test_order_within_an_object_does_not_matter() -> None:
    assert key({"a": 1, "b": [{"d": 1, "c": 2}]}) == key({"b": [{"c": 2, "d": 1}], "a": 1})


@pytest.mark.parametrize(
    ("named", "text"), [(None, "-"), ("a", "a"), (1, "1"), ([1, "é"], '[1,"é"]')]
)
def test_names(named: object, text: str) -> None:
    assert name(key(named)) == text


@pytest.mark.parametrize("value", ALIKE, ids=repr)
def test_a_part_holds_any_key(value: object) -> None:
    """As a scalar of 64 bits at most, or as text; read again, it is the same key."""
    known = key(value)
    text = orjson.dumps(dumped(known))
    assert loaded(decode(text, type=Value)) == known
    assert undumped(dumped(known)) == known
    assert b"[" not in text.replace(b'"[', b"")
