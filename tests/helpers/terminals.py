"""A terminal for tests: pyte shows what real processes write to a real pseudo-terminal."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pyte
from processes import PATIENCE
from streams import START, line

CTRL_C, CTRL_Z = b"\x03", b"\x1a"
ALTERNATE = 1049 << 5  # as pyte keeps the numbers of private modes
RECORDS = b"".join(  # ten
    line(START + at, host="192.0.2.1", status=500, bytes=9) for at in range(0, 50, 5)
)
_STILL = 0.05  # seconds without output, after which a screen is not half drawn
_LOOKS = 40  # after which one counts that never stands still
_TAKE = 'exec <>"$0" >&0 2>"${1:-$0}"; shift; exec "$@"'  # of a shell that leads its session


class Emulator(pyte.Screen):
    """A pyte screen with the one thing that it lacks: the alternate screen of xterm."""

    def __init__(self, columns: int, lines: int) -> None:
        self.title_set = False
        self._normal: tuple[Any, Any] | None = None
        super().__init__(columns, lines)

    def set_mode(self, *modes: int, private: bool = False, **_: Any) -> None:
        """Go to the alternate screen, where that is what is asked for."""
        if private and 1049 in modes and not self._normal:
            self._normal = ({y: dict(row) for y, row in self.buffer.items()}, self.cursor)
            self.cursor = pyte.screens.Cursor(0, 0)
            self.buffer.clear()
        super().set_mode(*modes, private=private)

    def reset_mode(self, *modes: int, private: bool = False, **_: Any) -> None:
        """Come back from it."""
        super().reset_mode(*modes, private=private)
        if private and 1049 in modes and self._normal:
            rows, self.cursor = self._normal
            self._normal = None
            self.buffer.clear()
            for y, row in rows.items():
                self.buffer[y].update(row)

    def set_title(self, param: str) -> None:
        """Note that someone has set the window's title."""
        self.title_set = True
        super().set_title(param)

    def set_icon_name(self, param: str) -> None:
        """Note that someone has set the icon's name."""
        self.title_set = True
        super().set_icon_name(param)


class Seen(NamedTuple):
    """What a terminal shows at a moment."""

    text: str
    alternate: bool
    cursor: bool
    wraps: bool


class Terminal:
    """A pseudo-terminal with a process that it controls. What is shown is followed by a thread."""

    def __init__(
        self, ends: tuple[int, int], process: subprocess.Popen[bytes], size: tuple[int, int]
    ) -> None:
        self.process = process
        self.raw = b""
        self._ours, self._theirs = ends
        self._lock = threading.Lock()
        self.screen = Emulator(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with suppress(OSError):  # how Linux tells that the other side is closed
            while read := os.read(self._ours, 1 << 16):
                with self._lock:
                    self.raw += read
                    self._stream.feed(read)

    def see(self) -> Seen:
        """Return what is on the screen now."""
        with self._lock:
            mode = self.screen.mode
            return Seen(
                "\n".join(row.rstrip() for row in self.screen.display),
                ALTERNATE in mode,
                not self.screen.cursor.hidden,
                pyte.modes.DECAWM in mode,
            )

    def wait_until(self, seen: Callable[[Seen], object], patience: float = PATIENCE) -> Seen:
        """Wait until the screen is as it should be and has been drawn to the end; return it."""
        until = time.monotonic() + patience
        drawing = 0
        while drawing < _LOOKS:
            drawn = len(self.raw)
            if seen(shown := self.see()):
                time.sleep(_STILL)
                if len(self.raw) == drawn:
                    break
                drawing += 1
            else:
                assert time.monotonic() < until, f"it was not seen:\n{shown.text}\n{shown[1:]}"
                time.sleep(0.02)
        return shown

    def wait_for(self, *texts: str, patience: float = PATIENCE) -> Seen:
        """Wait until all these texts are on the screen."""
        return self.wait_until(lambda seen: all(text in seen.text for text in texts), patience)

    def ended(self, modes: list[Any] | None = None) -> int:
        """Wait for the end of the process and of all that was written; return its status.

        modes: how the terminal is to be set again by then.
        """
        status = self.process.wait(PATIENCE)
        assert modes is None or termios.tcgetattr(self._theirs) == modes
        self._close()
        assert not self._reader.is_alive(), "the terminal is still open"
        return status

    def close(self) -> None:
        """End all that is left."""
        for what in self.living():
            with suppress(ProcessLookupError):
                os.kill(int(what.split()[0]), signal.SIGKILL)
        self.process.wait(PATIENCE)
        self._close()
        os.close(self._ours)

    def _close(self) -> None:
        if self._theirs >= 0:
            os.close(self._theirs)  # the last one, without which there is nothing more to read
            self._theirs = -1
        self._reader.join(PATIENCE)

    def send(self, keys: bytes) -> None:
        """Type."""
        os.write(self._ours, keys)

    def resize(self, columns: int, lines: int) -> None:
        """Change the size, as a window's corner does that is drawn."""
        with self._lock:
            self.screen.resize(lines, columns)
            _resize(self._ours, columns, lines)

    def living(self) -> list[str]:
        """Return the processes of the terminal's session that live: their numbers, and words."""
        listed = subprocess.run(
            ["ps", "-ww", "-A", "-o", "sess=,stat=,pid=,args="], stdout=subprocess.PIPE, check=True
        )
        rows = [row.split(maxsplit=2) for row in listed.stdout.decode().splitlines()]
        return [
            what
            for session, state, what in rows
            if session == str(self.process.pid) and "Z" not in state
        ]


def environment(folder: Path) -> dict[str, str]:
    """Return an environment as a user has it, with the filters on PATH and a folder as TMPDIR."""
    dropped = ("PYTHON", "NO_COLOR", "COLUMNS", "LINES")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    path = f"{Path(sys.executable).parent}:{inherited['PATH']}"
    return {**inherited, "PATH": path, "TERM": "xterm", "TMPDIR": str(folder)}


def _resize(fd: int, columns: int, lines: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("4H", lines, columns, 0, 0))


@contextmanager
def terminal(
    command: list[str], env: dict[str, str], size: tuple[int, int] = (80, 24), stderr: str = ""
) -> Iterator[Terminal]:
    """Start a command on a terminal of its own; end all that is left. stderr: a file for it."""
    ours, theirs = pty.openpty()
    _resize(theirs, *size)
    # A leader of a session takes the first terminal that it opens.
    taking = ["bash", "-c", _TAKE, os.ttyname(theirs), stderr, *command]
    process = subprocess.Popen(taking, env=env, start_new_session=True)
    shown = Terminal((ours, theirs), process, size)
    try:
        yield shown
    finally:
        shown.close()


@contextmanager
def fed(
    tmp_path: Path,
    env: dict[str, str],
    options: str = "",
    *,
    size: tuple[int, int] = (80, 24),
    stderr: str = "",
) -> Iterator[tuple[Terminal, int]]:
    """Start clfstats --live on a terminal; yield that, and the descriptor that feeds it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    feed = os.open(pipe, os.O_RDWR)
    command = ["bash", "-c", f"exec clfstats --live {options} < {pipe}"]
    try:
        with terminal(command, env, size, stderr) as shown:
            yield shown, feed
    finally:
        try:
            os.close(feed)
        except OSError:
            assert feed, "closed by the test, for it to be the end of input"
