"""When the live screen is drawn, and how its terminal is left."""

import re
from datetime import timedelta
from itertools import pairwise

import pyte
from screens import make
from streams import REPLAY
from terminals import Emulator

from clfparse.stream.contract import Now
from clfparse.stream.live import Live


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


def test_what_was_reported_is_kept_for_the_end() -> None:
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
