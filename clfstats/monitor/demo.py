"""The demonstration: made-up traffic, and what suits it."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

from clfstats.monitor.commands import Settings

NOTE = "made-up traffic, 8 requests/s and 60/s at its peaks; Ctrl-C ends it"
_SUITABLE: dict[str, Any] = {
    "threshold": Fraction(20),
    "window": 2,
    "alert_window": 8,
    "delay": timedelta(seconds=1),
}
# What is of logs alone; and no made-up alert belongs into a file of real ones.
_REFUSED = {
    "logs": "a LOG",
    "lines": "--lines",
    "forms": "--format",
    "client": "--client",
    "zone": "--zone",
    "history": "--history",
}


def suited(settings: Settings, given: set[str]) -> Settings:
    """Return the settings for made-up traffic. given: the fields that the user has set.

    Raises ValueError for those that would be ignored.
    """
    for name, shown in _REFUSED.items():
        if name in given:
            raise ValueError(f"{shown} does not go with --demo, which makes up its own traffic")
    chosen = {name: value for name, value in _SUITABLE.items() if name not in given}
    return settings._replace(**chosen)
