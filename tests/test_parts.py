"""Parts of any split of the records, sorted and merged, give what the sorted records give."""

import json
from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples
from streams import ALERT, cuts, fed, steps

from clfalert.filter import Watch
from clfparse.events.clock import Mode
from clfparse.stream.rejects import Rejects
from clfparse.values.times import Instant, instant
from clfstats.filter import Stats
from clfstats.views.jsonl import JsonView
from clfstats.views.parts import PartsView

BY = ("section", "x")
JUMPS = (5_000, -5_000, 20_000)
OFFSETS = [0, -3_600, 19_800, 20_700, -10_800]
HOURS = [0, -3_600]  # of these begin at the same times
CHANGES = [1_549_569_600 + 3_600 * hours for hours in (0, 1, 2, 3, 5)]  # of the offset

# Windows of parts, and of those that read them.
SMALL = [(1, 10), (10, 10), (10, 60), (1, 60), (60, 60)]
LARGE = [(10, 3_600), (60, 3_600), (3_600, 3_600), (3_600, 7_200), (60, 86_400), (3_600, 86_400)]
DELAYS = st.sampled_from([0, 0.5, 2, 60])

Log = list[tuple[Instant, bytes]]

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 70), 1 << 70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=3)
    | st.sampled_from([1, 1.0, True, "1", "true", "-", "null", "", 10**400, -0.0])
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["a", "b", "type", "json"]), inner, max_size=2)
    ),
    max_leaves=4,
)
records = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys((*BY, "host", "method"), values | st.sampled_from(["/a", "/b"])),
        "status": st.none() | st.sampled_from([0, 5, 50, 200, 404, 500, 599, 999]),
        "bytes": st.none() | st.integers(0, (1 << 63) - 1),
        "duration": st.none() | st.integers(0, 9) | st.floats(0, 1e8),
    },
)


@st.composite
def logs(draw: st.DrawFn, offsets: list[int], *jumps: int, changes: bool = False) -> Log:
    """Draw the times of records, and their lines, in any order.

    changes: the offset changes once, at an hour; else it may be another in each second, and where
    there are no jumps several in one second.
    """
    kinds = draw(st.lists(records, min_size=1, max_size=5))
    used = draw(st.lists(st.sampled_from(offsets), min_size=1, max_size=3))
    change = draw(st.sampled_from(CHANGES))
    log = []
    for at, second in enumerate(draw(steps(*jumps, silences=False))):
        assert isinstance(second, int)
        offset = used[(second if jumps else at) * len(used) // 40 % len(used)]
        time = Instant(second, offsets[second >= change] if changes else offset)
        text = json.dumps({"time": str(time), **kinds[at % len(kinds)]}, ensure_ascii=False)
        log.append((time, text.encode() + b"\n"))
    return log


def in_order(log: Log) -> list[bytes]:
    """Return records by time; of one second those of the greatest offset come first."""
    return [text for _, text in sorted(log, key=lambda each: (each[0].second, -each[0].offset))]


def stats(window: int, delay: float, *, parts: bool = False) -> Stats:
    view = PartsView() if parts else JsonView()
    wait = timedelta(seconds=delay)
    rejects = Rejects("clfstats", "")
    return Stats(rejects, view, window=window, by=BY, top=5, delay=wait, mode=Mode.AUTO)


def watch(threshold: Fraction, window: int, delay: float, *, through: bool = False) -> Watch:
    return Watch(
        Rejects("clfalert", ""),
        threshold=threshold,
        recover=threshold / 2,
        window=window,
        delay=timedelta(seconds=delay),
        mode=Mode.AUTO,
        text=False,
        through=through,
    )


def run(job: Stats | Watch, lines: list[bytes]) -> list[bytes]:
    """Return the lines that a filter writes; nothing is refused."""
    output, messages = fed(job, job._rejects, [b"".join(lines)])
    assert job._rejects.refused == 0, messages
    return output.splitlines(keepends=True)


def hands(data: st.DataObject, lines: list[bytes]) -> list[list[bytes]]:
    """Deal lines out to some hands."""
    number = data.draw(st.integers(1, 4))
    dealt: list[list[bytes]] = [[] for _ in range(number)]
    for line in lines:
        dealt[data.draw(st.integers(0, number - 1))].append(line)
    return dealt


def merged(data: st.DataObject, log: Log, sizes: list[int], *, mixed: bool = False) -> list[bytes]:
    """Return sorted parts of records: dealt out, counted apart, and merged stage by stage.

    sizes: of the windows of each stage. mixed: some parts of a stage go on as they are.
    """
    lines: list[bytes] = [text for _, text in log]
    for stage, size in enumerate(sizes):
        dealt = hands(data, lines)
        lines = dealt.pop() if mixed and stage else []
        for hand in dealt:
            lines += run(stats(size, data.draw(DELAYS), parts=True), hand)
        lines.sort()
    return lines


@given(st.data(), st.sampled_from(SMALL), DELAYS)
@max_examples(30)
def test_summaries(data: st.DataObject, sizes: tuple[int, int], delay: float) -> None:
    """Byte for byte, of any log, whatever its zones, its jumps, its values."""
    small, large = sizes
    log = data.draw(logs(OFFSETS, *JUMPS))
    stages = data.draw(st.sampled_from([[small], [small, small], [1, small], [1, 1, small]]))
    parts = merged(data, log, stages)
    assert run(stats(large, delay), parts) == run(stats(large, delay), in_order(log))


@given(st.data(), st.sampled_from(LARGE), DELAYS)
@max_examples(30)
def test_summaries_of_hours_and_days(
    data: st.DataObject, sizes: tuple[int, int], delay: float
) -> None:
    """Which follow the log's offset: it changes at an hour, as summer time does, or time jumps.

    Both at once may leave what is ahead of the clock in a window of the old offset.
    """
    small, large = sizes
    changes = data.draw(st.booleans())
    log = data.draw(logs(HOURS, changes=True) if changes else logs(HOURS[:1], *JUMPS))
    stages = data.draw(st.sampled_from([[small], [small, small], [1, small]]))
    parts = merged(data, log, stages)
    assert run(stats(large, delay), parts) == run(stats(large, delay), in_order(log))


@given(st.data(), st.sampled_from(SMALL + LARGE), DELAYS)
@max_examples(30)
def test_parts_of_several_lengths(
    data: st.DataObject, sizes: tuple[int, int], delay: float
) -> None:
    """Some of which hold others: no clock is set back by them."""
    small, large = sizes
    log = data.draw(logs(HOURS, changes=large > 3_600))
    parts = merged(data, log, [1, small, large], mixed=True)
    assert run(stats(large, delay), parts) == run(stats(large, delay), in_order(log))


@given(
    st.data(),
    st.sampled_from([1, 10, 60, 3_600]),
    st.builds(Fraction, st.integers(0, 12), st.just(6)),
    st.integers(1, 10),
    DELAYS,
)
@max_examples(30)
def test_alerts(
    data: st.DataObject, size: int, threshold: Fraction, window: int, delay: float
) -> None:
    """In whatever order the parts of one window come. Of seconds they say what was in them."""
    log = data.draw(logs(HOURS if size > 60 else OFFSETS, *JUMPS))
    parts = merged(data, log, data.draw(st.sampled_from([[size], [size, size], [1, size]])))
    expected = run(watch(threshold, window, delay), in_order(log))
    alerts = run(watch(threshold, window, delay), parts)
    assert len(alerts) == len(expected)
    for alert, whole in zip(map(json.loads, alerts), map(json.loads, expected), strict=True):
        top, whole_top = alert.pop("top", {}), whole.pop("top", {})
        assert alert == whole
        assert top.keys() <= {"section"}  # what parts were counted by
        assert top.get("section") in (None, whole_top.get("section", top.get("section")))


def test_hours_of_an_offset_of_half_an_hour() -> None:
    """Parts of them lie in the reader's, which turn with the log's offset."""
    times = [*range(1_549_569_600, 1_549_576_800, 600), *range(1_549_578_600, 1_549_590_000, 600)]
    log: Log = []
    for second in times:
        time = Instant(second, 19_800 if second >= 1_549_578_600 else 0)
        log.append((time, b'{"time":"%b"}\n' % str(time).encode()))
    records = in_order(log)
    expected = run(stats(3_600, 2), records)
    assert {instant(json.loads(row)["start"]).second % 3_600 for row in expected} == {0, 1_800}
    for size in (60, 1_800, 3_600):
        parts = run(stats(size, 2, parts=True), records)
        assert run(stats(3_600, 2), sorted(parts)) == expected


def test_merging_is_the_same_in_any_order() -> None:
    """Merged parts are the same bytes, as well."""
    log = [(f"2019-02-07T21:11:{at % 60:02}Z", f"h{at % 7}", at) for at in range(500)]
    lines = [
        json.dumps({"time": time, "host": host, "section": f"/{at % 11}", "x": at % 3}).encode()
        + b"\n"
        for time, host, at in log
    ]
    whole = run(stats(60, 60, parts=True), lines)
    parts = [part for at in range(3) for part in run(stats(10, 60, parts=True), lines[at::3])]
    for order in (sorted(parts), sorted(parts, key=lambda part: (part[:50], -len(part)))):
        assert run(stats(60, 60, parts=True), order) == whole


@given(st.data(), st.sampled_from([1, 10, 60]), st.sampled_from(["parts", "text", "alerts"]))
@max_examples(40)
def test_cuts_change_nothing(data: st.DataObject, size: int, output: str) -> None:
    """Parts between records, alerts and what is refused, however they are read."""
    log = data.draw(logs(OFFSETS, *JUMPS))
    lines = [text for _, text in log] + merged(data, log, [size])
    lines += [
        ALERT + b"\n",
        b"lost\n",
        lines[-1][:-9] + b"\n",
        ALERT + b"\n",
        b'{"type":"part",}\n',
    ]
    lines += [lines[-6][:20] + ALERT + b"\n" + lines[-6][20:]]
    whole = b"".join(data.draw(st.permutations(lines)))

    def outcome(pieces: list[bytes]) -> object:
        job = watch(Fraction(1, 6), 10, 2, through=True)
        if output != "alerts":
            job = stats(60, 2, parts=output == "parts")  # type: ignore[assignment]
        written = fed(job, job._rejects, pieces)
        return written, dict(vars(job._rejects))

    expected = outcome([whole])
    for at_lines in (True, False):
        assert outcome(data.draw(cuts(whole, at_lines=at_lines))) == expected
