"""The number of distinct values from their least hashes: near, the same for any split, small."""

from itertools import pairwise

import pytest
from msgspec.json import decode

from clfparse.events.part import Least
from clfstats.counting.bottom_k import HASHES, BottomK
from clfstats.views.jsonl import to_json


def name(number: int) -> str:
    return f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"


def sketch(numbers: range, held: int = HASHES) -> BottomK:
    """Return that of so many names, taken a thousand at a time."""
    made = BottomK(held)
    for start in range(0, len(numbers), 1_000):
        made.add(map(name, numbers[start : start + 1_000]))
    return made


@pytest.mark.parametrize("number", [0, 1, HASHES - 1])
def test_few_are_exact(number: int) -> None:
    made = sketch(range(number))
    assert (made.emit(), made.approximate) == (number, False)


@pytest.mark.parametrize("number", [HASHES, 20_000, 100_001, 250_000])
def test_many_are_near(number: int) -> None:
    """Within 2.5 %: three standard errors of 1 / sqrt(k - 2). Hashes are no matter of chance."""
    made = sketch(range(number))
    assert made.approximate
    assert abs(made.emit() / number - 1) < 0.025
    assert made.memory < 600_000


def test_values_that_come_again_change_nothing() -> None:
    made = sketch(range(50_000))
    before = made.emit()
    made.add(map(name, range(50_000)))
    assert made.emit() == before


def test_the_least_of_a_union_are_those_of_both() -> None:
    """Cut anywhere, values in both or not; of two that hold unequally many, it holds the fewer."""
    whole, both = sketch(range(60_000)), BottomK()
    for start, end in pairwise([0, 100, 40_000, 60_000]):
        both.merge(sketch(range(max(0, start - 5_000), end)))
    assert both.hashes() == whole.hashes()
    few = sketch(range(60_000), 100)
    whole.merge(few)
    assert (whole.held, whole.hashes()) == (100, few.hashes())


def test_what_is_dumped_is_loaded() -> None:
    made = sketch(range(20_000))
    line = to_json(made.dump())
    assert len(line) == 174_790
    loaded = BottomK.load(decode(line, type=Least))
    assert (loaded.hashes(), loaded.held, loaded.emit()) == (made.hashes(), HASHES, made.emit())


def test_hashes_are_the_same_in_each_run() -> None:
    """Those of text are not those of the same JSON; null is no value."""
    made = BottomK()
    made.add(["1", b"1", None])
    assert made.dump() == {"least": "lkklcj2ZSUP2/EIDn7o3dg==", "held": HASHES}
