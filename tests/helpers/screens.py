"""Live screens without a process, and what they show."""

import re
from datetime import timedelta
from typing import Any, NamedTuple

import orjson
from streams import REPLAY, START, line

from clfparse.events.clock import Mode
from clfparse.stream.contract import Now
from clfparse.stream.rejects import Rejects
from clfstats.filter import HINT, Stats
from clfstats.views.board import Board
from clfstats.views.screen import BoardScreen

SGR = re.compile(r"\x1b\[[0-9;]*m")
TRIGGERED = "High traffic generated an alert - hits = {}, triggered at 2019-02-07T21:12:54+00:00"


class Made(NamedTuple):
    """A screen and what it shows."""

    screen: BoardScreen
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
    return Made(BoardScreen(board, stats, rejects, colour=colour), board, stats, rejects)


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
