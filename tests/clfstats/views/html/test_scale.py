"""Axes have round figures, and hold all that is drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM

from clfstats.views.html import scale


@given(st.floats(1e-6, 1e15))
@RANDOM
def test_an_axis_holds_its_greatest_figure(most: float) -> None:
    axis = scale.linear(most, scale.number)
    assert 0 < axis.place(most) <= 1 + 1e-6
    assert axis.place(most) > 0.4
    assert 2 <= len(axis.ticks) <= 5
    assert (axis.y(0), axis.ticks[0].at, axis.ticks[-1].at) == (scale.TOP, 0, 1)


@given(st.floats(0, 1e7), st.floats(1, 1e6))
@RANDOM
def test_an_axis_of_durations(least: float, times: float) -> None:
    least = round(least, 6)
    axis = scale.durations(least, most := least * times)
    assert axis.logarithmic == (0 < least * 50 < most)
    assert 0 <= axis.place(least) <= axis.place(most) <= 1 + 1e-9
    assert 2 <= len(axis.ticks) <= 6


@pytest.mark.parametrize(
    ("most", "labels"),
    [
        (0, ["0", "1"]),
        (0.4, ["0", "0.1", "0.2", "0.3", "0.4"]),
        (28.4, ["0", "10", "20", "30"]),
        (4_100, ["0", "2,000", "4,000", "6,000"]),
    ],
)
def test_round_figures(most: float, labels: list[str]) -> None:
    assert [tick.label for tick in scale.linear(most, scale.number).ticks] == labels


@pytest.mark.parametrize(
    ("least", "most", "labels"),
    [
        (0, 0.9, ["0", "500 ms", "1.0 s"]),
        (0.003, 2.0, ["1.0 ms", "10 ms", "100 ms", "1.0 s", "10 s"]),
        (60, 400, ["0", "2.0 m", "4.0 m", "6.0 m", "8.0 m"]),
    ],
)
def test_round_durations(least: float, most: float, labels: list[str]) -> None:
    assert [tick.label for tick in scale.durations(least, most).ticks] == labels


@pytest.mark.parametrize(
    ("rate", "written"),
    [(12.34, "12.3/s"), (0.5, "30.0/min"), (0.01, "36.0/h"), (1e-5, "0.9/d"), (0, "0.0/d")],
)
def test_rates(rate: float, written: str) -> None:
    assert scale.as_rate(rate) == written
