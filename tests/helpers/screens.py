"""Live screens without a terminal, and what they show."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import orjson
from streams import REPLAY, START, iso, line
from textual.pilot import Pilot

from clfparse.events.clock import Mode
from clfparse.stream.contract import Now
from clfparse.stream.rejects import Rejects
from clfstats.filter import HINT, Stats
from clfstats.views.live.app import LiveApp
from clfstats.views.live.board import Board, Known
from clfstats.views.live.painter import Painter
from clfstats.views.live.shared import Shared
from clfstats.views.live.viewer import Viewer

TRIGGERED = "High traffic generated an alert - hits = {}, triggered at 2019-02-07T21:12:54+00:00"


class Made(NamedTuple):
    """A screen's parts, fed without a process."""

    board: Board
    stats: Stats
    rejects: Rejects
    viewer: Viewer
    painter: Painter

    def add(self, *blocks: bytes, now: Now = REPLAY) -> "Made":
        """Feed it with lines; show what has come."""
        shared = Shared(self.stats, self.board)
        for block in blocks:
            assert shared.add(block, now) == b""
        self.viewer.update()
        return self

    def close(self) -> "Made":
        """End its input."""
        assert Shared(self.stats, self.board).close() == b""
        self.viewer.update()
        return self

    @property
    def title(self) -> str:
        """The time that the tables are of."""
        return self.viewer.scene.title if self.viewer.scene else ""

    def rows(self, number: int = 0) -> dict[Any, int]:
        """Return the hits of each value of a table, in its order."""
        table = self.viewer.table(number)
        return {row["value"]: row["hits"] for row in table.rows} if table else {}


def make(*by: str, size: int = 10, known: Known | None = None, top: int | None = None) -> Made:
    rejects = Rejects("clfstats", HINT)
    fields, delay = by or ("section", "host"), timedelta(seconds=2)
    board = Board(fields, size, known, top)
    stats = Stats(
        rejects, None, watcher=board, window=size, by=fields, top=10, delay=delay, mode=Mode.AUTO
    )
    viewer = Viewer(board, stats)
    return Made(board, stats, rejects, viewer, Painter(viewer, rejects))


def busy(**options: Any) -> Made:
    """Return a screen with traffic of two minutes: a peak in the second, an alert and its end."""
    made = make(**options)
    lines = []
    for second in range(120):
        for hit in range(1 + 6 * (70 <= second < 90)):
            section = "/api" if 70 <= second < 90 else f"/section{(second + hit) % 3}"
            fields = {"host": f"2001:db8::{hit}", "section": section, "bytes": 100 * hit}
            status = 500 if not (second + hit) % 10 else 200
            lines.append(line(START + second, status=status, method="GET", **fields))
    cause = {"section": [{"value": "/api", "hits": 120}], "host": [{"value": "::1", "hits": 73}]}
    high = alert("High", START + 76, hits=120, rate=6.0, threshold=3, window=20, top=cause)
    low = alert("Low", START + 99, recovered=True, hits=20, rate=1.0, threshold=3, window=20)
    return made.add(b"".join(lines[:300]), high, b"".join(lines[300:]), low)


def alert(message: str, second: int = START, *, recovered: bool = False, **fields: Any) -> bytes:
    """Return an alert's line."""
    state = "recovered" if recovered else "triggered"
    alert = {"type": "alert", "state": state, "time": iso(second), **fields, "message": message}
    return orjson.dumps(alert) + b"\n"


@asynccontextmanager
async def piloted(made: Made, size: tuple[int, int]) -> AsyncIterator[Pilot[None]]:
    """Run the app of a screen, on a terminal that is made up."""
    async with LiveApp(made.painter).run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot


async def press(pilot: Pilot[None], keys: Iterable[str]) -> None:
    """Press keys, and let what they do be drawn."""
    await pilot.press(*keys)
    await pilot.pause()


def text(pilot: Pilot[None]) -> str:
    """Return what the screen shows, without colours."""
    width, height = pilot.app.size
    strips = pilot.app.screen._compositor.render_strips()
    assert len(strips) == height
    assert {strip.cell_length for strip in strips} == {width}
    return "".join(strip.text.rstrip() + "\n" for strip in strips)
