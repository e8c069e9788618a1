"""clfstats.spark.needs: what is missing is named, with the command that installs it."""

from pathlib import Path

import pytest

from clfstats.spark import needs


@pytest.fixture
def pyspark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "find_spec", lambda _: object())
    monkeypatch.delenv("JAVA_HOME", raising=False)


def test_without_pyspark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "find_spec", lambda _: None)
    assert needs.lacking() == (
        "PySpark is missing; this installs it: pip install 'clf-filters[spark]'"
    )


@pytest.mark.usefixtures("pyspark")
def test_without_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "apt-get install openjdk-17-jre-headless" in (needs.lacking() or "")


@pytest.mark.usefixtures("pyspark")
def test_java_is_where_java_home_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert needs.lacking() == needs.JAVA
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/java").write_text("#!/bin/sh\n")
    (tmp_path / "bin/java").chmod(0o755)
    assert needs.lacking() is None
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert needs.lacking() is None
