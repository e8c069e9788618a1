"""clfalert as a filter: bytes in, bytes out."""

import re
from datetime import timedelta
from fractions import Fraction
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import ALERT, RANDOM, REPLAY, START, block, cuts, fed, inputs, line, live, torn

from clfalert.filter import HINT, Watch
from clfparse.events.clock import Mode
from clfparse.stream.rejects import Rejects
from clfstats.filter import Stats
from clfstats.views.parts import PartsView


def make(
    *, mode: Mode = Mode.AUTO, delay: float = 2, text: bool = False, through: bool = False
) -> tuple[Watch, Rejects]:
    """Make a watch over 10 s, triggered by more than 10 hits, back with fewer."""
    rejects = Rejects("clfalert", HINT)
    watch = Watch(
        rejects,
        threshold=Fraction(1),
        recover=Fraction(1),
        window=10,
        delay=timedelta(seconds=delay),
        mode=mode,
        text=text,
        through=through,
    )
    return watch, rejects


def states(written: bytes) -> list[Any]:
    return [orjson.loads(row).get("state") for row in written.splitlines()]


BURST = block([START] * 11)
MESSAGES = [
    b"High traffic generated an alert - hits = 11, triggered at 2019-02-07T21:11:00+00:00",
    b"High traffic alert recovered - hits = 1, recovered at 2019-02-07T21:11:10+00:00",
]


def test_alerts() -> None:
    written, messages = fed(*make(), [BURST, line(START + 10)])
    first, second = (orjson.loads(row) for row in written.splitlines())
    assert [first["message"].encode(), second["message"].encode()] == MESSAGES
    assert first == {
        "type": "alert",
        "state": "triggered",
        "time": "2019-02-07T21:11:00+00:00",
        "hits": 11,
        "rate": 1.1,
        "threshold": 1,
        "window": 10,
        "top": {"section": [{"value": "/pages", "hits": 11, "bytes": 0, "errors": 0}]},
        "message": MESSAGES[0].decode(),
    }
    assert list(first)[-2:] == ["top", "message"]
    assert "top" not in second
    assert (second["state"], second["hits"], messages) == ("recovered", 1, [])


def test_text() -> None:
    written, _ = fed(*make(text=True), [BURST, line(START + 10)])
    assert written.splitlines() == MESSAGES


def test_at_once() -> None:
    """An alert comes with the record that closes its second."""
    watch, _ = make()
    assert watch.add(BURST + line(START + 2), REPLAY) == b""
    assert states(watch.add(line(START + 3), REPLAY)) == ["triggered"]


def test_end_of_input_makes_no_recovery_up() -> None:
    watch, _ = make()
    assert watch.add(BURST, REPLAY) == b""
    assert states(watch.close()) == ["triggered"]


def test_silence_recovers_on_a_live_stream() -> None:
    """Ten seconds later the burst is out of the window; 2 s are waited for late records."""
    watch, _ = make()
    watch.add(BURST, live(0))
    assert watch.on_idle(live(2.9)) == b""
    assert states(watch.on_idle(live(3))) == ["triggered"]
    assert watch.on_idle(live(12.9)) == b""
    recovered = orjson.loads(watch.on_idle(live(13)))
    assert (recovered["state"], recovered["hits"]) == ("recovered", 0)
    assert recovered["time"] == "2019-02-07T21:11:10+00:00"
    assert watch.close() == b""


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(Mode.AUTO, []), (Mode.EVENT, []), (Mode.WALL, ["triggered", "recovered"])],
)
def test_silence_on_an_old_log(mode: Mode, expected: list[str]) -> None:
    watch, _ = make(mode=mode)
    watch.add(BURST, REPLAY)
    assert states(watch.on_idle(REPLAY._replace(silence=timedelta(seconds=99)))) == expected


@given(st.data(), st.booleans(), st.booleans(), st.sampled_from([0, 0.5, 2, 60]))
@RANDOM
def test_cuts_change_nothing(
    data: st.DataObject, through: bool, at_lines: bool, delay: float
) -> None:
    """However a log is read, all is the same: what is written, and what is reported."""
    whole, records = data.draw(inputs())
    expected = fed(*make(through=through, delay=delay), [whole])
    pieces = data.draw(cuts(whole, at_lines=at_lines))
    assert fed(*make(through=through, delay=delay), pieces) == expected
    assert states(expected[0]).count(None) == records * through


def test_pass_writes_records_as_they_came() -> None:
    """Byte for byte, each alert before the record that has raised it; what is refused stays."""
    odd = b'{ "x":1.0, "time" : "2019-02-07t21:11:10Z"}\r\n'
    watch, rejects = make(through=True)
    written = watch.add(BURST + b"lost\n" + odd + line(START + 13), REPLAY)
    rows = written.splitlines(keepends=True)
    assert b"".join(rows[:11]) == BURST
    assert orjson.loads(rows[11])["state"] == "triggered"
    assert rows[12] == odd
    assert orjson.loads(rows[13])["state"] == "recovered"
    assert rows[14:] == [line(START + 13)]
    assert rejects.refused == 1


def test_pass_in_bulk() -> None:
    """The alert stands before the first record of START + 5, which closes START + 2.

    A carriage return is white space in JSON: it may stand within a record, and ends no line.
    """
    lines = [line(START + at // 5).replace(b",", b",\r") for at in range(30)]
    watch, _ = make(through=True)
    written = watch.add(lines[0], REPLAY) + watch.add(b"".join(lines[1:]), REPLAY)
    rows = [row + b"\n" for row in written.split(b"\n")[:-1]]
    assert states(rows.pop(25)) == ["triggered"]
    assert rows == lines


def test_pass_keeps_a_record_after_the_end_of_input() -> None:
    """The last line of all may be a record that an alert has torn at its end."""
    watch, _ = make(through=True)
    watch.add(torn(START, len(line(START)) - 1)[:-1], REPLAY)
    assert watch.close() == line(START)


def test_torn_records_pass_mended() -> None:
    written, _ = fed(*make(through=True), [torn(START, at) for at in range(len(line(START)))])
    rows = written.splitlines(keepends=True)
    assert rows.count(line(START)) == len(line(START))
    assert rows.count(ALERT + b"\n") == len(line(START))


@pytest.mark.parametrize(("text", "through"), [(False, False), (False, True), (True, False)])
def test_alerts_in_the_input_pass(text: bool, through: bool) -> None:
    """They are no traffic, and a terminal is never sent what would act on it."""
    odd = b'{ "type":"alert", "message":"\\u001b[2J \\u202e \xc3\xa9" }'
    watch, rejects = make(text=text, through=through)
    passed = "\\x1b[2J \\u202e é".encode() if text else odd
    assert watch.add(20 * (odd + b"\n"), REPLAY) == 20 * (passed + b"\n")
    assert watch.close() == b""
    assert rejects.messages == []


def test_late_records_are_reported() -> None:
    """Those in no window to come; the others count, in their second."""
    watch, rejects = make()
    watch.add(block([START, START + 10, *[START - 1] * 10]), REPLAY)
    watch.add(block([START - 2] * 1_200), REPLAY)
    recovery = orjson.loads(watch.close().splitlines()[0])
    assert (recovery["hits"], recovery["time"]) == (11, "2019-02-07T21:11:08+00:00")
    assert rejects.messages == ["clfalert: 1,200 records came too late for the window"]


def test_nothing_late_is_not_reported() -> None:
    _, messages = fed(*make(), [block([START, START - 1, START + 1])])
    assert messages == []


def test_set_back() -> None:
    """What is open is evaluated first; the state stays, the window starts anew."""
    back = START - 7200
    watch, rejects = make()
    assert states(watch.add(BURST + block([back] * 32), REPLAY)) == ["triggered"]
    assert watch.add(block([*[back + 1] * 11, back + 20]), REPLAY) == b""  # older than its trigger
    written = watch.add(block([*[back + 30] * 11, back + 50]), REPLAY)
    assert states(written) == ["triggered", "recovered"]
    times = [orjson.loads(row)["time"] for row in written.splitlines()]
    assert times == ["2019-02-07T19:11:30+00:00", "2019-02-07T19:11:40+00:00"]
    span = "from 2019-02-07T21:11:00+00:00 to 2019-02-07T19:11:00+00:00"
    assert rejects.messages == [f"clfalert: the log's clock went back {span}: starting anew"]
    watch.close()
    assert rejects.messages[1:] == ["clfalert: 31 records came too late for the window"]


def test_offset_of_the_newest_record() -> None:
    """A late record's does not count."""
    burst = b'{"time":"2019-02-07T14:11:00-07:00"}\n' * 11
    newest = b'{"time":"2019-02-07T22:11:01+01:00"}\n'
    late = b'{"time":"2019-02-07T21:11:00Z"}\n'
    written, _ = fed(*make(), [burst, newest, late])
    assert orjson.loads(written)["time"] == "2019-02-07T22:11:00+01:00"


def part(
    seconds: list[int], window: int = 10, by: tuple[str, ...] = ("section",), **fields: Any
) -> bytes:
    """Return the part, or parts, of records at these seconds."""
    rejects, wait = Rejects("clfstats", ""), timedelta(hours=1)
    job = Stats(rejects, PartsView(), window=window, by=by, top=1, delay=wait, mode=Mode.EVENT)
    return fed(job, rejects, [b"".join(line(second, **fields) for second in seconds)])[0]


def without_top(written: bytes) -> bytes:
    """Return alerts as they would be without what they name."""
    return re.sub(rb'"top":.*?]},(?="message":)', b"", written)


@pytest.mark.parametrize("window", [1, 10, 60, 3_600])
def test_parts_are_their_records(window: int) -> None:
    """The clock moves through them second by second, far ahead as well."""
    seconds = [START, *[START + 9_000] * 20, *[START + 9_001] * 20, START + 9_030]
    expected, messages = fed(*make(), [block(seconds)])
    assert states(expected) == ["triggered", "recovered"]
    if window > 1:  # such a part does not say what was in each of its seconds
        expected = without_top(expected)
    assert fed(*make(), [part(seconds, window)]) == (expected, messages)


@pytest.mark.parametrize(
    ("by", "fields", "named"),
    [
        (("section",), {}, ["section"]),
        (("host", "section", "status"), {"host": "h"}, ["section", "host"]),
        (("status",), {"host": "h"}, []),
        (("section", "host"), {}, ["section"]),  # no record had a host
        (("host", "section"), {"section": None, "host": None}, ["section", "host"]),
    ],
)
def test_parts_of_a_second_name_what_they_were_counted_by(
    by: tuple[str, ...], fields: dict[str, Any], named: list[str]
) -> None:
    """Beside records of that second, too: all of them, or the field is left out."""
    for number in (0, 7):
        records = b"".join(line(START, **{"host": "i", **fields}) for _ in range(number))
        written, _ = fed(*make(), [part([START] * 11, 1, by, **fields), records])
        top = orjson.loads(written).get("top", {})
        assert list(top) == named
        for rows in top.values():
            assert sum(row["hits"] for row in rows) == 11 + number


def test_a_part_in_which_the_clock_was_set_back_names_nothing() -> None:
    """Nobody knows which of its records came before that."""
    back = START - 7200
    watch, _ = make()
    watch.add(line(START) + part([back] * 50, 1) + part([back + 1] * 50, 1), REPLAY)
    first, *_ = watch.close().splitlines()
    assert (orjson.loads(first)["hits"], "top" in orjson.loads(first)) == (19, False)


def test_records_before_the_clock_was_set_back_are_not_named() -> None:
    back = START - 7200
    before = b"".join(line(second, section="/before") for second in [START] + [back] * 31)
    after = b"".join(line(back, section="/after") for _ in range(11))
    written, _ = fed(*make(), [before + after])
    rows = orjson.loads(written)["top"]["section"]
    assert [(row["value"], row["hits"]) for row in rows] == [("/after", 11)]


def test_records_without_the_fields_name_nothing() -> None:
    """As jq may leave them: there is no wrong number, and no empty list."""
    trimmed = b'{"time":"2019-02-07T21:11:00Z"}\n'
    written, _ = fed(*make(), [trimmed * 11])
    assert "top" not in orjson.loads(written)
    written, _ = fed(*make(), [BURST + trimmed])
    assert "top" not in orjson.loads(written)


def test_mended_records_are_named() -> None:
    written, _ = fed(*make(), [torn(START, at) for at in range(2, 13)])
    (row,) = orjson.loads(written.splitlines()[-1])["top"]["section"]
    assert (row["value"], row["hits"]) == ("/pages", 11)


def test_text_is_the_message_alone() -> None:
    """Whatever clients send: a program that reads it gets a line for an alert."""
    written, _ = fed(*make(text=True), [line(START, section="/\n\u202e") * 11])
    assert written == MESSAGES[0] + b"\n"


def test_parts_of_one_window_wait_for_each_other() -> None:
    """Split anyhow and sorted they are one: no second is decided before all have come."""
    seconds = [START + at % 10 for at in range(30)] + [START + 40]
    expected = fed(*make(), [block(sorted(seconds))])
    parts = b"".join(part(seconds[at::3]) for at in range(3))
    written, messages = fed(*make(), sorted(parts.splitlines(keepends=True)))
    assert (written, messages) == (without_top(expected[0]), expected[1])
    parts = b"".join(part(seconds[at::3], 1) for at in range(3))
    assert fed(*make(), sorted(parts.splitlines(keepends=True))) == expected


def test_parts_of_an_old_window_wait_in_silence() -> None:
    """Where silence moves no time: what is slow to come is no less of its second."""
    seconds = [START + at % 10 for at in range(30)] + [START + 40]
    expected, _ = fed(*make(), [block(sorted(seconds))])
    watch, _ = make()
    idle = REPLAY._replace(silence=timedelta(seconds=99))
    written = b""
    for at in range(3):
        for each in part(seconds[at::3]).splitlines(keepends=True)[:1]:
            written += watch.add(each, REPLAY) + watch.on_idle(idle)
    assert written == b""
    written += watch.add(line(START + 40), REPLAY) + watch.close()
    assert written == without_top(expected)


def test_silence_decides_on_parts_of_a_live_stream() -> None:
    watch, _ = make()
    assert watch.add(part([START] * 11), live(3)) == b""
    assert states(watch.on_idle(live(6))) == ["triggered"]


def test_pass_writes_parts_as_they_came() -> None:
    """An alert comes after the parts that raise it."""
    parts = part([START] * 11 + [START + 15])
    written, _ = fed(*make(through=True), [parts])
    rows = written.splitlines(keepends=True)
    assert b"".join(row for row in rows if b'"part"' in row) == parts
    assert states(written) == [None, None, "triggered", "recovered"]
