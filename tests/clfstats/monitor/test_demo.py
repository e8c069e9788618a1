"""The demonstration: what suits it, unless the user has set it; and what it would ignore."""

from datetime import timedelta
from fractions import Fraction

import pytest
from monitors import SETTINGS

from clfstats.monitor.demo import suited

REFUSED = {"logs", "lines", "forms", "client", "zone", "history"}
HONOURED = {"threshold", "recover", "alert_window", "label", "window", "by", "top", "delay"}
HONOURED |= {"live", "plain", "alerts", "demo"}


def test_every_setting_is_honoured_or_refused() -> None:
    assert set(SETTINGS._fields) == REFUSED | HONOURED
    assert set() == REFUSED & HONOURED


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_it_would_ignore_is_refused(name: str) -> None:
    """The message names what it was set by, which may be a variable."""
    with pytest.raises(ValueError, match=r"^CLFMON_X does not go with --demo"):
        suited(SETTINGS, {"demo": "--demo", name: "CLFMON_X"})


@pytest.mark.parametrize("name", sorted(HONOURED))
def test_what_the_user_has_set_stays(name: str) -> None:
    assert getattr(suited(SETTINGS, {name: name}), name) == getattr(SETTINGS, name)


def test_the_rest_suits_the_traffic() -> None:
    """A peak of 60 requests/s for 10 s: an alert within 20 s of the start, then its recovery."""
    settings = suited(SETTINGS, {"made_up": "--demo"})
    assert (settings.threshold, settings.window, settings.alert_window) == (Fraction(20), 2, 8)
    assert settings.delay == timedelta(seconds=1)
