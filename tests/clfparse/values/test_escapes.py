"""`escapes`: what a server escaped is undone, and what could act on a terminal is not."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from clfparse.values.escapes import displayed, is_mark, plain, printable, text

# As the server wrote it, and as a record holds it.
TEXTS = {
    "nothing": (b"", ""),
    "ASCII": (b"GET /a b~", "GET /a b~"),
    "Apache quote": (rb"\"", '"'),
    "Apache backslash": (rb"\\", "\\"),
    "Apache backslash and quote": (rb"\\\"", '\\"'),
    "Apache backslash, then what looks like an escape": (rb"\\x41\\\x41", r"\x41\A"),
    "Apache letters": (rb"\b\n\r\t\v", r"\b\n\r\t\v"),
    "Apache UTF-8": (rb"\xd0\x9f\xe2\x82\xac\xf0\x9f\x98\x80", "П€😀"),
    "nginx quote and backslash": (rb"\x22\x5C", '"\\'),
    "nginx backslash, then what looks like an escape": (rb"\x5Cx41", r"\x41"),
    "nginx UTF-8": (rb"\xD0\x9F\xE2\x82\xAC\xF0\x9F\x98\x80", "П€😀"),
    "raw UTF-8": ("П€😀".encode(), "П€😀"),
    "raw, then escaped, in one character": (b"\xe2\\x82\xac", "€"),
    "printable ASCII": (rb"\x20\x41\x7e", " A~"),
    "lower-case control stays": (rb"\x00\x1b\x7f", r"\x00\x1b\x7f"),
    "upper-case control stays": (rb"\x0A\x1B\x7F", r"\x0A\x1B\x7F"),
    "raw control": (b"\0\t\n\r\x1b\x7f", r"\x00\x09\x0a\x0d\x1b\x7f"),
    "no UTF-8 stays": (rb"\xff\xD0", r"\xff\xD0"),
    "raw, no UTF-8": (b"\xff\xd0", r"\xff\xd0"),
    "half a character": (rb"\xe2\x82x", r"\xe2\x82x"),
    "overlong": (rb"\xc0\xaf", r"\xc0\xaf"),
    "surrogate": (rb"\xed\xa0\x80", r"\xed\xa0\x80"),
    "C1 stays": (rb"\xc2\x9b", r"\xc2\x9b"),
    "raw C1": (b"\xc2\x9b", r"\xc2\x9b"),
    "U+202E stays": (rb"\xE2\x80\xAE", r"\xE2\x80\xAE"),
    "raw U+202E": ("\u202e".encode(), r"\xe2\x80\xae"),
    "raw U+2028": ("\u2028".encode(), r"\xe2\x80\xa8"),
    "raw U+2066": ("\u2066".encode(), r"\xe2\x81\xa6"),
    "byte order mark": ("\ufeff".encode(), r"\xef\xbb\xbf"),
    "between others": ("a\u202eП".encode() + rb"\x1b\"", r"a\xe2\x80\xaeП\x1b" + '"'),
    "no escape": (rb"\x4 \xgg \q \u0041", r"\x4 \xgg \q \u0041"),
    "backslash last": (b"a\\", "a\\"),
}


@pytest.mark.parametrize(("raw", "expected"), TEXTS.values(), ids=TEXTS)
def test_text(raw: bytes, expected: str) -> None:
    assert text(raw) == expected


PLAIN = {
    "nothing": (b"", ""),
    "ASCII": (b'GET "/a b"~', 'GET "/a b"~'),
    "escapes": (rb"\" \\ \x41 \xD0\x9F \x1b", r"\" \\ \x41 \xD0\x9F \x1b"),
    "UTF-8": ("П€😀".encode(), "П€😀"),
    "control": (b"\0\n\x1b", r"\x00\x0a\x1b"),
    "no UTF-8": (b"\xff\xd0", r"\xff\xd0"),
    "U+202E": ("\u202e".encode(), r"\xe2\x80\xae"),
}


@pytest.mark.parametrize(("raw", "expected"), PLAIN.values(), ids=PLAIN)
def test_plain_leaves_escapes_as_they_stand(raw: bytes, expected: str) -> None:
    assert plain(raw) == expected


PRINTABLE = {
    "nothing": ("", ""),
    "text": ('П "\\" 😀', 'П "\\" 😀'),
    "control": ("\0\n\x1b[2J\x7f", r"\x00\n\x1b[2J\x7f"),
    "C1": ("\x9b", r"\x9b"),
    "bidirectional": ("a\u202eb\u2066", r"a\u202eb\u2066"),
    "line separator": ("\u2028", r"\u2028"),
    "tag": ("\U000e0041", r"\U000e0041"),
    "surrogate": ("\udcff", r"\udcff"),
}


@pytest.mark.parametrize(("characters", "expected"), PRINTABLE.values(), ids=PRINTABLE)
def test_printable(characters: str, expected: str) -> None:
    assert printable(characters) == expected


# Bytes in which escapes, whole and broken, are more than chance.
RAW = st.lists(
    st.binary(max_size=3)
    | st.sampled_from([b"\\", b"\\x", b"\\xd0", b"\\x9F", b'\\"', b"\x1b", b"\xe2\x80", b"\\xAE"])
).map(b"".join)


@given(RAW)
@example(bytes(range(256)))
def test_text_and_plain_are_printable(raw: bytes) -> None:
    assert text(raw).isprintable()
    assert plain(raw).isprintable()


@given(st.text(st.characters()))
def test_printable_is_printable(characters: str) -> None:
    assert printable(characters).isprintable()


@pytest.mark.parametrize(
    ("characters", "expected"),
    [
        ("e\u0301", "e\u0301"),
        ("က\u103c\u1031\u102c\u1004\u1037\u103a", "က\u103c\u1031\u102c\u1004\u1037\u103a"),
        ("e" + "\u0301" * 8 + "x", "e" + "\u0301" * 6 + r"\u0301\u0301x"),
        ("\u0301" * 7, "\u0301" * 6 + r"\u0301"),
        ("\u1160" * 7, "\u1160" * 6 + r"\u1160"),
        ("\x1b" + "\u0301" * 7, r"\x1b" + "\u0301" * 6 + r"\u0301"),
    ],
)
def test_displayed(characters: str, expected: str) -> None:
    assert displayed(characters) == expected


def test_a_mark_is_what_takes_no_column() -> None:
    """As rich has it, which draws the screen."""
    printables = [chr(at) for at in range(0x110000) if chr(at).isprintable()]
    assert {each for each in printables if not cell_len(each)} <= set(filter(is_mark, printables))


@given(st.text(st.characters() | st.sampled_from("\u0301\u0488\u093e\u1160")))
def test_what_is_displayed_is_bounded_by_its_columns(characters: str) -> None:
    shown = displayed(characters)
    assert shown.isprintable()
    assert displayed(shown) == shown
    assert len(shown) <= 7 * (sum(map(cell_len, shown)) + 1)


@given(RAW)
def test_text_is_plain_where_there_is_no_backslash(raw: bytes) -> None:
    assert text(raw.replace(b"\\", b"")) == plain(raw.replace(b"\\", b""))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_plain_keeps_every_byte(characters: str) -> None:
    """What is unprintable is written out, the rest stands: nothing is lost or replaced."""
    shown = "".join(
        c if c.isprintable() else "".join(f"\\x{byte:02x}" for byte in c.encode())
        for c in characters
    )
    assert plain(characters.encode()) == shown
