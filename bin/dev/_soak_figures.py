"""What a load run must show, and what it has shown: arithmetic alone."""

import json
import math
import re
from collections import Counter, deque
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

TIME = re.compile(rb"\[(\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\]")


class Profile(NamedTuple):
    """rate, peak, threshold: lines a second. length, every: of peaks. window: seconds."""

    rate: int
    peak: float
    length: timedelta
    every: timedelta
    window: int
    threshold: float


class Change(NamedTuple):
    """An alert. state: triggered or recovered. second: since the epoch. hits: in the window."""

    state: str
    second: int
    hits: int

    def __str__(self) -> str:
        return f"{self.state} at {datetime.fromtimestamp(self.second, UTC)}, hits = {self.hits:,}"


class Outcome(NamedTuple):
    """lines: written. hits: of clfstats. records: seen by the probe. refused: by all filters."""

    lines: int
    hits: int
    records: int
    alerts: list[Change]
    expected: list[Change]
    refused: int


def profile(rate: int, length: timedelta) -> Profile:
    """Choose peaks that raise an alert each; the first recovers. From 10 s on that is sure."""
    every = min(length / 2, timedelta(seconds=40))
    window = math.ceil(every / timedelta(seconds=4))
    return Profile(rate, rate * 1.5, every * 0.4, every, window, rate * 1.25)


def brute_force(counts: Counter[int], window: int, threshold: float) -> list[Change]:
    """Evaluate every second anew, over the hits of its whole window. counts: hits by second."""
    changes, high = [], False
    for second in range(min(counts), max(counts) + 1):
        hits = sum(counts[second - back] for back in range(window))
        limit = threshold * window
        if (hits < limit) if high else (hits > limit):
            high = not high
            changes.append(Change("triggered" if high else "recovered", second, hits))
    return changes


def seconds_of(lines: bytes) -> Counter[int]:
    """Count log lines by the second of their times."""
    counts: Counter[int] = Counter()
    for stamp, hits in Counter(TIME.findall(lines)).items():
        time = datetime.strptime(stamp.decode(), "%d/%b/%Y:%H:%M:%S %z")
        counts[int(time.timestamp())] += hits
    return counts


def read_output(output: str) -> tuple[int, list[Change]]:
    """Return the hits of all summaries of clfstats, late panes too, and the alerts between them."""
    hits, alerts = 0, []
    for entry in map(json.loads, output.splitlines()):
        hits += entry["hits"] if entry["type"] == "summary" else 0
        if entry["type"] == "alert":
            second = int(datetime.fromisoformat(entry["time"]).timestamp())
            alerts.append(Change(entry["state"], second, entry["hits"]))
    return hits, alerts


def differences(outcome: Outcome) -> list[str]:
    """List all that is not as it should be."""
    wrong = []
    if outcome.hits != outcome.lines:
        wrong.append(f"clfstats counted {outcome.hits:,} hits of {outcome.lines:,} lines")
    if outcome.records != outcome.lines:
        wrong.append(f"the probe saw {outcome.records:,} records of {outcome.lines:,} lines")
    if outcome.refused:
        wrong.append(f"{outcome.refused:,} lines were refused")
    if outcome.alerts != outcome.expected:
        alerts, expected = Counter(outcome.alerts), Counter(outcome.expected)
        wrong += [f"by brute force alone: {change}" for change in expected - alerts]
        wrong += [f"by clfalert alone: {change}" for change in alerts - expected]
        wrong += ["alerts are out of order"] if alerts == expected else []
    return wrong


class Latency:
    """How long lines take, in tenths of a millisecond: a number of lines for each, and no more.

    The server writes lines, the probe sees them arrive, in the same order; each in its own thread.
    """

    def __init__(self) -> None:
        self.tenths: Counter[int] = Counter()
        self.written = self.seen = 0
        self._blocks: deque[tuple[int, float]] = deque()  # lines up to there, and when written

    def write(self, lines: int, at: float) -> None:
        """Take note of a block of lines that is about to be written. at: seconds."""
        self.written += lines
        self._blocks.append((self.written, at))

    def arrive(self, lines: int, at: float) -> None:
        """Take note of the records of the next lines."""
        while lines and self._blocks:
            last, since = self._blocks[0]
            taken = min(lines, last - self.seen)
            self.tenths[round((at - since) * 10_000)] += taken
            self.seen += taken
            lines -= taken
            if self.seen == last:
                self._blocks.popleft()
        self.seen += lines  # of lines never written: what is reported then is the count


def percentile(tenths: Counter[int], share: float) -> float:
    """Return within how many milliseconds a share of the lines came; NaN of none."""
    left = share * tenths.total()
    for latency, lines in sorted(tenths.items()):
        left -= lines
        if left <= 0:
            return latency / 10
    return math.nan
