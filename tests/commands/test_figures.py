"""RECIPES: figures that are kept are those of all records, and nothing counts twice."""

import gzip
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from documents import RECIPES, blocks, installed
from processes import bash, objects

pytestmark = pytest.mark.skipif(not shutil.which("flock"), reason="no flock")
FORMAT = '%h %t "%r" %>s %b %D'
DAY = "07/Feb/2019"


def line(time: str, path: str, microseconds: int, status: int = 200) -> str:
    return (
        f"192.0.2.{microseconds % 7} [{DAY}:{time} +0000]"
        f' "GET {path} HTTP/1.1" {status} 9 {microseconds}\n'
    )


def keep(folder: Path, env: dict[str, str], **hooks: str) -> list[dict[str, Any]]:
    """Run keep on the log; return the summaries.

    hooks: commands, run before a log is read (FIRST) and after it (THEN).
    """
    done = bash("cd figures && keep ../logs/access.log", {**env, **hooks}, cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    return objects((folder / "figures/hours.jsonl").read_bytes())


def answers(folder: Path, env: dict[str, str]) -> list[tuple[Any, ...]]:
    """Ask SQLite the question of the recipe, of all times."""
    done = bash("cd figures && figures.py", env, cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    (question,) = [block for block in blocks(RECIPES, "sql") if "strftime" in block]
    database = sqlite3.connect(folder / "figures/figures.db")
    try:
        return database.execute(question.replace("-7 days", "-999 years")).fetchall()
    finally:
        database.close()


@pytest.fixture
def logs(tmp_path: Path, clean: dict[str, str]) -> dict[str, str]:
    """Make a log that was rotated within an hour; clfparse reads its format without being asked."""
    tools = installed(RECIPES, tmp_path / "bin", clean)
    program = shutil.which("clfparse", path=tools["PATH"])
    wrapper = tmp_path / "bin/clfparse"
    wrapper.write_text(f"#!/bin/sh\n$FIRST\n{program} --format '{FORMAT}' \"$@\" || exit\n$THEN\n")
    wrapper.chmod(0o755)
    for folder in ("logs", "figures"):
        (tmp_path / folder).mkdir()
    old = [line(f"21:{minute:02}:00", "/a/x", 1000 * minute) for minute in range(40)]
    new = [line(f"21:{minute:02}:00", "/a/x", 1000 * minute) for minute in range(38, 60)]
    (tmp_path / "logs/access.log-20190207").write_text("".join(old))
    (tmp_path / "logs/access.log").write_text("".join(new) + line("22:00:01", "/b'\"$(x)", 5, 500))
    return tools


def test_figures_are_those_of_all_records(tmp_path: Path, logs: dict[str, str]) -> None:
    """Percentiles and hosts as well, over a rotation, however often it is run."""
    direct = "clfparse logs/* | clfstats --delay 1h --window 1h --top 1000"
    expected = objects(bash(direct, logs, cwd=tmp_path).stdout)
    assert [(row["hits"], row["errors"]) for row in expected] == [(62, 0), (1, 1)]
    made = set()
    for _ in range(2):
        assert keep(tmp_path, logs) == expected
        made |= {part.stat().st_ino for part in (tmp_path / "figures/parts").glob("=*")}
    assert len(made) == 2  # a log that has not changed is not read again
    p95 = [row["top"]["section"][0]["p95"] for row in expected]
    for _ in range(2):
        assert answers(tmp_path, logs) == [
            ("2019-02-07T21:00:00+00:00", "/a", 62, p95[0]),
            ("2019-02-07T22:00:00+00:00", "/b'\"$(x)", 1, p95[1]),
        ]


def test_what_changes_is_counted_anew(tmp_path: Path, logs: dict[str, str]) -> None:
    """A log that has grown, one that is rotated and compressed, one that is gone."""
    folder = tmp_path / "logs"
    log, old = folder / "access.log", folder / "access.log-20190207"
    keep(tmp_path, logs)
    with log.open("a") as file:
        file.write(line("22:30:00", "/a", 7))
    assert [row["hits"] for row in keep(tmp_path, logs)] == [62, 2]
    with gzip.open(f"{old}.gz", "wb") as packed:
        packed.write(old.read_bytes())
    old.unlink()
    log.rename(folder / "access.log-20190208")
    assert [row["hits"] for row in keep(tmp_path, logs)] == [62, 2]  # no log is open for now
    log.write_text(line("23:00:00", "/a", 7))
    assert [row["hits"] for row in keep(tmp_path, logs)] == [62, 2, 1]
    (folder / "access.log-20190208").unlink()
    assert [row["hits"] for row in keep(tmp_path, logs)] == [62, 2, 1]


def test_a_log_that_changes_while_it_is_read(tmp_path: Path, logs: dict[str, str]) -> None:
    """It is read again the next time, and so is another of its name, even an older one."""
    log, other = tmp_path / "logs/access.log", tmp_path / "other"
    (tmp_path / "logs/access.log-20190207").unlink()
    other.write_text(line("21:00:00", "/a", 7) * 5)
    assert [row["hits"] for row in keep(tmp_path, logs, THEN=f"cp {other} {log}")] == [22, 1]
    assert [row["hits"] for row in keep(tmp_path, logs)] == [5]
    log.write_text(line("21:00:00", "/a", 7))
    os.utime(log, (0, 0))
    assert [row["hits"] for row in keep(tmp_path, logs)] == [1]


@pytest.mark.parametrize(("how", "when"), [("mv", "FIRST"), ("cp", "FIRST"), ("mv", "THEN")])
def test_a_log_that_is_rotated_meanwhile(
    how: str, when: str, tmp_path: Path, logs: dict[str, str]
) -> None:
    """Whichever way: its lines are neither missing nor counted twice."""
    log = tmp_path / "logs/access.log"
    rotation = tmp_path / "rotation"
    rotation.write_text(f"[ -e {log}-20190208 ] || {{ {how} {log} {log}-20190208; : > {log}; }}\n")
    assert [row["hits"] for row in keep(tmp_path, logs, **{when: f"sh {rotation}"})] == [62, 1]


def test_what_fails_leaves_the_figures(tmp_path: Path, logs: dict[str, str]) -> None:
    before = keep(tmp_path, logs)
    (tmp_path / "logs/foreign").write_text("x\n")
    for log in ("foreign", "missing"):
        done = bash(f"cd figures && keep ../logs/{log}", logs, cwd=tmp_path)
        assert done.returncode == 1
        assert log.encode() in done.stderr or b"none of the lines" in done.stderr
    assert keep(tmp_path, logs) == before
    hours = tmp_path / "figures/hours.jsonl"
    figures = answers(tmp_path, logs)
    text = hours.read_text()
    hours.write_text(text * 2)  # each window twice, as of unsorted parts
    assert bash("cd figures && figures.py", logs, cwd=tmp_path).returncode == 1
    hours.write_text(text)
    assert answers(tmp_path, logs) == figures


def test_duckdb_gives_the_same_answer(tmp_path: Path, logs: dict[str, str]) -> None:
    duckdb = pytest.importorskip("duckdb")
    keep(tmp_path, logs)
    (question,) = [block for block in blocks(RECIPES, "sql") if "read_json" in block]
    question = question.replace("7 DAY", "999 YEAR").replace(
        "'hours.jsonl'", f"'{tmp_path}/figures/hours.jsonl'"
    )
    question = question.replace("SELECT start,", "SELECT epoch(start),", 1)
    rows = duckdb.sql(question).fetchall()
    assert [row[1:] for row in rows] == [row[1:] for row in answers(tmp_path, logs)]
