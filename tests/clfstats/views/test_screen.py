"""The live screen without a process: how it is laid out, and that no text of a log acts on it."""

import re
import unicodedata
from typing import Any

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples
from rich.cells import cell_len
from screens import SGR, TRIGGERED, Made, alert, busy, make
from streams import REPLAY, START, line, live
from terminals import ALTERNATE, Emulator
from wcwidth import wcwidth

from clfparse.stream.live import Live
from clfstats.views.text import columns

HOSTILE = [
    "\x1b]0;owned\x07",
    "\x1b[2J\x1b[31;5m",
    "\x9b31m",
    "\x9d0;owned\x9c",
    "\u202eevil",
    "a\u2028b\x85c",
    "\r\n\t\x08\x00\x7f",
    "日本語" * 30,
    "e\u0301\u0308" * 20,
    "[red]x[/]",
    "[/]",
    "[link=http://x]x",
    ":smile:",
    "\\[x]",
    "",
    " ",
    "\udc80",
    "/" * 300,
]
SIZES = [
    *((width, height) for width in (20, 79, 80, 200) for height in (5, 9, 10, 15, 16, 24, 60)),
    *((width, 24) for width in range(21, 200, 13)),
    *((80, height) for height in range(6, 60, 5)),
]


# The whole screen


def fits(rows: list[str], width: int, height: int | None) -> None:
    """Assert that rows fill a screen, and are safe to print on it."""
    assert height is None or len(rows) == height
    for row in rows:
        bare = SGR.sub("", row)
        assert bare.isprintable()
        assert columns(bare) <= width
        assert cell_len(bare) <= width


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("made", [make, busy], ids=["empty", "busy"])
def test_a_drawing_fills_any_screen(made: Any, colour: bool) -> None:
    """Exactly its lines, none wider; no control sequence but colours, and none without colour."""
    shown: Made = made(colour=colour)
    shown.screen.report("clfparse: " + "x" * 300)
    shown.screen.report("clfparse: y")
    if made is busy:
        shown.add(*map(alert, map(TRIGGERED.format, range(30))))
    for width, height in SIZES:
        rows = shown.screen.draw(width, height, REPLAY)
        fits(rows, width, height)
        assert colour == ("\x1b" in "".join(rows))
    for width in range(20, 201, 20):
        fits(shown.screen.last(width), width, None)


@pytest.mark.parametrize("size", [(1, 1), (1, 60), (5, 2), (10, 3), (19, 4), (300, 1), (1000, 200)])
def test_odd_sizes_are_no_failure(size: tuple[int, int]) -> None:
    assert len(busy(30).screen.draw(*size, REPLAY)) == size[1]
    assert len(make().screen.draw(*size, REPLAY)) == size[1]


@pytest.mark.parametrize("number", [0, 1, 500])
def test_alerts_do_not_push_the_statistics_off(number: int) -> None:
    text = busy(number).text(80, 24)
    for part in ("total    35", "/section0", "192.0.2.0", "top section", "top host", "hits of the"):
        assert part in text
    if number == 500:
        assert TRIGGERED.format(499)[:50] in text
        assert re.search(r"^and 49\d more *$", text, re.MULTILINE)
        assert "alerts: 500 ─" in text


def test_what_matters_most_is_kept_on_a_small_screen() -> None:
    """The totals and the number of alerts; one table where two have no room."""
    text = busy(3).text(40, 10)
    for pattern in (r"^total +35 ", r"^/section0 ", "^alerts: 3 ─"):
        assert re.search(pattern, text, re.MULTILINE)
    assert "192.0.2.0" not in text


@pytest.mark.parametrize("number", [1, 2, 30])
@pytest.mark.parametrize("height", range(7, 24))
def test_the_newest_alert_is_seen(height: int, number: int) -> None:
    """At least its beginning, wherever there is room for a line under the alerts' title."""
    assert f"alert - hits = {number - 1}, " in busy(number).text(80, height)


def test_alerts_that_do_not_come_are_not_claimed_to_be_none() -> None:
    """In zsh those of tee >(clfalert) go to the terminal; what to do is said, in any width."""
    for width in (80, 40):
        text = " ".join(busy().text(width).split())
        assert "no alert has come here ─" in text
        assert "Alerts come from clfalert --pass; in zsh none comes from tee >(clfalert)." in text
    made = busy(1)
    made.board.alerts.clear()
    assert "no alert so far ─" in made.text()
    made = busy()
    made.board.begin([])
    assert "no alert so far ─" in made.text()


@pytest.mark.parametrize("mark", ["\u0301", "\u1160", "\u0488"])
def test_marks_do_not_make_a_line_long(mark: str) -> None:
    made = make("section", mark * 3_000)
    for value in (mark * 10_000, "e" + mark * 10_000, "e" + mark):
        made.add(line(START, section=value) + alert(value))
    made.add(line(START + 60))
    made.screen.report(mark * 10_000)
    for rows in (made.screen.draw(80, 24, REPLAY), made.screen.last(80)):
        for row in rows:
            assert len(row) <= 80 * 7
            assert cell_len(row) <= 80


def test_waiting_says_for_what() -> None:
    made = make()
    text = made.text(now=live(0))
    assert "waiting for the first record\n" in text
    assert "Records come from clfparse" in text
    assert "waiting for the first record, 7 s" in made.text(now=live(7))


def test_refused_lines_alone_are_no_traffic() -> None:
    made = make()
    made.add(b"odd\n" * 3)
    assert "3 lines read, none a record of clfparse" in made.text()
    made.add(line(START))
    assert "3 refused" in made.text()
    assert "none a record" not in made.text()


def test_silence_is_reported() -> None:
    """After three seconds; until then the screen is calm."""
    made = make()
    made.add(line(START), now=live(0))
    assert "no record" not in made.text(now=live(2))
    assert "no record for 12 s" in made.text(now=live(12))
    made.add(line(START + 13), now=live(13))
    assert "no record" not in made.text(now=live(13))


def test_late_and_refused_are_counted_at_the_top() -> None:
    made = busy()
    made.add(line(START), b"odd\n", line(START + 600))
    assert made.text().split("\n")[0].rstrip().endswith("1 refused, 1 late")


def test_an_empty_window_leaves_the_last_busy_one_s_values() -> None:
    """And says which window they are of."""
    made = make()
    made.add(line(START, section="/seen"), line(START + 40))
    text = made.text(120, 40)
    assert made.board.last is not made.board.busy
    assert "host at 21:11:00" in text
    assert "/seen" in text


def test_no_values_wanted() -> None:
    """With --top 0 the totals stay."""
    made = make(top=0)
    made.add(line(START), line(START + 20))
    assert "total     2" in made.text()


def test_messages_stand_at_the_foot_the_newest_of_them() -> None:
    made = busy()
    for at in range(5):
        made.screen.report(f"clfparse: message {at}")
    assert [row.rstrip() for row in made.screen.draw(80, 24, REPLAY)[-3:]] == [
        f"clfparse: message {at}" for at in (2, 3, 4)
    ]


def test_the_newest_message_is_whole() -> None:
    """What to do stands at its end: it takes the lines it needs, and older ones make room."""
    made = busy()
    made.screen.report("clfparse: older")
    made.screen.report("clfparse: none could be read; try " + "--format 'a b' " * 20 + "END")
    foot = [row.rstrip() for row in made.screen.draw(80, 24, REPLAY)[-6:]]
    assert foot[0] == "clfparse: older"
    assert " ".join(foot[1:]).startswith("clfparse: none could be read; try --format 'a b' ")
    assert foot[-1].endswith("END")


def test_what_stays_holds_all_alerts_in_order() -> None:
    """Of five hundred, none is left out; and the totals and top values stand above them."""
    made = busy(500)
    rows = [row.rstrip() for row in made.screen.last(100)]
    assert [row for row in rows if row.startswith("High")] == list(
        map(TRIGGERED.format, range(500))
    )
    assert rows.index(TRIGGERED.format(0)) > next(
        at for at, row in enumerate(rows) if "total" in row
    )
    assert any("/section0" in row for row in rows)
    assert "".join(made.screen.last(40)).count("High traffic") == 500
    made.board.forgotten = 3
    assert "(3 earlier alerts are no longer known)" in "\n".join(made.screen.last(100))


def test_a_recovery_is_green() -> None:
    rows = busy(2, colour=True).screen.last(100)
    assert rows[-2].startswith("\x1b[1;31mHigh")
    assert rows[-1].startswith("\x1b[32mHigh")


# What a log may hold


def hostile(text: str) -> Made:
    """Return a screen that holds a text wherever text can come from."""
    field = text.encode("utf-8", "backslashreplace").decode()
    made = make(field, "section")
    values = {"section": field, "host": field, field: field}
    for _ in range(3):
        made.add(line(START, **{**values, "time": "2019-02-07T21:11:00+00:00"}))
    made.add(line(START + 1, section="/plain", **({field: "/plain"} if field != "section" else {})))
    made.add(line(START + 20))
    made.add(alert(field), alert(TRIGGERED.format(1)))
    made.add(field.encode().replace(b"\n", b"") + b"\n")
    made.screen.report(text)
    return made


def shown(made: Made, width: int, height: int) -> Emulator:
    """Return a terminal on which a screen has been drawn, twice."""
    terminal = Emulator(width, height)
    stream = pyte.ByteStream(terminal)
    view = Live(made.screen, stream.feed, lambda: (width, height))
    view.enter()
    view.draw(1, REPLAY)
    view.draw(3, REPLAY)
    return terminal


def ends(terminal: Emulator, line: int) -> list[int]:
    """Return the columns in which shares end on a line of a terminal."""
    cells = [terminal.buffer[line][x].data for x in range(terminal.columns)]
    return [x for x, data in enumerate(cells) if data == "%" and cells[x - 1].isdigit()]


def composed(row: str) -> str:
    """Return a line as pyte has it, whose cells hold composed characters."""
    return unicodedata.normalize("NFC", row.rstrip())


def unharmed(made: Made, width: int, height: int) -> Emulator:
    """Assert that a drawing leaves no trace behind but itself; return the terminal."""
    terminal = shown(made, width, height)
    assert not terminal.title_set
    assert terminal.cursor.attrs == pyte.screens.Char(" ")
    assert terminal.cursor.hidden
    assert terminal.cursor.y == height - 1
    assert {ALTERNATE} <= terminal.mode
    assert pyte.modes.DECAWM not in terminal.mode
    return terminal


def unmoved(text: str, width: int, height: int) -> None:
    """Assert that a text has moved nothing on the screen."""
    made = hostile(text)
    rows = made.screen.draw(width, height, REPLAY)
    fits(rows, width, height)
    terminal = unharmed(made, width, height)
    assert list(map(composed, terminal.display)) == list(map(composed, rows))
    # The share of the plain value stands under that of the hostile one, in each table.
    header = next(y for y, row in enumerate(terminal.display) if "share" in row)
    above, below = ends(terminal, header + 1), ends(terminal, header + 2)
    assert len(below) == (2 if width >= 60 else 1)
    assert set(below) <= set(above)
    fits(made.screen.last(width), width, None)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (50, 20)])
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_acts_on_the_terminal(text: str, size: tuple[int, int]) -> None:
    """As a value, a field's name, an alert, a message, a refused line: it is printed, no more."""
    unmoved(text, *size)


def comparable(char: str) -> bool:
    """Tell whether all agree on how wide a character is, and pyte shows what comes after it.

    pyte drops the rest of a line from a character on that takes no column and is of combining
    class 0, as some vowel signs are and what encloses the character before it.
    """
    if not char.isprintable():
        return True  # it is shown as its escape
    width = columns(char)
    return width == cell_len(char) == wcwidth(char) and bool(width or unicodedata.combining(char))


@pytest.mark.parametrize("char", ["\u093a", "\u0e31", "\u20dd"], ids=ascii)
def test_what_pyte_cannot_show_is_not_compared(char: str) -> None:
    emulator = Emulator(10, 1)
    emulator.draw(f"a{char}b")
    assert emulator.display[0].rstrip() == "a"
    assert not comparable(char)


@given(
    st.text(st.characters(codec="utf-8").filter(comparable), max_size=80),
    st.sampled_from([(80, 24), (50, 20)]),
)
@max_examples(40)
def test_no_text_at_all_acts_on_the_terminal(text: str, size: tuple[int, int]) -> None:
    unmoved(text, *size)


@pytest.mark.parametrize("text", ["🏻", "🇩", "❤\ufe0f", "\u0903", "日\ufe0f"], ids=ascii)
def test_characters_of_a_disputed_width_move_their_own_lines_alone(text: str) -> None:
    """Terminals differ in how wide some are; the lines below and above stay where they are."""
    made = hostile(text * 100)
    rows = made.screen.draw(80, 24, REPLAY)
    terminal = unharmed(made, 80, 24)
    for row, on_terminal in zip(rows, terminal.display, strict=True):
        if text not in row and "…" not in row:
            assert composed(on_terminal) == composed(row)
    assert terminal.display[2].startswith("window ")


@pytest.mark.parametrize("text", ["[red]x[/]", ":smile:", "[link=http://x]x", "\\[x]"])
def test_markup_is_text(text: str) -> None:
    assert hostile(text).text(200, 60).count(text) >= 5
