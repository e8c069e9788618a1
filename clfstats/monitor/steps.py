"""What is done to bring the end about, where it does not come by itself: signals, and when.

Sources end with their keeper, and each filter with its input: none of this is needed then.
"""

import signal
from collections.abc import Callable
from typing import NamedTuple

from clfstats.monitor.members import Member

_Members = list[Member]


class Step(NamedTuple):
    """A signal to some of the members, so many seconds after the end has begun."""

    after: float
    chosen: Callable[[_Members], _Members]
    number: int


def _sources(members: _Members) -> _Members:
    return [member for member in members if member.source]


def _filters(members: _Members) -> _Members:
    return [member for member in members if not member.source]


def _parser(members: _Members) -> _Members:
    return _filters(members)[:1]


def _readers(members: _Members) -> _Members:
    """Return those that read records: with alerts alone there is no clfstats."""
    return _filters(members)[1:]


def _last(members: _Members) -> _Members:
    return members[-1:]


def _before_last(members: _Members) -> _Members:
    return members[:-1]


# A tail that knows no --pid is ended when it has had the time for a look at its logs: Busybox's
# looks once a second.
UNTOLD = Step(1.2, _sources, signal.SIGKILL)
# The parser is late only where more lines are on their way than it reads in a second: it goes on
# for another one then, and stops at the end of a line. The others are late where nobody takes what
# they write. All are more than a second, after which a filter that was sent SIGTERM from elsewhere
# reads no more: a second one would end it at once.
ORDERLY = (
    Step(1.25, _parser, signal.SIGTERM),
    Step(2.25, _readers, signal.SIGTERM),
    Step(4.5, list, signal.SIGKILL),
)
# By a second signal: what is before the last, which then has the end of its input, and has to leave
# its screen. A second SIGTERM makes it drop its input.
HASTY = (
    Step(0.0, _before_last, signal.SIGKILL),
    Step(1.0, _last, signal.SIGTERM),
    Step(1.25, _last, signal.SIGTERM),
    Step(1.75, _last, signal.SIGKILL),
)
