"""Files that Hadoop's file systems have: those named with a scheme, as hdfs: or s3a:."""

import re
from typing import Any

from clfstats.spark.logs import LogFile, Unlisted

LARGEST = (1 << 31) - 1  # bytes: Java's arrays have no more, and such a file is read whole
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_HIDDEN = (".", "_")  # as Hadoop has it: _SUCCESS is no data
_SPECIAL = re.compile(r"[\\*?\[\]{},]")


def has_scheme(name: str) -> bool:
    """Tell whether a name is one of Hadoop's."""
    return bool(_SCHEME.match(name))


def remote_files(context: Any, name: str) -> list[LogFile]:  # noqa: ANN401 - Spark's context
    """Return the files that a name stands for: a file, a directory, a pattern. Raises Unlisted."""
    from py4j.protocol import Py4JJavaError

    try:
        path = context._jvm.org.apache.hadoop.fs.Path(name)  # noqa: SLF001 - there is no other way
        system = path.getFileSystem(context._jsc.hadoopConfiguration())  # noqa: SLF001
        matches = system.globStatus(path)
        files = [file for match in matches or () for file in _files(system, match)]
    except Py4JJavaError as error:
        text = str(error.java_exception.toString())
        raise Unlisted(f"{name}: {text.partition(': ')[2] or text}") from error
    if not matches:
        raise Unlisted(f"{name}: no such file")
    return sorted(files)


def _files(system: Any, status: Any) -> list[LogFile]:  # noqa: ANN401
    inner = system.listStatus(status.getPath()) if status.isDirectory() else [status]
    logs = [
        LogFile(each.getPath().toString(), each.getPath().toString(), each.getLen())
        for each in inner
        if each.isFile() and (each is status or not each.getPath().getName().startswith(_HIDDEN))
    ]
    for log in logs:
        if log.size > LARGEST:
            raise Unlisted(
                f"{log.name}: larger than 2 GiB, which no executor can take whole: cut it"
                " (split -C 1G), or name it by a path that all hosts have mounted"
            )
    return logs


def fitting(path: str) -> str:
    """Return a pattern that fits a path, though it may fit others, too.

    Spark takes names with commas between them, and each for a pattern: neither can be escaped.
    """
    return _SPECIAL.sub("?", path)
