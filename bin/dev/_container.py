"""Build the image and run it as README says: what it counts, what it shows, and how it stops.

usage: bin/dev/container

It needs docker and a daemon that runs or, as root, dockerd; where the base cannot be fetched,
debootstrap too. What it starts it ends, and it leaves no image of its own, container or volume.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
from _docker import ROOT, Docker, base_of, daemon, provide
from _outcomes import PROBLEMS, expect, say

TAG = f"clf-filters:check-{os.getpid()}"
TURNS, LINES = 4, 1000  # rotations; lines before each
PATIENCE = 60.0  # seconds until something is held not to happen
STATE = "/var/lib/clfmon"


def main() -> int:
    """Check all; return the status: 1 if something is not as it should be."""
    if len(sys.argv) > 1:
        sys.stderr.write(__doc__ or "")
        return 0 if sys.argv[1] in {"-h", "--help"} else 2
    with daemon() as docker, tempfile.TemporaryDirectory(prefix="clf-container.") as folder:
        say("daemon", "started for this" if docker.own else "the one that runs")
        base = base_of((ROOT / "Dockerfile").read_text())
        say("base", f"{base}, {provide(docker, base)}, {_size(docker, base)}")
        try:
            _build(docker)
            _check_commands(docker)
            stops = [_check_counts(docker, Path(folder)), _check_screen(docker, Path(folder))]
        finally:
            docker.run("image", "rm", "--force", TAG)
        quickest = min(stops)
        say("docker stop", " s, ".join(f"{each:.2f}" for each in stops) + " s")
        if quickest >= 1:  # on a busy machine the quickest counts
            PROBLEMS.append(f"a stop takes {quickest:.2f} s")
    for problem in PROBLEMS:
        sys.stderr.write(f"container: {problem}\n")
    return 1 if PROBLEMS else 0


def _size(docker: Docker, image: str) -> str:
    return f"{int(docker.do('image', 'inspect', '-f', '{{.Size}}', image)) / 1e6:.0f} MB"


def _build(docker: Docker) -> None:
    """Build the image, as a user does; a daemon started here has no network of its own."""
    began = time.monotonic()
    network = ["--network=host"] if docker.own else []
    docker.do("build", *network, "-t", TAG, str(ROOT), patience=900)
    say("image", f"{_size(docker, TAG)}, built in {time.monotonic() - began:.0f} s")


def _check_commands(docker: Docker) -> None:
    """See that the other filters run, too, and none as root."""
    user = docker.do("run", "--rm", "--entrypoint", "id", TAG, "-u").strip()
    expect("user", user, "65534")
    parse = ("run", "--rm", "-i", "--entrypoint", "clfparse", TAG)
    records = docker.do(*parse, stdin=_lines(0).encode()).count("\n")
    expect("clfparse", records, LINES + 1)


def _lines(turn: int) -> str:
    """Return lines of one second, and one that is later, with which their window is over."""
    texts = []
    for second, number in ((0, LINES), (30, 1)):
        when = f"{datetime.fromtimestamp(turn * 60 + second, UTC):%d/%b/%Y:%H:%M:%S %z}"
        texts.append(f'192.0.2.1 - - [{when}] "GET /api/{turn} HTTP/1.1" 200 9\n' * number)
    return "".join(texts)


def _write(log: Path, turn: int) -> None:
    """Make a log that only its group may read, as Debian's are."""
    new = log.with_suffix(".new")
    new.write_text(_lines(turn))
    new.chmod(0o640)
    new.rename(log)


def _name(folder: Path) -> str:
    """Return the name of a folder's container: with it one can be removed that has not started."""
    return f"{TAG.replace(':', '-')}-{folder.name}"


def _start(docker: Docker, folder: Path, *options: str) -> None:
    """Run the image on a folder of logs, in a container of its name."""
    folder.chmod(0o755)
    mount = f"{folder}:/var/log:ro"
    group = f"--group-add={folder.stat().st_gid}"
    docker.do("run", "--detach", "--name", _name(folder), group, "-v", mount, *options, TAG)


def _check_counts(docker: Docker, folder: Path) -> float:
    """Count the lines of a log that is rotated, until a stop; return how long that took."""
    logs = folder / "counted"
    logs.mkdir()
    log = logs / "access.log"
    _write(log, 0)
    volume = docker.do("volume", "create").strip()
    keep = ("-v", f"{volume}:{STATE}", "-e", f"CLFMON_HISTORY={STATE}/alerts.jsonl")
    container = _name(logs)
    try:
        _start(docker, logs, "-e", f"CLFMON_LINES={2 * LINES}", *keep)
        for turn in range(1, TURNS + 1):
            _wait(docker, container, partial(_has_windows, turn))
            log.rename(logs / f"access.log.{turn}")
            _write(log, turn)
        took = _stop(docker, container)
        output = docker.do("logs", container)
        rows = [json.loads(line) for line in output.splitlines() if line.startswith('{"type":"s')]
        expect("lines counted", sum(row["hits"] for row in rows), (TURNS + 1) * (LINES + 1))
        status = docker.do("inspect", "-f", "{{.State.ExitCode}}", container).strip()
        expect("exit status", status, "143")
        cat = ("run", "--rm", "-v", f"{volume}:{STATE}", "--entrypoint", "cat", TAG)
        history = docker.do(*cat, f"{STATE}/alerts.jsonl").count("\n")
        expect("alerts kept", history, output.count('{"type":"alert"'))
    finally:
        docker.run("rm", "--force", container)
        docker.run("volume", "rm", volume)
    return took


def _has_windows(number: int, output: str) -> bool:
    return output.count(f'"hits":{LINES},') >= number


def _check_screen(docker: Docker, folder: Path) -> float:
    """See the screen on a terminal, which is left at a stop; return how long that took."""
    logs = folder / "shown"
    logs.mkdir()
    _write(logs / "access.log", 0)
    container = _name(logs)
    try:
        _start(docker, logs, "--tty")
        _wait(docker, container, lambda output: "\x1b[?1049h" in output and "/api" in output)
        took = _stop(docker, container)
        expect("screen left", "\x1b[?1049l" in docker.do("logs", container), wanted=True)
    finally:
        docker.run("rm", "--force", container)
    return took


def _wait(docker: Docker, container: str, seen: Callable[[str], bool]) -> None:
    """Wait until a container has written something; end this program if it does not."""
    until = time.monotonic() + PATIENCE
    while not seen(docker.do("logs", container)):
        if time.monotonic() > until:
            sys.stderr.buffer.write(docker.run("logs", container).stderr)
            sys.exit("the container has not written what it should")
        time.sleep(0.1)


def _stop(docker: Docker, container: str) -> float:
    began = time.monotonic()
    docker.do("stop", container)
    return time.monotonic() - began


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # all that was started is ended first
    try:
        sys.exit(main())
    except subprocess.TimeoutExpired as error:
        sys.exit(f"{' '.join(error.cmd[:2])} took more than {error.timeout:.0f} s")
    except KeyboardInterrupt:
        sys.exit(130)
