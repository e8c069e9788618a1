"""Alerts are paired as they come; what other programs write into them breaks nothing."""

from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples
from streams import START, iso

from clfparse.events.alert import Alert
from clfstats.views.html.alerts import Episodes
from clfstats.views.html.bands import bands, timed
from clfstats.views.html.frame import WIDTH, Extent
from clfstats.views.html.offsets import Offsets

SPAN = Extent(START, START + 1_000, Offsets(10))


def alert(at: int, state: str = "triggered", **fields: Any) -> Alert:
    """Return an alert so many seconds after START."""
    usual = {"type": "alert", "state": state, "time": iso(START + at), "threshold": 10}
    usual |= {"hits": 1_300, "rate": 10.833, "window": 120, "message": "m"}
    return Alert(orjson.dumps(usual | fields), "m", state == "recovered")


def collected(*given_: Alert) -> Episodes:
    """Return what becomes of alerts."""
    made = Episodes()
    for each in given_:
        made.add(each)
    return made


def test_a_trigger_and_its_recovery_are_one() -> None:
    made = collected(alert(100), alert(187, "recovered"), alert(400))
    first, last = made.episodes
    assert (first.rate, first.threshold, first.window) == (10.833, 10, 120)
    assert timed(first) == "2019-02-07 21:12:40 – 2019-02-07 21:14:07, 1 min 27 s"
    assert timed(last) == "triggered 2019-02-07 21:17:40, still open"


def test_what_was_triggered_before() -> None:
    (episode,) = collected(alert(187, "recovered")).episodes
    assert timed(episode) == "recovered 2019-02-07 21:14:07"
    assert [band[:2] for band in bands([episode], SPAN)] == [(0, 1_870)]


def test_rules_are_apart() -> None:
    """Each label, threshold and window has its own recovery."""
    made = collected(
        alert(100, label="a"),
        alert(200, label="b"),
        alert(300, "recovered", label="a"),
        alert(400, "recovered", label="a", threshold=5),
    )
    assert [(e.label, e.start is None, e.end is None) for e in made.episodes] == [
        ("a", False, False),
        ("b", False, True),
        ("a", True, False),
    ]
    titles = [title for *_, title in bands(made.episodes[:1], SPAN)]
    assert titles == ["a: 2019-02-07 21:12:40 – 2019-02-07 21:16:00, 3 min 20 s"]


def test_a_new_peak() -> None:
    """A clock that was set back may bring a trigger after a trigger."""
    first, last = collected(alert(100), alert(300)).episodes
    assert timed(first) == "triggered 2019-02-07 21:12:40, again later"
    assert [band[:2] for band in bands([first], SPAN)] == [(1_000, 3_000)]
    assert last.until is None


def test_causes() -> None:
    rows = [{"value": "/api", "hits": 900, "bytes": 1, "errors": 0}, {"value": None, "hits": 400}]
    top = {"section": rows, "host": [{"value": [1], "hits": 7}]}
    (episode,) = collected(alert(1, top=top, hits=1_300)).episodes
    shown = [(share.field, share.value, round(share.percent, 1)) for share in episode.causes]
    assert shown == [("section", "/api", 69.2), ("host", [1], 0.5)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=3,
)
ROWS = st.dictionaries(st.text(), st.lists(st.fixed_dictionaries({"value": JSON, "hits": JSON})))


@given(
    st.lists(
        st.fixed_dictionaries(
            {"label": JSON, "top": JSON | ROWS, "rate": JSON, "hits": JSON},
            optional={"time": JSON, "threshold": JSON, "window": JSON},
        ),
        max_size=4,
    )
)
@max_examples(40)
def test_any_fields(drawn: list[dict[str, Any]]) -> None:
    given_ = [
        alert(at, ("triggered", "recovered")[at % 2], **fields) for at, fields in enumerate(drawn)
    ]
    made = collected(*given_)
    assert len(made.episodes) + made.untimed <= len(drawn)
    bands(made.episodes, SPAN)


@pytest.mark.parametrize("time", [None, 5, "", "yesterday", "0000-01-01T00:00:00Z"])
def test_without_a_time(time: object) -> None:
    made = collected(alert(1, time=time))
    assert (made.episodes, made.untimed) == ([], 1)


def test_bounds() -> None:
    """The first and the last 2,000 are held, and little of each."""
    long = {"section": [{"value": "/" * 300, "hits": 1}] * 9}
    made = collected(
        *(alert(at, label=f"{at}" + "x" * 999, top=long, hits=9) for at in range(5_000))
    )
    assert (len(made.episodes), made.forgotten) == (4_000, 1_000)
    assert len(made._open) == 2_000
    assert [e.label[:4] for e in made.episodes if e.label][1_999:2_001] == ["1999", "3000"]
    assert max(len(str(c.value)) for e in made.episodes for c in e.causes) == 201
    assert max(len(e.causes) for e in made.episodes) == 1


def test_many_bands_become_few() -> None:
    """Alerts that would be drawn over one another are one band, which says so."""
    pairs = [(alert(at), alert(at + 1, "recovered")) for at in range(0, 990, 3)]
    drawn = bands(collected(*(each for pair in pairs for each in pair)).episodes, SPAN)
    assert 1 <= len(drawn) <= 120
    assert drawn[0][2].startswith("3")
    assert all(0 <= start <= end <= WIDTH for start, end, _ in drawn)
    assert all(a[1] < b[0] for a, b in pairwise(drawn))


def test_outside_of_the_chart() -> None:
    episodes = collected(alert(-500), alert(-400, "recovered"), alert(2_000)).episodes
    assert bands(episodes, SPAN) == []
