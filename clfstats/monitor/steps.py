"""What is done to bring the end about, where it does not come by itself: signals, and when.

Sources end with their keeper, and each filter with its input: none of this is needed then.
"""

import signal
from typing import NamedTuple


class Step(NamedTuple):
    """A signal to some of the members, so many seconds after the end has begun."""

    after: float
    members: slice
    number: int


_SOURCES, _PARSER = slice(0, -3), slice(-3, -2)
_READERS, _LAST = slice(-2, None), slice(-1, None)  # of records
_ALL, _ALL_BUT_LAST = slice(None), slice(0, -1)

# A tail that knows no --pid is ended when it has had the time for a look at its logs: Busybox's
# looks once a second.
UNTOLD = Step(1.2, _SOURCES, signal.SIGKILL)
# The parser is late only where more lines are on their way than it reads in a second: it goes on
# for another one then, and stops at the end of a line. The others are late where nobody takes what
# they write. All are more than a second, after which a filter that was sent SIGTERM from elsewhere
# reads no more: a second one would end it at once.
ORDERLY = (
    Step(1.25, _PARSER, signal.SIGTERM),
    Step(2.25, _READERS, signal.SIGTERM),
    Step(4.5, _ALL, signal.SIGKILL),
)
# By a second signal: what is before the last, which then has the end of its input, and has to leave
# its screen. A second SIGTERM makes it drop its input.
HASTY = (
    Step(0.0, _ALL_BUT_LAST, signal.SIGKILL),
    Step(1.0, _LAST, signal.SIGTERM),
    Step(1.25, _LAST, signal.SIGTERM),
    Step(1.75, _LAST, signal.SIGKILL),
)
