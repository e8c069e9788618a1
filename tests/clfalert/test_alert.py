"""The alert as an object: its message is fixed to the letter."""

from fractions import Fraction
from select import PIPE_BUF

import orjson
import pytest

from clfalert.alert import alert
from clfalert.options import LABEL
from clfalert.rule import Transition

SECOND = 1_549_573_956


def test_triggered() -> None:
    made = alert(Transition(triggered=True, second=SECOND, hits=1206), Fraction(10), 120, 0)
    assert made == {
        "type": "alert",
        "state": "triggered",
        "time": "2019-02-07T21:12:36+00:00",
        "hits": 1206,
        "rate": 10.05,
        "threshold": 10,
        "window": 120,
        "message": "High traffic generated an alert - hits = 1206, "
        "triggered at 2019-02-07T21:12:36+00:00",
    }


def test_recovered() -> None:
    made = alert(Transition(triggered=False, second=SECOND, hits=0), Fraction(1, 2), 10, 0)
    assert made == {
        "type": "alert",
        "state": "recovered",
        "time": "2019-02-07T21:12:36+00:00",
        "hits": 0,
        "rate": 0.0,
        "threshold": 0.5,
        "window": 10,
        "message": "High traffic alert recovered - hits = 0, "
        "recovered at 2019-02-07T21:12:36+00:00",
    }


@pytest.mark.parametrize(
    ("offset", "time"),
    [
        (3600, "2019-02-07T22:12:36+01:00"),
        (-25200, "2019-02-07T14:12:36-07:00"),
        (20700, "2019-02-08T02:57:36+05:45"),
    ],
)
def test_offset(offset: int, time: str) -> None:
    made = alert(Transition(triggered=True, second=SECOND, hits=1), Fraction(1), 10, offset)
    assert made["time"] == time
    assert made["message"].endswith(f", triggered at {time}")


def test_many_hits_are_written_without_separators() -> None:
    made = alert(Transition(triggered=True, second=0, hits=1_234_567), Fraction(1), 120, 0)
    assert "hits = 1234567," in made["message"]


@pytest.mark.parametrize(
    ("threshold", "written"), [("10.0", b"10"), ("0", b"0"), ("0.1", b"0.1"), ("5/2", b"2.5")]
)
def test_threshold(threshold: str, written: bytes) -> None:
    made = alert(Transition(triggered=True, second=0, hits=1), Fraction(threshold), 120, 0)
    assert orjson.dumps(made["threshold"]) == written


def test_mark() -> None:
    """By its beginning a reader finds an alert even inside another program's line."""
    made = alert(Transition(triggered=True, second=0, hits=1), Fraction(1), 120, 0)
    assert orjson.dumps(made).startswith(b'{"type":"alert",')


def test_label() -> None:
    """It comes right after the state, and is no part of the message."""
    change = Transition(triggered=True, second=SECOND, hits=1206)
    plain, labelled = (alert(change, Fraction(10), 120, 0, label) for label in (None, 'a"\\b'))
    assert [*labelled][:4] == ["type", "state", "label", "time"]
    assert labelled == {**plain, "label": 'a"\\b'}
    assert "label" not in plain


def test_a_pipe_takes_the_longest_line_whole() -> None:
    change = Transition(triggered=True, second=SECOND, hits=1 << 62)
    longest = alert(change, Fraction("1e9"), 1 << 40, 20700, '"' * LABEL)
    assert len(orjson.dumps(longest)) < PIPE_BUF - 3000  # what else it may come to hold
