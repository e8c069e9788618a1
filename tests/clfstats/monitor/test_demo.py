"""The demonstration: what suits it, unless the user has set it; and what it would ignore."""

from datetime import timedelta
from fractions import Fraction

import pytest
from monitors import SETTINGS

from clfstats.monitor.demo import suited

REFUSED = {
    "logs": "a LOG",
    "lines": "--lines",
    "forms": "--format",
    "client": "--client",
    "zone": "--zone",
    "history": "--history",
}
HONOURED = {"threshold", "recover", "alert_window", "window", "by", "top", "delay", "live", "demo"}


def test_every_setting_is_honoured_or_refused() -> None:
    assert REFUSED.keys() | HONOURED == set(SETTINGS._fields)
    assert REFUSED.keys() & HONOURED == set()


@pytest.mark.parametrize(("name", "shown"), REFUSED.items())
def test_what_it_would_ignore_is_refused(name: str, shown: str) -> None:
    with pytest.raises(ValueError, match=f"^{shown} does not go with --demo"):
        suited(SETTINGS, {"demo", name})


@pytest.mark.parametrize("name", sorted(HONOURED))
def test_what_the_user_has_set_stays(name: str) -> None:
    assert getattr(suited(SETTINGS, {name}), name) == getattr(SETTINGS, name)


def test_the_rest_suits_the_traffic() -> None:
    """A peak of 60 requests/s for 10 s: an alert within 20 s of the start, then its recovery."""
    settings = suited(SETTINGS, {"made_up"})
    assert (settings.threshold, settings.window, settings.alert_window) == (Fraction(20), 2, 8)
    assert settings.delay == timedelta(seconds=1)
