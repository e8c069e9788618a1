"""Put a load on the pipeline as it is used, with rotations by rename, and check all that comes out.

tail -n +1 -F access.log | clfparse | tee -p >(clfalert) >(probe) | clfstats

soak is the server: it writes what clfgen makes, peaks and all, and renames the log now and then.
What is measured is the filters. GNU tail drops what it has not read of a renamed file, so each
rename waits until tail has read the whole of it; no server does that. The status is 0 if every line
was counted, alerts are those of a brute-force evaluation of the log, and no line was refused; 1 if
not, 2 for bad usage or where GNU tail, bash or Linux is missing, 130 after Ctrl-C.
"""

import argparse
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.table import Table

from clfparse.values.times import duration

sys.path.append(str(Path(__file__).parent))
from _bench_runs import machine
from _soak_figures import (
    Latency,
    Outcome,
    Profile,
    brute_force,
    differences,
    percentile,
    profile,
    read_output,
    seconds_of,
)
from _soak_processes import Usage, members, position, usage_of

CLFGEN = [sys.executable, "-P", "-m", "clfparse.generate"]
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

    def rotate(self, line: Pipeline) -> None:
        """Rename the log once tail has read it, and begin a new one at once."""
        log, tail, began = os.fstat(self._log.fileno()), line.pids["tail"], time.monotonic()
        if not until(lambda: line.ended.is_set() or position(tail, log) == log.st_size):
            self.unread += 1
        self.waited = max(self.waited, time.monotonic() - began)
        self._path.rename(self._path.with_suffix(".log.1"))
        self._log.close()
        self._log = self._path.open("xb", buffering=0)
        self.rotations += 1

    def serve(self, load: subprocess.Popen[bytes], line: Pipeline, due: deque[float]) -> None:
        """Write what clfgen makes, to its end. due: when to rotate, monotonic."""
        rest = b""
        assert load.stdout  # noqa: S101 - for the type checker
        while (read := os.read(load.stdout.fileno(), 1 << 20)) and not line.ended.is_set():
            lines, newline, rest = (rest + read).rpartition(b"\n")
            if newline:
                self.write(lines + newline)
            if due and time.monotonic() >= due[0]:
                due.popleft()
                self.rotate(line)


class Stop:
    """Ctrl-C, SIGTERM and SIGHUP end the load, and so, in turn, all; a second one ends at once."""

    def __init__(self) -> None:
        self.number = 0
        self.load: subprocess.Popen[bytes] | None = None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it
                signal.signal(number, self)

    def __call__(self, number: int, _frame: object) -> None:
        self.number = number
        signal.signal(number, signal.SIG_DFL)
        if self.load:
            self.load.terminate()


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


def put_load(server: Server, line: Pipeline, shape: Profile, wanted: argparse.Namespace) -> int:
    """Run the load through it, to its end or until it is stopped; return clfgen's status."""
    with start_load(shape, wanted.duration) as load:
        wanted.stop.load = load
        step = wanted.duration.total_seconds() / (wanted.rotations + 1)
        now = time.monotonic()
        due = deque(now + step * number for number in range(1, wanted.rotations + 1))
        server.serve(load, line, due)
    return load.returncode


def own_usage(whose: int) -> Usage:
    """Return what soak itself has taken, or its children that have ended."""
    used = resource.getrusage(whose)
    return Usage(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def show_usages(before: dict[str, Usage | None], line: Pipeline, seconds: float) -> Table:
    """Lay out what the processes have taken since the load began."""
    after = line.usages()
    after["clfgen"] = own_usage(resource.RUSAGE_CHILDREN)
    after["soak itself"] = own_usage(resource.RUSAGE_SELF)
    table = Table("")
    for heading in ("CPU s", "of a core", "peak MiB", "waited for a core, s"):
        table.add_column(heading, justify="right")
    filters = 0.0
    for name, used in after.items():
        if not used:
            table.add_row(name, "ended early")
            continue
        start = before.get(name) or Usage(0, 0)
        cpu, waited = used.cpu - start.cpu, used.waited - start.waited
        filters += cpu if name in FILTERS else 0
        row = f"{cpu:.2f}", f"{cpu / seconds:.1%}", f"{used.mebibytes:.1f}"
        table.add_row(name, *row, f"{waited:.2f}" if used.waited else "")
    table.add_row("the three filters", f"{filters:.2f}", f"{filters / seconds:.1%}")
    return table


def report(console: Console, outcome: Outcome, server: Server, tenths: Counter[int]) -> None:
    """Print the figures."""
    same = "equal" if outcome.hits == outcome.lines else "NOT EQUAL"
    states = Counter(change.state for change in outcome.alerts)
    equal = "equal to" if outcome.alerts == outcome.expected else "NOT EQUAL to"
    figures = {
        "lines written": f"{outcome.lines:,}",
        "hits counted": f"{outcome.hits:,} ({same})",
        "records seen": f"{outcome.records:,}",
        "latency": f"p50 {percentile(tenths, 0.5):.1f} ms, p99 {percentile(tenths, 0.99):.1f} ms,"
        f" max {percentile(tenths, 1):.1f} ms, from a line's write to its record",
        "alerts": f"{states['triggered']} triggered, {states['recovered']} recovered ({equal}"
        " brute force)",
        "refused": f"{outcome.refused:,}",
        "rotations": f"{server.rotations}, each when tail had read the old log: waited at most"
        f" {server.waited * 1000:.1f} ms"
        + (f"; {server.unread} before it had, and tail drops the rest" if server.unread else ""),
    }
    for name, figure in figures.items():
        console.print(f"{name:<14} {figure}", highlight=False, soft_wrap=True)


def soak(wanted: argparse.Namespace, folder: Path, console: Console) -> bool:
    """Run all and report it; return whether all was as it should be."""
    shape, latency = profile(wanted.rate, wanted.duration), Latency()
    server, status = Server(folder, latency), 0
    for name in ("out", "said", "rejects"):
        (folder / name).touch()
    with Pipeline(folder, shape, latency) as line:
        # A line ahead, to see that all have started.
        now = datetime.now(UTC)
        server.write(f'::1 - - [{now:%d/%b/%Y:%H:%M:%S %z}] "GET / HTTP/1.1" 200 0\n'.encode())
        started = until(lambda: wanted.stop.number or line.started())
        latency.tenths.clear()
        before, began = line.usages(), time.monotonic()
        if started and not wanted.stop.number:
            status = put_load(server, line, shape, wanted)
        until(line.drained, lambda: latency.seen)
        seconds = time.monotonic() - began
        table = show_usages(before, line, seconds)
        line.end()
    hits, alerts = read_output((folder / "out").read_text())
    expected = brute_force(server.counts, shape.window, shape.threshold)
    refused = (folder / "rejects").read_bytes().count(b"\n")
    outcome = Outcome(latency.written, hits, latency.seen, alerts, expected, refused)
    wrong = differences(outcome)
    if not started or (status and not wanted.stop.number):
        wrong.append(f"clfgen ended with status {status}" if started else "it did not start")
    console.print(f"{seconds:.1f} s of load, {machine()}", highlight=False)
    report(console, outcome, server, latency.tenths)
    console.print(table)
    for text in [*(folder / "said").read_text().splitlines(), *wrong]:
        console.print(text, highlight=False, markup=False, soft_wrap=True)
    return not wrong


def missing() -> str | None:
    """Return what soak needs and does not find."""
    if not Path("/proc/self/fdinfo").exists():
        return "the /proc of Linux"
    if not shutil.which("bash"):
        return "bash"
    tail = shutil.which("tail")
    version = tail and subprocess.run([tail, "--version"], capture_output=True, check=False).stdout
    return None if version and b"GNU coreutils" in version else "GNU tail"


def length_of(text: str) -> timedelta:
    """Read the length of a run: a second at least."""
    try:
        if (length := duration(text)) >= timedelta(seconds=1):
            return length
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    raise argparse.ArgumentTypeError(f"{text} is below a second")


def number_from(least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers that are not below the least."""

    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} up")
        return int(text)

    return number


def main() -> None:
    """Parse the command line, run, report."""
    parser = argparse.ArgumentParser(
        prog="soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rate", type=number_from(1), default=20_000, help="lines a second; peaks are of 1.5 x it"
    )
    parser.add_argument("--duration", type=length_of, default="2m")
    parser.add_argument("--rotations", type=number_from(0), default=8)
    wanted = parser.parse_args()
    if lacking := missing():
        parser.exit(2, f"soak: {lacking} is needed\n")
    for name in [name for name in os.environ if name.startswith("PYTHON")]:
        del os.environ[name]  # as a user's shell has it
    began, wanted.stop = time.monotonic(), Stop()
    console = Console(width=110)
    with tempfile.TemporaryDirectory(prefix="soak.") as folder:
        fine = soak(wanted, Path(folder), console)
    console.print(f"wall time {time.monotonic() - began:.1f} s")
    sys.exit(128 + wanted.stop.number if wanted.stop.number else int(not fine))


if __name__ == "__main__":
    main()
