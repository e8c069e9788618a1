"""Parts of any split of the records, sorted and merged, give what the sorted records give."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples
from streams import START, fed, iso, steps

from clfalert.filter import Watch
from clfparse.events.clock import Mode
from clfparse.stream.rejects import Rejects
from clfparse.values.times import instant
from clfstats.filter import Stats
from clfstats.views.jsonl import JsonView
from clfstats.views.parts import PartsView

BY = ("section", "x")
ZONES = ["+00:00", "Z", "-01:00", "+05:30", "+05:45", "-03:00"]
WHOLE = ["+00:00", "Z", "-01:00"]  # hours of these begin at the same time

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 70), 1 << 70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3)
    | st.sampled_from([1, 1.0, True, "1", "true", "-", "null", "", 10**400, -0.0])
)
nested = st.recursive(scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(
    st.sampled_from(["a", "b", "type", "json"]), inner, max_size=2
), max_leaves=4)
fields = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys((*BY, "host", "method"), nested | st.sampled_from(["/a", "/b"])),
        "status": st.none() | st.sampled_from([0, 5, 50, 200, 404, 500, 599, 999]),
        "bytes": st.none() | st.integers(0, (1 << 63) - 1),
        "duration": st.none() | st.integers(0, 9) | st.floats(0, 1e8),
    },
)


def dumps(record: dict[str, Any]) -> bytes:
    import json

    return json.dumps(record, ensure_ascii=False).encode(errors="replace") + b"\n"


@st.composite
def logs(draw: st.DrawFn, zones: list[str], *jumps: int, step: bool = False) -> list[tuple[tuple[int, int], bytes]]:
    """Draw records: the time of each, as second and offset, and its line."""
    kinds = draw(st.lists(fields, min_size=1, max_size=5))
    words = draw(st.lists(st.sampled_from(zones), min_size=1, max_size=3))
    change = START + draw(st.sampled_from([-4_260, -660, 2_940, 6_540, 13_740]))
    lines = []
    for at, second in enumerate(draw(steps(*jumps, silences=False))):
        assert isinstance(second, int)
        zone = words[(second if jumps else at) * len(words) // 40 % len(words)]
        zone = zones[second >= change] if step else zone
        time = iso(second, zone)
        lines.append((tuple(instant(time)), dumps({"time": time, **kinds[at % len(kinds)]})))
    return lines


def stats(window: int, *, parts: bool, delay: float = 2) -> Stats:
    view = PartsView() if parts else JsonView()
    wait = timedelta(seconds=delay)
    rejects = Rejects("clfstats", "")
    return Stats(rejects, view, window=window, by=BY, top=5, delay=wait, mode=Mode.AUTO)


def run(job: Stats | Watch, lines: list[bytes]) -> list[bytes]:
    """Return the lines that a filter writes; nothing is refused, nor reported of the clock."""
    output, messages = fed(job, job._rejects, [b"".join(lines)])
    assert job._rejects.refused == 0, messages
    return output.splitlines(keepends=True)


def in_order(log: list[tuple[tuple[int, int], bytes]]) -> list[bytes]:
    """Return records by time; of one second those of the greatest offset come first."""
    return [line for (_, line) in sorted(log, key=lambda record: (record[0][0], -record[0][1]))]


def split(data: st.DataObject, lines: list[Any]) -> list[list[Any]]:
    """Deal lines out to some hands."""
    number = data.draw(st.integers(1, 4))
    hands: list[list[Any]] = [[] for _ in range(number)]
    for line in lines:
        hands[data.draw(st.integers(0, number - 1))].append(line)
    return hands


SIZES = [(1, 10), (10, 10), (10, 60), (1, 60), (60, 60)]
HOURS = [(10, 3_600), (60, 3_600), (3_600, 3_600), (3_600, 7_200), (60, 86_400), (3_600, 86_400)]


def merged(
    data: st.DataObject, records: list[bytes], sizes: list[int], mixed: bool = False
) -> list[bytes]:
    """Return sorted parts of records: split, counted apart, merged in any stages."""
    delays = st.sampled_from([0, 0.5, 2, 60])
    size, *larger = sizes
    parts = [
        part
        for hand in split(data, records)
        for part in run(stats(size, parts=True, delay=data.draw(delays)), hand)
    ]
    for size in larger:
        hands = split(data, sorted(parts))
        parts = hands.pop() if mixed else []
        parts += [
            part
            for hand in hands
            for part in run(stats(size, parts=True, delay=data.draw(delays)), hand)
        ]
    return sorted(parts)


@given(st.data(), st.sampled_from(SIZES), st.sampled_from([0, 2, 60]))
@max_examples(600)
def test_summaries(data: st.DataObject, sizes: tuple[int, int], delay: float) -> None:
    small, large = sizes
    log = data.draw(logs(ZONES, 5_000, -5_000, 20_000))
    expected = run(stats(large, parts=False, delay=delay), in_order(log))
    stages = data.draw(st.sampled_from([[small], [small, small], [1, small], [1, 1, small]]))
    parts = merged(data, [line for _, line in log], stages)
    assert run(stats(large, parts=False, delay=delay), parts) == expected


@given(st.data(), st.sampled_from(HOURS), st.sampled_from([0, 2, 60]))
@max_examples(600)
def test_summaries_h(data: st.DataObject, sizes: tuple[int, int], delay: float) -> None:
    small, large = sizes
    log = data.draw(logs(WHOLE[1:], 5_000, -5_000, 20_000, step=large > 3_600))
    expected = run(stats(large, parts=False, delay=delay), in_order(log))
    stages = data.draw(st.sampled_from([[small], [small, small], [1, small], [1, 1, small]]))
    parts = merged(data, [line for _, line in log], stages)
    assert run(stats(large, parts=False, delay=delay), parts) == expected


@given(st.data(), st.sampled_from(SIZES+HOURS), st.sampled_from([0, 2, 60]))
@max_examples(600)
def test_mixed(data: st.DataObject, sizes: tuple[int, int], delay: float) -> None:
    small, large = sizes
    log = data.draw(logs(WHOLE[1:], step=large > 3_600))
    expected = run(stats(large, parts=False, delay=delay), in_order(log))
    parts = merged(data, [line for _, line in log], [1, small, large], mixed=True)
    assert run(stats(large, parts=False, delay=delay), parts) == expected


def watch(threshold: Fraction, window: int, delay: float) -> Watch:
    return Watch(
        Rejects("clfalert", ""),
        threshold=threshold,
        recover=threshold / 2,
        window=window,
        delay=timedelta(seconds=delay),
        mode=Mode.AUTO,
        text=False,
        through=False,
    )


@given(
    st.data(),
    st.sampled_from([1, 10, 60, 3_600]),
    st.builds(Fraction, st.integers(0, 12), st.just(6)),
    st.integers(1, 10),
    st.sampled_from([0, 0.5, 2, 60]),
)
@max_examples(600)
def test_alerts(
    data: st.DataObject, size: int, threshold: Fraction, window: int, delay: float
) -> None:
    """In whatever order the parts of one window come."""
    log = data.draw(logs(WHOLE if size > 60 else ZONES, 5_000, -5_000, 20_000))
    expected = run(watch(threshold, window, delay), in_order(log))
    stages = data.draw(st.sampled_from([[size], [size, size], [1, size]]))
    parts = merged(data, [line for _, line in log], stages)
    assert run(watch(threshold, window, delay), parts) == expected
