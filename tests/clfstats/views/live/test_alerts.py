"""Alerts as the screen holds them: whatever their fields are, and wherever they come from."""

import json
from typing import Any

import pytest
from screens import alert
from streams import START

from clfparse.events.alert import Alert
from clfstats.views.live import alerts as module
from clfstats.views.live.alerts import Alerts, Span, read_alert


def made(line: bytes) -> Alert:
    fields = json.loads(line)
    return Alert(line.rstrip(), fields["message"], fields["state"] == "recovered")


def test_all_fields_are_read() -> None:
    top = {"section": [{"value": "/api", "hits": 82}, {"value": "/b", "hits": 3}], "host": []}
    line = alert("High", hits=100, rate=5.0, threshold=4, window=20, label="web", top=top)
    entry = read_alert(made(line))
    assert (entry.message, entry.recovered, entry.label) == ("High", False, "web")
    assert (entry.rate, entry.threshold, entry.window) == (5.0, 4, 20)
    assert entry.time
    assert entry.time.second == START
    assert entry.cause == "/api 82 %"


@pytest.mark.parametrize("value", [None, True, -1, "x", [], {}, [1], {"a": 1}, 1e300, 1 << 64])
def test_fields_of_another_kind_break_nothing(value: Any) -> None:
    names = ("time", "hits", "rate", "threshold", "window", "label", "top")
    for changed in (*names, "unknown"):
        fields = {"type": "alert", "state": "triggered", "hits": 3, "message": "m", changed: value}
        fields["top"] = (
            value if changed == "top" else {"host": [value, {"value": value, "hits": 1}]}
        )
        entry = read_alert(Alert(json.dumps(fields).encode(), "m"))
        assert entry.message == "m"
        for top in ({"host": value}, {"host": [{"value": "a", "hits": value}]}):
            fields = {"type": "alert", "hits": 3, "message": "m", "top": top}
            assert "None" not in read_alert(Alert(json.dumps(fields).encode(), "m")).cause


def test_spans_are_from_each_trigger_to_its_recovery() -> None:
    alerts = Alerts()
    for second, recovered in ((0, False), (5, True), (10, False), (20, True), (30, False)):
        alerts.add(made(alert("m", START + second, recovered=recovered)))
    spans = [Span(START + 30, None), Span(START + 10, START + 20), Span(START, START + 5)]
    assert list(alerts.spans(START)) == spans
    assert list(alerts.spans(START + 25)) == spans[:1]


def test_an_alert_of_the_history_that_comes_again_is_held_once() -> None:
    alerts = Alerts()
    earlier = [made(alert(f"m{at}", START + at)) for at in range(3)]
    alerts.begin(earlier)
    assert alerts.has_source
    alerts.add(earlier[1])
    alerts.add(made(alert("new")))
    assert [entry.message for entry in alerts.entries] == ["m0", "m1", "m2", "new"]


def test_memory_is_bounded() -> None:
    """The oldest go, and are counted."""
    alerts = Alerts()
    for at in range(module._ALERTS + 7):
        alerts.add(Alert(b"{}", f"m{at}"))
    assert (len(alerts.entries), alerts.forgotten) == (module._ALERTS, 7)
    assert len(alerts) == module._ALERTS + 7
    assert alerts.entries[-1].message == f"m{module._ALERTS + 6}"
