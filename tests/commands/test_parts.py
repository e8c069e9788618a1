"""Parts carried by other programs: GNU parallel, a live funnel, files that were kept."""

import gzip
import os
import re
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
from logs import line, peaks
from paths import ROOT
from processes import bash, complete, hits, objects, read_until, started

README = (ROOT / "README.md").read_text()
LINES = peaks(2, 4_000).splitlines(keepends=True)


def shell(command: str, folder: Path, env: dict[str, str]) -> bytes:
    """Run a line in bash; it reports nothing."""
    done = bash(f"set -o pipefail; {command}", env, cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Return a folder of logs of three servers, and of one log of all."""
    (tmp_path / "logs").mkdir()
    for number in range(3):
        text = "".join(LINES[number::3]).encode()
        (tmp_path / f"logs/{number}.gz").write_bytes(gzip.compress(text))
    (tmp_path / "whole").write_text("".join(LINES))
    return tmp_path


def recipe(beginning: str) -> str:
    """Return the line of README that begins so."""
    (command,) = re.findall(rf"^{re.escape(beginning)}.*$", README, re.MULTILINE)
    return str(command)


def test_parallel(logs: Path, clean: dict[str, str]) -> None:
    """The recipe: whatever job ends first, the same bytes; and the same alerts."""
    if not shutil.which("parallel"):
        pytest.skip("no GNU parallel")
    command = recipe("ls logs/*.gz | parallel")
    home = {**clean, "HOME": str(logs)}
    expected = shell("clfparse whole | clfstats", logs, clean)
    assert shell(command, logs, home) == expected
    parts = command.removesuffix(" | clfstats")
    assert parts != command
    alerts = shell("clfparse whole | jq -c '{time}' | clfalert", logs, clean)
    assert len(alerts.splitlines()) == 4
    assert shell(f"{parts} | clfalert", logs, home) == alerts
    assert shell(f"{parts} | clfstats --parts | clfalert", logs, home) == alerts


def test_kept_parts_give_any_longer_window(logs: Path, clean: dict[str, str]) -> None:
    """One file after the other, unsorted, and an hour of parts of ten seconds."""
    loop = "for log in logs/*.gz; do clfparse $log | clfstats --parts; done > parts"
    shell(loop, logs, clean)
    for window in ("10s", "2m", "1h", "1d"):
        expected = shell(f"clfparse whole | clfstats --window {window}", logs, clean)
        merged = f"LC_ALL=C sort parts | clfstats --window {window}"
        assert shell(merged, logs, clean) == expected


SSH = """#!/bin/sh
echo $$ >> "$HOME/pids"
cd "$1" && shift && exec sh -c "$*"
"""


@pytest.mark.slow
def test_a_live_funnel(tmp_path: Path, clean: dict[str, str]) -> None:
    """The recipe, with folders for hosts: each record is in a summary, in time or late."""
    if not shutil.which("parallel"):
        pytest.skip("no GNU parallel")
    (tmp_path / "bin").mkdir()
    ssh = tmp_path / "bin/ssh"
    ssh.write_text(SSH)
    ssh.chmod(0o755)
    second = time.time() - 60
    for host in ("web1", "web2"):
        (tmp_path / host).mkdir()
        lines = "".join(line(second + at // 4) for at in range(120))
        (tmp_path / host / "access.log").write_text(lines)
    beginning, end = README.partition("parallel -q --lb")[1:]
    command = (beginning + end.partition("```")[0]).replace("tail -F", "tail -n +1 -F")
    env = {**clean, "HOME": str(tmp_path), "PATH": f"{tmp_path / 'bin'}:{clean['PATH']}"}
    with started(["bash", "-c", command], env, cwd=tmp_path) as process:
        output = complete(read_until(process, lambda seen: hits(complete(seen)) == 240))
    for pid in (tmp_path / "pids").read_text().split():  # parallel gives each a group of its own
        with suppress(ProcessLookupError):
            os.killpg(os.getpgid(int(pid)), signal.SIGKILL)
    assert hits(output) == 240
    starts = [row["start"] for row in objects(output) if not row.get("late")]
    assert starts == sorted(set(starts))
