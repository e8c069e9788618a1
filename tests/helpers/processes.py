"""Real processes, as a shell starts them."""

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PATIENCE = 60.0  # seconds until a test gives up on something that should have happened


@contextmanager
def started(
    command: list[str], env: dict[str, str], **options: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command in a process group of its own, and end all that is left of it."""
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, **options}
    process = subprocess.Popen(command, env=env, start_new_session=True, **options)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            with suppress(BrokenPipeError):
                if stream:
                    stream.close()


def bash(
    command: str, env: dict[str, str], given: bytes = b"", cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a line of bash, which reads what is given, to its end."""
    return subprocess.run(
        ["bash", "-c", command],
        env=env,
        input=given,
        cwd=cwd,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )


def read_until(process: subprocess.Popen[bytes], seen: Callable[[bytes], bool]) -> bytes:
    """Read stdout as it comes until enough is seen, the end is, or patience runs out."""
    assert process.stdout
    output = b""
    until = time.monotonic() + PATIENCE
    while not seen(output) and time.monotonic() < until:
        if select.select([process.stdout], [], [], 0.1)[0]:
            read = os.read(process.stdout.fileno(), 1 << 16)
            output += read
            if not read:
                break
    return output


def wait_for(seen: Callable[[], bool]) -> None:
    """Poll until something has happened."""
    until = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def complete(output: bytes) -> bytes:
    """Return the complete lines of what has been read so far."""
    return output[: output.rfind(b"\n") + 1]


def objects(output: bytes) -> list[dict[str, Any]]:
    """Return the objects of a JSON Lines output."""
    return [json.loads(line) for line in output.splitlines()]


def hits(output: bytes) -> int:
    """Return the sum of hits over all summaries."""
    return sum(row["hits"] for row in objects(output) if row["type"] == "summary")


def states(output: bytes) -> list[str]:
    """Return the states of the alerts, in order."""
    return [row["state"] for row in objects(output) if row["type"] == "alert"]
