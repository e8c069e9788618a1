"""However a stream is read, all at once or a line at a time, the same comes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from fractions import Fraction

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oddlines import any_lines
from streams import RANDOM, START, cuts, fed, line

from clfalert.filter import Watch
from clfparse.counting.top_values import TopValues
from clfparse.events.clock import Mode
from clfparse.stream.rejects import Rejects
from clfstats.counting.bottom_k import BottomK
from clfstats.filter import Stats, View
from clfstats.views.jsonl import JsonView
from clfstats.views.text import TextView

JUMPS = (5_000, -5_000, 20_000, -20_000)
BY = [("section",), ("section", "host", "x"), ("duration", "status", 'a"b'), ("user_agent", "time")]


def stats(by: tuple[str, ...], delay: float, *, text: bool = False, top: int = 5) -> Stats:
    view: View = TextView(lambda: 60, colour=False) if text else JsonView()
    wait = timedelta(seconds=delay)
    return Stats(
        Rejects("clfstats", ""), view, window=10, by=by, top=top, delay=wait, mode=Mode.AUTO
    )


def watch(threshold: Fraction, delay: float, *, text: bool, through: bool) -> Watch:
    return Watch(
        Rejects("clfalert", ""),
        threshold=threshold,
        recover=threshold / 2,
        window=7,
        delay=timedelta(seconds=delay),
        mode=Mode.AUTO,
        text=text,
        through=through,
    )


def written(job: Stats | Watch, pieces: list[bytes]) -> tuple[bytes, dict[str, object]]:
    """Return all that comes of a stream: what is written, counted, reported and saved."""
    output, _ = fed(job, job._rejects, pieces)
    job._rejects.finish()
    return output, dict(vars(job._rejects))


def ways(data: st.DataObject, whole: bytes) -> list[list[bytes]]:
    """Return the stream all at once, a line at a time, by some lines, and cut anywhere."""
    single = [line + b"\n" for line in whole.split(b"\n")]
    single[-1] = single[-1][:-1]
    drawn = [data.draw(cuts(whole, at_lines=at_lines)) for at_lines in (True, False)]
    return [[whole], single, *drawn]


@given(st.data(), any_lines(*JUMPS), st.sampled_from(BY), st.sampled_from([0, 0.5, 2, 60, 3600]))
@RANDOM
def test_stats(data: st.DataObject, whole: bytes, by: tuple[str, ...], delay: float) -> None:
    first, *others = ways(data, whole)
    text = data.draw(st.booleans())
    expected = written(stats(by, delay, text=text), first)
    for pieces in others:
        assert written(stats(by, delay, text=text), pieces) == expected


@given(
    st.data(),
    any_lines(*JUMPS),
    st.builds(Fraction, st.integers(0, 12), st.just(6)),
    st.sampled_from([0, 0.5, 2, 60]),
    st.sampled_from([(False, False), (True, False), (False, True)]),
)
@RANDOM
def test_watch(
    data: st.DataObject, whole: bytes, threshold: Fraction, delay: float, form: tuple[bool, bool]
) -> None:
    """With --pass as well, each alert before the record that raises it."""
    text, through = form
    first, *others = ways(data, whole)
    expected = written(watch(threshold, delay, text=text, through=through), first)
    for pieces in others:
        assert written(watch(threshold, delay, text=text, through=through), pieces) == expected


T = "2019-02-07T21:11:00+00:00"


@pytest.mark.parametrize(
    ("lines", "hits"),
    [
        # as many objects as lines, but two in one line, and one in two
        (['{"time":"T"', '"section":"/joined"}', '{"time":"T"},{"time":"T"}'], 0),
        (['{"time":"T"', ',"section":"/joined"}', '{"time":"T"}{"time":"T"}'], 0),
        (['{"time":"T"}', '{"time":"T"},{"time":"T"}'], 1),
        (['{"time":"T","section":[{}', "{}]}", '{"time":"T"},{"time":"T"}'], 0),
        (['{"time":"T"}\r', '{"time":\t"T"}\r', '{"time":\v"T"}\r'], 2),
        (['{"time":"T"} ', ' {"time":"T"}', '\t{"time":"T"}\t', '\x0b{"time":"T"}'], 3),
        # newest is the last of those at the greatest time, with its offset
        (['{"time":"T"}', '{"time":"2019-02-07T22:11:09+01:00"}'], 2),
        (['{"time":"2019-02-07T22:11:09+01:00"}', '{"time":"2019-02-07T21:11:09+00:00"}'], 2),
        (['{"time":"T"}', '{"time":"2019-02-07T22:11:00+01:00"}', '{"time":"T"}'], 3),
        # a field of some records, a null duration
        (['{"time":"T"}', '{"time":"T","x":1}', '{"time":"T","duration":null}'], 3),
        (['{"time":"T","duration":null}'] * 4, 4),
    ],
)
def test_blocks_that_look_in_order(lines: list[str], hits: int) -> None:
    """A line is a record or none; what stands around it changes nothing."""
    text = [f"{line}\n".replace('"T"', f'"{T}"').encode() for line in lines]
    by = ("section", "x", "duration")
    expected = written(stats(by, 0), [line(START), *text])
    assert written(stats(by, 0), [b"".join([line(START), *text])]) == expected
    shown = [orjson.loads(row) for row in expected[0].splitlines()]
    assert sum(row["hits"] for row in shown) == 1 + hits
    assert expected[1]["refused"] == len(lines) - hits


@contextmanager
def bounds(values: int, pairs: int, hosts: int, methods: int, text: int) -> Iterator[None]:
    """Bound what is held of a window so that a few records are too many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TopValues.__init__, "__defaults__", (values, None))
        patch.setattr(BottomK.__init__, "__defaults__", (hosts,))
        patch.setattr("clfparse.counting.top_values.PAIRS", pairs)
        patch.setattr("clfparse.counting.top_values._TEXT", text)
        patch.setattr("clfstats.counting.hosts.HOSTS", hosts)
        patch.setattr("clfstats.counting.figures._METHODS", methods)
        patch.setattr("clfstats.counting.hosts._TEXT", text)
        yield


def flood(numbers: list[int], second: int) -> bytes:
    """Return records of these values of all fields, in one second."""
    time = f"2019-02-07T21:11:{second:02}Z"
    lines = [
        f'{{"time":"{time}","section":"/{"s" * (at % 5)}{at}","host":"{"h" * (at % 9)}{at % 41}"'
        f',"method":"M{at}","status":{500 + at % 3},"bytes":{at},"duration":{at % 7 / 10}}}\n'
        for at in numbers
    ]
    return "".join(lines).encode()


@given(
    st.data(),
    st.lists(st.lists(st.integers(0, 60), max_size=60), max_size=8),
    st.tuples(*[st.integers(1, 30)] * 4, st.sampled_from([300, 2_000, 1 << 20])),
)
@RANDOM
def test_stats_past_the_bounds(
    data: st.DataObject, numbers: list[list[int]], bound: tuple[int, int, int, int, int]
) -> None:
    """Where values have to go, the same ones go."""
    seconds = data.draw(st.lists(st.integers(0, 40), min_size=8, max_size=8))
    whole = b"".join(map(flood, numbers, seconds))
    by = ("section", "host", "duration", "method")
    with bounds(*bound):
        first, *others = ways(data, whole)
        expected = written(stats(by, 0, top=50), first)
        for pieces in others:
            assert written(stats(by, 0, top=50), pieces) == expected


@given(
    st.data(),
    any_lines(*JUMPS, -100, -200, 100, 200),
    *(st.integers(1, 4), st.integers(1, 40), st.sampled_from([0, 0.5, 2, 60])),
)
@RANDOM
def test_stats_past_the_bounds_on_windows(
    data: st.DataObject, whole: bytes, held: int, aside: int, delay: float
) -> None:
    """Where late windows, or those in the future, are written early, the same records are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("clfstats.counting.windows.HELD", held)
        patch.setattr("clfstats.counting.windows.ASIDE", aside)
        first, *others = ways(data, whole)
        expected = written(stats(("section",), delay), first)
        for pieces in others:
            assert written(stats(("section",), delay), pieces) == expected


def test_bounds_are_met() -> None:
    """Else the test above would show nothing."""
    with bounds(5, 20, 5, 5, 1 << 20):
        output, _ = written(stats(("section",), 0), [flood(list(range(40)), 0)])
    assert b'"approximate":true' in output
