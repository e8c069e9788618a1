"""Tries of the one file and of its .deb: what they write, how they end, what is left of them."""

import bz2
import gzip
import lzma
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from _bare import Bare
from _pages import ROOT

GOLDEN = ROOT / "tests/golden"
NAMES = ("clfparse", "clfstats", "clfalert", "clfgen", "clfmon")
PATIENCE = 30.0  # seconds until something is held not to happen
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGKILL)
LINE = b'::1 - - [07/Feb/2019:21:11:%02d +0000] "GET / HTTP/1.1" 200 9\n'
_PROBLEMS: list[str] = []

Words = Callable[[str], list[str]]  # how a command is called, by its name


def check(built: Path, package: Path, folder: Path) -> int:
    """Try both; return the status: 1 if something is not as it should be. folder: a place."""
    packages: Words = lambda name: [str(folder / "venv/bin" / name)]  # noqa: E731 - of its type
    alone: Words = lambda name: [str(built), name]  # noqa: E731 - the same
    _golden("golden files", alone)
    _same(folder, alone, packages)
    _ends(folder, alone, packages)
    _start(alone, packages)
    if os.geteuid():
        _say("bare system", "not tried: that takes root")
    else:
        with Bare(folder / "bare") as bare:
            shutil.copy(built, bare.root / "clf-filters")
            _golden("bare system", lambda name: bare.words("/clf-filters", name))
            before = bare.files()
            bare.dpkg("--install", str(package))
            _golden("the package", lambda name: bare.words(f"/usr/bin/{name}"))
            _watch("its clfmon", bare.words("/usr/bin/clfmon"), bare.root, "/tmp/access.log")
            bare.dpkg("--purge", "clf-filters")
            _expect("left of it", sorted(bare.files() ^ before), [])
    _lint(package)
    for problem in _PROBLEMS:
        sys.stderr.write(f"standalone: {problem}\n")
    return 1 if _PROBLEMS else 0


def _say(what: str, figure: str) -> None:
    sys.stdout.write(f"{what:15}{figure}\n")
    sys.stdout.flush()


def _expect(what: str, seen: object, wanted: object) -> None:
    _say(what, f"{seen}" if seen == wanted else f"{seen}, and not {wanted}")
    if seen != wanted:
        _PROBLEMS.append(f"{what}: {seen}, and not {wanted}")


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def _golden(what: str, words: Words) -> None:
    """Hold all golden files: what is written, byte for byte, what is reported, and the status."""
    inputs = sorted(GOLDEN.glob("*/*.in"))
    for source in inputs:
        args = source.with_suffix(".args")
        options = shlex.split(args.read_text()) if args.exists() else []
        with source.open("rb") as file:
            command = [*words(source.parent.name), *options]
            done = subprocess.run(
                command, stdin=file, env=_clean(), capture_output=True, check=False
            )
        seen = {".out": done.stdout, ".err": done.stderr, ".code": b"%d\n" % done.returncode}
        for suffix, data in seen.items():
            path = source.with_suffix(suffix)
            nothing = b"0\n" if suffix == ".code" else b""
            if data != (path.read_bytes() if path.exists() else nothing):
                _PROBLEMS.append(f"{what}: {source.parent.name}/{path.name} is another")
    _say(what, f"{len(inputs)} cases")


def _same(folder: Path, words: Words, packages: Words) -> None:
    """See that what no golden file reaches is as the packages have it: machine code above all."""
    sample = (ROOT / "tests/helpers/sample.log").read_bytes()
    packed = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
    paths = []
    for kind, compress in packed.items():
        paths.append(folder / f"sample.{kind}")
        paths[-1].write_bytes(compress(sample))
    if shutil.which("zstd"):
        paths.append(folder / "sample.zst")
        paths[-1].write_bytes(subprocess.check_output(["zstd", "-c"], input=sample))
    runs = [["clfparse", str(path)] for path in paths]
    runs += [["clfparse", "--zone", zone, str(paths[0])] for zone in ("Europe/Berlin", "nowhere")]
    runs += [[name, option] for name in NAMES for option in ("--help", "--version", "--bad")]
    for run in runs:
        done = [
            subprocess.run([*how(run[0]), *run[1:]], env=_clean(), capture_output=True, check=False)
            for how in (words, packages)
        ]
        seen, wanted = ((each.stdout, each.stderr, each.returncode) for each in done)
        if seen != wanted:
            _PROBLEMS.append(f"{' '.join(run)}: {seen}, and not {wanted}")
    _say("as the packages", f"{len(runs)} runs")


def _ends(folder: Path, words: Words, packages: Words) -> None:
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
        _expect(f"ends of {name}", statuses[1], statuses[0])
    _expect("left of them", [path.name for path in place.iterdir()], [])


@contextmanager
def _writing(words: list[str], place: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command and see it write. place: for temporary files. Exits if one stays behind."""
    env = {**_clean(), "TMPDIR": str(place)}
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


def _start(words: Words, packages: Words) -> None:
    """Say how long a start takes, the quickest of some, and that of the packages."""
    quickest = []
    for how in (words, packages):
        took = []
        for _ in range(7):
            began = time.monotonic()
            subprocess.run(how("clfparse"), stdin=subprocess.DEVNULL, env=_clean(), check=True)
            took.append(time.monotonic() - began)
        quickest.append(min(took))
    _say("a start", f"{quickest[0]:.2f} s, of the packages {quickest[1]:.2f} s")


def _watch(what: str, words: list[str], root: Path, log: str) -> None:
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
    _expect(what, (b'"hits":1000,' in first, status), (True, 143))


def _lint(package: Path) -> None:
    if not shutil.which("lintian"):
        _say("lintian", "not here")
        return
    words = ["lintian", "--allow-root", "--tag-display-limit=0", str(package)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    _expect("lintian", done.stdout.strip() or "nothing", "nothing")
