"""clfstats.spark.drive: what is reported before Spark is started, and its status."""

from pathlib import Path

import pytest

from clfstats.spark import drive as driving
from clfstats.spark import needs
from clfstats.spark.drive import Wanted
from clfstats.spark.needs import PYSPARK
from clfstats.spark.pairs import CountOptions


@pytest.fixture(autouse=True)
def no_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    def session(*_: object) -> None:
        raise AssertionError("there is nothing to start it for")

    monkeypatch.setattr(needs, "lacking", lambda: None)
    monkeypatch.setattr(driving, "session", session)


def wanted(*names: str, rejects: str | None = None) -> Wanted:
    settings = CountOptions(10, ("section",))
    return Wanted(list(names), 10, settings, "local[1]", rejects, False, lambda _: "hint")


def test_what_is_missing_is_reported(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(needs, "lacking", lambda: PYSPARK)
    assert driving.drive(wanted("log")) == 1
    assert capfd.readouterr() == ("", f"clfspark: {PYSPARK}\n")


def test_no_log_at_all(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    names = [str(tmp_path / "empty"), str(tmp_path / "gone"), str(tmp_path / "*.log")]
    assert driving.drive(wanted(*names)) == 1
    assert capfd.readouterr().err.splitlines() == [
        f"clfspark: {names[1]}: No such file or directory",
        f"clfspark: {names[2]}: no file fits this pattern",
    ]


def test_refused_lines_go_to_no_log(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    log.write_text("odd\n")
    assert driving.drive(wanted(str(tmp_path), rejects=str(log))) == 2
    assert "the file is an input, too" in capfd.readouterr().err
    assert driving.drive(wanted(str(log), rejects="/nonexistent/file")) == 2
    assert "No such file or directory" in capfd.readouterr().err
    assert log.read_text() == "odd\n"
