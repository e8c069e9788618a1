"""How the commands of the one file end: by signals, or a reader that goes; and what is left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from _outcomes import clean, expect

LINE = b'::1 - - [07/Feb/2019:21:11:%02d +0000] "GET / HTTP/1.1" 200 9\n'
PATIENCE = 30.0  # seconds until something is held not to happen
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGKILL)

Words = Callable[[str], list[str]]  # how a command is called, by its name


def try_ends(folder: Path, words: Words, packages: Words) -> None:
    """See that each signal gives the status that it gives the packages, and that nothing stays."""
    place, log = folder / "tmp", folder / "access.log"
    place.mkdir()
    options = {
        "clfparse": ["/dev/stdin"],
        "clfgen": ["--rate", "100"],
        "clfmon": ["--lines", "2000", str(log)],
    }
    for name, rest in options.items():
        statuses = []
        for how in (packages, words):
            log.write_bytes(LINE % 0 * 1000 + LINE % 30)
            runs = [_ended([*how(name), *rest], number, place) for number in SIGNALS]
            statuses.append([*runs, _refused([*how(name), *rest], place, log)])
        expect(f"ends of {name}", statuses[1], statuses[0])
    expect("left of them", [path.name for path in place.iterdir()], [])


@contextmanager
def _writing(words: list[str], place: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command and see it write. place: for temporary files. Exits if one stays behind."""
    env = {**clean(), "TMPDIR": str(place)}
    with subprocess.Popen(
        words, stdin=-1, stdout=-1, stderr=subprocess.DEVNULL, env=env, start_new_session=True
    ) as process:
        try:
            _add(process, 0)
            if process.stdout:
                process.stdout.readline()
            yield process
            process.wait(PATIENCE)
            until = time.monotonic() + PATIENCE
            while _is_there(process.pid) and time.monotonic() < until:
                time.sleep(0.02)
            if _is_there(process.pid):
                sys.exit(f"standalone: {' '.join(words)}: processes stay behind")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _add(process: subprocess.Popen[bytes], second: int) -> None:
    if process.stdin:
        process.stdin.write(LINE % second)
        process.stdin.flush()


def _ended(words: list[str], number: int, place: Path) -> int:
    """Return the status of a command that gets a signal."""
    with _writing(words, place) as process:
        process.send_signal(number)
    return process.returncode


def _refused(words: list[str], place: Path, log: Path) -> int:
    """Return the status of a command whose reader goes away; it has something to write then."""
    with _writing(words, place) as process:
        if process.stdout:
            process.stdout.close()
        _add(process, 1)
        with log.open("ab") as file:
            file.write(LINE % 50)
    return process.returncode


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def try_monitor(what: str, words: list[str], root: Path, log: str) -> None:
    """See clfmon count a log within a root, and end as it should."""
    (root / log[1:]).write_bytes(LINE % 0 * 1000 + LINE % 30)
    command = [*words, "--lines", "2000", log]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout  # noqa: S101 - for the type
        first = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
        status = process.wait(PATIENCE)
    (root / log[1:]).unlink()
    expect(what, (b'"hits":1000,' in first, status), (True, 143))
