"""clfparse.stream.merge: lines of several sources, in the order of their times."""

from collections.abc import Sequence
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples

from clfparse.stream.merge import Block, Merge

HOUR = 3600


def seconds(lines: Sequence[bytes]) -> list[int | None]:
    """Return the number that a line begins with."""
    return [int(line.split()[0]) if line[:1].isdigit() else None for line in lines]


def block(*lines: object) -> bytes:
    return b"".join(b"%b\n" % str(line).encode() for line in lines)


def written(blocks: Sequence[Block]) -> list[str]:
    return b"".join(block.lines for block in blocks).decode().splitlines()


def merged(sources: list[list[str]], cuts: list[int], first: list[int | None]) -> list[str]:
    """Merge sources as a run does: the one that others wait for is read, so many lines at once."""
    merge, rest, blocks = Merge(seconds), [list(lines) for lines in sources], list[Block]()
    for number, second in enumerate(first):
        merge.enter(number, second)
    sizes = cycle(cuts)
    while (least := merge.least()) is not None:
        number, size = least, next(sizes)
        lines = rest[number]
        blocks += merge.add(number, block(*lines[:size])) if lines else merge.end(number)
        del lines[:size]
    assert not merge.waiting
    return written(blocks)


@st.composite
def logs(draw: st.DrawFn) -> list[list[str]]:
    """Draw a log cut over files: each line in one of them, in its order."""
    steps = draw(st.lists(st.sampled_from([0, 0, 0, 1, 1, 5, 600, 2 * HOUR]), max_size=60))
    files: list[list[str]] = [[] for _ in range(draw(st.integers(1, 5)))]
    by_line = draw(st.booleans())
    now = part = 0
    for place, step in enumerate(steps):
        now += step
        if by_line or not draw(st.integers(0, 5)):
            part = draw(st.integers(0, len(files) - 1))
        timed = step != 5 or not files[part]  # those before a first time stand anywhere
        files[part].append(f"{now} {place}" if timed else "no time")
    return files


def expected(files: list[list[str]]) -> list[str]:
    """Sort lines by time, file and place, in the plainest way."""
    keyed = []
    for number, lines in enumerate(files):
        now = 0
        for place, line in enumerate(lines):
            now = now if line == "no time" else int(line.split()[0])
            keyed.append((now, number, place, line))
    return [line for *_, line in sorted(keyed)]


@max_examples(300)
@given(logs(), st.lists(st.integers(1, 40), min_size=1, max_size=4), st.data())
def test_any_log_over_any_files_is_as_sorted(
    files: list[list[str]], cuts: list[int], data: st.DataObject
) -> None:
    firsts = [next((int(line.split()[0]) for line in f if line != "no time"), None) for f in files]
    first = [data.draw(st.sampled_from([None, second])) for second in firsts]
    assert merged(files, cuts, first) == expected(files)


def test_a_block_goes_on_whole_where_nothing_overlaps() -> None:
    merge = Merge(seconds)
    merge.enter(0, 100)
    merge.enter(1, 1)
    whole = block("1 a", "9 b", "8 late")
    assert merge.add(1, whole) == [Block(1, whole)]
    assert merge.add(1, block("99")) == [Block(1, block("99"))]
    assert merge.least() == 1
    assert merge.add(1, block("100 a")) == []  # the other's may be of this second too
    assert merge.least() == 0
    assert written(merge.add(0, block("100 b", "101"))) == ["100 b", "100 a"]


def test_a_late_line_stays_where_it_is() -> None:
    assert merged([["1", "9", "3", "10"], ["8"]], [9], [1, 8]) == ["1", "8", "9", "3", "10"]


@pytest.mark.parametrize("late", [1, 20])
def test_a_block_that_ends_with_late_lines_waits_where_others_come_between(late: int) -> None:
    """What it holds before them has passed the others' lines."""
    slow = ["1", "5", *["3 late"] * late]
    assert merged([slow, ["4", "6"]], [99], [1, 4]) == ["1", "4", *slow[1:], "6"]


def test_a_silent_source_is_left_out_until_it_goes_on() -> None:
    merge = Merge(seconds)
    merge.enter(0, None)
    merge.enter(1, None)
    assert merge.least() == 0
    assert merge.leave_out(0) == []
    assert written(merge.add(1, block("5"))) == ["5"]
    assert merge.left_out == {0}
    assert written(merge.add(0, block("3"))) == ["3"]  # late, but not lost
    assert merge.left_out == set()
    assert merge.add(1, block("7")) == []
    assert written(merge.leave_out(0)) == ["7"]
    assert written(merge.add(0, block("8", "9"))) == []
    assert written([*merge.end(1), *merge.end(0)]) == ["8", "9"]


def test_a_far_time_is_not_believed_against_the_lines_after_it() -> None:
    """One broken line would hold the rest of its file back, behind all the others."""
    far = f"{10 * HOUR} broken"
    files = [["1", far, *map(str, range(2, 50))], [str(number) for number in range(0, 60, 3)]]
    for size in (1, 7, 100):
        lines = merged(files, [size], [1, 0])
        assert lines.index(far) == lines.index("1") + 1, size
        del lines[lines.index(far)]
        assert lines == sorted(lines, key=int), size


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_night_without_traffic_is_believed(size: int) -> None:
    evening = ["1", "2"]
    morning = [str(9 * HOUR + number) for number in range(50)]
    other = [str(number) for number in range(0, 9 * HOUR, 600)]
    lines = merged([evening + morning, other], [size], [1, 0])
    assert lines == sorted([*evening, *morning, *other], key=int)


def test_what_is_unsure_is_written_when_its_source_falls_silent() -> None:
    merge = Merge(seconds)
    merge.enter(0, None)
    merge.enter(1, None)
    merge.leave_out(1)
    assert written(merge.add(0, block("1"))) == ["1"]
    assert merge.add(0, block(3 * HOUR)) == []
    assert written(merge.leave_out(0)) == [str(3 * HOUR)]
    assert written(merge.add(0, block("2"))) == ["2"]
