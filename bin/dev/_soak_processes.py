"""What Linux says of processes: /proc/PID."""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

TICK = os.sysconf("SC_CLK_TCK")


class Usage(NamedTuple):
    """What a process has taken: CPU seconds, the most memory, and how long it waited for a core.

    Where other processes take the cores, it is that waiting which makes latency, not the filters.
    """

    cpu: float
    mebibytes: float
    waited: float = 0.0


def members(session: int) -> dict[str, int]:
    """Return the processes of a session by their names."""
    pids = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = path.read_text().partition("(")[2].rpartition(")")
            if int(rest.split()[3]) == session:
                pids[name] = int(path.parent.name)
    return pids


def usage_of(pid: int) -> Usage | None:
    """Return what a process has taken so far; None if it has gone."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        waits = Path(f"/proc/{pid}/schedstat")
        waited = int(waits.read_text().split()[1]) / 1e9 if waits.exists() else 0
        cpu = (int(fields[11]) + int(fields[12])) / TICK
        return Usage(cpu, int(peak[1]) / 1024 if peak else 0, waited)
    return None


def position(pid: int, file: os.stat_result) -> int | None:
    """Return how far a process has read a file; None if it does not have it open."""
    with suppress(OSError):
        for fd in Path(f"/proc/{pid}/fd").iterdir():
            if os.path.samestat(fd.stat(), file):
                return int(Path(f"/proc/{pid}/fdinfo/{fd.name}").read_text().split()[1])
    return None
