"""The live screen without a process: what is remembered, how it is laid out, when it is drawn."""

import re
import unicodedata
from datetime import timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import orjson
import pyte
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from profiles import max_examples
from rich.cells import cell_len
from streams import RANDOM, REPLAY, START, fed, inputs, line, live
from terminals import ALTERNATE, Emulator
from wcwidth import wcwidth

from clfparse.events.alert import Alert
from clfparse.events.clock import Mode
from clfparse.stream.contract import Now
from clfparse.stream.live import Live
from clfparse.stream.rejects import Rejects
from clfstats.filter import HINT, Stats
from clfstats.views import board as boards
from clfstats.views import panels
from clfstats.views.board import Board
from clfstats.views.screen import Screen
from clfstats.views.text import columns

SGR = re.compile(r"\x1b\[[0-9;]*m")
TRIGGERED = "High traffic generated an alert - hits = {}, triggered at 2019-02-07T21:12:54+00:00"
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


class Made(NamedTuple):
    """A screen and what it shows."""

    screen: Screen
    board: Board
    stats: Stats
    rejects: Rejects

    def add(self, *blocks: bytes, now: Now = REPLAY) -> None:
        """Feed it with lines."""
        for block in blocks:
            assert self.stats.add(block, now) == b""

    def text(self, width: int = 80, height: int = 24, now: Now = REPLAY) -> str:
        """Return the drawing as one text."""
        return "\n".join(self.screen.draw(width, height, now))


def make(*by: str, colour: bool = False, top: int = 10) -> Made:
    rejects = Rejects("clfstats", HINT)
    board = Board()
    fields, delay = by or ("section", "host"), timedelta(seconds=2)
    stats = Stats(rejects, board, window=10, by=fields, top=top, delay=delay, mode=Mode.AUTO)
    return Made(Screen(board, stats, rejects, colour=colour), board, stats, rejects)


def busy(number: int = 0, *, colour: bool = False, hits: int = 7) -> Made:
    """Return a screen with traffic in three windows, a gap, and so many alerts."""
    made = make(colour=colour)
    seconds = [START, START + 10, START + 11, START + 500, START + 520]
    for second in seconds:
        for hit in range(hits):
            host, section = f"192.0.2.{hit}", f"/section{hit}"
            made.add(line(second, host=host, section=section, status=200 + hit * 50, bytes=hit))
    for at in range(number):
        made.add(alert(TRIGGERED.format(at), recovered=at % 2 > 0))
    return made


def alert(message: str, *, recovered: bool = False) -> bytes:
    state = "recovered" if recovered else "triggered"
    return orjson.dumps({"type": "alert", "state": state, "message": message}) + b"\n"


def summary(hits: int, **changed: Any) -> Any:
    fields = {"start": "2019-02-07T21:11:00+00:00", "end": "2019-02-07T21:11:10+00:00"}
    counts = {"hits": hits, "bytes": 10 * hits, "errors": hits // 2, "status": {"200": hits}}
    return {"type": "summary", **fields, **counts, "rate": hits / 10, "hosts": 1, **changed}


def drawn(part: Any, width: int = 80) -> list[str]:
    """Return the lines of a part of the screen."""
    return [row.rstrip() for row in make().screen._render(part, width, None)]


# The board


def test_the_board_adds_up() -> None:
    """A late pane counts in the totals and as late; it is no window of its own."""
    board = Board()
    board.summary(summary(4))
    board.summary(summary(3, late=True, status={"404": 2, "-": 1}))
    board.summary(last := summary(0))
    board.gap({"type": "gap", "start": "", "end": ""})
    assert board.total == (7, 70, 3)
    assert board.status == {"2xx": 4, "4xx": 2, "-": 1}
    assert board.late == 3
    assert list(board.windows) == [4, 0, None]
    assert board.last is last
    assert board.busy == summary(4)


@given(inputs())
@RANDOM
def test_the_totals_are_the_records(drawn: tuple[bytes, int]) -> None:
    """Whatever the disorder: nothing is lost on the way to the screen, and nothing written."""
    whole, records = drawn
    made = make()
    written, _ = fed(made.stats, made.rejects, [whole])
    assert written == b""
    assert made.board.total.hits == records
    assert sum(made.board.status.values()) == records


@given(st.lists(st.integers(-40, 60), max_size=60))
@RANDOM
def test_the_total_counts_open_windows_too(offsets: list[int]) -> None:
    """At any moment it is the number of records read so far."""
    made = make()
    for number, offset in enumerate(offsets, 1):
        made.add(line(START + offset))
        assert made.board.total.hits + made.stats.pending().hits == number
    total = next(row for row in made.screen.draw(80, 24, REPLAY) if row.startswith("total"))
    assert total.split()[1] == f"{len(offsets):,}"


def test_what_the_board_keeps_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows past what a chart may hold go; alerts past theirs are counted."""
    monkeypatch.setattr(boards, "_ALERTS", 1_000)
    board = Board()
    board.alerts = type(board.alerts)(maxlen=1_000)
    for at in range(1_500):
        board.alert(Alert(b"", str(at)))
        board.summary(summary(at))
    assert len(board.windows) <= 1_000
    assert board.windows[-1] == 1_499
    assert board.forgotten == 500
    assert [alert.message for alert in board.alerts] == [str(at) for at in range(500, 1_500)]


def test_the_board_s_own_bound_holds() -> None:
    board = Board()
    bound = board.alerts.maxlen or 0
    assert 0 < bound <= 100_000
    for _ in range(bound + 3):
        board.alert(Alert(b"", ""))
    assert board.forgotten == 3


# The chart


def bars(windows: list[int | None], width: int = 40, height: int = 5) -> list[str]:
    """Return the chart's rows without its title and its label."""
    title, *rows = drawn(panels.chart(windows, width, height), width)
    assert title.startswith("hits of the last ")
    label = len(f"{max((hits or 0 for hits in windows), default=0) or 1:,} ")
    return [row[label:] for row in rows]


def test_the_highest_bar_fills_the_chart() -> None:
    assert bars([1, 2, 4]) == ["  █", "  █", " ██", "███"]
    assert bars([8], height=2) == ["█"]


def test_a_bar_is_in_proportion_and_any_hit_is_seen() -> None:
    """In eighths of a line, upwards: the lowest bar stands for one hit, no bar for none."""
    assert bars(list(range(9)), height=2) == [" ▁▂▃▄▅▆▇█"]
    assert bars([1_000_000, 1, 0], height=3) == ["█", "█▁"]


def test_a_gap_is_a_dot() -> None:
    assert bars([4, None, 0, 4], height=3) == ["█  █", "█· █"]


def test_the_newest_windows_are_kept_and_the_scale_is_theirs() -> None:
    """What has left the chart at its left does not hold the others down."""
    windows = [1_000, *[1] * 100, 2]
    title, upper, lower = drawn(panels.chart(windows, 30, 3), 30)
    assert title.startswith("hits of the last 24 windows")
    assert upper == "2 " + " " * 23 + "█"
    assert lower == "  " + "█" * 24


@pytest.mark.parametrize("windows", [[], [None], [0], [0, None]])
def test_a_chart_of_nothing(windows: list[int | None]) -> None:
    assert all("█" not in row for row in bars(windows))


@given(
    st.lists(st.none() | st.integers(0, 10**9), max_size=300),
    st.integers(20, 200),
    st.integers(2, 20),
)
@RANDOM
def test_the_chart_fits(windows: list[int | None], width: int, height: int) -> None:
    rows = drawn(panels.chart(windows, width, height), width)
    assert len(rows) == height
    assert max(map(columns, rows)) <= width
    assert "…" not in "".join(rows[1:])


# The alerts


def parted(
    messages: list[str], forgotten: int, width: int, height: int
) -> tuple[list[str], list[str]]:
    """Return the alerts' title, and the lines under it."""
    alerts = [Alert(b"", message) for message in messages]
    title, *rows = drawn(panels.alerts(alerts, forgotten, width, height), width)
    return [title], rows


@pytest.mark.parametrize("forgotten", [0, 7])
@pytest.mark.parametrize("lines", [1, 2])
@pytest.mark.parametrize("height", range(2, 21))
def test_alerts_are_whole_newest_first_and_the_rest_is_counted(
    height: int, lines: int, forgotten: int
) -> None:
    """As many as there is room for, at every height and for every number of them."""
    for number in range(31):
        messages = [" ".join([f"{at:02}"] * 20 * lines) for at in range(number)]
        (title,), rows = parted(messages, forgotten, 60, height)
        known, room = number + forgotten, height - 1
        if forgotten and number <= room:
            continue  # some are forgotten only where there are thousands
        assert title.startswith(f"alerts: {known} ─" if known else "no alert so far ─")
        every = not forgotten and number * lines <= room
        whole = number if every else min(number, (room - 1) // lines)
        if known and not whole:
            assert rows[-1] in {f"and {known} more", f"and {known - 1} more"} or "…" in rows[-1]
            continue
        expected = [
            row
            for at in range(number - 1, number - 1 - whole, -1)
            for row in [" ".join([f"{at:02}"] * 20)] * lines
        ]
        assert rows == expected + [f"and {known - whole} more"] * (known > whole)


@given(
    st.lists(
        st.text("ab -日e\u0301", max_size=150) | st.integers(0, 10**6).map(TRIGGERED.format),
        max_size=8,
    ),
    st.integers(20, 120),
    st.integers(2, 20),
)
@example(["a", TRIGGERED.format(0)], 20, 3)
@RANDOM
def test_an_alert_is_shown_whole_or_not_at_all(
    messages: list[str], width: int, height: int
) -> None:
    """However wide its characters: no part of a message is cut off."""
    (_,), rows = parted(messages, 0, width, height)
    assert len(rows) < height
    assert max(map(columns, rows), default=0) <= width
    rest = re.fullmatch(r"and (\d+) more", rows[-1]) if rows else None
    shown = len(messages) - (int(rest[1]) if rest else 0)
    text = re.sub(r"\s", "", "".join(rows[:-1] if rest else rows))
    expected = [re.sub(r"\s", "", message) for message in messages[::-1][:shown]]
    if "…" in text:  # the newest alone may be cut, where there is no room for all of it
        begun, _, text = text.partition("…")
        assert expected.pop(0).startswith(begun)
    assert text == "".join(expected)


@pytest.mark.parametrize("message", ["日" * 60, "日本 " * 30, "a" * 61, "e\u0301" * 59])
def test_a_wide_alert_is_wrapped_too(message: str) -> None:
    _, rows = parted([message], 0, 60, 10)
    assert "".join(rows).replace(" ", "") == message.replace(" ", "")


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


def test_silence_is_told() -> None:
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


# When it is drawn


class Fake:
    """A screen that tells how often it was drawn."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.drawn: list[tuple[int, int]] = []

    def report(self, message: str) -> None:
        """Keep it."""
        self.messages.append(message)

    def draw(self, width: int, height: int, now: Now) -> list[str]:
        """Count."""
        assert now == REPLAY
        self.drawn.append((width, height))
        return ["a", f"b{len(self.drawn)}"]

    def last(self, width: int) -> list[str]:
        """Say how wide."""
        return [f"last {width}", "\udc80"]


class Rig:
    """A live screen on a terminal that remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.size = (80, 24)
        self.screen = Fake()
        self.live = Live(self.screen, self.sent.append, lambda: self.size)


def test_it_is_drawn_once_a_second_at_most() -> None:
    """However often there is an opportunity."""
    rig = Rig()
    for tick in range(100, 1100):  # ten seconds
        rig.live.draw(tick / 100, REPLAY)
    assert len(rig.screen.drawn) == 10
    rig.live.draw(11.5, REPLAY)
    rig.live.draw(12.4, REPLAY)
    assert len(rig.screen.drawn) == 11


def test_it_is_drawn_at_once_when_there_is_hurry() -> None:
    rig = Rig()
    rig.live.draw(1, REPLAY)
    rig.live.hurry()
    rig.live.draw(1.1, REPLAY)
    rig.live.draw(1.2, REPLAY)
    assert len(rig.screen.drawn) == 2


def test_it_is_drawn_in_place_and_cleared_where_the_size_has_changed() -> None:
    rig = Rig()
    for at in (1, 2):
        rig.live.draw(at, REPLAY)
    rig.size = (100, 30)
    for at in (3, 4):
        rig.live.draw(at, REPLAY)
    place, clear = b"\x1b[H", b"\x1b[2J"
    assert rig.sent == [
        clear + place + b"a\r\nb1",
        place + b"a\r\nb2",
        clear + place + b"a\r\nb3",
        place + b"a\r\nb4",
    ]
    assert rig.screen.drawn == [(80, 24)] * 2 + [(100, 30)] * 2


def test_the_terminal_is_left_as_it_was_found() -> None:
    """Each mode that is set is set back; and after each return the screen is drawn at once."""
    rig = Rig()
    terminal = Emulator(80, 24)
    stream = pyte.ByteStream(terminal)
    stream.feed(b"before\r\n")
    before = set(terminal.mode), terminal.display
    for _ in range(3):
        rig.live.enter()
        rig.live.draw(1, REPLAY)
        assert rig.sent[-1].endswith(b"a\r\nb%d" % len(rig.screen.drawn))
        rig.live.leave()
    for sent in rig.sent:
        stream.feed(sent)
    assert len(rig.screen.drawn) == 3
    assert (set(terminal.mode), terminal.display) == before
    assert not terminal.cursor.hidden
    modes = re.findall(rb"\x1b\[\?(\d+)([hl])", b"".join(rig.sent))
    for number in {mode for mode, _ in modes}:
        switched = [way for mode, way in modes if mode == number]
        assert len(switched) == 6
        assert all(way != other for way, other in pairwise(switched))


def test_what_was_told_is_kept_for_the_end() -> None:
    """Safe to print, the newest, in bounded number."""
    rig = Rig()
    rig.live.report("\x1b]0;owned\x07")
    assert rig.live.messages[0] == rig.screen.messages[0] == "\\x1b]0;owned\\x07"
    for at in range(5_000):
        rig.live.report(str(at))
    assert len(rig.live.messages) <= 1_000
    assert rig.live.messages[-1] == "4999"


def test_the_last_state_goes_to_the_normal_screen() -> None:
    """As lines, at the width of the moment; what is no Unicode does not stop it."""
    rig = Rig()
    rig.size = (33, 24)
    rig.live.finish()
    assert b"".join(rig.sent) == b"last 33\n\\udc80\n"


def test_a_drawing_that_takes_long_is_seldom_made() -> None:
    """25 times as long as it took nothing is drawn: on a slow machine too it is 4 % of a core."""
    sent: list[bytes] = []
    live = Live(make().screen, sent.append, lambda: (80, 24))
    now = Now(0.0, timedelta())
    assert live.draw(100.0, now)
    live.rest(0.01)
    assert live.draw(101.0, now)
    live.rest(0.2)
    assert not live.draw(105.9, now)
    assert live.draw(106.0, now)
    live.hurry()
    assert live.draw(106.1, now)
