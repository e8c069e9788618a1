"""The values of a field as a part holds them, when it is written.

`clfstats/part.schema.json` says the same as JSON Schema; clfparse.events.part reads it.
"""

from typing import Any, Literal, NotRequired, TypedDict

_64_BITS = 1 << 63


class TableFields(TypedDict):
    """The values of a field: each with its hits, bytes, errors, buckets of durations and misses.

    What is 0 or empty at the end of a row is left out. missed: hits that a value may have had which
    is not here, at most; those of a row are what its value may have had besides.
    """

    rows: list[list[Any]]
    approximate: NotRequired[Literal[True]]
    missed: NotRequired[int]


def amount(number: int) -> int | str:
    """Return a sum as a part holds it."""
    return number if number < _64_BITS else str(number)


def trimmed(row: list[Any]) -> list[Any]:
    """Return a row without what is 0 or empty at its end, but for its value and hits."""
    while len(row) > 2 and not row[-1]:
        del row[-1]
    return row
