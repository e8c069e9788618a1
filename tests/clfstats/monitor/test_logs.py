"""What is to be followed is looked at before anything starts."""

import os
import socket
from pathlib import Path

import pytest

from clfalert.options import label
from clfstats.monitor.logs import label_of, look


def test_a_file_and_what_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "missing")
    names = [str(tmp_path / name) for name in ("file", "link", "folder/missing")]
    assert look(names) == ([], names[1:])


def test_what_cannot_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every log is looked at; each that cannot be has its message."""
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
    problems, missing = look([".", "socket", "pipe", "/dev/null", "loop", "file/below", "file"])
    hint = "which cannot be followed; `clfparse FILE | clfalert --pass | clfstats` reads it"
    assert problems == [
        ". is a directory",
        "socket is a socket, which cannot be read",
        "pipe is a pipe, " + hint,
        "/dev/null is a device, " + hint,
        "loop: Too many levels of symbolic links",
        "file/below: Not a directory",
    ]
    assert missing == []


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch(0o200)
    if os.access(file, os.R_OK):
        pytest.skip("this user may read everything")
    assert look([str(file)]).problems == [f"{file}: Permission denied"]


def test_a_log_that_is_named_twice_would_count_twice(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "other").hardlink_to(tmp_path / "file")
    file, other, missing = (str(tmp_path / name) for name in ("file", "other", "missing"))
    assert look([file, other, missing, missing]).problems == [
        f"{other} is the same log as {file}",
        f"{missing} is the same log as {missing}",
    ]


def test_alerts_are_not_added_to_a_log(tmp_path: Path) -> None:
    """It would be followed into itself."""
    (tmp_path / "log").touch()
    (tmp_path / "link").symlink_to("log")
    log, missing, link, other = (str(tmp_path / name) for name in ("log", "missing", "link", "o"))
    for history, name in ((log, log), (link, log), (missing, missing)):
        problem = f"alerts cannot be added to {name}, which is watched"
        assert look([log, missing], history).problems == [problem]
    assert look([log, missing], other).problems == []


def test_names_are_safe_to_print(tmp_path: Path) -> None:
    name = tmp_path / "\x1b[31m"
    assert look([str(name)]).missing == [str(tmp_path / "\\x1b[31m")]
    name.mkdir()
    assert look([str(name)]).problems == [f"{tmp_path}/\\x1b[31m is a directory"]


def test_alerts_bear_the_absolute_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Symbolic links stay what they are called."""
    (tmp_path / "link").symlink_to("log")
    monkeypatch.chdir(tmp_path)
    assert label_of(["link", "/b/../c"]) == f"{tmp_path}/link, /c"


@pytest.mark.parametrize("name", ["/x" * 99, "/x" * 101, "/" + "П" * 100, "/\x1b\n", "/\udcff"])
def test_any_name_of_a_log_gives_a_label(name: str) -> None:
    shown = label_of([name])
    assert label(shown) == shown
    assert shown.endswith("…") == (len(name.encode(errors="replace")) > 200)


def test_names_where_the_folder_has_been_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert label_of(["access.log"]) == "access.log"
