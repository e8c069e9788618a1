"""The processes of the pipeline: how they are started, and how they have ended."""

import os
import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from clfparse.stream.descriptors import STDOUT
from clfstats.monitor.arrivals import ENDS, FROM_TERMINAL, held_back
from clfstats.monitor.commands import Program
from clfstats.monitor.messages import Messages


@dataclass
class Member:
    """A process. status: its own, or minus the signal that ended it; None while it runs.

    source: whether it begins the pipeline. asked: whether it was sent a signal from here.
    """

    name: str
    pid: int
    source: bool = False
    status: int | None = None
    asked: bool = False

    def send(self, number: int) -> None:
        """Send a signal, if it still runs: until it is reaped, its number is nobody else's."""
        if self.status is None:
            self.asked = True
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def ended(self) -> str:
        """Tell how it ended."""
        if self.status is None or self.status >= 0:
            return f"{self.name} ended with status {self.status}"
        with suppress(ValueError):
            return f"{self.name} was ended by {signal.Signals(-self.status).name}"
        return f"{self.name} was ended by signal {-self.status}"


# Each line has the sources' numbers, or says "end". At the end of its input, the process that wrote
# it has gone, and whether its orphans are reaped, for tail to see that, is uncertain.
_KEEP = 'while read -r line; do [ "$line" != end ] || exit; pids=$line; done; kill -KILL $pids'


class Keeper:
    """A process by which sources end: when it has gone, or when this process has.

    tail and clfgen watch its number (``--pid``). Of its end tail learns within a fifth of a second;
    it reads its log once more then, and ends too.
    """

    def __init__(self) -> None:
        read, self._hold = os.pipe()
        with held_back() as ignoring:
            process = subprocess.Popen(  # noqa: S603 - words of this module
                ["sh", "-c", _KEEP],  # noqa: S607 - on PATH, as tail is
                stdin=read,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                preexec_fn=ignoring(ENDS),  # noqa: PLW1509 - there are no threads
            )
        process.returncode = 0  # it is reaped by the supervisor
        os.close(read)
        self.pid = process.pid

    def guard(self, sources: Iterable[int]) -> None:
        """End these processes when this one has gone, even by SIGKILL."""
        self._write(b" ".join(b"%d" % pid for pid in sources) + b"\n")

    def release(self) -> None:
        """End, and so let the sources end."""
        self._write(b"end\n")

    def _write(self, line: bytes) -> None:
        with suppress(OSError):  # it has been killed
            os.write(self._hold, line)


def has_pid_option() -> bool:
    """Tell whether tail can end with another process: GNU's can. Raises OSError without tail."""
    shown = subprocess.run(["tail", "--help"], capture_output=True, check=False)  # noqa: S607
    return b"--pid" in shown.stdout + shown.stderr


def start_all(
    programs: Iterable[Program],
    members: list[Member],
    keeper: Keeper,
    messages: Messages | None,
) -> None:
    """Start the programs as a pipeline that ends at stdout; add each to the members at once.

    Sources end with the keeper: no signal that all get at once ends them before. The others end
    with their input; the first of them reads what all sources write. messages: where all but the
    last report, and which the last reads.
    Raises OSError where one cannot be started; its file name is the program's.
    """
    *before, last = programs
    inputs: list[int] = []
    for program in before:
        read, write = os.pipe()
        try:
            pid = _started(program, [] if program.source else inputs, write, messages)
        finally:
            os.close(write)
        members.append(Member(program.name, pid, program.source))
        if program.source:
            inputs.append(read)
            keeper.guard([member.pid for member in members])
        else:
            inputs = [read]
    members.append(Member(last.name, _started(last, inputs, STDOUT, messages)))


def _started(program: Program, inputs: list[int], output: int, messages: Messages | None) -> int:
    """Start a program; return its process's number. Its inputs are closed here, in any case."""
    words, passed = program.words, inputs[1:] and inputs
    last = output == STDOUT
    if passed:
        words = [*words, *(f"/dev/fd/{fd}" for fd in passed)]
    try:
        with held_back() as ignoring:
            process = subprocess.Popen(  # noqa: S603 - words, not a shell's
                words,
                stdin=inputs[0] if len(inputs) == 1 else subprocess.DEVNULL,
                stdout=output,
                stderr=messages.append if messages and not last else None,
                pass_fds=(*passed, *([messages.read] if messages and last else [])),
                preexec_fn=ignoring(ENDS if program.source else FROM_TERMINAL),  # noqa: PLW1509 - no threads
            )
    finally:
        for fd in inputs:
            os.close(fd)
    process.returncode = 0  # it is reaped by the supervisor
    return process.pid
