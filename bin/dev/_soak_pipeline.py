"""The pipeline under load, in a session of its own, and the probe that sees its records arrive."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from _soak_figures import Latency, Profile
from _soak_processes import Usage, members, usage_of

# $1: soak's process. $2: its folder. $3, $4: threshold and window. $5: the probe's descriptor. tail
# ends with soak, however that ends, the filters end with tail, and the folder goes with the last.
PIPELINE = """exec 3>"$2/said" 2>/dev/null
tail --pid="$1" -n +1 -F -- "$2/access.log" |
    clfparse --rejects "$2/rejects" 2>&3 |
    tee -p >(clfalert -t "$3" --window "$4" --rejects "$2/rejects" 2>&3) "/dev/fd/$5" |
    clfstats --window 10s --rejects "$2/rejects" >"$2/out" 2>&3
kill -0 "$1" || rm -rf -- "$2"
"""
FILTERS = ("clfparse", "clfalert", "clfstats")
NAMES = (*FILTERS, "tail", "tee")
PATIENCE = 15.0  # seconds without any progress


def until(seen: Callable[[], object], progress: Callable[[], int] = int) -> bool:
    """Wait until something is seen; give up when PATIENCE has passed without any progress."""
    last, since = progress(), time.monotonic()
    while not (done := bool(seen())) and time.monotonic() - since < PATIENCE:
        time.sleep(0.001)
        if progress() != last:
            last, since = progress(), time.monotonic()
    return done


class Pipeline:
    """The pipeline, in a session of its own, with the probe: a thread that reads from a pipe."""

    def __init__(self, folder: Path, shape: Profile, latency: Latency) -> None:
        self._latency = latency
        self._read, write = os.pipe()
        given = (os.getpid(), folder, shape.threshold, f"{shape.window}s", write)
        self._shell = subprocess.Popen(
            ["bash", "-c", PIPELINE, "soak", *map(str, given)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # soak's own would stay open when soak is killed
            stderr=subprocess.DEVNULL,
            pass_fds=[write],
            start_new_session=True,
        )
        os.close(write)
        self.pids: dict[str, int] = {}
        self.ended = threading.Event()
        self._probe = threading.Thread(target=self._count, daemon=True)
        self._probe.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._shell.pid, signal.SIGKILL)
        self._shell.wait()
        self._probe.join(PATIENCE)

    def _count(self) -> None:
        while read := os.read(self._read, 1 << 16):
            self._latency.arrive(read.count(b"\n"), time.monotonic())
        self.ended.set()

    def started(self) -> bool:
        """Return whether a line has come through, and all processes are there: look them up."""
        if self._latency.seen:
            self.pids = members(self._shell.pid)
        return set(NAMES) <= self.pids.keys()

    def drained(self) -> bool:
        """Return whether all lines have come through, or no more will."""
        return self.ended.is_set() or self._latency.seen >= self._latency.written

    def usages(self) -> dict[str, Usage | None]:
        """Return what each has taken."""
        return {name: usage_of(self.pids[name]) for name in NAMES if name in self.pids}

    def end(self) -> None:
        """Let tail end, and the others after it."""
        with suppress(ProcessLookupError, KeyError):
            os.kill(self.pids["tail"], signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._shell.wait(PATIENCE)
