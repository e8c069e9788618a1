"""The demonstration: made-up traffic, and what suits it."""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from clfstats.monitor.commands import Settings

NOTE = "made-up traffic, 8 requests/s and 60/s at its peaks; q ends it"
_SUITABLE: dict[str, Any] = {
    "threshold": Fraction(20),
    "window": 2,
    "alert_window": 8,
    "delay": timedelta(seconds=1),
}
# What is of logs alone; and no made-up alert belongs into a file of real ones.
_REFUSED = ("logs", "lines", "forms", "client", "zone", "history")


def suited(settings: Settings, given: Mapping[str, str]) -> Settings:
    """Return the settings for made-up traffic.

    given: the fields that the user has set, each with what it was set by, as messages have it.

    Raises ValueError for those that would be ignored.
    """
    for name in _REFUSED:
        if name in given:
            raise ValueError(
                f"{given[name]} does not go with --demo, which makes up its own traffic"
            )
    chosen = {name: value for name, value in _SUITABLE.items() if name not in given}
    return settings._replace(**chosen)
