"""Sees to it that all processes end together, whichever ends first, and with all that they hold."""

import os
import signal
import time

from clfstats.monitor.arrivals import ENDS, Arrivals, stop
from clfstats.monitor.members import Keeper, Member
from clfstats.monitor.steps import HASTY, ORDERLY, UNTOLD, Step

# Seconds. Signals that come closer are one: of a closed terminal the kernel and a shell send a
# hangup each, timeout(1) sends SIGTERM to its child and to all.
_AGAIN = 0.5
_SCREEN = 0.5  # seconds for the last member to leave its screen before this process stops
_POLL = 0.01  # seconds


class Supervisor:
    """Waits for the end of the members, and hastens it once a signal has come or one has ended.

    members: in the order of the pipeline. ends: whether the first one ends with the keeper.
    signal: the first that came, or 0.
    """

    def __init__(self, members: list[Member], keeper: Keeper, *, ends: bool) -> None:
        self.signal = 0
        self._members = members
        self._keeper = keeper
        self._ends = ends
        self._steps: list[Step] | None = None  # None while nobody is to end
        self._order: list[Member] = []  # in which they have ended
        self._by_signal = False  # it was that which has begun the end
        self._began = 0.0  # monotonic
        self._signalled = 0.0  # monotonic

    def run(self, arrivals: Arrivals) -> None:
        """Wait until all have ended."""
        while any(member.status is None for member in self._members):
            for number in arrivals.wait(self._patience()):
                if number == signal.SIGTSTP:
                    self._stop()
                elif number in ENDS:
                    self._take(number)
            self._reap()
            self._act()
        self._keeper.release()

    def _take(self, number: int) -> None:
        """Take a signal: by the first all end in order, by a second at once."""
        now = time.monotonic()
        if not self.signal:
            self.signal, self._signalled = number, now
            self._by_signal = self._steps is None
            self.end()
        elif now - self._signalled > _AGAIN:
            self._began, self._steps = now, [*HASTY]

    def end(self) -> None:
        """Let the first end; the others have the end of their input then."""
        if self._steps is None:
            self._keeper.release()
            self._began = time.monotonic()
            self._steps = [*ORDERLY] if self._ends else [UNTOLD, *ORDERLY]

    def _patience(self) -> float | None:
        if not self._steps:
            return None
        return max(0.0, self._began + self._steps[0].after - time.monotonic())

    def _act(self) -> None:
        while self._steps and self._patience() == 0:
            step = self._steps.pop(0)
            for member in step.chosen(self._members):
                member.send(step.number)

    def _reap(self) -> None:
        """Take note of who has ended; others' orphans too, where this is process 1."""
        ended = {}
        while pair := _waited(-1, os.WNOHANG):
            ended[pair[0]] = pair[1]
        self._note(ended)

    def _note(self, statuses: dict[int, int]) -> None:
        """Take note of the processes of these numbers.

        Of those that are found at once the cause comes first: a member before those that had the
        end of their input by it, and last who met a pipe that nobody reads any more.
        """
        ended = []
        for member in self._members:
            status = statuses.get(member.pid)
            if member.status is None and status is not None and not os.WIFSTOPPED(status):
                member.status = os.waitstatus_to_exitcode(status)
                ended.append(member)
        ended.sort(key=lambda member: member.status in _UNREAD)
        if ended:
            self._order += ended
            self.end()

    def _stop(self) -> None:
        """Stop, once the last has left its screen: the shell writes its prompt after that."""
        last = self._members[-1]
        until = time.monotonic() + _SCREEN
        while last.status is None and time.monotonic() < until:
            if pair := _waited(last.pid, os.WNOHANG | os.WUNTRACED):
                self._note(dict([pair]))
                break
            time.sleep(_POLL)
        stop()

    def status(self) -> int:
        """Return the exit status, when all have ended: 1 after a failure, else the signal's.

        Of a reader that has gone it is SIGPIPE's, as of a filter; 0 where its user left the screen.
        """
        if self._left():
            return 0
        return 1 if self.failure() else 128 + (self.signal or signal.SIGPIPE)

    def failure(self) -> Member | None:
        """Return the member whose end was the cause of the others', when all have ended.

        None where that was a signal, which some may have got before this process, or a reader that
        has gone. After a signal it is a failure still if the last could not write all that it held.
        """
        if self._left():
            return None
        if self._by_signal:
            last = self._members[-1]
            return last if last.status in {1, -signal.SIGKILL} else None
        # A tail that ends with its keeper has status 1 if a log was not there from the start.
        late = [m for m in self._order[1:] if m.source and m.status == 1]
        ends = [m for m in self._order if _failed(m) and m not in late]
        ends.sort(key=lambda member: (member.status or 0) > 0)  # a kill is nobody's result
        if ends:
            return None if _by(ends[0], self.signal) else ends[0]
        if _by(self._members[-1], signal.SIGPIPE):
            return None
        # Only a source ends with 0 of its own. It may be seen to end after its reader.
        return next((member for member in self._order if member.source), self._order[0])

    def _left(self) -> bool:
        """Tell whether all have ended because the last has, by its user: it had input still.

        It had not if another was killed: the kernel closes a process's pipes before it lets the end
        be seen, so the last may even be seen to end first.
        """
        *others, last = self._members
        killed = any(_failed(member) and (member.status or 0) < 0 for member in others)
        first = self._order[:1] == [last] and last.status == 0
        return first and not (self._by_signal or killed)


_UNREAD = {-signal.SIGPIPE, 128 + signal.SIGPIPE}
# What comes of another's end: the end of the input, or a reader that has gone.
_RESULTS = {0, *_UNREAD}


def _failed(member: Member) -> bool:
    """Tell whether a member's end was neither asked for nor came of another's."""
    return not (member.asked or member.status in _RESULTS)


def _by(member: Member, number: int) -> bool:
    """Tell whether a member has ended by a signal, at once or in order."""
    return bool(number) and member.status in {-number, 128 + number}


def _waited(pid: int, options: int) -> tuple[int, int] | None:
    """Return a child that has changed, and how; None if none has."""
    try:
        child, status = os.waitpid(pid, options)
    except ChildProcessError:
        return None
    return (child, status) if child else None
