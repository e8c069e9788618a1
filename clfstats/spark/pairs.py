"""What a split adds up to: values by key. All that has one key is merged, in any order."""

from typing import NamedTuple

from clfstats.counting.accumulator import Accumulator
from clfstats.spark.report import Report

# Keys: the start of a window, in epoch seconds, or one of those below, before any of them.
REPORT = -(1 << 62)
REFUSED = -(1 << 61)  # and so many more: the bytes of refused lines, in the order of the logs
FIRST_WINDOW = -(1 << 60)

Value = Accumulator | Report | bytes
Pair = tuple[int, Value]


class CountOptions(NamedTuple):
    """How logs are read and counted.

    unit: seconds of a window. several: records bear the name of their log, if it is counted by.
    rejects: whether refused lines are wanted.
    """

    unit: int
    by: tuple[str, ...]
    forms: tuple[str, ...] = ("auto",)
    zone: str | None = None
    client: str | None = None
    several: bool = False
    rejects: bool = False


def merge(value: Value, other: Value) -> Value:
    """Return what two values of one key add up to; they are used up."""
    match value, other:
        case Accumulator(), Accumulator():
            value.merge(other)
        case Report(), Report():
            value.merge(other)
        case _:
            raise TypeError("values of two kinds under one key")
    return value
