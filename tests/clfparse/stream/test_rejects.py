"""clfparse.stream.rejects: what could not be read is reported in bounded number, and kept whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clfparse.stream.rejects import Origin, Rejects

HINT = "tried: everything"


def make(refused: int = 0, read: int = 0) -> Rejects:
    """Return rejects after some lines that could be read, and then some that could not."""
    rejects = Rejects("clfparse", HINT)
    rejects.lines = read
    for _ in range(refused):
        refuse(rejects)
    return rejects


def refuse(rejects: Rejects, line: bytes = b"x", reason: str = "odd") -> None:
    rejects.lines += 1
    rejects.refuse(line, reason)


def messages(rejects: Rejects) -> list[str]:
    taken = rejects.messages[:]
    rejects.messages.clear()
    return taken


def test_message() -> None:
    rejects = make(read=2)
    refuse(rejects, b'GET "/', "no request in quotes")
    assert messages(rejects) == ["clfparse: line 3: no request in quotes: 'GET \"/'"]


def test_what_is_known_is_refused_without_a_report() -> None:
    """It counts, and is kept, all the same."""
    rejects = make(read=1)
    rejects.lines += 1
    rejects.refuse(b"x", "odd", report=False)
    assert messages(rejects) == []
    assert (rejects.refused, bytes(rejects.refused_bytes)) == (1, b"x\n")


def test_lines_are_numbered_in_each_source() -> None:
    rejects, first = make(read=3, refused=1), Origin("a.log")
    rejects.enter(first)
    rejects.lines += 1
    refuse(rejects)
    rejects.enter(Origin("b.log"))
    refuse(rejects)
    rejects.enter(first)
    refuse(rejects)
    assert messages(rejects) == [
        "clfparse: line 4: odd: 'x'",
        "clfparse: a.log: line 2: odd: 'x'",
        "clfparse: b.log: line 1: odd: 'x'",
        "clfparse: a.log: line 3: odd: 'x'",
    ]


def test_the_first_ten_are_reported_and_all_are_saved() -> None:
    rejects = make(read=1, refused=25)
    assert messages(rejects) == [f"clfparse: line {n}: odd: 'x'" for n in range(2, 12)]
    assert rejects.refused == 25
    assert rejects.refused_bytes == b"x\n" * 25


def test_kept_byte_for_byte() -> None:
    rejects = make()
    refuse(rejects, b"\0\xff\x1b\\x1b \r")
    rejects.lines += 1
    rejects.refuse(b"long, ", "too long", end=b"")
    rejects.keep(b"longer, ")
    rejects.keep(b"longest\n")
    assert rejects.refused_bytes == b"\0\xff\x1b\\x1b \r\nlong, longer, longest\n"


def test_after_ten_the_count_is_reported_once_a_minute() -> None:
    rejects = make(read=1, refused=10)
    messages(rejects)
    reported = {}
    for now in range(1000, 1000 + 200):
        refuse(rejects)
        rejects.remind(float(now))
        reported[now] = messages(rejects)
    assert {now: said for now, said in reported.items() if said} == {
        1060: ["clfparse: 71 lines refused so far"],
        1120: ["clfparse: 131 lines refused so far"],
        1180: ["clfparse: 191 lines refused so far"],
    }


@pytest.mark.parametrize("refused", [0, 1, 10])
def test_no_count_while_each_line_was_reported(refused: int) -> None:
    rejects = make(read=1, refused=refused)
    messages(rejects)
    for now in range(0, 600, 30):
        rejects.remind(float(now))
    assert messages(rejects) == []


def test_a_count_that_did_not_grow_is_not_reported_again() -> None:
    rejects = make(read=1, refused=1500)
    messages(rejects)
    for now in range(0, 600, 30):
        rejects.remind(float(now))
    assert messages(rejects) == ["clfparse: 1,500 lines refused so far"]


def test_totals() -> None:
    rejects = make(read=4000, refused=1500)
    messages(rejects)
    rejects.finish()
    assert messages(rejects) == ["clfparse: 1,500 of 5,500 lines refused"]


@pytest.mark.parametrize("read", [0, 7])
def test_no_totals_where_nothing_was_refused(read: int) -> None:
    rejects = make(read=read)
    rejects.finish()
    assert messages(rejects) == []


@pytest.mark.parametrize("after", [0, 1])
def test_hint_after_ten_lines(after: int) -> None:
    """It comes with the tenth line and no second time, at the end neither."""
    rejects = make(refused=9)
    assert len(messages(rejects)) == 9
    refuse(rejects)
    assert messages(rejects)[1:] == [
        f"clfparse: none of the first 10 lines could be read; {HINT}",
    ]
    for _ in range(after):
        refuse(rejects)
    rejects.finish()
    assert messages(rejects) == [f"clfparse: {10 + after} of {10 + after} lines refused"]


def test_hint_at_the_end_of_fewer_lines() -> None:
    rejects = make(refused=9)
    messages(rejects)
    rejects.finish()
    assert messages(rejects) == [
        f"clfparse: none of the lines could be read; {HINT}",
        "clfparse: 9 of 9 lines refused",
    ]


@pytest.mark.parametrize("refused", [9, 10, 11])
def test_no_hint_where_a_line_could_be_read(refused: int) -> None:
    rejects = make(read=1, refused=refused)
    rejects.finish()
    assert HINT not in "".join(messages(rejects))


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
    rejects = make(read=1)
    refuse(rejects, line)
    assert messages(rejects) == [f"clfparse: line 2: odd: '{shown}'"]


@given(st.binary(max_size=500) | st.text(min_size=79, max_size=200).map(str.encode))
def test_a_message_is_safe_to_print_and_short(line: bytes) -> None:
    rejects = make(read=1)
    refuse(rejects, line)
    (message,) = messages(rejects)
    assert message.isprintable()
    assert len(message) <= len("clfparse: line 2: odd: ''") + 81


def test_what_is_reported_is_no_refusal() -> None:
    rejects = make(read=1)
    rejects.report("standard output: No space left on device")
    rejects.finish()
    assert messages(rejects) == ["clfparse: standard output: No space left on device"]
