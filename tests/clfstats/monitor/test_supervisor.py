"""Which of several ends was the cause of the others. How they are brought about: test_clfmon."""

from collections.abc import Sequence
from itertools import permutations
from signal import SIGINT, SIGKILL, SIGPIPE, SIGTERM

import pytest

from clfstats.monitor.members import Keeper, Member
from clfstats.monitor.supervisor import Supervisor

NAMES = ("tail", "clfparse", "clfalert", "clfstats")


class Quiet(Keeper):
    """A keeper without a process."""

    def __init__(self) -> None:
        self.pid = 0

    def release(self) -> None:
        """Do nothing."""


# In the order in which they are seen to end: statuses of `wait`, a signal or 256 * status.
CASES: dict[str, tuple[Sequence[tuple[int, int]], str | None, int]] = {
    "tail is killed": ([(0, SIGKILL), (1, 0), (2, 0), (3, 0)], "tail was ended by SIGKILL", 1),
    "its reader is seen first": (
        [(1, SIGPIPE), (0, SIGPIPE), (2, SIGKILL), (3, 0)],
        "clfalert was ended by SIGKILL",
        1,
    ),
    "a log of which nothing was read": (
        [(1, 256), (0, SIGKILL), (2, 0), (3, 0)],
        "tail was ended by SIGKILL",
        1,
    ),
    "a failure, before the parser's": (
        [(2, 512), (1, 256), (0, 0), (3, 0)],
        "clfalert ended with status 2",
        1,
    ),
    "a full disk": (
        [(3, 256), (2, SIGPIPE), (1, SIGPIPE), (0, 0)],
        "clfstats ended with status 1",
        1,
    ),
    "a signal of no name": (
        [(0, 0), (2, 40), (1, 0), (3, 0)],
        "clfalert was ended by signal 40",
        1,
    ),
    "tail alone": ([(0, 0), (1, 0), (2, 0), (3, 0)], "tail ended with status 0", 1),
    "that, seen after its reader": (
        [(1, 0), (0, 0), (2, 0), (3, 0)],
        "tail ended with status 0",
        1,
    ),
    "the reader has gone": ([(3, SIGPIPE), (2, SIGPIPE), (1, 0), (0, 0)], None, 141),
    "that, and a log came late": ([(3, SIGPIPE), (0, 256), (2, SIGPIPE), (1, 0)], None, 141),
    "tail cannot begin": ([(0, 256), (1, 0), (2, 0), (3, 0)], "tail ended with status 1", 1),
    "the last, whose input ended by a kill, is seen before that": (
        [(3, 0), (2, SIGKILL), (1, SIGPIPE), (0, SIGPIPE)],
        "clfalert was ended by SIGKILL",
        1,
    ),
    "its user has left the screen": ([(3, 0), (2, SIGPIPE), (1, 0), (0, 0)], None, 0),
    "that, where no line was a record": ([(3, 0), (0, 0), (1, 256), (2, 0)], None, 0),
    "that, where SIGPIPE is ignored": ([(3, 141 << 8), (2, 0), (1, 0), (0, 0)], None, 141),
}


def supervised(ends: Sequence[tuple[int, int]], *, first: int = 0, later: int = 0) -> Supervisor:
    """Return a supervisor that has seen the members end, and a signal before or after that."""
    members = [Member(name, pid, name == "tail") for pid, name in enumerate(NAMES, 1)]
    supervisor = Supervisor(members, Quiet(), ends=True)
    if first:
        supervisor._take(first)
    for at, status in ends:
        supervisor._note({at + 1: status})
    if later:
        supervisor._take(later)
    return supervisor


@pytest.mark.parametrize(("ends", "message", "status"), CASES.values(), ids=CASES)
def test_the_cause(ends: Sequence[tuple[int, int]], message: str | None, status: int) -> None:
    supervisor = supervised(ends)
    failure = supervisor.failure()
    assert (failure and failure.ended(), supervisor.status()) == (message, status)


@pytest.mark.parametrize(
    ("statuses", "message", "status"),
    [
        ([SIGKILL, 0, 0, 0], "tail was ended by SIGKILL", 1),
        ([256, 0, 0, 0], "tail ended with status 1", 1),
        ([SIGPIPE, 256, 0, 0], "clfparse ended with status 1", 1),
        ([SIGPIPE, SIGPIPE, SIGPIPE, 0], None, 0),
        ([0, 0, SIGPIPE, SIGPIPE], None, 141),
    ],
)
def test_the_cause_of_ends_that_are_seen_at_once(
    statuses: list[int], message: str | None, status: int
) -> None:
    """The kernel gives the children that have ended in no order."""
    for pids in permutations(range(1, 5)):
        supervisor = supervised([])
        supervisor._note({pid: statuses[pid - 1] for pid in pids})
        failure = supervisor.failure()
        assert (failure and failure.ended(), supervisor.status()) == (message, status)


def test_after_a_signal_all_ends_are_its_own() -> None:
    """Whether the filters have it too, or the log held nothing that could be read."""
    for status in (0, 143 << 8, SIGTERM):
        ends = [(0, 0), (1, status or 256), (2, status), (3, status)]
        supervisor = supervised(ends, first=SIGTERM)
        assert (supervisor.failure(), supervisor.status()) == (None, 143)


def test_what_cannot_be_written_at_the_end_is_a_failure() -> None:
    for status in (256, SIGKILL):  # a full disk; nobody has read, until the time was up
        supervisor = supervised([(0, 0), (1, 0), (2, 0), (3, status)], first=SIGINT)
        assert supervisor.status() == 1


def test_a_signal_to_all_may_be_seen_late() -> None:
    """A filter that is just starting ends by it at once, before it comes here."""
    supervisor = supervised([(1, SIGTERM), (0, 0), (2, 0), (3, 0)], later=SIGTERM)
    assert (supervisor.failure(), supervisor.status()) == (None, 143)
    supervisor = supervised([(1, SIGKILL), (0, 0), (2, 0), (3, 0)], later=SIGTERM)
    assert supervisor.status() == 1
