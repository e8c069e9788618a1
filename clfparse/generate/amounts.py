"""What the options take: numbers, durations and bursts, exactly as they are written."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction

from clfparse.values import times


def numbers(low: float, high: float) -> Callable[[str], Fraction]:
    """Return a reader of numbers from low to high; it raises ValueError for all else."""

    def read(text: str) -> Fraction:
        try:
            # By way of float: Fraction alone would read 1e999999999, for hours.
            value = Fraction(str(float(text)))
        except ValueError:  # nan and inf are no Fraction
            value = Fraction(-1)
        if not low <= value <= high:
            raise ValueError(f"{text!r} is no number from {low} to {high:,}")
        return value

    return read


rate = numbers(0, 1_000_000)


def seconds(text: str) -> Fraction:
    """Read a duration; raises ValueError if it is none."""
    return Fraction(times.duration(text) // timedelta(milliseconds=1), 1000)


def burst_of(text: str) -> tuple[Fraction, ...]:
    """Read RATE:LENGTH:EVERY; raises ValueError if it is not that."""
    parts = text.split(":")
    if len(parts) != 3:
        raise ValueError(f"{text!r} is no burst such as 80:10s:40s")
    return rate(parts[0]), seconds(parts[1]), seconds(parts[2])
