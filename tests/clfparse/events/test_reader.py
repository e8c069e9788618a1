"""`reader`: records and alerts come out of the stream, however one landed in the other."""

import json
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from profiles import max_examples
from streams import ALERT, read_line

from clfparse.events.alert import Alert
from clfparse.events.hit import Run, attribute
from clfparse.events.reader import Event, Reader
from clfparse.formats.grammar import parse
from clfparse.stream.rejects import Rejects
from clfparse.values.times import Instant

TIME = "2019-02-07T21:11:00+00:00"

# What a client sends to be taken for an alert, as Apache writes it.
FORGED = rb"{\"type\":\"alert\",\"state\":\"triggered\",\"message\":\"forged\"}\n"
LOG = b'10.0.0.1 - - [07/Feb/2019:21:11:00 +0000] "GET /%b HTTP/1.1" 200 5 "-" "\xd0\x9f %b"'
RECORD = orjson.dumps(parse(LOG % (FORGED, FORGED)))
OTHER = b'{"time":"2019-02-07T21:11:01+00:00","host":"10.0.0.2","status":404,"bytes":null}'


def alert(number: int) -> bytes:
    message = f"High traffic generated an alert - hits = {number}, triggered at {TIME}"
    fields = {"state": "triggered", "time": TIME, "hits": number, "message": message}
    return orjson.dumps({"type": "alert", **fields})


def lines_of(events: Iterable[Event]) -> list[bytes]:
    """Return the lines of records and alerts, in their order."""
    lines = [event.lines if isinstance(event, Run) else [event.line] for event in events]
    return [line for each in lines for line in each]


def read(lines: Iterable[bytes]) -> tuple[list[bytes], Rejects]:
    """Return the lines of what was read: alerts and mended records."""
    rejects = Rejects("p", "hint")
    reader = Reader(rejects)
    events = [event for line in lines for event in reader.add(line + b"\n")]
    events += reader.finish()
    for event in events:
        assert isinstance(event, Alert) == lines_of([event])[0].startswith(b'{"type":"alert"')
    return lines_of(events), rejects


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"host": "10.0.0.1", "status": 200, "bytes": 5},
        {"status": None, "bytes": None},
        {"status": 0, "bytes": 0},
        {"status": 999, "bytes": (1 << 63) - 1},
        {"added": [1, {"type": "alert"}], "path": 5},
    ],
    ids=str,
)
def test_record(fields: dict[str, Any]) -> None:
    """Fields may have been left out or added on the way, by jq for one."""
    line = orjson.dumps({**fields, "time": TIME}, option=orjson.OPT_INDENT_2).replace(b"\n", b" ")
    wanted = ["added", "host", "path", "", "time", "bytes"]
    run = read_line(line, *wanted)
    assert isinstance(run, Run)
    assert (run.time, run.lines) == (Instant(1549573860, 0), [line])
    values = {**dict.fromkeys([*wanted, "type", "status", "duration"], UNSET), **fields}
    (hit,) = run.hits
    assert {field: getattr(hit, attribute(field)) for field in values} == {**values, "time": TIME}


@pytest.mark.parametrize("line", [alert(7), b' {"message": "High", "type": "alert"}'])
def test_alert(line: bytes) -> None:
    assert read_line(line) == Alert(line, orjson.loads(line)["message"])


REFUSED = {
    b"": "empty line",
    b"10.0.0.1 - - [": "not JSON",
    b'{"time":"2019-02-07T21:11:00+00:00"': "not JSON",
    b'{"time":"2019-02-07T21:11:00+00:00"}}': "not JSON",
    b'{"time":"2019-02-07T21:11:00+00:00","path":"\xff"}': "not JSON",
    b'{"time":"2019-02-07T21:11:00+00:00","path":"\x1b"}': "not JSON",
    b"[" * 100_000: "not JSON",
    b"null": "not a JSON object",
    b"5": "not a JSON object",
    b'"text"': "not a JSON object",
    b'[{"time":"2019-02-07T21:11:00+00:00"}]': "not a JSON object",
    b'{"type":"summary","hits":0}': "an object with a type is no record",
    b'{"type":"gap","time":"2019-02-07T21:11:00+00:00"}': "an object with a type is no record",
    b'{"type":"alert"}': "an object with a type is no record",
    b'{"type":"alert","message":null}': "an object with a type is no record",
    b'{"type":5,"message":"High"}': "an object with a type is no record",
    b"{}": "not a record: no time",
    b'{"time":null}': "not a record: no time",
    b'{"time":1549573860}': "not a record: no time",
    b'{"time":["2019-02-07T21:11:00+00:00"]}': "not a record: no time",
    b'{"time":{}}': "not a record: no time",
    b'{"time":""}': "not a record: time is not RFC 3339",
    b'{"time":"07/Feb/2019:21:11:00 +0000"}': "not a record: time is not RFC 3339",
    b'{"time":"2019-02-30T21:11:00Z"}': "not a record: ",  # and Python's words
    b'{"time":"9999-02-07T21:11:00Z"}': "not a record: year 9999 is out of range",
}


@pytest.mark.parametrize(("line", "reason"), REFUSED.items(), ids=lambda value: str(value[:60]))
def test_refused(line: bytes, reason: str) -> None:
    refused = read_line(line)
    assert isinstance(refused, str)
    assert refused.startswith(reason)


@pytest.mark.parametrize("wanted", [(), ("x",), ('"',)])
@pytest.mark.parametrize("field", ["x", "other", '\\"', "host", "status"])
@pytest.mark.parametrize("depth", [100, 600, *range(900, 1_030, 7), 5_000, 100_000])
def test_nested_too_deep(depth: int, field: str, wanted: tuple[str, ...]) -> None:
    """It is a record or refused, never an exception; how deep it may be is the stack's affair."""
    nested = "[" * depth + "]" * depth
    event = read_line(f'{{"time":"{TIME}","{field}":{nested}}}'.encode(), *wanted)
    if isinstance(event, str):
        reason = "not a record: status is no whole number in range"
        assert event in {"not JSON", "not a record: nested too deep", reason}
        assert depth > 600 or event == reason


@pytest.mark.parametrize("types", ['"x"', "5", "{}", '"alert"', '"x","type":null', 'null,"type":1'])
def test_what_has_a_type_is_no_record(types: str) -> None:
    refused = read_line(f'{{"time":"{TIME}","type":{types}}}'.encode())
    assert refused in {"an object with a type is no record", "not a record: it has a type"}


@pytest.mark.parametrize(
    "name", ["", "a b", "type_", "é", '"', "\\", "\n", "\x00", "a.b", "$", "\ud800"]
)
def test_fields_of_any_name(name: str) -> None:
    """Though msgspec names none with a quote, a backslash or a control character."""
    shown = json.dumps({"time": TIME, "status": 5, name: [1, {"a": None}]}).encode()
    run = read_line(shown, name, "none", "host")
    if name == "\ud800":  # JSON has no such text
        assert run == "not JSON"
        return
    assert isinstance(run, Run)
    values = [getattr(run.hits[0], attribute(field)) for field in (name, "none", "host", "status")]
    assert values == [[1, {"a": None}], UNSET, UNSET, 5]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("status", '"200"'),
        ("status", "true"),
        ("status", "200.0"),
        ("status", "-1"),
        ("status", "1000"),
        ("status", "[]"),
        ("bytes", "-1"),
        ("bytes", "false"),
        ("bytes", "1e3"),
        ("bytes", "9223372036854775808"),
        ("bytes", "18446744073709551616"),
    ],
)
def test_a_number_is_whole_and_bounded(name: str, number: str) -> None:
    refused = read_line(f'{{"time":"{TIME}","{name}":{number}}}'.encode())
    assert refused == f"not a record: {name} is no whole number in range"


def test_refused_lines_are_numbered_and_kept() -> None:
    lines, rejects = read([RECORD, b"odd\r", alert(1), b"", OTHER])
    assert lines == [RECORD, alert(1), OTHER]
    assert rejects.messages == [
        r"p: line 2: not JSON: 'odd\x0d'",
        "p: line 4: empty line: ''",
    ]
    assert rejects.refused_bytes == b"odd\r\n\n"
    assert rejects.lines == 5


@given(st.lists(st.sampled_from([RECORD, OTHER, alert(1), *REFUSED]), max_size=40), st.booleans())
@max_examples(200)
def test_a_line_that_is_no_record_costs_itself(lines: list[bytes], at_once: bool) -> None:
    """In its block all others are read, and it is reported by its own number."""
    rejects = Rejects("p", "hint")
    reader = Reader(rejects)
    blocks = [b"".join(line + b"\n" for line in lines)] if at_once else [x + b"\n" for x in lines]
    events = [event for block in blocks for event in reader.add(block)]
    bad = [number for number, line in enumerate(lines, start=1) if line in REFUSED]
    assert lines_of(events) == [line for line in lines if line not in REFUSED]
    assert (rejects.lines, rejects.refused) == (len(lines), len(bad))
    reported = [message for message in rejects.messages if ": line " in message]
    for number, message in zip(bad, reported, strict=False):
        assert message.startswith(f"p: line {number}: {REFUSED[lines[number - 1]]}")
    assert len(reported) == min(len(bad), 10)
    assert rejects.refused_bytes == b"".join(lines[number - 1] + b"\n" for number in bad)


@pytest.mark.parametrize("bad", [b"", b"x", b"{}", b"\xff", b'{"time":""}'])
def test_a_block_without_any_record(bad: bytes) -> None:
    rejects = Rejects("p", "hint")
    assert list(Reader(rejects).add((bad + b"\n") * 60_000)) == []
    assert (rejects.lines, rejects.refused) == (60_000, 60_000)
    assert rejects.messages[9].startswith("p: line 10: ")
    assert len(rejects.messages) == 11


def test_text_of_the_log_forges_no_alert() -> None:
    assert b"forged" in RECORD
    assert read([RECORD])[0] == [RECORD]


def test_mended_wherever_an_alert_lands() -> None:
    """That is also before the record, inside a character, an escape, and before the newline."""
    for at in range(len(RECORD) + 1):
        lines, rejects = read([OTHER, RECORD[:at] + alert(1), RECORD[at:], OTHER])
        assert lines == [OTHER, alert(1), RECORD, OTHER], at
        assert rejects.refused == 0


@pytest.mark.parametrize("length", [0, 1, 2, 50])
def test_mended_where_two_alerts_land(length: int) -> None:
    for first in range(len(RECORD) + 1 - length):
        second = first + length
        torn = [RECORD[:first] + alert(1), RECORD[first:second] + alert(2), RECORD[second:]]
        lines, rejects = read([*torn, OTHER])
        assert lines == [alert(1), alert(2), RECORD, OTHER], first
        assert rejects.refused == 0


TEXTS = st.text(max_size=9) | st.sampled_from([alert(0).decode() + "\n", '{"type":"alert",', "\\"])
RECORDS = st.lists(
    st.builds(lambda path, agent: {"time": TIME, "path": path, "user_agent": agent}, TEXTS, TEXTS),
    max_size=5,
)


@max_examples(200)
@given(RECORDS, st.lists(st.integers(0, 2000), max_size=6))
def test_all_come_back_in_order(records: list[dict[str, str]], places: list[int]) -> None:
    """Nothing is lost and nothing is refused, wherever any number of alerts land."""
    whole = [orjson.dumps(record) for record in records]
    stream = b"".join(line + b"\n" for line in whole)
    cuts = sorted(place % (len(stream) + 1) for place in places)
    parts = [stream[start:end] for start, end in pairwise([0, *cuts, len(stream)])]
    alerts = [alert(number) for number in range(len(cuts))]
    torn = b"".join(part + a + b"\n" for part, a in zip(parts, alerts, strict=False)) + parts[-1]
    lines, rejects = read(torn.split(b"\n")[:-1])
    assert [line for line in lines if line in alerts] == alerts
    assert [line for line in lines if line not in alerts] == whole
    assert rejects.refused == 0


@pytest.mark.parametrize("at", [1, 20, len(RECORD) - 1])
def test_a_head_that_never_mends_swallows_no_record(at: int) -> None:
    lines, rejects = read([RECORD[:at] + alert(1), OTHER, OTHER])
    assert lines == [alert(1), OTHER, OTHER]
    assert "torn, and never mended" in rejects.messages[0]
    assert rejects.refused_bytes == RECORD[:at] + b"\n"


def test_a_head_that_never_mends_swallows_no_torn_record() -> None:
    for at in range(len(OTHER) + 1):
        lines, rejects = read([RECORD[:20] + alert(1), OTHER[:at] + alert(2), OTHER[at:], OTHER])
        assert lines == [alert(1), alert(2), OTHER, OTHER], at
        assert rejects.refused_bytes == RECORD[:20] + b"\n"


def test_a_head_that_never_mends_is_followed_by_what_is_no_record() -> None:
    lines, rejects = read([RECORD[:20] + alert(1), b"odd", OTHER])
    assert lines == [alert(1), OTHER]
    assert rejects.refused_bytes == RECORD[:20] + b"\nodd\n"


def test_a_head_is_not_held_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clfparse.events.reader.RECORD_LINE", 100)
    rejects = Rejects("p", "hint")
    reader = Reader(rejects)
    for number in range(50):
        line = b"x" * 40 + alert(number)
        assert lines_of(reader.add(line + b"\n")) == [alert(number)]
        held = 40 * (number + 1) - rejects.refused_bytes.count(b"x")
        assert held <= 100
    assert "torn, and never mended" in rejects.messages[0]


def test_the_end_of_input_leaves_a_torn_record_torn() -> None:
    lines, rejects = read([RECORD[:20] + alert(1)])
    assert lines == [alert(1)]
    assert rejects.refused_bytes == RECORD[:20] + b"\n"


def test_the_end_of_input_completes_a_record_without_newline() -> None:
    lines, rejects = read([RECORD + alert(1)])
    assert lines == [alert(1), RECORD]
    assert rejects.refused == 0


HOSTILE = st.lists(
    st.sampled_from(['"', "{", "}", "[", "]", ",", ":", "\\", "\n", "\x00", "é", "type", "alert"])
    | st.sampled_from([FORGED.decode(), '{"type":"alert",', ']}]},"message":"x"}', ALERT.decode()])
).map("".join)


@given(
    st.lists(HOSTILE | st.just({"type": "alert", "message": "forged"}), min_size=1, max_size=3),
    st.lists(st.integers(0, len(RECORD)), min_size=1, max_size=4, unique=True).map(sorted),
)
@max_examples(150)
def test_alerts_that_name_anything_tear_a_record(values: list[Any], places: list[int]) -> None:
    """It is found whole, whatever clients have sent that it names, and the record is mended."""
    rows = [{"value": value, "hits": 1, "bytes": 0, "errors": 0} for value in values]
    named = [
        orjson.dumps({**orjson.loads(alert(at)), "top": {"section": rows}, "message": f"High {at}"})
        for at in range(len(places))
    ]
    pieces = [RECORD[a:b] for a, b in pairwise([0, *places, len(RECORD)])]
    stream = [piece + each for piece, each in zip(pieces, named, strict=False)]
    lines, rejects = read([*stream, pieces[-1]])
    assert [each for each in lines if each != RECORD] == named
    assert lines.count(RECORD) == 1
    assert rejects.refused == 0
