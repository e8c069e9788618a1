"""What the options take: numbers, durations and bursts, exactly as they are written."""

from datetime import timedelta
from fractions import Fraction

from clfparse.values import times


def exact(number: float | str) -> Fraction:
    """Return a number just as it is written; raises ValueError if it is below 0, or none."""
    try:
        # By way of float: Fraction alone would read 1e999999999, for hours.
        value = Fraction(str(float(number)))
    except ValueError:
        value = Fraction(-1)
    if value < 0:
        raise ValueError(f"{number!r} is no number from 0 up")
    return value


def seconds(text: str) -> Fraction:
    """Read a duration; raises ValueError if it is none."""
    return Fraction(times.duration(text) // timedelta(milliseconds=1), 1000)


def burst_of(text: str) -> tuple[Fraction, ...]:
    """Read RATE:LENGTH:EVERY; raises ValueError if it is not that."""
    parts = text.split(":")
    if len(parts) != 3:
        raise ValueError(f"{text!r} is no burst such as 80:10s:40s")
    return exact(parts[0]), seconds(parts[1]), seconds(parts[2])
