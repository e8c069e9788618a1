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
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from clfparse.values import times

sys.path.append(str(Path(__file__).parent))
from _bench_runs import machine
from _soak_figures import (
    Latency,
    Outcome,
    Profile,
    brute_force,
    differences,
    profile,
    read_output,
)
from _soak_pipeline import Pipeline, until
from _soak_report import show_report, show_usages
from _soak_server import Server, start_load


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


def put_load(server: Server, pipeline: Pipeline, shape: Profile, wanted: argparse.Namespace) -> int:
    """Run the load through it, to its end or until it is stopped; return clfgen's status."""
    with start_load(shape, wanted.duration) as load:
        wanted.stop.load = load
        step = wanted.duration.total_seconds() / (wanted.rotations + 1)
        now = time.monotonic()
        due = deque(now + step * number for number in range(1, wanted.rotations + 1))
        server.serve(load, pipeline, due)
    return load.returncode


def soak(wanted: argparse.Namespace, folder: Path, console: Console) -> bool:
    """Run all and report it; return whether all was as it should be."""
    shape, latency = profile(wanted.rate, wanted.duration), Latency()
    server, status = Server(folder, latency), 0
    for name in ("out", "said", "rejects"):
        (folder / name).touch()
    with Pipeline(folder, shape, latency) as pipeline:
        # A line ahead, to see that all have started.
        now = datetime.now(UTC)
        server.write(f'::1 - - [{now:%d/%b/%Y:%H:%M:%S %z}] "GET / HTTP/1.1" 200 0\n'.encode())
        started = until(lambda: wanted.stop.number or pipeline.started())
        latency.tenths.clear()
        before, began = pipeline.usages(), time.monotonic()
        if started and not wanted.stop.number:
            status = put_load(server, pipeline, shape, wanted)
        until(pipeline.drained, lambda: latency.seen)
        seconds = time.monotonic() - began
        table = show_usages(before, pipeline, seconds)
        pipeline.end()
    hits, alerts = read_output((folder / "out").read_text())
    expected = brute_force(server.counts, shape.window, shape.threshold)
    refused = (folder / "rejects").read_bytes().count(b"\n")
    outcome = Outcome(latency.written, hits, latency.seen, alerts, expected, refused)
    wrong = differences(outcome)
    if not started or (status and not wanted.stop.number):
        wrong.append(f"clfgen ended with status {status}" if started else "it did not start")
    console.print(f"{seconds:.1f} s of load, {machine()}", highlight=False)
    show_report(console, outcome, server, latency.tenths)
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
        if (length := times.duration(text)) >= timedelta(seconds=1):
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
