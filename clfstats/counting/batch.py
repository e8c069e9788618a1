"""Records of one window, column by column."""

from functools import cached_property
from itertools import compress, count
from operator import attrgetter
from typing import TypeGuard

from msgspec import UNSET, UnsetType

from clfparse.reader import Hit, attribute
from clfstats.counting import ddsketch
from clfstats.counting.keys import Key, keys


class Batch:
    """Records to be counted; each column is made when a figure first asks for it."""

    def __init__(self, hits: list[Hit]) -> None:
        self.hits = hits

    @cached_property
    def status(self) -> list[int | UnsetType | None]:
        """The status of each."""
        return [hit.status for hit in self.hits]

    @cached_property
    def sizes(self) -> list[int]:
        """The bytes of each; 0 where it is not known."""
        return [hit.bytes or 0 for hit in self.hits]

    @cached_property
    def errors(self) -> list[int]:
        """The places of those that were answered with a 5xx status."""
        codes = {code for code in set(self.status) if code and 500 <= code < 600}
        return list(compress(count(), map(codes.__contains__, self.status))) if codes else []

    @cached_property
    def durations(self) -> list[float]:
        """The durations in seconds of those that have one."""
        durations = [hit.duration for hit in self.hits]
        if durations.count(UNSET) == len(durations):
            return []
        return [ddsketch.bounded(seconds) for seconds in durations if _is_known(seconds)]

    @cached_property
    def buckets(self) -> list[int | None]:
        """The bucket of each one's duration, None for none; empty where no record has one."""
        if not self.durations:
            return []
        buckets = iter(map(ddsketch.bucket, self.durations))
        return [next(buckets) if _is_known(hit.duration) else None for hit in self.hits]

    def values(self, field: str) -> list[object]:
        """Return the values of a field as they are; UNSET where a record does not have it."""
        return list(map(attrgetter(attribute(field)), self.hits))

    def keys(self, field: str) -> list[Key]:
        """Return the values of a field as keys."""
        return keys(self.values(field))


def _is_known(seconds: float | UnsetType | None) -> TypeGuard[float]:
    return seconds is not None and seconds is not UNSET
