"""Records of one window, column by column."""

from operator import attrgetter
from typing import TypeGuard

from msgspec import UNSET, UnsetType

from clfparse.counting import ddsketch
from clfparse.counting.keys import Key, keys
from clfparse.events.hit import Hit, attribute


class Batch:
    """Records to be counted. Each column is as long as hits, or empty where nothing is in it.

    status: None or UNSET for none. sizes: bytes, 0 where they are not known. errors: whether the
    answer was a 5xx status. buckets: of durations (see `ddsketch`), None for none.
    durations: seconds, of those records that have one.
    """

    def __init__(self, hits: list[Hit]) -> None:
        self.hits = hits
        self.status = [hit.status for hit in hits]
        self.sizes = [hit.bytes or 0 for hit in hits]
        codes = {code for code in set(self.status) if code and 500 <= code < 600}
        self.errors = list(map(codes.__contains__, self.status)) if codes else []
        self.durations: list[float] = []
        self.buckets: list[int | None] = []
        durations = [hit.duration for hit in hits]
        if durations.count(UNSET) < len(hits):
            self.durations = [ddsketch.bounded(each) for each in durations if _is_known(each)]
        if self.durations:
            buckets = iter(map(ddsketch.bucket, self.durations))
            self.buckets = [next(buckets) if _is_known(each) else None for each in durations]

    def values(self, field: str) -> list[object]:
        """Return the values of a field as they are; UNSET where a record does not have it."""
        return list(map(attrgetter(attribute(field)), self.hits))

    def keys(self, field: str) -> list[Key]:
        """Return the values of a field as keys."""
        return keys(self.values(field))


def _is_known(seconds: float | UnsetType | None) -> TypeGuard[float]:
    return seconds is not None and seconds is not UNSET
