"""Why Spark has failed, in a line, of what Java and its log say in many."""

import re
import sys

from clfstats.spark import needs

_NO_PROGRAM = re.compile(r'Cannot run program "([^"]*)"')
_MISSING = re.compile(r"No module named '([\w.]+)'")
_JAVA_CLASS = re.compile(r"^(?:[a-z]\w*\.)+[A-Z]\w*(?:Exception|Error): ")
_ERROR = re.compile(r"^\S+ \S+ ERROR [^:]+: (.*)$", re.MULTILINE)  # in Spark's log


def reason(error: str, log: str) -> str:
    """Return why Spark has failed, in a line, of its error and its log."""
    whole = f"{error}\n{log}"
    if "UnsupportedClassVersionError" in whole:
        return needs.OLD_JAVA
    if "All masters are unresponsive" in whole:
        return "no answer from the master"
    if "OutOfMemoryError" in whole:
        return "Java's memory is full: PYSPARK_SUBMIT_ARGS='--driver-memory 4g pyspark-shell'"
    last = next(reversed(_ERROR.findall(log)), "no reason given")
    return _of_executors(whole) or _line(error) or last


def _of_executors(whole: str) -> str:
    """Return what executors lack; "" where that is not why."""
    version = ".".join(map(str, sys.version_info[:2]))
    if match := _MISSING.search(whole):
        name = match[1].partition(".")[0]
        ours = any(module.startswith(name) for module in needs.MODULES)
        modules = " ".join(needs.MODULES) if ours else name
        return f"Python on an executor has no {match[1]}; there: python3 -m pip install {modules}"
    if "PYTHON_VERSION_MISMATCH" in whole:
        return f"executors run another Python: PYSPARK_PYTHON must name a Python {version} there"
    if match := _NO_PROGRAM.search(whole):
        return f"executors have no {match[1]}: PYSPARK_PYTHON must name a Python {version} there"
    return ""


def _line(error: str) -> str:
    """Return the line of an error that says most: the last cause, or the first line."""
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by:")]
    java = [line.removeprefix(": ") for line in lines if _JAVA_CLASS.match(line.removeprefix(": "))]
    for line in (*reversed(causes), *java, *lines):
        return _JAVA_CLASS.sub("", line)
    return ""
