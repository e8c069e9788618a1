"""clfstats.spark.pairs: values of one key are merged; test_work.py holds what comes of it."""

import pytest

from clfstats.counting.accumulator import Accumulator
from clfstats.spark.pairs import FIRST_WINDOW, REFUSED, REPORT, merge
from clfstats.spark.report import Report


def test_values_of_one_kind_add_up() -> None:
    report = merge(Report(refused=1), Report(refused=2))
    assert isinstance(report, Report)
    assert report.refused == 3
    assert isinstance(merge(Accumulator(()), Accumulator(())), Accumulator)


def test_the_report_comes_first_and_windows_last() -> None:
    assert REPORT < REFUSED < FIRST_WINDOW < -62_135_596_800  # the year 1


def test_values_of_two_kinds_are_an_error() -> None:
    with pytest.raises(TypeError):
        merge(b"", Report())
