"""What clfalert and clfstats say, worked out from what their words mean: record by record."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from streams import Step, drive

from clfparse.clock import Clock, Mode


def closed(stream: list[Step], delay: float) -> Iterator[tuple[int, Counter[int]]]:
    """Yield every second that is over, in order, and the hits that had come by then."""
    clock, hits, due, newest = Clock(timedelta(seconds=delay), Mode.WALL), Counter[int](), 0, 0
    for second, back in drive(clock, stream):
        if back:
            yield from ((t, hits) for t in range(due, newest + 1))
        if back or not hits:
            # After a set-back nothing is known of the time before the record that tells of it.
            before = clock.watermark if clock.newest else 0
            hits, due = Counter[int](), second if back and second is not None else before
        if second is not None:
            hits[second] += 1
        if clock.newest:
            newest = clock.newest.second
            yield from ((t, hits) for t in range(due, clock.watermark))
            due = max(due, clock.watermark)
    yield from ((t, hits) for t in range(due, newest + 1))


def transitions(
    stream: list[Step], threshold: Fraction, recover: Fraction, window: int, delay: float
) -> Iterator[tuple[bool, int, int]]:
    """Yield whether an alert was triggered, its second and its hits, as clfalert.rule does."""
    triggered = False
    for t, hits in closed(stream, delay):
        number = sum(hits[second] for second in range(t - window + 1, t + 1))
        rate = Fraction(number, window)
        if rate < recover if triggered else rate > threshold:
            triggered = not triggered
            yield triggered, t, number
