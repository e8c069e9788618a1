"""The load run in bin/dev/: its arithmetic, and its short form with real processes."""

import math
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import line
from paths import ROOT
from processes import PATIENCE, read_until, started, wait_for

sys.path.append(str(ROOT / "bin/dev"))
import _soak
import _soak_figures

COMMAND = [sys.executable, "-P", str(ROOT / "bin/dev/_soak.py")]
FINE = _soak_figures.Outcome(2, 2, 2, [], [], 0)
UP, DOWN = _soak_figures.Change("triggered", 8, 5), _soak_figures.Change("recovered", 9, 1)
needed = pytest.mark.skipif(bool(_soak.missing()), reason=f"no {_soak.missing()}")


def test_brute_force_by_hand() -> None:
    """Equality changes nothing; what came before the first second counts as none."""
    counts = Counter({10: 4, 11: 5, 12: 3, 13: 5, 14: 3, 15: 4, 17: 9})
    assert _soak_figures.brute_force(counts, 2, 4) == [
        _soak_figures.Change("triggered", 11, 9),
        _soak_figures.Change("recovered", 15, 7),
        _soak_figures.Change("triggered", 17, 9),
    ]


@pytest.mark.parametrize("length", [10, 11, 17, 33, 120, 3600])
@pytest.mark.parametrize("phase", [0.0, 0.25, 0.5, 0.75])
def test_the_profile_raises_alerts_that_recover(length: int, phase: float) -> None:
    """Wherever in a second the load begins, if it lasts 10 s at least."""
    shape = _soak_figures.profile(1000, timedelta(seconds=length))
    every, peak = shape.every.total_seconds(), shape.length.total_seconds()
    counts: Counter[int] = Counter()
    for hundredth in range(min(length, 120) * 100):
        high = abs((hundredth + 0.5) / 100 % every - every / 2) < peak / 2
        counts[math.floor(phase + hundredth / 100)] += 15 if high else 10
    states = [
        change.state for change in _soak_figures.brute_force(counts, shape.window, shape.threshold)
    ]
    assert states[:3] == ["triggered", "recovered", "triggered"]


def test_lines_are_counted_by_their_second() -> None:
    lines = line(60).encode() + line(60).encode() + line(61).encode()
    counts = _soak_figures.seconds_of(lines)
    assert list(counts.values()) == [2, 1]
    first, second = counts
    assert second - first == 1


def test_percentile() -> None:
    tenths = Counter({5: 98, 20: 1, 300: 1})
    assert [_soak_figures.percentile(tenths, share) for share in (0.5, 0.98, 0.99, 1)] == [
        0.5,
        0.5,
        2,
        30,
    ]
    assert math.isnan(_soak_figures.percentile(Counter(), 0.5))


def test_a_block_of_lines_that_arrives_in_parts() -> None:
    latency = _soak_figures.Latency()
    latency.write(3, 1.0)
    latency.write(2, 1.01)
    latency.arrive(2, 1.002)
    latency.arrive(0, 1.003)
    latency.arrive(2, 1.02)
    assert latency.tenths == {20: 2, 200: 1, 100: 1}
    latency.arrive(2, 1.03)
    assert latency.tenths == {20: 2, 200: 2, 100: 1}
    assert (latency.written, latency.seen) == (5, 6)


BLOCKS = st.lists(st.integers(0, 9))


@given(BLOCKS, BLOCKS)
def test_every_line_has_one_latency(blocks: list[int], reads: list[int]) -> None:
    """However writes and reads are cut: from the line's own write to its own arrival."""
    latency = _soak_figures.Latency()
    for at, lines in enumerate(blocks):
        latency.write(lines, at)
    for at, lines in enumerate(reads, 100):
        latency.arrive(lines, at)
    written = [at for at, lines in enumerate(blocks) for _ in range(lines)]
    arrived = [at for at, lines in enumerate(reads, 100) for _ in range(lines)]
    took = zip(written, arrived, strict=False)  # some may not have come
    assert +latency.tenths == Counter((end - start) * 10_000 for start, end in took)
    assert latency.seen == len(arrived)


@pytest.mark.parametrize(
    ("outcome", "messages"),
    [
        (FINE, []),
        (FINE._replace(hits=1), ["clfstats counted 1 hits of 2 lines"]),
        (FINE._replace(records=3), ["the probe saw 3 records of 2 lines"]),
        (FINE._replace(refused=1000), ["1,000 lines were refused"]),
        (FINE._replace(alerts=[UP, DOWN], expected=[DOWN, UP]), ["alerts are out of order"]),
        (
            FINE._replace(alerts=[UP], expected=[DOWN]),
            [
                "by brute force alone: recovered at 1970-01-01 00:00:09+00:00, hits = 1",
                "by clfalert alone: triggered at 1970-01-01 00:00:08+00:00, hits = 5",
            ],
        ),
    ],
)
def test_what_differs_is_reported(outcome: _soak_figures.Outcome, messages: list[str]) -> None:
    assert _soak_figures.differences(outcome) == messages


def test_late_panes_count_and_alerts_are_read() -> None:
    output = """{"type":"summary","hits":3}
{"type":"alert","state":"recovered","time":"1970-01-01T01:00:09+01:00","hits":1}
{"type":"gap"}
{"type":"summary","hits":4,"late":true}
"""
    assert _soak_figures.read_output(output) == (7, [DOWN])


@pytest.mark.slow
@needed
def test_the_short_form(clean: dict[str, str], tmp_path: Path) -> None:
    """All is counted, alerts rise and recover, and nothing is left."""
    arguments = ["--rate", "5000", "--duration", "10s", "--rotations", "3"]
    done = subprocess.run(
        [*COMMAND, *arguments],
        env={**clean, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 0), done.stdout
    # two peaks of 2 s, and a line ahead
    for figure in (
        "lines written  60,001",
        "hits counted   60,001 (equal)",
        "records seen   60,001",
    ):
        assert figure in done.stdout
    raised = re.search(r"(\d+) triggered, (\d+) recovered \(equal to brute force", done.stdout)
    assert raised
    assert int(raised[1]) >= 1
    assert int(raised[2]) >= 1
    assert re.search(r"refused +0\nrotations +3,", done.stdout)
    assert list(tmp_path.iterdir()) == []


@needed
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_of_a_run_that_is_ended(
    number: int, clean: dict[str, str], tmp_path: Path
) -> None:
    """Ctrl-C reports what was seen so far; after a kill the line goes, and its folder too."""
    command = [*COMMAND, "--rate", "1000"]
    with started(command, {**clean, "TMPDIR": str(tmp_path)}) as process:
        wait_for(lambda: any(log.stat().st_size > 1000 for log in tmp_path.glob("*/access.log")))
        os.kill(process.pid, number)
        output = read_until(process, lambda _: False)
        assert process.wait(PATIENCE) == (130 if number == signal.SIGINT else -number)
        assert (b"(equal)" in output) == (number == signal.SIGINT)
        wait_for(lambda: not list(tmp_path.iterdir()))
