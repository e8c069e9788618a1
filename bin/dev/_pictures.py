"""Make the pictures of README, the live screen and the text view, from traffic made by a seed.

usage: bin/dev/pictures [FOLDER]    (where to write them; default: clfstats/ of this checkout)
"""

import asyncio
import io
import re
import subprocess
import sys
from datetime import timedelta
from fractions import Fraction
from math import floor
from pathlib import Path

from rich.console import Console
from rich.text import Text

from clfparse.events.clock import Mode
from clfparse.generate.load import Load
from clfparse.generate.stamp import stamp
from clfparse.generate.traffic import traffic
from clfparse.stream.contract import Now
from clfparse.stream.rejects import Rejects
from clfstats.filter import Stats, View, Watcher
from clfstats.views.live.app import LiveApp
from clfstats.views.live.board import Board, Known
from clfstats.views.live.painter import Painter
from clfstats.views.live.viewer import Viewer
from clfstats.views.text import TextView

ROOT = Path(__file__).resolve().parents[2]
WIDTH, SIZE = 96, (120, 34)  # columns of the text view; columns and lines of the screen
START, SECONDS = 1_549_573_860, 399
LINE = "clfparse | clfalert --threshold 20 --window 1m --pass"
NOW = Now(0.0, timedelta())
# A font that is fetched from elsewhere has no place in a file that is only looked at.
UNIQUE = re.compile(r"terminal-\d+")  # made of what is drawn, and of rich's version
FONT = re.compile(r"@font-face \{.*?\}", re.DOTALL)


def main(folder: Path) -> None:
    """Write both pictures."""
    line = subprocess.run(["bash", "-c", LINE], input=log(), capture_output=True, check=True)
    rejects = Rejects("clfstats", "")
    picture = asyncio.run(screenshot(line.stdout, rejects))
    (folder / "live.svg").write_text(FONT.sub("", picture))
    view = TextView(lambda: WIDTH, colour=True)
    text = made(view, rejects, ("section",), window=60).add(line.stdout, NOW)
    title = "clfparse access.log | clfalert --pass | clfstats --window 1m --top 3"
    draw(text.decode().splitlines(), title, folder / "text.svg")


async def screenshot(records: bytes, rejects: Rejects) -> str:
    """Return a picture of the live screen, as Textual makes it."""
    board = Board(("section", "host"), 10, Known("access.log", 20.0, 60))
    stats = made(None, rejects, board.by, window=10, watcher=board)
    stats.add(records, NOW)
    app = LiveApp(Painter(Viewer(board, stats), rejects))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        return UNIQUE.sub("clf", app.export_screenshot(title="clfmon"))


def log() -> bytes:
    """Return a log of 8 requests a second, 60 at its peaks."""
    load = Load(Fraction(8), Fraction(60), Fraction(60), Fraction(240))
    requests = traffic(7, Fraction(2), "common")
    lines = []
    for number in range(1, load.due(Fraction(SECONDS)) + 1):
        before, answer, end = next(requests)
        lines += [before, stamp(START + floor(load.when(number))), answer, end]
    return b"".join(lines)


def made(
    view: View | None,
    rejects: Rejects,
    by: tuple[str, ...],
    window: int,
    watcher: Watcher | None = None,
) -> Stats:
    """Return the filter, as the command makes it."""
    delay, top = timedelta(seconds=2), 10 if len(by) > 1 else 3
    return Stats(
        rejects,
        view,
        watcher=watcher,
        window=window,
        by=by,
        top=top,
        delay=delay,
        mode=Mode.EVENT,
    )


def draw(lines: list[str], title: str, path: Path) -> None:
    """Write lines of a terminal as a picture."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), legacy_windows=False)
    for line in lines:
        console.print(Text.from_ansi(line), no_wrap=True)
    path.write_text(FONT.sub("", console.export_svg(title=title, unique_id="clf")))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "clfstats")
