"""Parts of the live screen: the chart, and the alerts."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from screens import TRIGGERED, drawn
from streams import RANDOM

from clfparse.events.alert import Alert
from clfstats.views import panels
from clfstats.views.text import columns

# The chart


def bars(windows: list[int | None], width: int = 40, height: int = 5) -> list[str]:
    """Return the chart's rows without its title and its label."""
    title, *rows = drawn(panels.chart(windows, width, height), width)
    assert title.startswith("hits of the last ")
    label = len(f"{max((hits or 0 for hits in windows), default=0) or 1:,} ")
    return [row[label:] for row in rows]


def test_the_highest_bar_fills_the_chart() -> None:
    assert bars([1, 2, 4]) == ["  █", "  █", " ██", "███"]
    assert bars([8], height=2) == ["█"]


def test_a_bar_is_in_proportion_and_any_hit_is_seen() -> None:
    """In eighths of a line, upwards: the lowest bar stands for one hit, no bar for none."""
    assert bars(list(range(9)), height=2) == [" ▁▂▃▄▅▆▇█"]
    assert bars([1_000_000, 1, 0], height=3) == ["█", "█▁"]


def test_a_gap_is_a_dot() -> None:
    assert bars([4, None, 0, 4], height=3) == ["█  █", "█· █"]


def test_the_newest_windows_are_kept_and_the_scale_is_theirs() -> None:
    """What has left the chart at its left does not hold the others down."""
    windows = [1_000, *[1] * 100, 2]
    title, upper, lower = drawn(panels.chart(windows, 30, 3), 30)
    assert title.startswith("hits of the last 24 windows")
    assert upper == "2 " + " " * 23 + "█"
    assert lower == "  " + "█" * 24


@pytest.mark.parametrize("windows", [[], [None], [0], [0, None]])
def test_a_chart_of_nothing(windows: list[int | None]) -> None:
    assert all("█" not in row for row in bars(windows))


@given(
    st.lists(st.none() | st.integers(0, 10**9), max_size=300),
    st.integers(20, 200),
    st.integers(2, 20),
)
@RANDOM
def test_the_chart_fits(windows: list[int | None], width: int, height: int) -> None:
    rows = drawn(panels.chart(windows, width, height), width)
    assert len(rows) == height
    assert max(map(columns, rows)) <= width
    assert "…" not in "".join(rows[1:])


# The alerts


def parted(
    messages: list[str], forgotten: int, width: int, height: int
) -> tuple[list[str], list[str]]:
    """Return the alerts' title, and the lines under it."""
    alerts = [Alert(b"", message) for message in messages]
    title, *rows = drawn(panels.alerts(alerts, forgotten, width, height), width)
    return [title], rows


@pytest.mark.parametrize("forgotten", [0, 7])
@pytest.mark.parametrize("lines", [1, 2])
@pytest.mark.parametrize("height", range(2, 21))
def test_alerts_are_whole_newest_first_and_the_rest_is_counted(
    height: int, lines: int, forgotten: int
) -> None:
    """As many as there is room for, at every height and for every number of them."""
    for number in range(31):
        messages = [" ".join([f"{at:02}"] * 20 * lines) for at in range(number)]
        (title,), rows = parted(messages, forgotten, 60, height)
        known, room = number + forgotten, height - 1
        if forgotten and number <= room:
            continue  # some are forgotten only where there are thousands
        assert title.startswith(f"alerts: {known} ─" if known else "no alert so far ─")
        every = not forgotten and number * lines <= room
        whole = number if every else min(number, (room - 1) // lines)
        if known and not whole:
            assert rows[-1] in {f"and {known} more", f"and {known - 1} more"} or "…" in rows[-1]
            continue
        expected = [
            row
            for at in range(number - 1, number - 1 - whole, -1)
            for row in [" ".join([f"{at:02}"] * 20)] * lines
        ]
        assert rows == expected + [f"and {known - whole} more"] * (known > whole)


@given(
    st.lists(
        st.text("ab -日e\u0301", max_size=150) | st.integers(0, 10**6).map(TRIGGERED.format),
        max_size=8,
    ),
    st.integers(20, 120),
    st.integers(2, 20),
)
@example(["a", TRIGGERED.format(0)], 20, 3)
@RANDOM
def test_an_alert_is_shown_whole_or_not_at_all(
    messages: list[str], width: int, height: int
) -> None:
    """However wide its characters: no part of a message is cut off."""
    (_,), rows = parted(messages, 0, width, height)
    assert len(rows) < height
    assert max(map(columns, rows), default=0) <= width
    rest = re.fullmatch(r"and (\d+) more", rows[-1]) if rows else None
    shown = len(messages) - (int(rest[1]) if rest else 0)
    text = re.sub(r"\s", "", "".join(rows[:-1] if rest else rows))
    expected = [re.sub(r"\s", "", message) for message in messages[::-1][:shown]]
    if "…" in text:  # the newest alone may be cut, where there is no room for all of it
        begun, _, text = text.partition("…")
        assert expected.pop(0).startswith(begun)
    assert text == "".join(expected)


@pytest.mark.parametrize("message", ["日" * 60, "日本 " * 30, "a" * 61, "e\u0301" * 59])
def test_a_wide_alert_is_wrapped_too(message: str) -> None:
    _, rows = parted([message], 0, 60, 10)
    assert "".join(rows).replace(" ", "") == message.replace(" ", "")
