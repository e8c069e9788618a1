"""Run commands in turns, and measure: seconds, start-up taken off, and each process's memory.

All take turns, several times over, so that a machine that grows slower is as hard on each. A
command's start-up is what it takes on an empty input.
"""

import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from _bench_commands import PIPELINE, BenchCommand
from _soak_processes import members, usage_of

_EMPTY = Path(os.devnull)
_LEAST = 1e-3  # seconds: what takes less is not measured here
_LOOK = 0.2  # seconds between two looks at memory, and fewer at first: its peak stays on record


class Times(NamedTuple):
    """What one run took: seconds of the wall clock, and of processors."""

    seconds: float
    cpu: float


_NOTHING = Times(0, 0)


@dataclass
class Result:
    """What the runs of a command took, that on an empty input, and the most MiB by process."""

    start: Times = _NOTHING
    runs: list[Times] = field(default_factory=list)
    peaks: dict[str, float] = field(default_factory=dict)

    @property
    def best(self) -> float:
        """The quickest run without the start-up, in seconds."""
        return max(min(run.seconds for run in self.runs) - self.start.seconds, _LEAST)

    @property
    def median(self) -> float:
        """The median run without the start-up, in seconds."""
        return max(statistics.median(run.seconds for run in self.runs) - self.start.seconds, _LEAST)

    @property
    def cpu(self) -> float:
        """The least that a run took of processors without the start-up, in seconds."""
        return max(min(run.cpu for run in self.runs) - self.start.cpu, _LEAST)

    @property
    def spread(self) -> float:
        """How much longer the slowest run took than the quickest one, as a share of it."""
        seconds = [run.seconds for run in self.runs]
        return max(seconds) / min(seconds) - 1

    @property
    def memory(self) -> list[float]:
        """The most MiB of each process, those of the pipeline in its order."""
        return [self.peaks[name] for name in sorted(self.peaks, key=PIPELINE.find)]

    def to(self, other: "Result") -> float:
        """Return how many times as long as another command this one takes."""
        return self.best / other.best


def in_turns(commands: Sequence[BenchCommand], rounds: int) -> dict[str, Result]:
    """Run all commands in turns; return the results by name, in the same order."""
    results = {command.name: Result() for command in commands}
    for command in commands:
        results[command.name].start = start_up(command, rounds)
    for _ in range(rounds):
        for command in commands:
            result = results[command.name]
            result.runs.append(_timed(command.run, command.reads, result.peaks))
    return results


def start_up(command: BenchCommand, rounds: int) -> Times:
    """Return the least that a command takes on an empty input.

    That is short, and the quickest one counts: it is run almost twice as often.
    """
    starts = [_timed(command.run, _EMPTY, {}, may_fail=True) for _ in range(2 * rounds - 1)]
    return Times(*map(min, zip(*starts, strict=True)))


def _timed(run: str, reads: Path, peaks: dict[str, float], *, may_fail: bool = False) -> Times:
    """Run a command in bash to its end, all that it writes thrown away.

    peaks: takes the most MiB of each process. may_fail: as some peers do on an empty input.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        ["bash", "-c", run, "bench", str(reads)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peaks, ended))
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watcher.join()
    if process.returncode and not may_fail:
        sys.exit(f"bench: status {process.returncode} of: {run}")
    return Times(seconds, usage.ru_utime + usage.ru_stime)


def _watch(session: int, peaks: dict[str, float], ended: threading.Event) -> None:
    """Note the most memory of each process of a session, until its end; Linux alone has it."""
    pause = 0.01
    while not ended.wait(pause):
        pause = min(2 * pause, _LOOK)
        for name, pid in members(session).items():
            usage = usage_of(pid)
            if usage and name not in {"bash", "tee"}:
                peaks[name] = max(peaks.get(name, 0.0), usage.mebibytes)


def machine() -> str:
    """Name the machine: processor, cores, Python."""
    info = Path("/proc/cpuinfo")
    names = [s for s in info.read_text().splitlines() if "model name" in s] if info.exists() else []
    model = names[0].partition(": ")[2] if names else platform.processor()
    return f"{os.cpu_count()} cores of {model}, Python {platform.python_version()}"
