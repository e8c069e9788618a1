"""Measure a live pipeline, to which single lines come: its share of a core, and its latency."""

import os
import statistics
import subprocess
import threading
import time
from datetime import UTC, datetime
from typing import IO, NamedTuple

RATE = 1000  # lines a second
_LINE = '192.0.2.1 - - [{when:%d/%b/%Y:%H:%M:%S %z}] "GET /api/user HTTP/1.1" 200 123\n'
_REST = "clfalert --pass | clfstats > /dev/null; true"  # with `true` bash waits for both


class LiveCost(NamedTuple):
    """share: of a core, by the three filters together. p99: ms from a line to its record."""

    share: float
    p99: float


def measure(seconds: int) -> LiveCost:
    """Measure a live pipeline for so long, without the CPU time that its start takes."""
    start, _ = _run(0)
    cpu, latencies = _run(seconds)
    p99 = statistics.quantiles(latencies, n=100)[98] * 1000
    return LiveCost((cpu - start) / seconds, p99)


def _run(seconds: int) -> tuple[float, list[float]]:
    """Feed single lines to a live pipeline; return its CPU seconds, and clfparse's latencies."""
    latencies: list[float] = []
    sent: list[float] = []
    parser = subprocess.Popen(["clfparse"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    rest = subprocess.Popen(["bash", "-c", _REST], stdin=subprocess.PIPE)
    assert parser.stdin  # noqa: S101 - for the type checker, as below
    assert parser.stdout  # noqa: S101
    assert rest.stdin  # noqa: S101
    receiver = threading.Thread(target=_receive, args=(parser.stdout, rest.stdin, sent, latencies))
    receiver.start()
    _send(parser.stdin, sent, 1)
    while receiver.is_alive() and not latencies:
        time.sleep(0.01)
    time.sleep(1)  # clfparse has started, and the others by now
    _send(parser.stdin, sent, RATE * seconds)
    parser.stdin.close()
    receiver.join()
    return _ended(parser) + _ended(rest), latencies[1:]


def _send(pipe: IO[bytes], sent: list[float], lines: int) -> None:
    """Write so many lines of this moment, each when it is due; note when."""
    began = time.perf_counter()
    for number in range(lines):
        time.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        line = _LINE.format(when=datetime.now(UTC)).encode()
        sent.append(time.perf_counter())
        pipe.write(line)
        pipe.flush()


def _receive(records: IO[bytes], rest: IO[bytes], sent: list[float], took: list[float]) -> None:
    """Pass records on to the other filters as they come; note how long each took."""
    for record in iter(records.readline, b""):
        took.append(time.perf_counter() - sent[len(took)])
        rest.write(record)
        rest.flush()
    rest.close()


def _ended(process: subprocess.Popen[bytes]) -> float:
    """Wait for a process; return the CPU seconds that it took, and those that it waited for."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime
