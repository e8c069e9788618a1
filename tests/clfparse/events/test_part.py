"""A part is what adds up, or it is refused; text of a log is never one."""

import json
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples
from streams import ALERT, REPLAY, START, block, fed, line, read_line

from clfalert.filter import Watch
from clfparse.events.clock import Mode
from clfparse.events.part import PartLine, read_part
from clfparse.events.reader import Reader
from clfparse.formats.grammar import parse
from clfparse.record import Refused
from clfparse.stream.rejects import Rejects
from clfparse.values.times import Instant
from clfstats.filter import Stats
from clfstats.views.jsonl import JsonView

PART: dict[str, Any] = {
    "type": "part",
    "start": "2019-02-07T21:11:00Z",
    "end": "2019-02-07T21:11:10Z",
    "seconds": {"+00:00": [[0, 2], [9, 3]], "+01:00": [[3, 1]]},
    "hits": 6,
    "bytes": 70,
    "errors": 2,
    "status": {"200": 3, "503": 2, "-": 1},
    "methods": {"rows": [["GET", 5], [None, 1]]},
    "hosts": ["a", 1, {"json": "[1]"}],
    "duration": {"nanoseconds": "20000000000000000000", "max": 1.5, "buckets": {"-3": 2, "7": 1}},
    "by": {
        "section": {"rows": [["/a", 4, 70, 2, {"-3": 2}], [True, 2]]},
        "x": {"rows": [["/b", 3, "20000000000000000000"]], "approximate": True, "missed": 2},
    },
    "missing": ["y"],
}
WHOLE = orjson.dumps(PART)


def jobs() -> list[Stats | Watch]:
    wait, event = timedelta(seconds=2), Mode.EVENT
    rejects = Rejects("p", "")
    rule: dict[str, Any] = {"threshold": Fraction(0), "recover": Fraction(0), "window": 10}
    watch = Watch(rejects, delay=wait, mode=event, text=False, through=False, **rule)
    view, by = JsonView(), ("section", "x")
    return [Stats(Rejects("p", ""), view, window=10, by=by, top=9, delay=wait, mode=event), watch]


def refusal(changed: object) -> str:
    with pytest.raises(Refused) as refused:
        read_part(orjson.dumps(changed))
    return str(refused.value)


def test_what_it_says() -> None:
    part = read_part(WHOLE)
    assert (part.start, part.end, part.line) == (START, START + 10, WHOLE)
    times = [(Instant(START, 0), 2), (Instant(START + 3, 3_600), 1), (Instant(START + 9, 0), 3)]
    assert [*part.times.items()] == times
    assert read_line(WHOLE) == part


def test_it_may_be_spelt_anew() -> None:
    """By jq, or whatever else writes JSON."""
    spelt = json.dumps(dict(reversed(PART.items()))).encode()
    assert isinstance(event := read_line(spelt), PartLine)
    assert event.fields == read_part(WHOLE).fields


@pytest.mark.parametrize("end", range(len(WHOLE)))
def test_cut(end: int) -> None:
    assert read_line(WHOLE[:end]) in {"not JSON", "empty line"}


WRONG = {
    "an end before its start": {"end": "2019-02-07T21:10:00Z"},
    "no length": {"end": PART["start"]},
    "weeks": {"end": "2019-02-27T21:10:00Z"},
    "another offset": {"start": "2019-02-07T21:11:00+00:00"},
    "no time": {"start": "2019-02-30T21:11:00Z"},
    "a year out of range": {"start": "9999-02-07T21:11:00Z"},
    "no seconds": {"seconds": {}},
    "a second past the end": {"seconds": {"+00:00": [[10, 6]]}},
    "a second twice": {"seconds": {"+00:00": [[1, 3], [1, 3]]}},
    "a second of two offsets": {"seconds": {"+00:00": [[1, 3]], "-00:00": [[1, 3]]}},
    "a negative second": {"seconds": {"+00:00": [[-1, 6]]}},
    "an hour of no zone": {"seconds": {"+25:00": [[1, 6]]}},
    "fewer seconds than hits": {"seconds": {"+00:00": [[0, 2], [9, 3]]}},
    "hits": {"hits": 7},
    "negative hits": {"hits": -6},
    "no hits": {"hits": 0},
    "a fraction of a hit": {"hits": 6.5},
    "hits past 64 bits": {"hits": 1 << 63},
    "negative bytes": {"bytes": -1},
    "bytes that are no number": {"bytes": "20000000000000000000x"},
    "too many bytes": {"bytes": "2" * 41},
    "bytes over two lines": {"bytes": "20000000000000000000\n"},
    "errors": {"errors": 1},
    "a status": {"status": {"200": 3, "5030": 2, "-": 1}},
    "another status": {"status": {"200": 3, "50x": 2, "-": 1}},
    "digits of another script": {"status": {"200": 3, "٥٠٣": 2, "-": 1}},
    "fewer status": {"status": {"200": 2, "503": 2, "-": 1}},
    "fewer methods": {"methods": {"rows": [["GET", 5]]}},
    "more of a value": {"by": {"section": {"rows": [["/a", 7]]}}},
    "fewer of a value": {"by": {"section": {"rows": [["/a", 5]]}}},
    "more of the values": {"by": {"x": {"rows": [["/a", 7]], "approximate": True}}},
    "more errors than hits": {"by": {"section": {"rows": [["/a", 5, 0, 6], ["/b", 1]]}}},
    "more durations than hits": {"by": {"section": {"rows": [["/a", 6, 0, 0, {"1": 7}]]}}},
    "a row too long": {"by": {"section": {"rows": [["/a", 6, 0, 0, {}, 0, 0]]}}},
    "nested": {"by": {"section": {"rows": [[["/a"], 6]]}}},
    "an object": {"by": {"section": {"rows": [[{"type": "alert"}, 6]]}}},
    "no JSON": {"by": {"section": {"rows": [[{"json": "[1"}, 6]]}}},
    "a host that is no JSON": {"hosts": [{"json": "nothing"}]},
    "too deep": {"hosts": [{"json": "[" * 100_000 + "]" * 100_000}]},
    "more hosts than hits": {"hosts": [*"abcdefg"]},
    "a hash cut": {"hosts": {"least": "lkklcj2ZSUP2", "held": 64}},
    "no base64": {"hosts": {"least": "?", "held": 64}},
    "more hashes than are held": {"hosts": {"least": "A" * 11 * 64 + "AAAA" * 11, "held": 64}},
    "few hashes": {"hosts": {"least": "", "held": 1}},
    "more durations": {"duration": {**PART["duration"], "buckets": {"1": 7}}},
    "no durations": {"duration": {**PART["duration"], "buckets": {}}},
    "a bucket there is not": {"duration": {**PART["duration"], "buckets": {"99999": 1}}},
    "a bucket that is no number": {"duration": {**PART["duration"], "buckets": {"x": 1}}},
    "endless durations": {"duration": {**PART["duration"], "max": 1e300}},
    "what no part has": {"added": 1},
    "another type": {"type": "summary"},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_refused(change: dict[str, Any]) -> None:
    """What is cut, negative, nested, of a wrong type, or does not add up."""
    assert refusal({**PART, **change}).startswith(("not a part: ", "not JSON"))


@pytest.mark.parametrize("name", [name for name in PART if name not in {"duration", "missing"}])
def test_what_lacks_a_field_is_refused(name: str) -> None:
    assert refusal({key: value for key, value in PART.items() if key != name})


def places(value: object) -> Iterator[tuple[Any, Any]]:
    """Yield each container of a JSON value with each of its keys."""
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in items:
        yield value, key
        yield from places(inner)


ODD = ["null", "true", "0", "1", "-1", "2", "3", "6", "1.5", "1e300", "4611686018427387904"]
ODD += ['""', '"x"', '"-1"', "[]", "{}", "[1]", '{"json":"1"}']


@given(st.data())
@max_examples(150)
def test_whatever_is_changed_it_is_a_part_or_refused(data: st.DataObject) -> None:
    """Never an exception, in no filter; a line is counted as one."""
    changed = json.loads(WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(list(places(changed))))
        if data.draw(st.booleans()):
            container[key] = json.loads(data.draw(st.sampled_from(ODD)))
        else:
            del container[key]
            break
    text = orjson.dumps(changed)
    for job in jobs():
        fed(job, job._rejects, [block([START]), text + b"\n", line(START + 30)])
        assert job._rejects.lines == 3
        assert job._rejects.refused <= 1


@given(st.data())
@max_examples(60)
def test_any_bytes_in_it(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(WHOLE)))
    length = data.draw(st.integers(0, 3))
    drawn = data.draw(st.binary(max_size=3)).translate(None, b"\r\n")
    text = WHOLE[:at] + drawn + WHOLE[at + length :]
    for job in jobs():
        fed(job, job._rejects, [text + b"\n"])
        assert job._rejects.lines == 1
        assert job._rejects.refused <= 1


LOG = b'10.0.0.1 - - [07/Feb/2019:21:11:00 +0000] "GET /%b HTTP/1.1" 200 5 "-" "%b"'


def test_a_log_cannot_forge_one() -> None:
    """Each quote in a record has a backslash; cut anywhere, it is a record or refused."""
    forged = WHOLE.replace(b'"', rb"\"")
    record = orjson.dumps(parse(LOG % (forged, forged)))
    for end in range(len(record)):
        assert isinstance(read_line(record[:end]), str)
        assert not isinstance(read_line(record[end:]), PartLine)


@pytest.mark.parametrize("at", range(0, len(WHOLE), 7))
def test_torn_by_an_alert(at: int) -> None:
    """As tee may tear it: the alert comes out, and the part is mended."""
    rejects = Rejects("p", "")
    reader = Reader(rejects)
    text = WHOLE[:at] + ALERT + b"\n" + WHOLE[at:] + b"\n"
    alert, part = reader.add(text)
    assert alert.line == ALERT  # type: ignore[union-attr]
    assert part == read_part(WHOLE)
    assert rejects.refused == 0


def test_parts_between_records() -> None:
    """In one block, and in any order."""
    for job in jobs():
        text = line(START) + WHOLE + b"\n" + line(START + 1) + WHOLE + b"\n" + line(START + 20)
        written = job.add(text, REPLAY) + job.close()
        assert job._rejects.refused == 0
        hits = [orjson.loads(row)["hits"] for row in written.splitlines()]
        assert hits[0] == (14 if isinstance(job, Stats) else 3)
