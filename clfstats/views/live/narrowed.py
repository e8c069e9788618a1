"""What a user has narrowed the screen to: records with certain values, counted by themselves."""

from operator import attrgetter

from clfparse.counting.keys import Key, key
from clfparse.events.hit import Hit, attribute
from clfparse.values.times import Instant
from clfstats.counting.accumulator import Accumulator
from clfstats.views.live.rates import Rates
from clfstats.views.live.recent import RecentRecords

Condition = tuple[str, Key]  # a field, and its value


class Narrowed:
    """Counts the records that meet all conditions: of those that are held, and all from then on.

    since: the time of the first record looked at; whole: whether none came before it. between: of
    those that are held, only records of these seconds, [start, end).
    """

    def __init__(
        self,
        conditions: list[Condition],
        by: tuple[str, ...],
        recent: RecentRecords,
        between: tuple[int, int] | None = None,
    ) -> None:
        self.conditions = conditions
        self.between = between
        self.traffic = Accumulator(by)
        self.rates = Rates()
        self.since = recent.since
        self.whole = not recent.dropped
        self.number = 0  # of records looked at
        self._tests = [(attrgetter(attribute(field)), value) for field, value in conditions]
        matching: list[Hit] = []
        for run in recent:
            if between and not between[0] <= run.time.second < between[1]:
                continue
            matching += self._take(run.time, run.hits)
        if matching:
            self.traffic.add(matching)

    def add(self, time: Instant, hits: list[Hit]) -> None:
        """Look at records of one time, and count those that match."""
        if self.since is None:
            self.since = time
        if matching := self._take(time, hits):
            self.traffic.add(matching)

    def _take(self, time: Instant, hits: list[Hit]) -> list[Hit]:
        self.number += len(hits)
        for get, value in self._tests:
            hits = [hit for hit in hits if key(get(hit)) == value]
        if hits:
            self.rates.add(time.second, len(hits))
        return hits
