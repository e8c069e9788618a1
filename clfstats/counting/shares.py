"""The counts of a window in halves that add up, each of them counts of some of its hits.

Which hit is in which half says nothing: only their sum does.
"""

from typing import Any

from clfparse.counting.table import TableFields, trimmed
from clfstats.part import DurationsFields, Shares


def halves(whole: Shares) -> tuple[Shares, Shares]:
    """Return halves of at least one hit each, of at least two."""
    hits = whole["hits"]
    half = hits // 2
    seconds = _divide(whole["seconds"], half)
    status = _divide(list(map(list, whole["status"].items())), half)
    methods = _tables(whole["methods"], half)
    hosts = whole["hosts"]
    middle = len(hosts) // 2
    names = (hosts[:middle], hosts[middle:]) if isinstance(hosts, list) else (hosts, [])
    by = {field: _tables(table, half) for field, table in whole["by"].items()}
    durations = _durations(whole["duration"], half) if "duration" in whole else (None, None)
    made: list[Shares] = []
    for at, (number, size) in enumerate(((half, whole["bytes"]), (hits - half, 0))):
        codes = dict(status[at])
        shares: Shares = {
            "seconds": seconds[at],
            "hits": number,
            "bytes": size,
            "errors": sum(n for code, n in codes.items() if len(code) == 3 and code[0] == "5"),
            "status": codes,
            "methods": methods[at],
            "hosts": names[at],
            "by": {field: tables[at] for field, tables in by.items()},
        }
        if timings := durations[at]:
            shares["duration"] = timings
        if "missing" in whole:
            shares["missing"] = whole["missing"]
        made.append(shares)
    return made[0], made[1]


def _tables(table: TableFields, half: int) -> tuple[TableFields, TableFields]:
    front, back = _divide(table["rows"], half)
    first: TableFields = {**table, "rows": front}
    last: TableFields = {**table, "rows": back}
    if "missed" in last:  # it would count twice
        last["missed"] = 0
    return first, last


def _durations(
    whole: DurationsFields, half: int
) -> tuple[DurationsFields | None, DurationsFields | None]:
    front, back = _divide(list(map(list, whole["buckets"].items())), half)
    first: DurationsFields = {**whole, "buckets": dict(front)}
    last: DurationsFields = {**whole, "nanoseconds": 0, "buckets": dict(back)}
    return first, last if back else None


def _divide(rows: list[list[Any]], half: int) -> tuple[list[list[Any]], list[list[Any]]]:
    """Divide rows after so many hits; of the row that has that hit in its midst make two."""
    front, back, left = [], [], half
    for row in rows:
        if row[1] <= left:
            front.append(row)
        elif left > 0:
            first, last = _row(row, left)
            front.append(first)
            back.append(last)
        else:
            back.append(row)
        left -= row[1]
    return front, back


def _row(row: list[Any], hits: int) -> tuple[list[Any], list[Any]]:
    value, number, size, errors, buckets, missed = row + [0, 0, {}, 0][len(row) - 2 :]
    front, back = _divide(list(map(list, buckets.items())), hits)
    failed = min(errors, hits)
    return (
        trimmed([value, hits, size, failed, dict(front), missed]),
        trimmed([value, number - hits, 0, errors - failed, dict(back), 0]),
    )
