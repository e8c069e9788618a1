"""What clfmon runs: each filter has the settings as options, and no value is lost."""

import sys
from datetime import timedelta
from fractions import Fraction

import pytest
from monitors import SETTINGS

from clfalert.options import rate
from clfparse.values import times
from clfstats.monitor.commands import Program, Settings, pipeline


def programs(settings: Settings, *, ends: bool = True) -> dict[str, Program]:
    listed = pipeline(settings, 77, ends=ends, messages="/dev/fd/5")
    return {program.name: program for program in listed}


def options(program: Program) -> list[str]:
    """Return what a filter is given, without the interpreter and its name."""
    return program.words[4:]


def test_without_options_little_is_passed_on() -> None:
    listed = programs(SETTINGS)
    assert list(listed) == ["tail", "clfparse", "clfalert", "clfstats"]
    assert listed["tail"].words == [
        "tail",
        "--pid=77",
        "-s",
        "0.2",
        "-n",
        "10",
        "-F",
        "--",
        "access.log",
    ]
    assert options(listed["clfparse"]) == []
    clock = ["--delay", "2000ms"]
    assert options(listed["clfalert"]) == [
        "--pass",
        "--threshold",
        "10",
        "--window",
        "120s",
        *clock,
    ]
    assert options(listed["clfstats"]) == ["--window", "10s", *clock, "--top", "10"]


def test_all_that_is_set_is_passed_on() -> None:
    listed = programs(
        SETTINGS._replace(
            logs=["-b"],
            lines=10**30,
            forms=["-%h", "combined"],
            client="x_real_ip",
            zone="Europe/Berlin",
            recover=Fraction(1, 3),
            history="-h.jsonl",
            label="-l, m",
            by=["status", "host"],
            live=True,
        )
    )
    assert listed["tail"].words[-5:] == ["-n", str(2**63 - 1), "-F", "--", "-b"]
    assert options(listed["clfparse"]) == [
        "--format=-%h",
        "--format=combined",
        "--client=x_real_ip",
        "--zone=Europe/Berlin",
    ]
    own = {"--recover=1/3", "--history=-h.jsonl", "--label=-l, m"}
    assert own <= set(options(listed["clfalert"]))
    screen = ["--live", "--messages=/dev/fd/5", "--history=-h.jsonl"]
    alerts = ["--label=-b", "--threshold=10.0", "--alert-window=120s"]
    assert options(listed["clfstats"])[-8:] == ["--by=status", "--by=host", *screen, *alerts]


def test_of_one_file_all_commands_are_that_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no Python then; the first word says which command it is."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/usr/bin/clf-filters")
    listed = programs(SETTINGS._replace(demo=True)) | programs(SETTINGS)
    for name in ("clfgen", "clfparse", "clfalert", "clfstats"):
        assert listed[name].words[:2] == ["/usr/bin/clf-filters", name]
    assert listed["tail"].words[0] == "tail"


def test_each_log_has_a_tail_that_names_it() -> None:
    """So that clfparse reads them in the order of their times, also those of before."""
    two = [*pipeline(SETTINGS._replace(logs=["a", "b"]), 77, ends=True, messages=None)][:3]
    assert [program.source for program in two] == [True, True, False]
    assert [program.words[-6:] for program in two[:2]] == [
        ["-v", "-n", "10", "-F", "--", "a"],
        ["-v", "-n", "10", "-F", "--", "b"],
    ]


def test_numbers_are_passed_on_exactly() -> None:
    exact = SETTINGS._replace(
        threshold=rate("0.12345678901234567890123456789e-9"), delay=timedelta(milliseconds=1500)
    )
    words = options(programs(exact)["clfalert"])
    assert rate(words[words.index("--threshold") + 1]) == exact.threshold
    assert times.duration(words[words.index("--delay") + 1]) == exact.delay


def test_a_tail_that_cannot_end_with_a_process_is_not_asked_to() -> None:
    tail = programs(SETTINGS, ends=False)["tail"]
    assert tail.words == ["tail", "-n", "10", "-F", "--", "access.log"]


def test_made_up_traffic_needs_no_tail() -> None:
    listed = programs(SETTINGS._replace(demo=True), ends=False)
    assert list(listed) == ["clfgen", "clfparse", "clfalert", "clfstats"]
    assert options(listed["clfgen"])[:2] == ["--pid", "77"]


def test_alerts_alone_need_no_statistics() -> None:
    """Clfalert is the last then, and passes no records."""
    listed = programs(SETTINGS._replace(alerts=True, plain=True))
    assert list(listed) == ["tail", "clfparse", "clfalert"]
    assert options(listed["clfalert"])[:3] == ["--output", "text", "--threshold"]
    assert "--pass" not in options(programs(SETTINGS._replace(alerts=True))["clfalert"])


def test_text_is_written_by_the_last_alone() -> None:
    listed = programs(SETTINGS._replace(plain=True))
    assert options(listed["clfstats"])[:2] == ["--output", "text"]
    assert "--output" not in options(listed["clfalert"])
