"""The zone of times that are written without one: UTC, or what --zone names."""

from datetime import UTC, datetime, timedelta, tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUARTER = 900  # seconds: offsets from UTC are whole quarters of an hour
_SLACK = 10  # seconds by which a line may be late
_NEAREST, _FARTHEST = 3600, 14 * 3600  # seconds: the offsets that there are
_STEADY = 5  # seconds for which a live log is that far off, and a replay is not


class Zone:
    """Finds the offset of local times, which come in the order of a log, more or less.

    used: whether there were any. last: epoch second of the newest.
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self.zone = zone
        self.used = False
        self.last: int | None = None
        self._since: tuple[float, int] | None = None  # wall clock, quarters that the log is off

    def resolve(self, local: datetime) -> datetime:
        """Return the time with its offset.

        In autumn an hour comes twice: of the two the nearer to the time before is taken.
        """
        self.used = True
        made = local.replace(tzinfo=self.zone or UTC)
        if self.zone and (again := made.replace(fold=1)).utcoffset() != made.utcoffset():
            made = min(made, again, key=lambda time: abs(_second(time) - (self.last or 0)))
        self.last = _second(made)
        return made

    def hours_off(self, wall: float) -> float | None:
        """Tell how far a live log is off, if that looks like its zone. wall: epoch seconds.

        It does where its newest time keeps 1 to 14 hours from the wall clock, by whole quarters.
        """
        if not self.used or self.zone or self.last is None:
            return None
        off = wall - self.last
        quarters = round(off / _QUARTER)
        near = abs(off - quarters * _QUARTER) <= _SLACK
        if not near or not _NEAREST <= abs(quarters) * _QUARTER <= _FARTHEST:
            self._since = None
        elif not self._since or self._since[1] != quarters:
            self._since = wall, quarters
        elif wall - self._since[0] >= _STEADY:
            return quarters / 4
        return None


def _second(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(seconds=1)


LOCAL = Zone()  # of this run: `use` sets its zone, before any line is read


def use(name: str) -> None:
    """Take times without a zone as of this one. Raises ValueError if it is not known."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # few runs need it

    try:
        LOCAL.zone = ZoneInfo(name)
    except ZoneInfoNotFoundError as error:
        try:
            ZoneInfo("Europe/Berlin")
        except ZoneInfoNotFoundError:
            raise ValueError("this machine knows no zones: install tzdata") from error
        raise ValueError(f"{name!r} is no time zone such as Europe/Berlin") from error
    except (OSError, ValueError) as error:  # a path, a directory
        raise ValueError(f"{name!r} is no time zone such as Europe/Berlin") from error
