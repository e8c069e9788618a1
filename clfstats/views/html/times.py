"""Times as text in the log's own offset, and those that stand under a chart."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from clfparse.values.times import Instant
from clfstats.counting.grid import DAY, HOUR
from clfstats.views.html.offsets import Offsets

_MOST = 10  # ticks
_FEW = 5  # that have room on a telephone
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800)
_HOURS = (1, 2, 3, 6, 12, 24, 48, 7 * 24)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 6_000, 12_000)
_MONTH = 30 * DAY
_WEEK, _MONDAY = 7 * DAY, 4 * DAY  # the first Monday after the epoch
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class TimeTick(NamedTuple):
    """A time under a chart. minor: it may go where there is little room."""

    second: int
    label: str
    minor: bool = False


def local_time(second: int, offset: int, *, zone: bool = False) -> str:
    """Return ``2019-02-07 21:11:00``, with ``+00:00`` where the zone is wanted."""
    written = str(Instant(second, offset)).replace("T", " ")
    return f"{written[:19]} {written[19:]}" if zone else written[:19]


def period(start: int, end: int, offsets: Offsets) -> str:
    """Return ``2019-02-07 21:11:00 – 21:11:10 +00:00``, with the end's date if it is another."""
    first, last = (local_time(second, offsets.at(second), zone=True) for second in (start, end))
    first = first.removesuffix(last[19:])
    return f"{first} – {last[11:] if first[:10] == last[:10] else last}"


def brief(second: int, offset: int, *, zone: bool = False) -> str:
    """Return a time without what is zero at its end: ``2019-02-07 21:11``, ``2019-02-07``."""
    written = local_time(second, offset, zone=zone)
    shown = written[:19].removesuffix(":00").removesuffix(" 00:00")
    return shown + written[19:]


def length(seconds: int) -> str:
    """Return how long a time is, in the two largest units: ``3 min 57 s``, ``1 d 2 h``."""
    parts, rest = [], seconds
    for name, size in (("d", DAY), ("h", HOUR), ("min", 60), ("s", 1)):
        if number := rest // size:
            parts.append(f"{number:,} {name}")
        elif parts:
            break
        rest %= size
    return " ".join(parts[:2]) or "0 s"


def ticks(start: int, end: int, offsets: Offsets) -> list[TimeTick]:
    """Return round times from start to end, in the log's offset, few enough to stand in a row."""
    steps = [*_STEPS, *(hours * HOUR for hours in _HOURS)]
    step = next((step for step in steps if (end - start) <= step * _MOST), None)
    made = _even(start, end, step, offsets) if step else _months(start, end, offsets)
    shown = list(made)
    days = [tick for tick in shown if ":" not in tick.label]
    if len(shown) <= _FEW:
        return shown
    if 1 < len(days) <= _FEW:  # rather those than hours of an unknown day
        return [tick._replace(minor=tick not in days) for tick in shown]
    return [tick._replace(minor=at % 2 == 1) for at, tick in enumerate(shown)]


def _even(start: int, end: int, step: int, offsets: Offsets) -> Iterator[TimeTick]:
    shift = _MONDAY if step == _WEEK else 0

    def over(second: int) -> int:
        return (second + offsets.at(second) - shift) % step

    second = start + -(start + offsets.at(start) - shift) % step
    while second < end:
        yield TimeTick(second, _label(_local(second, offsets), step))
        second += step
        if rest := over(second):  # the offset has changed
            second += -rest if rest <= step // 2 else step - rest


def _months(start: int, end: int, offsets: Offsets) -> Iterator[TimeTick]:
    """Yield the firsts of months; those of years are named by the year."""
    step = next((n for n in _MONTHS if end - start <= n * _MONTH * _MOST), _MONTHS[-1])
    local = _local(start, offsets)
    month = local.year * 12 + local.month - 1
    for number in range(month - month % step + step, 12 * 9_999, step):
        first = datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
        second = (first - _EPOCH) // timedelta(seconds=1)
        second -= offsets.at(second)
        if second >= end:
            break
        name = _NAMES[first.month - 1] if first.month > 1 else str(first.year)
        yield TimeTick(second, name)


def _label(local: datetime, step: int) -> str:
    if step >= DAY or not (local.hour or local.minute or local.second):
        return f"{local.day} {_NAMES[local.month - 1]}"
    return f"{local:%H:%M:%S}" if step < 60 else f"{local:%H:%M}"


def _local(second: int, offsets: Offsets) -> datetime:
    return _EPOCH + timedelta(seconds=second + offsets.at(second))
