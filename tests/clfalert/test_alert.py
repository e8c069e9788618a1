"""The alert as an object: its message is fixed to the letter."""

from fractions import Fraction
from select import PIPE_BUF

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM, read_line

from clfalert.alert import AlertFields, alert
from clfalert.options import LABEL
from clfalert.recent import Cause
from clfalert.rule import Transition
from clfparse.counting.keys import Key
from clfparse.counting.top_values import TopValue
from clfparse.events.alert import Alert

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


def named(section: list[Key], host: list[Key], *, certain: bool = True) -> AlertFields:
    """Return an alert that names these values."""
    top = {"section": section, "host": host}
    rows = {
        field: [TopValue(key, 1, 0, 0, {}) for key in keys] for field, keys in top.items() if keys
    }
    change = Transition(triggered=True, second=SECOND, hits=10**15)
    return alert(change, Fraction(10**9), 86_400, 0, cause=Cause(rows, certain))


def values(fields: AlertFields) -> dict[str, list[object]]:
    return {field: [row["value"] for row in rows] for field, rows in fields["top"].items()}


def test_cause() -> None:
    made = named(["/a", b"1", None], ["h"])
    assert list(made)[-3:] == ["window", "top", "message"]
    assert made["top"]["host"] == [{"value": "h", "hits": 1, "bytes": 0, "errors": 0}]
    assert values(made)["section"] == ["/a", 1, None]
    assert "top" not in named([], [])
    assert values(named([], ["h"])) == {"host": ["h"]}


def test_approximate() -> None:
    made = named(["/a"], [], certain=False)
    assert list(made)[-3:] == ["top", "approximate", "message"]
    assert "approximate" not in named([], [], certain=False)


@pytest.mark.parametrize(
    ("section", "host", "expected"),
    [
        (["/" * 3_500, "/b"], ["h"], [[3_500, 2], [1]]),
        (["/" * 4_000, "/b"], ["h", "i"], [[], [1, 1]]),
        (["/", "/" * 4_000, "/b"], ["h", "i"], [[1], [1, 1]]),
        (["/" * 2_000, "/" * 2_000], ["h"], [[2_000], [1]]),
        (["/" * 1_500, "/" * 1_500], ["h" * 1_500], [[1_500], [1_500]]),
        (["\x1b" * 600, "/"], ["h"], [[600, 1], [1]]),  # each is six bytes of JSON
        (["\x1b" * 700, "/"], ["h"], [[], [1]]),
        (["/" * 70_000], ["h" * 70_000], [[], []]),
    ],
)
def test_a_line_is_taken_whole_by_a_pipe(
    section: list[Key], host: list[Key], expected: list[list[int]]
) -> None:
    """A list ends before the value that is too long: what is named has the most hits indeed."""
    made = named(section, host)
    assert [list(map(len, map(str, each))) for each in values(made).values()] == expected
    assert len(orjson.dumps(made) + b"\n") <= 4_096


def test_numbers_past_64_bits_end_a_list() -> None:
    """Few readers of JSON have them."""
    assert values(named(["/", b"18446744073709551616", "/b"], ["h"])) == {
        "section": ["/"],
        "host": ["h"],
    }


CHARACTERS = st.sampled_from('{}[]",:\\\n\x00é') | st.characters(exclude_categories=["Cs"])
TEXTS = st.text(CHARACTERS) | st.integers(0, 4_200).map("/".__mul__)
TEXTS |= st.just('{"type":"alert","message":"x"}')


@given(st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=3))
@RANDOM
def test_any_values(section: list[Key], host: list[Key]) -> None:
    """The line is one, bounded, and an alert; each list is the beginning of what it is of."""
    made = named(section, host)
    line = orjson.dumps(made)
    assert len(line) < 4_096
    assert b"\n" not in line
    assert read_line(line) == Alert(line, made["message"])
    for keys, rows in zip(filter(None, (section, host)), made.get("top", {}).values(), strict=True):
        assert [row["value"] for row in rows] == keys[: len(rows)]


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
