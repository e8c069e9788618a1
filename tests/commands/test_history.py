"""clfalert --history: restarts of real processes, and files that it must not touch."""

import random
import shutil
import subprocess
import time
from functools import partial
from pathlib import Path

import pytest
from processes import complete, objects, started, states, wait_for
from streams import START, block
from streams import line as record

OPTIONS = ["-t", "1.2", "--window", "5s", "--delay", "1s"]
RUNS = 12


def log(peaks: int) -> list[bytes]:
    """Return the lines of an old log with so many peaks, half a minute apart."""
    lines = []
    for peak in range(peaks):
        start = START + 30 * peak
        lines += [record(start + at) for at in range(30) for _ in range(6 if at == 9 else 1)]
    return lines


def size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def grown(file: Path, enough: int) -> bool:
    return size(file) >= enough


def clfalert(
    folder: Path, env: dict[str, str], *options: str
) -> subprocess.CompletedProcess[bytes]:
    command = ["clfalert", *OPTIONS, *options]
    return subprocess.run(
        command, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("bash"), reason="no bash")
@pytest.mark.parametrize("options", ["", "--pass"])
def test_kills_at_any_moment(options: str, tmp_path: Path, clean: dict[str, str]) -> None:
    """FILE is as if there had been none, and each alert was reported by one run or another."""
    lines = log(600)
    path, file, out = (tmp_path / name for name in ("log", "alerts", "out"))
    path.write_bytes(b"")
    command = f"tail -n +1 -F log | clfalert {' '.join(OPTIONS)} {options} --history alerts >> out"
    chance = random.Random(7)  # noqa: S311 - of the moments at which it is killed
    reported = set[bytes]()
    for run in range(RUNS):
        with started(["bash", "-c", command], clean, cwd=tmp_path):
            part = lines[len(lines) * run // RUNS : len(lines) * (run + 1) // RUNS]
            enough = size(file) + 1
            with path.open("ab") as stream:
                stream.write(b"".join(part))
            if run % 3:  # else it is killed at its start
                wait_for(partial(grown, file, enough))
            time.sleep(chance.uniform(0, 0.3 if run % 3 == 0 else 0.01))
        reported.update(
            line for line in complete(out.read_bytes()).split(b"\n") if b'"alert"' in line
        )
        out.write_bytes(b"")
    last = clfalert(tmp_path, clean, "--history", "alerts", "log")
    assert clfalert(tmp_path, clean, "--history", "whole", "log").returncode == 0
    assert file.read_bytes() == (tmp_path / "whole").read_bytes()
    alerts = set(file.read_bytes().splitlines())
    assert alerts <= reported | set(last.stdout.splitlines())
    assert len(alerts) > 1000


def test_a_torn_last_line(tmp_path: Path, clean: dict[str, str]) -> None:
    """As kill -9 in the middle of a write leaves it: reported, and decided anew."""
    (tmp_path / "log").write_bytes(b"".join(log(3)))
    whole = clfalert(tmp_path, clean, "--history", "alerts", "log").stdout
    (tmp_path / "alerts").write_bytes(whole[:-9])
    again = clfalert(tmp_path, clean, "--history", "alerts", "log")
    assert again.stdout == whole.splitlines(keepends=True)[-1]
    assert b"alerts: its last line was torn, and is taken out: '{" in again.stderr
    assert (tmp_path / "alerts").read_bytes() == whole
    assert clfalert(tmp_path, clean, "--history", "alerts", "log").stdout == b""


@pytest.mark.parametrize("content", [b"GET /\n", block([START]), b'{"type":"alert"}\n'])
def test_a_foreign_file(content: bytes, tmp_path: Path, clean: dict[str, str]) -> None:
    (tmp_path / "foreign").write_bytes(content)
    (tmp_path / "log").write_bytes(b"".join(log(1)))
    done = clfalert(tmp_path, clean, "--history", "foreign", "log")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == (
        b"clfalert: foreign: line 1: no alert of clfalert's; nothing was added\n"
    )
    assert (tmp_path / "foreign").read_bytes() == content


def test_text_goes_on_too(tmp_path: Path, clean: dict[str, str]) -> None:
    """FILE is JSON whatever is written to stdout."""
    (tmp_path / "log").write_bytes(b"".join(log(2)))
    done = clfalert(tmp_path, clean, "--history", "alerts", "--output", "text", "log")
    alerts = (tmp_path / "alerts").read_bytes()
    assert states(alerts) == ["triggered", "recovered"] * 2
    assert done.stdout.decode().splitlines() == [row["message"] for row in objects(alerts)]


def test_one_at_a_time(tmp_path: Path, clean: dict[str, str]) -> None:
    command = ["clfalert", "--history", "alerts"]
    with started(command, clean, cwd=tmp_path, stdin=subprocess.PIPE) as first:
        wait_for((tmp_path / "alerts").exists)
        time.sleep(0.1)
        done = clfalert(tmp_path, clean, "--history", "alerts")
        assert done.stderr == b"clfalert: alerts: another process adds to it\n"
        assert (done.returncode, first.poll()) == (2, None)
