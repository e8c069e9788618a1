"""clfstats.spark.plan: what is cut, and what is not."""

import gzip
from pathlib import Path

import pytest
from logs import line

from clfstats.spark.logs import LogFile
from clfstats.spark.pairs import CountOptions
from clfstats.spark.plan import LARGEST, divide, task_size

PLAIN = line(1_500_000_000).encode() * 100
SETTINGS = CountOptions(10, ("section",))


def number(path: Path, text: bytes, settings: CountOptions = SETTINGS, most: int = 1_000) -> int:
    """Return into how many splits a log is cut."""
    path.write_bytes(text)
    logs = [LogFile("log", str(path), len(text))]
    made = list(divide(logs, (), settings, most))
    assert made[0].begin == 0
    assert made[-1].end == len(text)
    assert [split.number for split in made] == list(range(len(made)))
    assert {split.whole for split in made} == {len(made) == 1}
    return len(made)


def test_plain_logs_are_cut(tmp_path: Path) -> None:
    assert number(tmp_path / "log", PLAIN) == -(-len(PLAIN) // 1_000)
    assert number(tmp_path / "log", PLAIN, most=len(PLAIN)) == 1
    assert number(tmp_path / "log", b"") == 1


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        (gzip.compress(PLAIN, 0), SETTINGS),
        (b"#Fields: date time cs-method cs-uri\n" + PLAIN, SETTINGS),
        (PLAIN, SETTINGS._replace(forms=("w3c",))),
        (PLAIN, SETTINGS._replace(forms=("common", "combined"))),
        (PLAIN, SETTINGS._replace(zone="Europe/Berlin")),
        (b"==> a.log <==\n" + PLAIN, SETTINGS._replace(by=("log",))),
    ],
)
def test_others_are_not(text: bytes, settings: CountOptions, tmp_path: Path) -> None:
    assert number(tmp_path / "log", text, settings) == 1


def test_headings_matter_only_to_the_name(tmp_path: Path) -> None:
    assert number(tmp_path / "log", b"==> a.log <==\n" + PLAIN) > 1


def test_logs_of_spark_and_missing_ones_are_whole(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(PLAIN)
    logs = [
        LogFile("log", str(tmp_path / "log"), len(PLAIN)),
        LogFile("gone", "/nonexistent", 9_000),
    ]
    made = list(divide(logs, {0}, SETTINGS, 1_000))
    assert [(split.log, split.whole) for split in made] == [(0, True), (1, True)]


def test_tasks_are_many_enough_for_the_cores() -> None:
    assert task_size([LogFile("", "", 10)], 8) == 1 << 20
    assert task_size([LogFile("", "", 80 << 20), LogFile("", "", 80 << 20)], 4) == 10 << 20
    assert task_size([LogFile("", "", 1 << 40)], 4) == LARGEST
