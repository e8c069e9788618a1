"""zsh: there, what `tee >(clfalert)` has to say goes to the terminal, not on to clfstats."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streams import START, block, line
from terminals import CTRL_C, Terminal, terminal

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not shutil.which("zsh"), reason="no zsh"),
]
PEAK = block([START - 60, *[START] * 30]) + line(START + 20)
ALERT = "High traffic generated an alert - hits = "


@contextmanager
def zsh(pipeline: str, folder: Path, env: dict[str, str]) -> Iterator[Terminal]:
    """Run a pipeline in zsh, on records that are not at their end."""
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    feed = os.open(pipe, os.O_RDWR)
    os.write(feed, PEAK)
    with terminal(["zsh", "-f", "-c", f"cat {pipe} | {pipeline}"], env) as shown:
        yield shown
    os.close(feed)


def test_the_pipeline_shows_alerts_and_windows(tmp_path: Path, env: dict[str, str]) -> None:
    """README's first block, as in bash."""
    with zsh("tee >(clfalert -t 2 --window 10s) | clfstats", tmp_path, env) as shown:
        shown.wait_for(ALERT, "30 hits")
        assert not shown.see().alternate


def test_a_live_screen_says_that_no_alert_comes(tmp_path: Path, env: dict[str, str]) -> None:
    with zsh("tee >(clfalert -t 2 --window 10s) | clfstats --live", tmp_path, env) as shown:
        shown.wait_for("/pages", "no alert has come here", "in zsh none comes from tee")
        shown.send(CTRL_C)
        shown.wait_until(lambda seen: not seen.alternate)


def test_with_pass_they_do(tmp_path: Path, env: dict[str, str]) -> None:
    with zsh("clfalert --pass -t 2 --window 10s | clfstats --live", tmp_path, env) as shown:
        shown.wait_for("/pages", "alerts 2", ALERT)
        shown.send(CTRL_C)
        shown.wait_until(lambda seen: not seen.alternate and ALERT in seen.text)
