"""Figures for people: durations."""

import pytest

from clfstats.views import humanize


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 µs"),
        (0.000_000_4, "0 µs"),
        (0.000_012, "12 µs"),
        (0.000_999, "999 µs"),
        (0.000_999_9, "1.0 ms"),
        (0.001, "1.0 ms"),
        (0.009_94, "9.9 ms"),
        (0.009_96, "10 ms"),
        (0.18, "180 ms"),
        (0.999_4, "999 ms"),
        (0.999_6, "1.0 s"),
        (1.25, "1.2 s"),
        (59.4, "59 s"),
        (59.6, "1.0 m"),
        (90, "1.5 m"),
        (36_000, "600 m"),
        (1e7, "166,667 m"),
    ],
)
def test_duration(seconds: float, shown: str) -> None:
    assert humanize.duration(seconds) == shown
