"""clfparse.stream.rejects: what could not be read is told in bounded number, and kept whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clfparse.stream.rejects import Refusals

HINT = "tried: everything"


def make(refused: int = 0, read: int = 0) -> Refusals:
    """Return refusals after some lines that could be read, and then some that could not."""
    refusals = Refusals("clfparse", HINT)
    refusals.lines = read
    for _ in range(refused):
        refuse(refusals)
    return refusals


def refuse(refusals: Refusals, line: bytes = b"x", reason: str = "odd") -> None:
    refusals.lines += 1
    refusals.refuse(line, reason)


def messages(refusals: Refusals) -> list[str]:
    told = refusals.messages[:]
    refusals.messages.clear()
    return told


def test_message() -> None:
    refusals = make(read=2)
    refuse(refusals, b'GET "/', "no request in quotes")
    assert messages(refusals) == ["clfparse: line 3: no request in quotes: 'GET \"/'"]


def test_lines_are_numbered_in_each_source() -> None:
    refusals = make(read=3, refused=1)
    refusals.enter("a.log")
    refusals.lines += 1
    refuse(refusals)
    refusals.enter("b.log")
    refuse(refusals)
    assert messages(refusals) == [
        "clfparse: line 4: odd: 'x'",
        "clfparse: a.log: line 2: odd: 'x'",
        "clfparse: b.log: line 1: odd: 'x'",
    ]


def test_the_first_ten_are_told_and_all_are_kept() -> None:
    refusals = make(read=1, refused=25)
    assert messages(refusals) == [f"clfparse: line {n}: odd: 'x'" for n in range(2, 12)]
    assert refusals.refused == 25
    assert refusals.kept == b"x\n" * 25


def test_kept_byte_for_byte() -> None:
    refusals = make()
    refuse(refusals, b"\0\xff\x1b\\x1b \r")
    refusals.lines += 1
    refusals.refuse(b"long, ", "too long", end=b"")
    refusals.keep(b"longer, ")
    refusals.keep(b"longest\n")
    assert refusals.kept == b"\0\xff\x1b\\x1b \r\nlong, longer, longest\n"


def test_after_ten_the_count_is_told_once_a_minute() -> None:
    refusals = make(read=1, refused=10)
    messages(refusals)
    told = {}
    for now in range(1000, 1000 + 200):
        refuse(refusals)
        refusals.remind(float(now))
        told[now] = messages(refusals)
    assert {now: said for now, said in told.items() if said} == {
        1060: ["clfparse: 71 lines refused so far"],
        1120: ["clfparse: 131 lines refused so far"],
        1180: ["clfparse: 191 lines refused so far"],
    }


@pytest.mark.parametrize("refused", [0, 1, 10])
def test_no_count_while_each_line_was_told(refused: int) -> None:
    refusals = make(read=1, refused=refused)
    messages(refusals)
    for now in range(0, 600, 30):
        refusals.remind(float(now))
    assert messages(refusals) == []


def test_a_count_that_did_not_grow_is_not_told_again() -> None:
    refusals = make(read=1, refused=1500)
    messages(refusals)
    for now in range(0, 600, 30):
        refusals.remind(float(now))
    assert messages(refusals) == ["clfparse: 1,500 lines refused so far"]


def test_totals() -> None:
    refusals = make(read=4000, refused=1500)
    messages(refusals)
    refusals.finish()
    assert messages(refusals) == ["clfparse: 1,500 of 5,500 lines refused"]


@pytest.mark.parametrize("read", [0, 7])
def test_no_totals_where_nothing_was_refused(read: int) -> None:
    refusals = make(read=read)
    refusals.finish()
    assert messages(refusals) == []


@pytest.mark.parametrize("more", [0, 1])
def test_hint_after_ten_lines(more: int) -> None:
    """It comes with the tenth line and no second time, at the end neither."""
    refusals = make(refused=9)
    assert len(messages(refusals)) == 9
    refuse(refusals)
    assert messages(refusals)[1:] == [
        f"clfparse: none of the first 10 lines could be read; {HINT}",
    ]
    for _ in range(more):
        refuse(refusals)
    refusals.finish()
    assert messages(refusals) == [f"clfparse: {10 + more} of {10 + more} lines refused"]


def test_hint_at_the_end_of_fewer_lines() -> None:
    refusals = make(refused=9)
    messages(refusals)
    refusals.finish()
    assert messages(refusals) == [
        f"clfparse: none of the lines could be read; {HINT}",
        "clfparse: 9 of 9 lines refused",
    ]


@pytest.mark.parametrize("refused", [9, 10, 11])
def test_no_hint_where_a_line_could_be_read(refused: int) -> None:
    refusals = make(read=1, refused=refused)
    refusals.finish()
    assert HINT not in "".join(messages(refusals))


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"", ""),
        (b"x" * 80, "x" * 80),
        (b"x" * 81, "x" * 80 + "…"),
        (b"x" * 100_000, "x" * 80 + "…"),
        ("П".encode() * 80, "П" * 80),
        ("П".encode() * 81, "П" * 80 + "…"),
        ("😀".encode() * 80, "😀" * 80),
        ("😀".encode() * 81, "😀" * 80 + "…"),
        (b"\x1b[2J\x07\r", r"\x1b[2J\x07\x0d"),
        (b"\xff\xe2\x80\xae\xc2\x9b", r"\xff\xe2\x80\xae\xc2\x9b"),
        (rb"\" \x41", r"\" \x41"),
    ],
)
def test_quoting(line: bytes, shown: str) -> None:
    refusals = make(read=1)
    refuse(refusals, line)
    assert messages(refusals) == [f"clfparse: line 2: odd: '{shown}'"]


@given(st.binary(max_size=500) | st.text(min_size=79, max_size=200).map(str.encode))
def test_a_message_is_safe_to_print_and_short(line: bytes) -> None:
    refusals = make(read=1)
    refuse(refusals, line)
    (message,) = messages(refusals)
    assert message.isprintable()
    assert len(message) <= len("clfparse: line 2: odd: ''") + 81


def test_what_is_told_is_no_refusal() -> None:
    refusals = make(read=1)
    refusals.tell("standard output: No space left on device")
    refusals.finish()
    assert messages(refusals) == ["clfparse: standard output: No space left on device"]
