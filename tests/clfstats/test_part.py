"""The part as it is written: its window in UTC, so that sorted lines are in the order of time."""

from clfparse.events.part import BEGINNING
from clfparse.values.times import Instant
from clfstats.part import Shares, part
from clfstats.views.jsonl import to_json

SHARES: Shares = {
    "seconds": [[Instant(0, 3_600), 1], [Instant(7, -5_400), 2], [Instant(9, 3_600), 3]],
    "hits": 6,
    "bytes": 0,
    "errors": 0,
    "status": {"-": 6},
    "methods": {"rows": [[None, 6]]},
    "hosts": [],
    "by": {},
}


def test_the_window_comes_first() -> None:
    """Its start has a fixed width in any year, and each line begins the same way."""
    line = to_json(part(SHARES, 0, 10))
    start = b'"start":"1970-01-01T00:00:00Z","end":"1970-01-01T00:00:10Z",'
    assert line.startswith(BEGINNING + start)
    starts = [
        part(SHARES, second, second + 1)["start"] for second in (-62_000_000_000, -1, 0, 1 << 37)
    ]
    assert starts == sorted(starts)
    assert {len(start) for start in starts} == {20}


def test_seconds_are_by_offset() -> None:
    written = part(SHARES, 0, 10)
    assert written["seconds"] == {"+01:00": [[0, 1], [9, 3]], "-01:30": [[7, 2]]}
    assert list(written)[3] == "seconds"
