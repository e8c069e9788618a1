"""A cluster of Spark on this machine's loopback: a master and two workers, of bounded memory."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

HOST = "127.0.0.1"
WORKERS = 2
_DEPLOY = "org.apache.spark.deploy"
_EXECUTOR = b"CoarseGrainedExecutorBackend"
_PATIENCE = 60.0  # seconds


@contextmanager
def cluster(home: Path, folder: Path, env: Mapping[str, str]) -> Iterator[str]:
    """Start a master and its workers, yield the master's URL, and end all of them.

    home: where PySpark is. folder: for what they write.
    """
    port = _free_port()
    own = dict(env) | {"SPARK_LOCAL_IP": HOST, "SPARK_DAEMON_MEMORY": "256m"}
    own["SPARK_WORKER_DIR"] = str(folder / "work")
    address = ["--host", HOST, "--webui-port", "0"]
    master = ["master.Master", *address, "--port", str(port)]
    worker = ["worker.Worker", *address, "--cores", "1", "--memory", "1g", f"spark://{HOST}:{port}"]
    with ExitStack() as stack:
        log = stack.enter_context((folder / "cluster.log").open("wb"))
        for command in (master, *[worker] * WORKERS):
            name = f"{_DEPLOY}.{command[0]}"
            process = subprocess.Popen(
                [str(home / "bin/spark-class"), name, *command[1:]],
                env=own,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            stack.callback(_end, process)
            if command is master:
                _wait_for_port(port)
        yield f"spark://{HOST}:{port}"


def executors(work: Path) -> list[int]:
    """Return the processes of the executors that the workers with this folder have started."""
    pids = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if _EXECUTOR in (path / "cmdline").read_bytes() and (
                str(work) in os.readlink(path / "cwd")  # noqa: PTH115 - a link of /proc
            ):
                pids.append(int(path.name))
    return sorted(pids)


def at_work(pid: int) -> bool:
    """Tell whether an executor has workers in Python that have used a tenth of a second."""
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError, ValueError):
            fields = (path / "stat").read_text().rpartition(") ")[2].split()
            ticks = int(fields[11]) + int(fields[12])
            if ticks * 10 > os.sysconf("SC_CLK_TCK") and _is_below(path.name, pid):
                return True
    return False


def _is_below(name: str, pid: int) -> bool:
    """Tell whether a process is a child of another, or of a child of that."""
    for _ in range(3):
        name = Path("/proc", name, "stat").read_text().rpartition(") ")[2].split()[1]
        if int(name) == pid:
            return True
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what was started, and what it has started: they are a group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for_port(port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("spark: the master does not answer")
