"""Spark as long as a job takes: started in silence, ended without a process left."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from clfparse.stream.descriptors import STDERR, STDOUT
from clfstats.spark.reasons import reason
from clfstats.spark.stop import unbroken

_PATIENCE = 20.0  # seconds for Spark to end


class SparkFailed(Exception):  # noqa: N818 - what it says of Spark
    """Spark has not done what it was to do; the message says why."""


@contextmanager
def session(master: str, log: Path) -> Iterator[Any]:
    """Start Spark, yield its context, and end it. Raises SparkFailed, of what is inside too.

    log: where all goes that Java and Spark would write to stdout and stderr.
    """
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException

    logging.getLogger("py4j").setLevel(logging.CRITICAL)
    context = None
    with _java(log) as processes:
        try:
            context = SparkContext(conf=SparkConf(loadDefaults=False).setAll(_settings(master)))
            context.setLogLevel("ERROR")
            yield context
        except (Py4JError, PySparkException, OSError, EOFError, RuntimeError, ValueError) as error:
            raise SparkFailed(reason(str(error), log.read_text(errors="replace"))) from error
        finally:
            with diverted(log):
                _end(context, SparkContext, processes)


@contextmanager
def _java(log: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Yield the processes of Java that PySpark starts; what they write goes to the log.

    PySpark forgets the process where it is interrupted while that starts. Then Java, which finds
    nobody to take its port, would stay for ever.
    """
    from pyspark import java_gateway

    processes: list[subprocess.Popen[bytes]] = []
    with log.open("ab") as to:

        def popen(command: list[str], **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401
            outputs = {"stdout": to, "stderr": to}
            with unbroken():  # else one may be there that nobody knows of
                java = subprocess.Popen(command, **(options | outputs))  # noqa: S603 - PySpark's
                processes.append(java)
            return java

        before, java_gateway.Popen = java_gateway.Popen, popen
        try:
            yield processes
        finally:
            java_gateway.Popen = before


def _settings(master: str) -> list[tuple[str, str]]:
    """Return Spark's settings; where it is local, nothing of it can be reached from outside."""
    os.environ.setdefault("PYTHONSAFEPATH", "1")  # workers import nothing from where they start
    settings = [
        ("spark.master", master),
        ("spark.app.name", "clfspark"),
        ("spark.ui.showConsoleProgress", "false"),
        ("spark.executorEnv.PYTHONSAFEPATH", "1"),
        ("spark.executorEnv.PYTHONHASHSEED", "0"),
    ]
    if not master.startswith("local"):
        return settings
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return [
        *settings,
        ("spark.ui.enabled", "false"),
        ("spark.driver.host", "127.0.0.1"),
        ("spark.driver.bindAddress", "127.0.0.1"),
    ]


def _end(context: Any, kind: Any, processes: list[subprocess.Popen[bytes]]) -> None:  # noqa: ANN401
    """Stop Spark, and wait for Java to end; it is killed if it does not."""
    gateway = kind._gateway  # noqa: SLF001 - no public name has it
    kind._gateway = kind._jvm = None  # noqa: SLF001
    with suppress(Exception):  # whatever it is: the process is what matters
        if context is not None:
            context.stop()
    with suppress(Exception):
        if gateway is not None:
            gateway.shutdown()
    for java in processes:
        with suppress(OSError):
            if java.stdin:
                java.stdin.close()  # at its end Java ends, too, once it has its port
        try:
            java.wait(_PATIENCE if gateway else 0)
        except subprocess.TimeoutExpired:
            java.kill()
            java.wait()


@contextmanager
def diverted(log: Path) -> Iterator[None]:
    """Let stdout and stderr be a file: PySpark's threads would write of their own end there."""
    before = [(fd, os.dup(fd)) for fd in (STDOUT, STDERR)]
    to = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        for fd, _ in before:
            os.dup2(to, fd)
        yield
    finally:
        os.close(to)
        for fd, saved in before:
            os.dup2(saved, fd)
            os.close(saved)
