"""What the filters write, held against a naive count of the records, one by one."""

import json
from collections import Counter, defaultdict
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive import Record, cause, record, summary, windows
from oddlines import RECORDS, REFUSED, Part, at, parts
from streams import ALERT, RANDOM, START, Step, fed, iso

from clfalert.filter import Watch
from clfparse.counting.ddsketch import ACCURACY, LEAST, MOST
from clfparse.events.clock import Mode
from clfparse.stream.rejects import Rejects
from clfparse.values.times import instant
from clfstats.filter import Stats
from clfstats.views.jsonl import JsonView

DAY = 86_400.0
TIME = iso(START).encode()
BY = [("section",), ("x", "section", "host"), ("duration", "status", "bytes", "method")]
BY += [("user_agent", "x y", ""), ("time", "type", 'a"b', "\n", "none")]

Written = list[dict[str, Any]]


def counted(stream: list[Part], by: tuple[str, ...], delay: float) -> tuple[Written, list[Record]]:
    """Return the summaries that clfstats writes, and the records that a naive reader sees."""
    rejects, wait = Rejects("clfstats", ""), timedelta(seconds=delay)
    job = Stats(rejects, JsonView(), window=10, by=by, top=10**6, delay=wait, mode=Mode.AUTO)
    output, _ = fed(job, rejects, [part.text for part in stream])
    lines = sum(part.text.count(b"\n") for part in stream)
    alerts = sum(part.alerts for part in stream)
    candidates = [(part, record(line, by)) for part in stream for line in part.records]
    records = [each for _, each in candidates if each is not None]
    # A line that is torn for good is a piece before an alert, and the rest.
    torn = [part for part, each in candidates if each is None and part.alerts]
    pieces = sum(not part.text.startswith(ALERT) for part in torn)
    assert rejects.refused == lines - len(records) - alerts + pieces
    written = [json.loads(line) for line in output.splitlines()]
    assert sum(each["type"] == "alert" for each in written) == alerts
    return [each for each in written if each.get("hits") and each["type"] == "summary"], records


def start_of(each: Record) -> int:
    second: int = instant(each["time"]).second
    return second - second % 10


def same(shown: dict[str, Any], exact: dict[str, Any]) -> None:
    """Hold a summary against a naive one; the order of rows and of methods is part of it."""
    latency(shown.pop("duration", {}), exact.pop("durations"))
    for field, rows in exact["top"].items():
        for row, shown_row in zip(rows, shown["top"][field], strict=True):
            durations = row.pop("durations")
            if p95 := shown_row.pop("p95", None):
                near(p95, durations, 95)
            else:
                assert p95 == 0 or not durations
    assert list(shown["methods"].items()) == list(exact["methods"].items())
    fields = {field: shown[field] for field in exact}
    assert json.dumps(fields, sort_keys=True) == json.dumps(exact, sort_keys=True)
    assert "approximate" not in shown


def latency(shown: dict[str, float], durations: list[float]) -> None:
    """Hold percentiles against those by nearest rank, of all durations."""
    assert bool(shown) == bool(durations)
    if shown:
        bounded = [min(duration, MOST) for duration in durations]
        assert shown["max"] == pytest.approx(max(bounded), abs=1e-6)
        assert shown["mean"] == pytest.approx(sum(bounded) / len(bounded), rel=1e-6, abs=1e-6)
        for percent in (50, 90, 95, 99):
            near(shown[f"p{percent}"], durations, percent)


def near(shown: float, durations: list[float], percent: int) -> None:
    ordered = sorted(min(duration, MOST) for duration in durations)
    exact = ordered[-(-len(ordered) * percent // 100) - 1]
    assert abs(shown - exact) <= exact * ACCURACY * 1.001 + LEAST


@given(parts(), st.sampled_from(BY))
@RANDOM
def test_windows_are_what_a_naive_count_says(stream: list[Part], by: tuple[str, ...]) -> None:
    """By any field. With so long a delay no record is late: each window is written once."""
    shown, records = counted(stream, by, DAY)
    windows = defaultdict[int, list[Record]](list)
    for each in records:
        windows[start_of(each)].append(each)
    starts = [instant(each["start"]).second for each in shown]
    assert starts == sorted(windows)
    seconds = [instant(each["time"]).second for each in records]
    for start, each in zip(starts, shown, strict=True):
        first = (
            min(second for second in seconds if second >= start) if start == starts[0] else start
        )
        seen = min(start + 10, max(seconds) + 1) - first
        same(each, summary(windows[start], by, seen))


@given(parts(5_000, -5_000, 20_000), st.sampled_from(BY), st.sampled_from([0, 0.5, 2, 60]))
@RANDOM
def test_sums_are_what_a_naive_count_says(
    stream: list[Part], by: tuple[str, ...], delay: float
) -> None:
    """However late a record is, whatever the clock: panes of a window add up to its records."""
    shown, records = counted(stream, by, delay)
    assert sums(shown, by) == naive_sums(records, by)


def sums(shown: Written, by: tuple[str, ...]) -> Counter[tuple[object, ...]]:
    """Add up all summaries of the same window."""
    total = Counter[tuple[object, ...]]()
    for each in shown:
        start = instant(each["start"]).second
        for name in ("hits", "bytes", "errors"):
            total[start, name] += each[name]
            for field in by:
                for row in each["top"][field]:
                    total[start, field, json.dumps(row["value"]), name] += row[name]
        for name in ("status", "methods"):
            total.update({(start, name, value): hits for value, hits in each[name].items()})
    return total


def naive_sums(records: list[Record], by: tuple[str, ...]) -> Counter[tuple[object, ...]]:
    windows = defaultdict[int, list[Record]](list)
    for each in records:
        windows[start_of(each)].append(each)
    exact = [{**summary(windows[start], by, 10), "start": iso(start)} for start in windows]
    return sums(json.loads(json.dumps(exact, sort_keys=True)), by)


# Of what clfalert holds: as they are, as lines, packed, and counted by second.
BOUNDS = [{}, {"filter._SETTLED": -1}, {"filter._SETTLED": -1, "recent.TEXT": 0}]
BOUNDS += [{"filter._SETTLED": -1, "recent.TEXT": 0, "recent.PACKED": 0}]


@given(
    parts(5_000, -5_000),
    st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted),
    st.integers(1, 10),
    st.sampled_from([0, 0.5, 2, 12]),
    st.booleans(),
    st.sampled_from(BOUNDS),
)
@RANDOM
def test_alerts_are_what_a_naive_rule_says(
    stream: list[Part],
    sixths: list[int],
    window: int,
    delay: float,
    through: bool,
    bounds: dict[str, int],
) -> None:
    """And what they name is what a naive count of the records in the window says.

    With --pass the records are those of the input, byte for byte, mended where they were torn.
    Alerts of the input pass in any case.
    """
    recover, threshold = (Fraction(number, 6) for number in sixths)
    rejects = Rejects("clfalert", "")
    job = Watch(
        rejects,
        threshold=threshold,
        recover=recover,
        window=window,
        delay=timedelta(seconds=delay),
        mode=Mode.AUTO,
        text=False,
        through=through,
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, bound in bounds.items():
            patch.setattr(f"clfalert.{name}", bound)
        output, _ = fed(job, rejects, [part.text for part in stream])
    lines = [line for part in stream for line in part.records if record(line, ())]
    steps: list[Step] = [instant(json.loads(line)["time"]).second for line in lines]
    foreign = Counter(line for part in stream for line in alerts(part))
    rows = [line for line in output.split(b"\n")[:-1] if not _taken(foreign, line)]
    own = [json.loads(line) for line in rows if line.startswith(b'{"type":"alert","state"')]
    expected = list(windows(steps, threshold, recover, window, delay))
    assert [
        (each["state"] == "triggered", instant(each["time"]).second, each["hits"]) for each in own
    ] == [(triggered, second, len(numbers)) for triggered, second, numbers in expected]
    for each, (triggered, _, numbers) in zip(own, expected, strict=True):
        named = cause([lines[number] for number in numbers]) if triggered else {}
        shown = each.get("top", {})
        assert json.dumps(shown, sort_keys=True) == json.dumps(named, sort_keys=True)
        assert "approximate" not in each
    passed = [line for line in rows if not line.startswith(b'{"type":"alert","state"')]
    assert passed == (lines if through else [])


def alerts(part: Part) -> list[bytes]:
    """Return the alerts of the input: one that has torn a record, or lines of their own."""
    return [ALERT] * part.alerts if part.records else part.text.split(b"\n")[: part.alerts]


def _taken(foreign: Counter[bytes], line: bytes) -> bool:
    foreign[line] -= 1
    return foreign[line] >= 0


def test_odd_lines_are_what_they_are_meant_to_be() -> None:
    """Nearly all that should be records are, and none of the others."""
    lines = [line.replace(b"%b", TIME) for line in RECORDS]
    assert sum(record(line, ("section", "x")) is not None for line in lines) > 0.95 * len(lines)
    broken = [piece for line in REFUSED for piece in at(line, TIME).split(b"\n")]
    assert [line for line in broken if record(line, ("section",))] == []
