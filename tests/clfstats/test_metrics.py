"""clfstats.metrics: counters that add up to the records, in a format that Prometheus reads."""

import re
import shutil
import subprocess
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import ALERT, RANDOM, REPLAY, START, fed, line

from clfparse.events.clock import Mode
from clfparse.stream.rejects import Rejects
from clfstats.filter import HINT, Stats
from clfstats.metrics import METHODS, SECTIONS, Metrics
from clfstats.views.jsonl import JsonView

SAMPLE = re.compile(r'clfstats_(\w+)(?:\{(\w+)="((?:[^"\\]|\\["\\])*)"\})? (\S+)')


def made(*by: str) -> tuple[Stats, Rejects, Metrics]:
    rejects = Rejects("clfstats", HINT)
    metrics = Metrics("clf.prom", rejects)
    stats = Stats(
        rejects,
        JsonView(),
        window=10,
        by=by or ("section",),
        top=1,
        delay=timedelta(seconds=2),
        mode=Mode.AUTO,
        metrics=metrics,
    )
    return stats, rejects, metrics


def samples(text: bytes) -> dict[tuple[str, str], float]:
    """Return the values by name and label."""
    lines = [line for line in text.decode().splitlines() if not line.startswith("# ")]
    matches = [SAMPLE.fullmatch(line) for line in lines]
    assert all(matches), lines
    return {(match[1], match[3] or ""): float(match[4]) for match in matches if match}


def counted(*pieces: bytes) -> dict[tuple[str, str], float]:
    stats, rejects, metrics = made()
    fed(stats, rejects, pieces)
    return samples(metrics.render())


def test_counters() -> None:
    read = counted(
        line(START, section="/a", status=200, bytes=5, method="GET", duration=0.25),
        line(START + 1, section="/b", status=503, bytes=7, method="POST", duration=0.3),
        line(START + 1, section=None, status=None, bytes=None, method=None),
        ALERT + b"\n",
        b"junk\n",
        line(START + 60, section="/a", status=301),
        line(START, section="/a", status=999),
    )
    expected = {
        ("requests_total", "/a"): 3,
        ("bytes_total", "/a"): 5,
        ("errors_total", "/b"): 1,
        ("requests_total", "-"): 1,
        ("responses_total", "2xx"): 1,
        ("responses_total", "3xx"): 1,
        ("responses_total", "5xx"): 1,
        ("responses_total", "other"): 1,
        ("responses_total", "none"): 1,
        ("methods_total", "POST"): 1,
        ("late_requests_total", ""): 1,
        ("refused_lines_total", ""): 1,
        ("alerts_total", "triggered"): 1,
        ("alerts_total", "recovered"): 0,
        ("newest_record_timestamp_seconds", ""): START + 60,
        ("request_duration_seconds_bucket", "0.1"): 0,
        ("request_duration_seconds_bucket", "0.25"): 1,
        ("request_duration_seconds_bucket", "0.5"): 2,
        ("request_duration_seconds_bucket", "+Inf"): 2,
        ("request_duration_seconds_count", ""): 2,
    }
    assert {key: read[key] for key in expected} == expected
    assert read["request_duration_seconds_sum", ""] == pytest.approx(0.55)


def test_names_that_are_too_many_are_added_up() -> None:
    read = counted(
        *(line(START, section=f"/{at}", bytes=1, method=f"M{at}") for at in range(SECTIONS + 50))
    )
    sections = {label: hits for (name, label), hits in read.items() if name == "requests_total"}
    assert len(sections) == SECTIONS + 1
    assert sections["other"] == 50
    assert read["bytes_total", "other"] == 50
    methods = [label for name, label in read if name == "methods_total"]
    assert len(methods) <= METHODS + 1
    assert sum(hits for (name, _), hits in read.items() if name == "methods_total") == SECTIONS + 50


def test_what_a_window_could_not_hold_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values that were folded away have no name any more."""
    monkeypatch.setattr("clfparse.counting.top_values._TEXT", 2_000)
    read = counted(*(line(START, section=f"/{at}", bytes=1, status=500) for at in range(50)))
    for family in ("requests_total", "bytes_total", "errors_total"):
        sections = {label: n for (name, label), n in read.items() if name == family}
        assert sections["other"] > 0
        assert sum(sections.values()) == 50
        assert len(sections) < 50


@given(st.lists(st.tuples(st.integers(0, 40), st.text(max_size=300)), max_size=30))
@RANDOM
def test_all_records_are_counted_and_nothing_goes_back(drawn: list[tuple[int, str]]) -> None:
    """Whatever names clients choose, and whenever their records come."""
    stats, _, metrics = made()
    before = Counter[tuple[str, str]]()
    for ahead, name in drawn:
        text = name.encode("utf-8", "replace").decode()
        stats.add(line(START + ahead, section=text, method=text), REPLAY)
        after = Counter(samples(metrics.render()))
        assert before <= after
        before = after
    stats.close()
    read = samples(metrics.render())
    for family in ("requests_total", "methods_total", "responses_total"):
        assert sum(hits for (name, _), hits in read.items() if name == family) == len(drawn)


@pytest.mark.skipif(not shutil.which("promtool"), reason="no promtool")
def test_promtool_finds_nothing() -> None:
    stats, rejects, metrics = made()
    fed(stats, rejects, [line(START, section='/"\\\n{}', duration=1), ALERT + b"\n"])
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=metrics.render(), capture_output=True, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
