"""clfstats.spark.logs: which files a name stands for."""

import os
from pathlib import Path

import pytest

from clfstats.spark.logs import LogFile, Unlisted, listed


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("b.log", "a.log", ".hidden", "[x].log"):
        (tmp_path / name).write_text(name)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "c").write_text("")
    return tmp_path


def names(name: str) -> list[str]:
    return [log.name for log in listed(name)]


def test_a_file_keeps_its_name_and_gets_a_path(folder: Path) -> None:
    assert listed("a.log") == [LogFile("a.log", str(folder / "a.log"), 5)]
    assert listed("./inner/../a.log")[0].path == str(folder / "a.log")


def test_a_directory_is_its_files_but_hidden_ones(folder: Path) -> None:
    assert names(".") == ["./[x].log", "./a.log", "./b.log"]
    assert [log.path for log in listed("inner")] == [str(folder / "inner" / "c")]
    (folder / "empty").mkdir()
    assert names("empty") == []


@pytest.mark.usefixtures("folder")
def test_a_pattern_is_the_files_that_it_fits() -> None:
    assert names("*.log") == ["[x].log", "a.log", "b.log"]
    assert names("inne?") == ["inner/c"]
    assert names("[x].log") == ["[x].log"]  # it is there: no pattern


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["nothing", "*.gz", "a.log/x", "nul\0"])
def test_what_is_not_there(name: str) -> None:
    with pytest.raises(Unlisted, match=r"no file fits|No such file|Not a directory|null"):
        listed(name)


def test_what_is_no_regular_file(folder: Path) -> None:
    os.mkfifo(folder / "fifo")
    with pytest.raises(Unlisted, match="not a regular file"):
        listed("fifo")
    assert "./fifo" not in names(".")
