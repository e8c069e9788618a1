"""What tests of faults share: lines of processes, a scripted machine, the rules by brute force."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta, timezone
from fcntl import ioctl
from pathlib import Path
from termios import FIONREAD
from typing import Any, NamedTuple, Self

import pytest
from logs import line
from processes import PATIENCE, read_until, started, wait_for
from typer import Typer

from clfparse.stream import run as stream
from clfparse.stream import sources

NEEDS_PROC = pytest.mark.skipif(
    not shutil.which("bash") or not Path("/proc/self/status").exists(),
    reason="no bash, or no /proc",
)
FILTERS = ("clfparse", "clfalert", "clfstats")
PIPELINE = ("clfparse", "clfalert --pass -t 0.1 --delay 5s", "clfstats --window 1s --delay 5s")


class Pipeline:
    """Processes of which each reads what the one before it writes."""

    def __init__(self, processes: list[subprocess.Popen[bytes]], errors: Path) -> None:
        self.processes = processes
        self._errors = errors
        self.output = b""

    def feed(self, given: str | bytes) -> None:
        """Write to the first one. Raises BrokenPipeError once it is dead."""
        stdin = self.processes[0].stdin
        assert stdin
        os.write(stdin.fileno(), given.encode() if isinstance(given, str) else given)

    def feed_until_broken(self, given: Callable[[], str]) -> None:
        """Go on writing until the first one is dead."""
        until = time.monotonic() + PATIENCE
        with suppress(BrokenPipeError):
            while time.monotonic() < until:
                self.feed(given())
                time.sleep(0.05)
            pytest.fail("it lives on, and nothing reads what it writes")

    def see(self, seen: Callable[[bytes], bool]) -> None:
        """Read what the last one writes, until that has been seen."""
        before = self.output
        self.output += read_until(self.processes[-1], lambda output: seen(before + output))
        assert seen(self.output), self.output[-1000:]

    def end(self) -> list[int]:
        """End the input; return all statuses, once all output has been read."""
        stdin = self.processes[0].stdin
        if stdin:
            stdin.close()
        return self.statuses()

    def statuses(self) -> list[int]:
        """Return all statuses, once all output has been read."""
        self.output += read_until(self.processes[-1], lambda _: False)
        return [process.wait(PATIENCE) for process in self.processes]

    @property
    def errors(self) -> str:
        """What all of them have written to stderr."""
        return self._errors.read_text()


@contextmanager
def piped(
    folder: Path, env: dict[str, str], *commands: str, stdin: Any = subprocess.PIPE
) -> Iterator[Pipeline]:
    """Start a line of commands, each word of which stands for itself."""
    errors = folder / f"stderr{time.monotonic_ns()}"
    with ExitStack() as stack:
        stderr = stack.enter_context(errors.open("ab"))
        processes: list[subprocess.Popen[bytes]] = []
        for command in commands:
            given = processes[-1].stdout if processes else stdin
            processes.append(
                stack.enter_context(started(command.split(), env, stdin=given, stderr=stderr))
            )
            if len(processes) > 1 and given:
                given.close()  # else its writer would never find it closed
        yield Pipeline(processes, errors)


def waiting(process: subprocess.Popen[bytes]) -> int:
    """Return how many bytes wait to be read from a process."""
    assert process.stdout
    number = ioctl(process.stdout, FIONREAD, bytes(4))
    return int.from_bytes(number, "little")


def blocked(process: subprocess.Popen[bytes]) -> None:
    """Wait until a process that reads a file can write no more.

    It sleeps, and its pipe has been as full for a while; one that only waits for a core is no
    sleeper.
    """
    seen = [0, -1, -2]

    def full() -> bool:
        asleep = status_of(process, "State").startswith("S")
        seen[:] = [*seen[1:], waiting(process) if asleep else -1]
        time.sleep(0.1)
        return seen[0] > 0 and len(set(seen)) == 1

    wait_for(full)


def status_of(process: subprocess.Popen[bytes], field: str) -> str:
    """Return a field of /proc/PID/status."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    match = re.search(rf"^{field}:\s*(.*)$", status, re.MULTILINE)
    return match[1] if match else ""


def catches(process: subprocess.Popen[bytes], number: int) -> bool:
    """Tell whether a process has a handler of its own for a signal."""
    return bool(int(status_of(process, "SigCgt"), 16) >> (number - 1) & 1)


def stopped(process: subprocess.Popen[bytes]) -> None:
    """Stop a process, and wait until it has stopped."""
    process.send_signal(signal.SIGSTOP)
    wait_for(lambda: status_of(process, "State").startswith("T"))


class Wall(NamedTuple):
    """The machine's wall clock is set, by so many seconds."""

    step: float


class Stop(NamedTuple):
    """The process is stopped for so many seconds, while it waits for input."""

    length: float


class Block(NamedTuple):
    """Nobody reads the output for so many seconds, when it is written next."""

    length: float


Step = bytes | float | Wall | Stop | Block  # bytes: of input; float: seconds without any


class Machine:
    """What a filter knows of its machine, scripted: the clocks, signals, stdout.

    It stands in for the module `time` and the class `Signals`.
    """

    def __init__(self, wall: float, steps: Iterable[Step]) -> None:
        self._steps = [*steps]
        self._wall = wall
        self._monotonic = 1000.0
        self._blocked = 0.0
        self._feed = -1
        self.stopped = 0
        self.deadline = 0.0
        self.written = b""

    def time(self) -> float:
        """Return the wall clock's seconds."""
        return self._wall

    def monotonic(self) -> float:
        """Return seconds that no one can set."""
        return self._monotonic

    def sleep(self, length: float) -> None:
        """Let time pass."""
        self._monotonic += length
        self._wall += length

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    @property
    def in_time(self) -> bool:
        """Tell that no signal has come."""
        return True

    def wait(self, fds: list[int], seconds: float = 1.0) -> list[int]:
        """Wait as `Signals.wait` does: so long, or until there is input, or its end."""
        while self._steps:
            step = self._steps.pop(0)
            if isinstance(step, bytes):
                os.write(self._feed, step)
                return fds
            if isinstance(step, Wall):
                self._wall += step.step
            elif isinstance(step, Block):
                self._blocked = step.length
            elif isinstance(step, Stop):
                self.sleep(step.length)
                return []
            else:
                turn = min(step, seconds)
                self._steps[:0] = [step - turn] if step > turn else []
                self.sleep(turn)
                return []
        os.close(self._feed)
        return fds

    ending = interruptible = left = False  # as of Signals

    def write(self, _fd: int, written: bytes) -> None:
        """Write as `write_all` does: it takes as long as nobody reads."""
        if written:
            self.sleep(self._blocked)
            self._blocked = 0.0
        self.written += written

    def run(self, app: Typer, *options: str) -> bytes:
        """Run a filter on this machine; return what it has written."""
        read, self._feed = os.pipe()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stream, "time", self)
            patch.setattr(sources, "time", self)
            patch.setattr(stream, "Signals", lambda _live: self)
            patch.setattr(stream, "write_all", self.write)
            app([*options, "--output", "json", f"/dev/fd/{read}"], standalone_mode=False)
        os.close(read)
        return self.written


class Change(NamedTuple):
    """What an alert says."""

    state: str
    second: int
    hits: int


def evaluated(times: list[int], window: int, limit: int) -> Iterator[Change]:
    """Tell all alerts on an old log, by the rules of README's Time, in the plainest way.

    limit: hits in the window above which traffic is high. A second is over 2 s after it.
    """
    hits, newest = Counter[int](), times[0]
    since, low = -1, True  # the second of a trigger without its recovery; whether it was low since
    due, ahead, behind, whole = newest - 2, list[int](), 0, 0

    def evaluate(until: int) -> Iterator[Change]:
        nonlocal since, low, due
        for second in _eventful(hits, window, since, range(due, until)):
            total = sum(hits[second - before] for before in range(window))
            if total > limit and low:
                since, low = second, False
                yield Change("triggered", second, total)
            elif total < limit and second >= whole and since >= 0:
                low = True
                if second > since:
                    since = -1
                    yield Change("recovered", second, total)
        due = max(due, until)

    for time_ in times:
        ahead = [*ahead, time_] if time_ > newest + 3600 else []
        behind = behind + 1 if time_ < newest - 1800 else 0
        if behind == 32:
            yield from evaluate(newest + 1)
            hits, newest, due, behind, whole = Counter[int](), time_, time_, 0, time_ + window
        elif len(ahead) == 32:
            newest, ahead = min(ahead), []
        elif not ahead:
            newest = max(newest, time_)
        hits[time_] += 1
        yield from evaluate(newest - 2)
    yield from evaluate(newest + 1)


def _eventful(hits: Iterable[int], window: int, since: int, seconds: range) -> list[int]:
    """Return those seconds at which anything may change: elsewhere all is 0, as before."""
    if not seconds:
        return []
    near = {hit + after for hit in hits for after in range(window + 1)}
    return sorted({*near, since + 1}.intersection(seconds))


def epoch(time_: str) -> int:
    """Return the second of an RFC 3339 time."""
    return int(datetime.fromisoformat(time_).timestamp())


def alerts(rows: Iterable[dict[str, Any]]) -> list[Change]:
    """Return what the alerts among objects say."""
    return [
        Change(row["state"], epoch(row["time"]), row["hits"])
        for row in rows
        if row["type"] == "alert"
    ]


def log_line(second: int, hours: int = 0) -> str:
    """Return a log line with the time of a zone, so many hours east."""
    local = datetime.fromtimestamp(second, timezone(timedelta(hours=hours)))
    return f'::1 - - [{local:%d/%b/%Y:%H:%M:%S %z}] "GET /a HTTP/1.1" 200 1\n'


def holding(part: str) -> Callable[[bytes], bool]:
    return lambda output: part.encode() in output


def ready(whole: Pipeline) -> int:
    """Feed a line of processes until something has come through; return how many lines that took.

    The second one closes the first one's window.
    """
    second = int(time.time())
    whole.feed(line(second - 100) + line(second - 50))
    whole.see(holding("summary"))
    return 2
