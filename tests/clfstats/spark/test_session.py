"""clfstats.spark.session: what Spark writes goes to its log."""

import subprocess
import sys
from pathlib import Path

import pytest

from clfstats.spark.session import diverted


def test_what_spark_writes_goes_to_a_file(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    say = "import os; os.write(1, b'out'); os.write(2, b'err')"
    with diverted(log):
        subprocess.run([sys.executable, "-c", say], check=True)
    subprocess.run([sys.executable, "-c", say], check=True)
    assert log.read_text() == "outerr"
    assert capfd.readouterr() == ("out", "err")
