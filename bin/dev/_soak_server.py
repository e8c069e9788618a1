"""The server of a load run: it writes what clfgen makes, and rotates its log."""

import os
import subprocess
import sys
import time
from collections import Counter, deque
from datetime import timedelta
from pathlib import Path

from _soak_figures import Latency, Profile, seconds_of
from _soak_pipeline import Pipeline, until
from _soak_processes import position

CLFGEN = [sys.executable, "-P", "-m", "clfparse.generate"]


class Server:
    """Writes the log, and rotates it; one old log is kept, as access.log.1."""

    def __init__(self, folder: Path, latency: Latency) -> None:
        self.counts: Counter[int] = Counter()  # lines by the second of their times
        self.rotations = self.unread = 0  # unread: renamed though tail had not read all
        self.waited = 0.0  # for tail, at most
        self._latency = latency
        self._path = folder / "access.log"
        self._log = self._path.open("xb", buffering=0)

    def write(self, lines: bytes) -> None:
        """Write complete lines."""
        self.counts.update(seconds_of(lines))
        self._latency.write(lines.count(b"\n"), time.monotonic())
        self._log.write(lines)

    def rotate(self, pipeline: Pipeline) -> None:
        """Rename the log once tail has read it, and begin a new one at once."""
        log, tail, began = os.fstat(self._log.fileno()), pipeline.pids["tail"], time.monotonic()
        if not until(lambda: pipeline.ended.is_set() or position(tail, log) == log.st_size):
            self.unread += 1
        self.waited = max(self.waited, time.monotonic() - began)
        self._path.rename(self._path.with_suffix(".log.1"))
        self._log.close()
        self._log = self._path.open("xb", buffering=0)
        self.rotations += 1

    def serve(self, load: subprocess.Popen[bytes], pipeline: Pipeline, due: deque[float]) -> None:
        """Write what clfgen makes, to its end. due: when to rotate, monotonic."""
        rest = b""
        assert load.stdout  # noqa: S101 - for the type checker
        while (read := os.read(load.stdout.fileno(), 1 << 20)) and not pipeline.ended.is_set():
            lines, newline, rest = (rest + read).rpartition(b"\n")
            if newline:
                self.write(lines + newline)
            if due and time.monotonic() >= due[0]:
                due.popleft()
                self.rotate(pipeline)


def milliseconds(length: timedelta) -> str:
    """Write a duration as the filters read it."""
    return f"{length // timedelta(milliseconds=1)}ms"


def start_load(shape: Profile, length: timedelta) -> subprocess.Popen[bytes]:
    """Start clfgen, which ends with soak, however that ends."""
    burst = f"{shape.peak}:{milliseconds(shape.length)}:{milliseconds(shape.every)}"
    options = {"pid": os.getpid(), "rate": shape.rate, "burst": burst, "seed": 7}
    given = [f"--{name}={value}" for name, value in options.items()]
    return subprocess.Popen(
        [*CLFGEN, *given, f"--duration={milliseconds(length)}"], stdout=subprocess.PIPE
    )
