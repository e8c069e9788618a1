"""clfstats.spark.reasons: why Spark has failed, in a line."""

import pytest

from clfstats.spark.reasons import reason

JAVA = """An error occurred while calling z:org.apache.spark.api.python.PythonRDD.collect.
: org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 failed 1 times
\tat org.apache.spark.scheduler.DAGScheduler.run(DAGScheduler.scala:1)
"""


@pytest.mark.parametrize(
    ("error", "log", "words"),
    [
        ("Java gateway process exited", "java.lang.UnsupportedClassVersionError: x", "too old"),
        (JAVA + "ModuleNotFoundError: No module named 'msgspec'", "", "pip install orjson msgspec"),
        (
            JAVA + "ModuleNotFoundError: No module named 'x.y'",
            "",
            "install x",
        ),
        (JAVA + 'Cannot run program "py": error=2', "", "executors have no py: PYSPARK_PYTHON"),
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
