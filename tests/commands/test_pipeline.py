"""The whole line on real logs, under real shells and a real `tail -F`."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from logs import line, now, peaks
from processes import complete, hits, objects, read_until, started, states, wait_for
from streams import START
from streams import line as record

LINE = "clfparse | tee >(clfalert) | clfstats"
PEAKS = 12


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return an empty log."""
    path = tmp_path / "access.log"
    path.touch()
    return path


def append(log: Path, lines: str) -> None:
    with log.open("a") as file:
        file.write(lines)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_line_at_full_speed(
    shell: str, log: Path, tmp_path: Path, clean: dict[str, str]
) -> None:
    """All hits are counted, all alerts reported, no line is refused, however pipes tear records."""
    if not shutil.which(shell):
        pytest.skip(f"no {shell}")
    text = peaks(PEAKS, 4000)
    log.write_text(text)
    out = tmp_path / "out"
    done = subprocess.run(
        # zsh sends clfalert's alerts to its own stdout, and does not wait for it.
        [shell, "-c", f"{{ {LINE}; }} < {log} >> {out}"],
        env=clean,
        stderr=subprocess.PIPE,
        timeout=120,
        check=True,
    )
    wait_for(lambda: len(states(out.read_bytes())) == 2 * PEAKS)
    assert done.stderr == b""
    assert hits(out.read_bytes()) == text.count("\n")
    assert states(out.read_bytes()) == ["triggered", "recovered"] * PEAKS


SLOW = """
import os, sys, time
while part := os.read(0, 1 << 16):
    sys.stdout.buffer.write(part)
    time.sleep(0.005)
"""


@pytest.mark.slow
def test_alerts_of_a_replay_are_whole_in_a_pipe_that_is_full(
    tmp_path: Path, clean: dict[str, str]
) -> None:
    """What clfalert writes is never torn by what tee writes, as both wait for a slow reader."""
    seconds = range(0, 30_000, 2)
    records = (record(START + second, path="/" + 250 * "x") for second in seconds for _ in "abc")
    (tmp_path / "records").write_bytes(b"".join(records))
    options = "clfalert -t 1 --window 1s"
    command = f"tee >({options}) < records | {sys.executable} -c '{SLOW}' | clfstats --window 1h"
    done, alone = (
        subprocess.run(
            ["bash", "-c", each], cwd=tmp_path, env=clean, capture_output=True, check=True
        )
        for each in (command, f"{options} < records")
    )
    assert done.stderr == b""
    assert hits(done.stdout) == 3 * len(seconds)
    alerts = [row for row in done.stdout.splitlines(True) if row.startswith(b'{"type":"alert"')]
    assert b"".join(alerts) == alone.stdout
    assert len(alerts) > len(seconds)


def test_alerts_between_passed_records(log: Path, clean: dict[str, str]) -> None:
    """The form that is safe in every shell says the same."""
    text = peaks(3, 2000)
    log.write_text(text)
    outputs = [
        subprocess.run(
            ["bash", "-c", f"clfparse {log} | {rest}"],
            env=clean,
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for rest in ("clfalert --pass | clfstats", "clfalert")
    ]
    assert hits(outputs[0]) == text.count("\n")
    both = [[row for row in objects(output) if row["type"] == "alert"] for output in outputs]
    assert both[0] == both[1]
    assert len(both[0]) == 6


@pytest.mark.slow
@pytest.mark.parametrize(
    "middle", ["tee >(clfalert --window 2s -t 1)", "clfalert --pass --window 2s -t 1"]
)
def test_a_silent_log_closes_windows_and_recovers_alerts(
    middle: str, log: Path, clean: dict[str, str]
) -> None:
    command = f"tail -n +1 -F {log} | clfparse | {middle} | clfstats --window 2s"
    with started(["bash", "-c", command], clean) as process:
        append(log, now(50))
        output = read_until(
            process, lambda output: b"recovered" in output and hits(complete(output)) == 50
        )
    assert states(output) == ["triggered", "recovered"]
    assert hits(output) == 50


def test_ctrl_c_prints_the_open_window_once(
    log: Path, tmp_path: Path, clean: dict[str, str]
) -> None:
    errors = tmp_path / "stderr"
    command = f"tail -n +1 -F {log} | {LINE.replace('clfalert', 'clfalert --window 5s -t 1')}"
    with (
        errors.open("w") as stderr,
        started(["bash", "-c", command], clean, stderr=stderr) as process,
    ):
        append(log, now(20))
        # The alert shows that the hits have come through; their window is still open.
        append(log, line(time.time() + 9))
        output = read_until(process, lambda output: b"triggered" in output)
        os.killpg(process.pid, signal.SIGINT)
        output += read_until(process, lambda _: False)
    assert errors.read_text() == ""
    assert hits(output) == 21
    assert objects(output)[-1]["partial"]
    starts = [row["start"] for row in objects(output) if row["type"] == "summary"]
    assert len(starts) == len(set(starts))


def test_rotation_by_rename(log: Path, clean: dict[str, str]) -> None:
    command = f"tail -n +1 -F {log} 2>/dev/null | clfparse | clfalert --pass"
    with started(["bash", "-c", command], clean) as process:
        append(log, line(1, "/before"))
        output = read_until(process, lambda output: b"/before" in output)
        log.rename(log.with_suffix(".1"))
        log.write_text(line(2, "/after"))
        output += read_until(process, lambda output: b"/after" in output)
        append(log, line(3, "/more"))
        output += read_until(process, lambda output: b"/more" in output)
    assert [record["path"] for record in objects(output)] == ["/before", "/after", "/more"]
