"""What became of the lines that could not be counted: it travels as data, and adds up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from clfparse.stream.rejects import REPORTED, Origin, Rejects
from clfstats.spark.splits import Split

_PREFIX = 1 << 13  # bytes of a line that a message may need


class Refusal(NamedTuple):
    """A refused line. number: which line of the split, from 1. Their order is that of the logs."""

    split: int
    number: int
    reason: str
    line: bytes


class Refusals(Rejects):
    """Rejects of one split, of which the first are kept as they are, to be reported elsewhere."""

    def __init__(self, split: int) -> None:
        super().__init__("", "")
        self.first: list[Refusal] = []
        self._split = split

    def refuse(self, line: bytes, reason: str, end: bytes = b"\n", *, report: bool = True) -> None:
        """Refuse the last line counted."""
        self.refused += 1
        self.keep(line + end)
        if report and len(self.first) < REPORTED:
            self.first.append(Refusal(self._split, self.lines, reason, line[:_PREFIX]))

    def report(self, message: str) -> None:
        """Keep a message that no line has caused, without a name before it."""
        self.messages.append(message)


@dataclass
class Report:
    """What became of the lines of some splits.

    lines: how many there were, by split. first: the first refusals, in order. notes, failures:
    messages, by split. seen: the fields that a record had, of those that are counted by.
    """

    lines: dict[int, int] = field(default_factory=dict)
    refused: int = 0
    skipped: int = 0
    first: list[Refusal] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    failures: list[tuple[int, str]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def expect(self, splits: Sequence[Split]) -> None:
        """Take it as a failure if there is a split that nobody has read."""
        for split in splits:
            if split.number not in self.lines:
                self.failures.append((split.number, f"{split.name}: nothing of it has come back"))

    def merge(self, other: "Report") -> None:
        """Take what the other one, of other splits, says: in any order the same."""
        self.lines.update(other.lines)
        self.refused += other.refused
        self.skipped += other.skipped
        self.first = sorted(self.first + other.first)[:REPORTED]
        self.notes = sorted({*self.notes, *other.notes})
        self.failures = sorted(self.failures + other.failures)
        self.seen |= other.seen


def pass_on(
    report: Report,
    splits: Sequence[Split],
    by: Sequence[str],
    rejects: Rejects,
    hint: Callable[[list[bytes]], str],
) -> None:
    """Put what a report says into the messages of rejects, as one run over all logs has them."""
    for _, message in (*report.failures[:REPORTED], *report.notes):
        rejects.note(message)
    if len(report.failures) > REPORTED:
        rejects.report(f"{len(report.failures):,} failures, of which the first are reported")
    rejects.lines = sum(report.lines.values()) - len(report.first)
    rejects.skipped = report.skipped
    for refusal in report.first:
        rejects.enter(_origin(refusal, splits, report))
        rejects.lines += 1
        rejects.refuse(refusal.line, refusal.reason)
    rejects.refused_bytes.clear()  # those of all lines came by themselves
    rejects.refused = report.refused
    if rejects.none_read and report.refused > REPORTED:
        rejects.report(f"none of the lines could be read; {hint([r.line for r in report.first])}")
    elif rejects.lines > rejects.skipped + rejects.refused:
        for missing in sorted(set(by) - report.seen):
            rejects.report(f"no record has a field {missing!r}")
    rejects.finish()


def _origin(refusal: Refusal, splits: Sequence[Split], report: Report) -> Origin:
    """Return the log of a refused line, and the number of lines in it before that line."""
    split = splits[refusal.split]
    before = [each for each in splits[: split.number] if each.log == split.log]
    failed = {number for number, _ in report.failures}
    if any(each.number in failed for each in before):
        return Origin(f"{split.name}: from byte {split.begin}", refusal.number - 1)
    lines = sum(report.lines.get(each.number, 0) for each in before)
    return Origin(split.name, lines + refusal.number - 1)
