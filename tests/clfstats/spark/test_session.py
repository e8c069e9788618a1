"""clfstats.spark.session: why Spark has failed, in a line; where its words go."""

import subprocess
import sys
from pathlib import Path

import pytest

from clfstats.spark.session import diverted, reason

JAVA = """An error occurred while calling z:org.apache.spark.api.python.PythonRDD.collect.
: org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 failed 1 times
\tat org.apache.spark.scheduler.DAGScheduler.run(DAGScheduler.scala:1)
"""


@pytest.mark.parametrize(
    ("error", "log", "words"),
    [
        ("Java gateway process exited", "java.lang.UnsupportedClassVersionError: x", "too old"),
        (JAVA + "ModuleNotFoundError: No module named 'msgspec'", "", "pip install orjson msgspec"),
        (JAVA + "ModuleNotFoundError: No module named 'x.y'", "", "has no x.y; there: python3 -m pip install x"),
        ("[PYTHON_VERSION_MISMATCH] ...", "", "PYSPARK_PYTHON must name a Python 3."),
        (
            "stopped",
            "26/11/27 01:02:03 ERROR X: All masters are unresponsive! Giving up.",
            "master",
        ),
        (JAVA + "java.lang.OutOfMemoryError: Java heap space", "", "--driver-memory"),
        (JAVA, "", "Job aborted due to stage failure: Task 0 failed 1 times"),
        (JAVA + "Caused by: java.io.IOException: no space\n", "", "no space"),
        ("", "26/11/27 01:02:03 ERROR A: first\n26/11/27 01:02:03 ERROR B: last\n", "last"),
        ("", "", "no reason given"),
    ],
)
def test_reasons(error: str, log: str, words: str) -> None:
    shown = reason(error, log)
    assert words in shown
    assert "\n" not in shown


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
