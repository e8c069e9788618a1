"""A file that would be an input and an output: refused before anything is written."""

import os
from pathlib import Path

import pytest
from logs import line
from processes import bash

from clfparse.stream.clash import clash

BEFORE = "odd\n" + line(0)
RECORD = '{"time":"2017-07-14T02:40:00+00:00"}\n'
# A command, and what its message names.
REFUSED = {
    "clfparse --rejects log log": "--rejects log: the file is an input",
    "clfparse --rejects log good log": "--rejects log: the file is an input",
    "clfparse --rejects log symbolic": "--rejects log: the file is an input",
    "clfparse --rejects log hard": "--rejects log: the file is an input",
    "clfparse --rejects symbolic log": "--rejects symbolic: the file is an input",
    "clfparse --rejects ../here/log log": "--rejects ../here/log: the file is an input",
    "clfparse --rejects log < log": "--rejects log: the file is an input",
    "clfparse --rejects log - < log": "--rejects log: the file is an input",
    "clfparse --rejects log good /dev/stdin < log": "--rejects log: the file is an input",
    "clfparse --rejects /dev/stdin < log": "--rejects /dev/stdin: the file is an input",
    "clfparse --rejects new good new": "--rejects new: the file is an input",
    "clfparse log >> log": "standard output: the file is an input",
    "clfparse < log >> hard": "standard output: the file is an input",
    "clfparse good log >> symbolic": "standard output: the file is an input",
    "clfparse --rejects log good >> log": "--rejects log: the same file as standard output",
    "clfstats --rejects log log": "--rejects log: the file is an input",
    "clfalert --rejects log log": "--rejects log: the file is an input",
    "clfalert --pass log >> log": "standard output: the file is an input",
    "clfalert --history log log": "--history log: the file is an input",
    "clfalert --history hard < log": "--history hard: the file is an input",
    "clfalert --history h --rejects h good": "--history h: the same file as --rejects h",
    "clfgen --replay log >> log": "standard output: the file is an input",
}
HARMLESS = [
    "clfparse --rejects /dev/null /dev/null good",
    "clfparse --rejects other good",
    "clfparse --rejects new good",
    "clfparse good > new",
    "clfparse good > /dev/null --rejects /dev/null",
    "clfalert --history other --rejects new records",
    "clfalert --history new records > more",
]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """Return a folder with a log, links to it, and other files."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "log").write_text(BEFORE)
    (folder / "good").write_text(line(0))
    (folder / "records").write_text(RECORD)
    (folder / "other").touch()
    (folder / "symbolic").symlink_to("log")
    (folder / "hard").hardlink_to(folder / "log")
    os.mkfifo(folder / "fifo")
    return folder


@pytest.mark.parametrize(("command", "message"), REFUSED.items())
def test_refused(command: str, message: str, here: Path, clean: dict[str, str]) -> None:
    names = set(here.iterdir())
    done = bash(command, clean, cwd=here)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr.decode()
    assert (here / "log").read_text() == BEFORE
    assert set(here.iterdir()) == names


@pytest.mark.parametrize("command", HARMLESS)
def test_harmless(command: str, here: Path, clean: dict[str, str]) -> None:
    """What is no regular file may be both; and two files are two."""
    done = bash(command, clean, cwd=here)
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_is_no_regular_file_may_be_both(here: Path) -> None:
    for name in (str(here / "fifo"), "/dev/null", "/dev/tty", str(here)):
        assert clash([name], {"--rejects": name}, stdout=False) is None


def test_what_cannot_be_looked_at_is_reported_when_it_is_opened(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("nul\0", str(tmp_path / "file" / "below"), "x" * 5000):
        assert clash([name], {"--rejects": name}, stdout=False) is None


def test_a_file_that_is_not_there_yet(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    names = str(folder / "new"), str(tmp_path / "link" / "new")
    assert clash(names[:1], {"--rejects": names[1]}, stdout=False)
    assert not clash([str(folder / "old")], {"--rejects": names[1]}, stdout=False)
