"""clfspark with Spark itself: the same bytes as one machine. Skips where that is not installed."""

import gzip
import signal
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest
from paths import ROOT
from processes import started, wait_for

from clfstats.spark import needs

sys.path.append(str(ROOT / "bin/dev"))
import _bench_logs

LINES = 5_000  # of each of four logs
spark = pytest.mark.skipif(
    bool(needs.lacking()), reason=f"no Spark here: {needs.lacking()} (450 MB)"
)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with logs: plain ones, a packed one, one with directives, odd lines."""
    folder = tmp_path_factory.mktemp("logs")
    for seed, name in enumerate(("common", "apache", "iis")):
        _bench_logs.write(folder / name, getattr(_bench_logs, name), LINES, seed)
    _bench_logs.write(folder / "mixed", _bench_logs.mixed, LINES, 9)
    text = (folder / "mixed").read_bytes() + b"odd\n"
    (folder / "mixed").unlink()
    (folder / "mixed.gz").write_bytes(gzip.compress(text))
    return folder


def bash(script: str, env: dict[str, str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["bash", "-c", script], env=env, cwd=folder, capture_output=True, check=False, timeout=300
    )


def ours(folder: Path) -> list[bytes]:
    """Return the command lines of the processes that work for a run with this TMPDIR."""
    mark = f"TMPDIR={folder}".encode()
    commands = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (path / "environ").read_bytes():
                commands.append((path / "cmdline").read_bytes())
    return commands


@spark
@pytest.mark.spark
@pytest.mark.slow
@pytest.mark.parametrize("window", ["10s", "1h"])
def test_the_same_bytes_as_one_machine(logs: Path, env: dict[str, str], window: str) -> None:
    by = "--by section --by log"
    both = f"tee >(clfalert -t 100) | clfstats {by} --window 1h"
    parts = f"clfspark . --master 'local[2]' {by} --window {window}"
    many = bash(f"{parts} | {both}", env, logs)
    parts = f"clfparse ./* | clfstats --parts {by} | LC_ALL=C sort | clfstats --parts {by}"
    single = bash(f"{parts} --window {window} | {both}", env, logs)
    assert sorted(many.stdout.splitlines()) == sorted(single.stdout.splitlines())
    assert b'"type":"summary"' in many.stdout
    assert many.stderr.decode().splitlines() == [
        "clfspark: ./mixed.gz: line 5001: no time such as [10/Oct/2000:13:55:36 -0700]: 'odd'",
        f"clfspark: 1 of {4 * LINES + 5:,} lines refused",
    ]


@spark
@pytest.mark.spark
@pytest.mark.slow
def test_hadoops_file_system_gives_the_same(logs: Path, env: dict[str, str]) -> None:
    both = f"clfspark . > $TMPDIR/local; clfspark file://{logs} | cmp - $TMPDIR/local"
    whole = bash(both, env, logs)
    assert (whole.returncode, whole.stdout) == (0, b"")
    odd = bash(f"clfspark file://{logs}/gone 'file://{logs}/common,*' foo://x/y", env, logs)
    assert odd.returncode == 1
    first, second, third = odd.stderr.decode().splitlines()[:3]
    assert first.endswith("gone: no such file")
    assert second.endswith("no such file")
    assert "foo" in third


@spark
@pytest.mark.spark
@pytest.mark.slow
def test_refused_lines_and_what_cannot_be_read(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(b"odd \xff\n" * 12)
    (tmp_path / "torn.gz").write_bytes(gzip.compress(b"odd too\n" * 3)[:-9])
    done = bash("clfspark odd torn.gz gone --rejects rejects", env, tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    lines = done.stderr.decode().splitlines()
    assert lines[0] == "clfspark: gone: No such file or directory"
    assert lines[1] == "clfspark: torn.gz: gzip data ends too early"
    assert lines[-1].endswith("lines refused")
    assert any("none of the lines could be read; " in line for line in lines)
    saved = (tmp_path / "rejects").read_bytes()
    assert saved.startswith(b"odd \xff\n" * 12)
    assert bash("clfspark odd; echo $?", env, tmp_path).stdout == b"1\n"


@spark
@pytest.mark.spark
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("word", [b"SparkSubmit", b"pyspark.daemon"])
def test_no_process_is_left(number: int, word: bytes, logs: Path, env: dict[str, str]) -> None:
    """Whatever ends it, and however early: as Java starts, or as its workers in Python work."""
    folder = Path(env["TMPDIR"])
    with started(["clfspark", *[str(logs / "common")] * 40], env, stderr=subprocess.PIPE) as run:
        wait_for(lambda: any(word in command for command in ours(folder)))
        run.send_signal(number)
        status = run.wait(60)
        wait_for(lambda: not ours(folder))
    assert status in {-number, 128 + number}
    assert number == signal.SIGKILL or not list(folder.iterdir())


@spark
@pytest.mark.spark
@pytest.mark.slow
def test_a_closed_pipe_ends_it_in_silence(logs: Path, env: dict[str, str]) -> None:
    done = bash("clfspark . --window 1s | head -c 1; echo ${PIPESTATUS[0]}", env, logs)
    assert done.stdout == b"{141\n"
    assert b"lines refused" in done.stderr.splitlines()[-1]


def test_help_and_usage_need_no_spark(env: dict[str, str], tmp_path: Path) -> None:
    shown = bash("clfspark --help; clfspark --version", env, tmp_path)
    assert b"--master" in shown.stdout
    assert shown.stderr == b""
    zones = "log --zone Nowhere"
    for odd in ("", "-", "log --window 7h", "log --format '%h'", zones, "log --by $'\\xff'"):
        assert bash(f"clfspark {odd}", env, tmp_path).returncode == 2, odd


def test_what_is_missing_is_named(env: dict[str, str], tmp_path: Path) -> None:
    """Java at least: it is not beside Python."""
    env = {name: value for name, value in env.items() if name != "JAVA_HOME"}
    env["PATH"] = f"{Path(sys.executable).parent}:{tmp_path}"
    done = subprocess.run(["clfspark", "log"], env=env, capture_output=True, check=False)
    assert done.stderr.decode().rstrip("\n") in {
        f"clfspark: {needs.JAVA}",
        f"clfspark: {needs.PYSPARK}",
    }
    assert (done.returncode, done.stdout) == (1, b"")
    if find_spec("pyspark") is None:
        assert needs.PYSPARK in done.stderr.decode()
