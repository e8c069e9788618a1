"""clfstats.spark.progress: how far the job is."""

from clfstats.spark.logs import LogFile
from clfstats.spark.progress import Progress, line_of

LOGS = [LogFile("a", "/a", 2048), LogFile("b", "/b", 1024), LogFile("c", "/c", 0)]


def test_files_and_bytes() -> None:
    assert line_of(LOGS, {}) == "clfspark: 0 of 3 files, 0 B of 3.0 KiB"
    assert line_of(LOGS, {0: 1024, 1: 1024}) == "clfspark: 1 of 3 files, 2.0 KiB of 3.0 KiB"
    assert line_of(LOGS, {0: 2048, 1: 1024, 2: 0}) == "clfspark: 3 of 3 files, 3.0 KiB of 3.0 KiB"


def test_a_task_that_was_done_twice_counts_once() -> None:
    assert line_of(LOGS, {0: 4096}) == "clfspark: 1 of 3 files, 2.0 KiB of 3.0 KiB"


def test_nothing_is_shown_but_on_a_terminal(capfd: object) -> None:
    with Progress(LOGS, dict) as progress:
        progress.end()
    assert getattr(capfd, "readouterr")() == ("", "")  # noqa: B009 - of any type
