"""clfstats as a filter: bytes in, bytes out."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import ALERT, RANDOM, REPLAY, START, block, cuts, fed, inputs, line, live, torn

from clfparse.events.clock import Mode
from clfparse.stream.contract import Now
from clfparse.stream.rejects import Rejects
from clfparse.values.times import Instant
from clfstats.filter import HINT, Stats, View
from clfstats.views.jsonl import JsonView
from clfstats.views.parts import PartsView
from clfstats.views.text import TextView


def make(
    *by: str,
    mode: Mode = Mode.AUTO,
    delay: float = 2,
    text: bool = False,
    parts: bool = False,
    top: int = 10,
    window: int = 10,
) -> tuple[Stats, Rejects]:
    rejects = Rejects("clfstats", HINT)
    view: View | PartsView = TextView(lambda: 80, colour=False) if text else JsonView()
    view = PartsView() if parts else view
    fields = by or ("section",)
    wait = timedelta(seconds=delay)
    return Stats(rejects, view, window=window, by=fields, top=top, delay=wait, mode=mode), rejects


def summed(written: bytes) -> list[Any]:
    return [json.loads(row) for row in written.splitlines()]


def hits(written: bytes) -> int:
    return sum(row.get("hits", 0) for row in summed(written) if row["type"] == "summary")


def test_summary() -> None:
    fields = {"host": "10.0.0.1", "method": "GET", "status": 200, "bytes": 1234}
    written, _ = fed(*make(), [line(START, **fields), line(START + 9, **fields, user=None)])
    count = {"hits": 2, "bytes": 2468, "errors": 0}
    assert summed(written) == [
        {
            "type": "summary",
            "start": "2019-02-07T21:11:00+00:00",
            "end": "2019-02-07T21:11:10+00:00",
            "rate": 0.2,
            "hosts": 1,
            "status": {"200": 2},
            "methods": {"GET": 2},
            "top": {"section": [{"value": "/pages", **count}]},
            "partial": True,
            **count,
        }
    ]


@pytest.mark.parametrize(("text", "passed"), [(False, ALERT), (True, b"High")])
def test_alerts_pass_at_once(text: bool, passed: bytes) -> None:
    """As they came, or as their message; and they are no traffic."""
    stats, rejects = make(text=text)
    assert stats.add(ALERT + b"\n" + line(START) + ALERT + b"\n", REPLAY) == 2 * (passed + b"\n")
    assert rejects.messages == []
    assert (b'"hits":1,' in stats.close()) is not text


def test_alerts_pass_unchanged() -> None:
    odd = b'{ "message": "\\u00fc" , "type":"alert" , "more": [1.0] }\n'
    stats, _ = make()
    assert stats.add(odd, REPLAY) == odd


@pytest.mark.parametrize("at", range(len(line(START))))
def test_torn_records_are_mended(at: int) -> None:
    """Wherever an alert lands in a record: it passes, and the record counts."""
    written, messages = fed(*make(), [line(START), torn(START, at)])
    alert, summary = written.splitlines()
    assert (alert, messages) == (ALERT, [])
    assert hits(summary) == 2


def test_torn_twice() -> None:
    """A record's second half may be torn as well."""
    whole = line(START)
    stream = b"".join([whole[:9], ALERT, b"\n", whole[9:30], ALERT, b"\n", whole[30:]])
    written, messages = fed(*make(), [stream])
    *alerts, summary = written.splitlines()
    assert (alerts, hits(summary), messages) == ([ALERT, ALERT], 1, [])


def test_torn_at_the_end_of_input() -> None:
    """Where an alert has kept a last record from its newline, the record counts all the same."""
    written, messages = fed(*make(), [line(START)[:-1] + ALERT + b"\n"])
    alert, summary = written.splitlines()
    assert (alert, hits(summary), messages) == (ALERT, 1, [])


def test_torn_and_never_mended() -> None:
    """The half is refused; the record after it is not."""
    written, messages = fed(*make(), [b'{"time":' + ALERT + b"\n" + line(START)])
    alert, summary = written.splitlines()
    assert (alert, hits(summary)) == (ALERT, 1)
    assert messages[0] == "clfstats: line 2: torn, and never mended: '{\"time\":'"


FIELDS = [("section",), ("section", "x"), ("user_agent", "status")]


@given(st.data(), st.booleans(), st.sampled_from([0, 0.5, 2, 60]), st.sampled_from(FIELDS))
@RANDOM
def test_cuts_change_nothing(
    data: st.DataObject, at_lines: bool, delay: float, by: tuple[str, ...]
) -> None:
    """However a log is read, all is the same: what is written, and what is reported."""
    whole, records = data.draw(inputs())
    expected = fed(*make(*by, delay=delay), [whole])
    pieces = data.draw(cuts(whole, at_lines=at_lines))
    assert fed(*make(*by, delay=delay), pieces) == expected
    assert hits(expected[0]) == records


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        (b"GET /", "not JSON: 'GET /'"),
        (b"", "empty line: ''"),
        (b"[1]", "not a JSON object: '[1]'"),
        (b"{}", "no time: '{}'"),
        (b'{"time":7}', "no time"),
        (b'{"time":"now"}', "time is not RFC 3339"),
        (b'{"type":"gap"}', "an object with a type is no record"),
        (line(START, status="200")[:-1], "status is no whole number"),
        (line(START, bytes=-1)[:-1], "bytes is no whole number"),
        (line(START)[:-2], "not JSON"),
    ],
)
def test_no_record(refused: bytes, reason: str) -> None:
    """What is no record is reported with its line number, and not counted."""
    stats, rejects = make()
    stats.add(line(START) + refused + b"\n" + line(START), REPLAY)
    assert hits(stats.close()) == 2
    assert rejects.messages[0].startswith("clfstats: line 2: ")
    assert reason in rejects.messages[0]
    assert (rejects.refused, bytes(rejects.refused_bytes)) == (1, refused + b"\n")


@pytest.mark.parametrize("field", ["host", "method", "section", "other"])
@pytest.mark.parametrize("depth", [100, 300, 1000])
def test_deeply_nested_values(field: str, depth: int) -> None:
    """They are counted or refused; never an exception."""
    nested = b"[" * depth + b"]" * depth
    stats, rejects = make("section", "other")
    stats.add(line(START, **{field: "@"}).replace(b'"@"', nested), REPLAY)
    assert hits(stats.close()) + rejects.refused == 1


def test_lines_are_read_one_by_one() -> None:
    """A record over two lines is none, nor are two in one line; together they are as many."""
    whole = line(START)[:-1]
    refused = whole[:-1] + b"\n" + b'"x":1}\n' + whole + b"," + whole + b"\n"
    stats, rejects = make()
    stats.add(line(START), REPLAY)
    stats.add(line(START) + refused, REPLAY)
    assert hits(stats.close()) == 2
    assert rejects.refused == 3


def test_unknown_field_is_reported_once() -> None:
    """With the first summary that has hits; a field that is null is known."""
    seconds = range(START, START + 50, 5)
    pieces = [line(second, referer=None) for second in seconds]
    written, messages = fed(*make("sektion", "referer", "hots"), pieces)
    assert messages == [
        f"clfstats: no record so far has a field '{name}'" for name in ("hots", "sektion")
    ]
    assert summed(written)[0]["top"]["sektion"][0] == {
        "value": None,
        "hits": 2,
        "bytes": 0,
        "errors": 0,
    }


@pytest.mark.parametrize("text", [False, True])
def test_a_field_may_have_any_name(text: bool) -> None:
    """As the command line may have it: what is no text stands in no record, and breaks nothing."""
    names = ("\udcff", 'a"b', "\\", "\x1b[2J", "")
    written, messages = fed(*make(*names, text=text), [line(START, **{'a"b': 1, "": 2})])
    assert len(messages) == 3
    written.decode()
    if not text:
        values = {name: rows[0]["value"] for name, rows in summed(written)[0]["top"].items()}
        assert list(values.values()) == [None, 1, None, None, 2]


def test_field_of_some_records_is_not_reported() -> None:
    some = [line(START), line(START + 1) + line(START + 2, referer="-") + line(START + 3)]
    assert fed(*make("referer"), some)[1] == []


def test_top() -> None:
    pieces = [line(START, section=f"/{at}") for at in (1, 2, 2, 3)]
    for top, values in ((0, []), (1, ["/2"]), (9, ["/2", "/1", "/3"])):
        written, _ = fed(*make(top=top), pieces)
        assert [row["value"] for row in summed(written)[0]["top"]["section"]] == values


def test_a_window_has_the_offset_of_its_own_newest_record() -> None:
    """A late record's does not count, nor that of one in another; one without any goes on."""
    records = [
        b'{"time":"2019-02-07T23:11:01+02:00"}\n',
        b'{"time":"2019-02-07T14:11:31-07:00"}\n',
        b'{"time":"2019-02-07T22:11:30+01:00"}\n',
    ]
    written, _ = fed(*make(), records)
    assert [summary["start"] for summary in summed(written)] == [
        *(f"2019-02-07T23:11:{second}+02:00" for second in ("00", "10", "20")),
        "2019-02-07T14:11:30-07:00",
    ]


def test_a_calendar_day_of_23_hours() -> None:
    """A record every half hour, from noon to noon but one."""
    noon = 1_553_943_600  # 2019-03-30T12:00:00+01:00
    change = noon + 14 * 3_600
    seconds = range(noon, noon + 47 * 3_600, 1_800)
    times = (Instant(second, 3_600 * (1 + (second >= change))) for second in seconds)
    records = [b'{"time":"%b"}\n' % str(time).encode() for time in times]
    written, _ = fed(*make(window=86_400), records)
    assert [(row["start"], row["end"], row["hits"]) for row in summed(written)] == [
        ("2019-03-30T00:00:00+01:00", "2019-03-31T00:00:00+01:00", 24),
        ("2019-03-31T01:00:00+02:00", "2019-04-01T00:00:00+02:00", 46),
        ("2019-04-01T00:00:00+02:00", "2019-04-02T00:00:00+02:00", 24),
    ]


@pytest.mark.parametrize(
    ("seconds", "rates"),
    [
        ([0], [1]),
        ([4, 4], [2]),
        ([3, 4, 4], [1.5]),
        ([9], [1]),
        ([4, 4, 9, 10], [round(3 / 6, 3), 1]),  # first seconds: 4 to 9, and 10
        ([4, 13, 23], [round(1 / 6, 3), 0.1, round(1 / 4, 3)]),
        ([0, 9000], [1, 1]),  # nothing is known of the time up to it
        ([13, 9], [1, 0.1]),  # late: of the whole window
    ],
)
def test_the_rate_of_a_partial_window_is_per_second_seen(
    seconds: list[int], rates: list[float]
) -> None:
    """From the first record of a run, and up to the last second known of."""
    written, _ = fed(*make(delay=0), [block([START + second for second in seconds])])
    assert [row["rate"] for row in summed(written)] == rates


def test_gap() -> None:
    written, _ = fed(*make(), [block([START, START + 500])])
    rows = summed(written)
    assert [row["type"] for row in rows] == [*["summary"] * 13, "gap", "summary"]
    assert rows[13] == {
        "type": "gap",
        "start": "2019-02-07T21:13:10+00:00",
        "end": "2019-02-07T21:19:20+00:00",
    }


def test_silence_closes_windows_of_a_live_stream() -> None:
    stats, _ = make()
    assert stats.add(line(START), live(0)) == b""
    assert stats.on_idle(live(11.9)) == b""
    assert hits(stats.on_idle(live(12))) == 1
    assert [summary["hits"] for summary in summed(stats.on_idle(live(32)))] == [0, 0]
    assert stats.close() == b""


def test_late_after_silence() -> None:
    """Silence has written the window, though no record is newer than those that come now."""
    stats, _ = make()
    stats.add(line(START), live(0))
    assert hits(stats.on_idle(live(12))) == 1
    stats.add(line(START + 1) + line(START + 2), live(13))
    panes = summed(stats.close())
    assert [(pane["hits"], pane.get("late")) for pane in panes] == [(2, True)]


@pytest.mark.parametrize(("mode", "closed"), [(Mode.AUTO, 0), (Mode.EVENT, 0), (Mode.WALL, 1)])
def test_silence_on_an_old_log(mode: Mode, closed: int) -> None:
    stats, _ = make(mode=mode)
    stats.add(line(START), REPLAY)
    assert hits(stats.on_idle(Now(REPLAY.wall + 60, timedelta(seconds=60)))) == closed


def test_silence_is_since_the_last_record() -> None:
    """Alerts and refused lines do not break it, records do."""
    stats, _ = make()
    stats.add(line(START), live(4))
    stats.add(ALERT + b"\nlost\n", live(12))
    assert stats.on_idle(live(15)) == b""
    assert hits(stats.on_idle(live(16))) == 1
    stats.add(line(START + 12), live(17))
    assert stats.on_idle(live(26)) == b""
    assert hits(stats.on_idle(live(27))) == 1


def test_an_offset_that_begins_within_a_second() -> None:
    """Hours turn with it all the same, from the next second on."""
    zones = ["T21:11:00+00:00", "T02:41:00+05:30", "T02:41:01+05:30", "T03:41:00+05:30"]
    days = ["07", "08", "08", "08"]
    lines = [
        b'{"time":"2019-02-%b%b"}\n' % (day.encode(), zone.encode())
        for day, zone in zip(days, zones, strict=True)
    ]
    written, _ = fed(*make(window=3600), lines)
    assert summed(written)[-1]["start"] == "2019-02-08T03:00:00+05:30"


def test_what_was_ahead_stays_in_its_window_if_new_windows_cut_that() -> None:
    """A jump of hours with another offset: the records up to the one that is believed."""
    noon = 1_549_540_800
    jump = [Instant(noon + 3 * 3_600 + 60 * at, 3_600) for at in range(-16, 24)]
    records = [b'{"time":"%b"}\n' % str(time).encode() for time in [Instant(noon, 0), *jump]]
    written, _ = fed(*make(window=7200), records)
    rows = [row for row in summed(written) if row["type"] == "summary" and row["hits"]]
    assert [(row["start"], row["end"], row["hits"]) for row in rows] == [
        ("2019-02-07T12:00:00+00:00", "2019-02-07T14:00:00+00:00", 1),
        ("2019-02-07T15:00:00+01:00", "2019-02-07T17:00:00+01:00", 31),
        ("2019-02-07T16:00:00+01:00", "2019-02-07T18:00:00+01:00", 9),
    ]
    assert [row.get("late", False) for row in rows] == [False, True, False]


def test_set_back_is_reported() -> None:
    """The clock starts anew, by the record that is believed; nothing is lost."""
    back = START - 7200
    written, messages = fed(*make(), [block([START, *[back] * 40, back + 20])])
    span = "from 2019-02-07T21:11:00+00:00 to 2019-02-07T19:11:00+00:00"
    assert messages == [f"clfstats: the log's clock went back {span}: starting anew"]
    assert hits(written) == 42
    late = [summary for summary in summed(written) if summary.get("late")]
    assert [summary["hits"] for summary in late] == [31]


def test_two_clocks_are_reported_ten_times() -> None:
    times = [START - 7200 * (at % 2) for at in range(40)]
    written, messages = fed(*make(), [block([time] * 50) for time in times])
    assert hits(written) == 2_000
    assert len(messages) == 10
    assert messages[-1].endswith("not reported again")


def part(*seconds: int, window: int = 10, **fields: Any) -> bytes:
    """Return the part, or parts, of records at these seconds."""
    records = b"".join(line(second, **fields) for second in seconds)
    return fed(*make(parts=True, window=window, delay=3600), [records])[0]


def test_parts_are_written_in_place_of_summaries() -> None:
    """One for each window with traffic: none for quiet windows, however many; alerts pass."""
    stream = [line(START), line(START + 30), ALERT + b"\n", line(START + 7200), line(START + 7201)]
    written, messages = fed(*make(parts=True, mode=Mode.EVENT), stream)
    rows = summed(written)
    assert [row.get("start") for row in rows] == [
        "2019-02-07T21:11:00Z",
        None,
        "2019-02-07T21:11:30Z",
        "2019-02-07T23:11:00Z",
    ]
    assert (rows[1]["type"], messages) == ("alert", [])


def test_what_is_late_is_one_more_part() -> None:
    written, _ = fed(*make(parts=True), [block([START, START + 12, START + 1, START + 25])])
    starts = [row["start"][-4:-1] for row in summed(written)]
    assert sorted(starts) == [":00", ":00", ":10", ":20"]


def test_logs_one_after_the_other_are_no_news() -> None:
    """Where parts are written, a clock that goes back is another server's log."""
    log = block(at for at in range(START, START + 7200, 20) for _ in range(2))
    written, messages = fed(*make(parts=True), [log, log])
    assert messages == []
    assert sum(row["hits"] for row in summed(written)) == 2 * log.count(b"\n")
    assert fed(*make(), [log, log])[1] != []


@pytest.mark.parametrize(
    ("window", "by", "parts", "reason"),
    [
        (10, (), part(START, window=60), "a part of 1m that lies in no window: --window 1m"),
        (60, (), part(START, window=90), "a part of 90s that lies in no window: --window 90s"),
        (10, ("section", "x"), part(START), "a part that was counted without --by x"),
    ],
)
def test_parts_that_do_not_fit_are_reported_once(
    window: int, by: tuple[str, ...], parts: bytes, reason: str
) -> None:
    """With what to do about it; each is refused."""
    stats, rejects = make(*by, window=window)
    written, messages = fed(stats, rejects, [parts * 3 + line(START), parts])
    assert hits(written) == 1
    assert rejects.refused == 4
    (message,) = [each for each in messages if "a part" in each]
    assert message.startswith(f"clfstats: line 1: {reason}")


def test_late_parts_are_late_panes() -> None:
    """As in a funnel of many hosts: what is in time is in one summary, what is not in two."""
    stats, _ = make(delay=5)
    stream = [part(START + at, window=1) for at in (0, 1, 0, 9, 2, 14, 8, 16, 3, 27)]
    written, messages = fed(stats, stats._rejects, stream)
    shown = [(row["start"][14:19], row["hits"], row.get("late")) for row in summed(written)]
    assert shown == [
        ("11:00", 6, None),
        ("11:10", 2, None),
        ("11:00", 1, True),
        ("11:20", 1, None),
    ]
    assert messages == []


def test_silence_closes_the_window_of_parts() -> None:
    """They are held until no input waits."""
    stats, _ = make()
    assert stats.add(part(START) + part(START + 9, window=1), live(10)) == b""
    assert stats.pending().hits == 2
    assert hits(stats.on_idle(live(21))) == 2
    assert stats.on_idle(live(22)) == b""


def test_silence_parts_no_parts_of_an_old_window() -> None:
    """Where it moves no time, parts of one window wait for each other, however slow."""
    stats, _ = make()
    idle = REPLAY._replace(silence=timedelta(seconds=99))
    written = stats.add(part(START + 9), REPLAY) + stats.on_idle(idle)
    written += stats.add(part(START), REPLAY) + stats.on_idle(idle) + stats.close()
    assert [(row["hits"], row["rate"]) for row in summed(written)] == [(2, 0.2)]


def test_parts_that_are_not_sorted_are_reported() -> None:
    """Where they go back so far that the clock seems to have been set back."""
    back = [START - 7200] * 40
    _, messages = fed(*make(), [part(START) + part(*back)])
    assert [message.partition("; ")[2] for message in messages] == [
        "LC_ALL=C sort puts parts in order"
    ]
    assert fed(*make(parts=True), [part(START) + part(*back)])[1] == []


def test_parts_of_hours_set_no_clock_back() -> None:
    """Though those of one hour begin an hour before others have ended."""
    hour = START - START % 3600
    log = [hour + at for at in range(0, 3600, 40)]
    parts = sorted(part(*log, window=size) for size in (3600, 3600))
    parts += part(*log, window=10).splitlines(keepends=True)
    written, messages = fed(*make(window=3600), [b"".join(sorted(parts))])
    assert [row["hits"] for row in summed(written)] == [3 * len(log)]
    assert messages == []
