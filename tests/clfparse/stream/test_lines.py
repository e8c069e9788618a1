"""clfparse.stream.lines: however the input is cut, the same lines come out of it."""

import re
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples

from clfparse.stream.lines import LOG_LINE, Lines
from clfparse.stream.rejects import Rejects

WHOLE = 320  # a limit from which on a message shows the same of a line, however it was cut


class Outcome(NamedTuple):
    """What became of an input."""

    lines: list[bytes]
    refused: int
    messages: list[str]
    rejected: bytes


def feed(data: bytes, cuts: list[int], limit: int) -> Outcome:
    """Read data in pieces of the lengths in cuts, and then the rest."""
    rejects = Rejects("p", "hint")
    reader = Lines(rejects, limit)
    blocks = []

    def take(block: bytes) -> None:
        assert block.endswith(b"\n")
        rejects.lines += block.count(b"\n")
        blocks.append(block)

    for cut in [*cuts, len(data)]:
        read, data = data[:cut], data[cut:]
        for block in reader.add(read):
            take(block)
        assert len(reader._open) <= limit
    for block in reader.finish():
        take(block)
    lines = b"".join(blocks).split(b"\n")[:-1]
    return Outcome(lines, rejects.refused, rejects.messages, bytes(rejects.refused_bytes))


def model(data: bytes, limit: int) -> Outcome:
    """Say what should become of an input: the rule, for data that is all there."""
    data = re.sub(rb"\r(?!\n|\Z)", b"\n", data)
    data = re.sub(rb"(\A|\n)\0+", rb"\1", data)
    lines = data.removesuffix(b"\n").split(b"\n") if data else []
    long = [(number, line) for number, line in enumerate(lines, 1) if len(line) > limit]
    messages = [f"p: line {number}: longer than {limit >> 10} KiB" for number, _ in long[:10]]
    if len(long) >= 10 and long[9][0] == 10:
        messages.append("p: none of the first 10 lines could be read; hint")
    rejected = b"".join(line + b"\n" for _, line in long)
    return Outcome([line for line in lines if len(line) <= limit], len(long), messages, rejected)


def unquoted(outcome: Outcome) -> Outcome:
    return outcome._replace(
        messages=[message.partition(": '")[0] for message in outcome.messages],
    )


PARTS = [
    b"\n",
    b"\n",
    b"\n\n",
    b"\r\n",
    b"\r",
    b"\0" * 9,
    b"a",
    b"bcd",
    b"\xff",
    b"\0",
    b"abcdefghi",
]


@max_examples(200)
@given(
    data=st.lists(st.sampled_from(PARTS) | st.binary(max_size=5)).map(b"".join),
    cuts=st.lists(st.integers(0, 7)),
    limit=st.integers(1, 8),
)
def test_any_cut_gives_the_same_lines(data: bytes, cuts: list[int], limit: int) -> None:
    assert unquoted(feed(data, cuts, limit)) == model(data, limit)


@max_examples(200)
@given(
    data=st.lists(st.sampled_from([b"\n", b"a", b"\xd0\x9f", b"b" * 159, b"c" * WHOLE])),
    cuts=st.lists(st.integers(0, 2 * WHOLE)),
    limit=st.integers(WHOLE, WHOLE + 2),
)
def test_any_cut_gives_the_same_messages(data: list[bytes], cuts: list[int], limit: int) -> None:
    whole = b"".join(data)
    assert feed(whole, cuts, limit) == feed(whole, [], limit)


@pytest.mark.parametrize("end", [b"\n", b""], ids=["newline", "no newline"])
@pytest.mark.parametrize("cuts", [[], [5], [6], [1] * 20], ids=str)
def test_limit(end: bytes, cuts: list[int]) -> None:
    """A line of the limit's length passes, one byte more does not, nor is the next line lost."""
    assert feed(b"12345\n123456\n1234" + end, cuts, limit=5) == Outcome(
        lines=[b"12345", b"1234"],
        refused=1,
        messages=["p: line 2: longer than 0 KiB: '123456'"],
        rejected=b"123456\n",
    )


@pytest.mark.parametrize("size", [1, 4096, LOG_LINE, 10 * LOG_LINE])
def test_a_hole_of_any_length_is_nothing(size: int) -> None:
    hole = b"\0" * size
    assert feed(hole + b"1\n2\n" + hole + b"3\n" + hole, [size // 2] * 3, LOG_LINE).lines == [
        *(b"1", b"2", b"3")
    ]


def test_a_carriage_return_ends_a_line() -> None:
    """By itself, at the end of a read too; one before a newline is of the line's end."""
    for cuts in ([], [1] * 20):
        assert feed(b"1\r2\r\n3\r\r4\r", cuts, 9).lines == [b"1", b"2\r", b"3", b"", b"4\r"]


def test_last_line_may_be_overlong() -> None:
    assert feed(b"1\n" + b"2" * 50, [9] * 5, limit=5).rejected == b"2" * 50 + b"\n"


def test_lines_that_are_complete_come_at_once() -> None:
    reader = Lines(Rejects("p", "hint"), LOG_LINE)
    assert list(reader.add(b"one\ntwo\nthr")) == [b"one\ntwo\n"]
    assert list(reader.add(b"ee")) == []
    assert list(reader.add(b"\n")) == [b"three\n"]
    assert list(reader.finish()) == []


def test_a_line_without_end_is_not_held() -> None:
    """What is refused comes out as it comes in, for the caller to save, and is reported once."""
    rejects = Rejects("p", "hint")
    reader = Lines(rejects, LOG_LINE)
    for _ in range(64):
        assert list(reader.add(b"x" * LOG_LINE)) == []
        assert len(reader._open) <= LOG_LINE
        rejects.refused_bytes.clear()
    assert list(reader.add(b"x\nnext\n")) == [b"next\n"]
    assert rejects.refused_bytes == b"x\n"
    assert rejects.messages == [f"p: line 1: longer than 64 KiB: '{'x' * 80}…'"]
