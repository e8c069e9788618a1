"""clfmon on a real terminal, and without one."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
from logs import line as log_line
from logs import now
from paths import ROOT
from processes import hits, read_until, started, states, wait_for
from terminals import CTRL_C, Terminal, terminal

CLFMON = str(ROOT / "bin/clfmon")
pytestmark = pytest.mark.process


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["KILL", "TERM"])
def test_clfmon_s_filters_end_with_it(number: int, tmp_path: Path, env: dict[str, str]) -> None:
    """However it was ended: no process stays, and no file; the screen is left, the state stays."""
    with terminal(["bash", "-c", f"{CLFMON} --demo; exec sleep 60"], env) as shown:
        shown.wait_until(lambda seen: seen.alternate and "made-up" in seen.text)
        (clfmon, *_) = [row for row in shown.living() if f"/bin/sh {CLFMON}" in row]
        assert len(shown.living()) >= 7
        os.kill(int(clfmon.split()[0]), number)
        wait_for(lambda: [row.split(maxsplit=1)[1] for row in shown.living()] == ["sleep 60"])
        seen = shown.wait_until(lambda seen: not seen.alternate and "total" in seen.text)
        assert (seen.cursor, seen.wraps) == (True, True)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_nothing_outlives_the_terminal(tmp_path: Path, env: dict[str, str]) -> None:
    """As when its window is closed: the session's leader goes, and a hangup comes."""
    with terminal([CLFMON, "--demo"], env) as shown:
        shown.wait_until(lambda seen: seen.alternate and "made-up" in seen.text)
        shown.process.kill()
        shown.process.wait()  # or it would be there still, for clfgen to see
        wait_for(lambda: not shown.living())
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.slow
def test_clfmon_shows_what_the_filters_tell(tmp_path: Path, env: dict[str, str]) -> None:
    """A log that is not there yet, and a line that is none; nothing runs across the screen."""
    log = tmp_path / "access.log"
    with terminal([CLFMON, str(log)], env) as shown:
        shown.wait_for(f"clfmon: waiting for {log}"[:60])
        log.write_text("odd\n" + log_line(0) + log_line(60))
        seen = shown.wait_for("line 1: ", "'odd'", "/api")
        assert seen.text.startswith("1970-01-01")
        shown.send(CTRL_C)
        assert shown.ended() in {130, -signal.SIGINT}
        assert "'odd'" in shown.see().text
    assert list((tmp_path / "tmp").iterdir()) == []


def test_clfmon_writes_text_where_that_is_wanted(tmp_path: Path, env: dict[str, str]) -> None:
    log = tmp_path / "access.log"
    log.write_text(log_line(0) + log_line(100))
    with terminal([CLFMON, "--plain", str(log)], env) as shown:
        seen = shown.wait_for("1970-01-01 00:00:00–00:00:10", "/api")
        assert not seen.alternate
        assert b"\x1b[?1049h" not in shown.raw
        shown.send(CTRL_C)
        shown.ended()


@pytest.mark.parametrize("option", [["-n5"]])
def test_clfmon_begins_with_so_many_lines(
    option: list[str], tmp_path: Path, env: dict[str, str]
) -> None:
    log = tmp_path / "access.log"
    log.write_text("".join(map(log_line, range(0, 2000, 100))))
    with started([CLFMON, *option, str(log)], env) as process:
        output = read_until(process, bool)
        os.killpg(process.pid, signal.SIGINT)
        output += read_until(process, lambda _: False)
    assert hits(output) == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--nonsense"], "no such option: --nonsense"),
        (["-x"], "no such option: -x"),
        (["a", "b"], "one log at a time"),
        (["a", "--", "b"], "one log at a time"),
        (["--", "a", "b"], "one log at a time"),
        (["--lines", "x"], "'x' is no number"),
        (["--lines="], "'' is no number"),
        (["-n", "-1"], "'-1' is no number"),
        (["-n"], "-n needs a value"),
        (["--window"], "--window needs a value"),
        (["--window", "nonsense"], "nonsense"),
        (["--alert-window", "0s"], "at least 1s"),
        (["-tx"], "'x' is no number of requests per second"),
        (["--demo", "a"], "--demo makes its own log"),
        (["a", "--demo"], "--demo makes its own log"),
    ],
)
def test_clfmon_is_misused(arguments: list[str], message: str, env: dict[str, str]) -> None:
    """One message, status 2, and nothing started or left."""
    done = subprocess.run(
        [CLFMON, *arguments], env=env, capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""
    assert list(Path(env["TMPDIR"]).iterdir()) == []


HIGH, BACK = "High traffic generated an alert", "High traffic alert recovered"


def begins_with_statistics(demo: Terminal) -> None:
    """Wait for the other screen, with no cursor: hits, a chart, top values, and no alert yet."""
    seen = demo.wait_until(lambda seen: re.search(r"^/\S* +\d+ +\d+% ", seen.text, re.MULTILINE))
    for part in ("hits of the last ", "top section", "top host", "no alert", "made-up"):
        assert part in seen.text
    assert (seen.alternate, seen.cursor, seen.wraps) == (True, False, False)


@pytest.mark.slow
def test_the_demo_ends_with_both_alerts_seen(tmp_path: Path, env: dict[str, str]) -> None:
    """The newest above; after Ctrl-C all stay, in order, and nothing else does."""
    with terminal([CLFMON, "--demo"], env) as demo:
        begins_with_statistics(demo)
        seen = demo.wait_for(HIGH, BACK)
        assert seen.alternate
        alerts = re.compile(f"^(?:{HIGH}|{BACK})", re.MULTILINE)
        on_screen = alerts.findall(seen.text)  # there may have been a second peak
        demo.send(CTRL_C)
        assert demo.ended() in {130, -signal.SIGINT}
        wait_for(lambda: not demo.living())
        assert demo.see()[1:] == (False, True, True)
        left = re.sub(rb"\x1b\[[0-9;]*m|\r", b"", demo.raw.split(b"\x1b[?1049l")[-1]).decode()
    stayed = alerts.findall(left)
    assert stayed == ([HIGH, BACK] * len(stayed))[: len(stayed)]
    assert on_screen[::-1] in (stayed[at:][: len(on_screen)] for at in range(len(stayed)))
    assert re.search(r"^total +[\d,]{3,} ", left, re.MULTILINE)
    assert list((tmp_path / "tmp").iterdir()) == []


# Without a terminal


@pytest.mark.slow
def test_clfmon_waits_for_the_log_and_watches_it(tmp_path: Path, clean: dict[str, str]) -> None:
    log = tmp_path / "access.log"
    command = [CLFMON, "-t", "0.05", str(log)]
    with started(command, clean, stderr=subprocess.PIPE) as process:
        assert process.stderr
        assert process.stderr.readline() == f"clfmon: waiting for {log}\n".encode()
        log.write_text(now(8))
        output = read_until(process, lambda output: b"triggered" in output)
        os.killpg(process.pid, signal.SIGINT)
        output += read_until(process, lambda _: False)
    assert hits(output) == 8
    assert states(output) == ["triggered"]


def test_clfmon_takes_its_children_along(tmp_path: Path, clean: dict[str, str]) -> None:
    """However it ends: tail follows it, the filters write what is open, and end with tail."""
    log = tmp_path / "access.log"
    log.touch()
    with started([CLFMON, str(log)], clean) as process:
        log.write_text(log_line(0) + log_line(100))
        output = read_until(process, bool)
        process.kill()
        process.wait()
        output += read_until(process, lambda _: False)
    assert hits(output) == 2


def test_clfmon_works_through_a_link(tmp_path: Path, clean: dict[str, str]) -> None:
    link = tmp_path / "watch"
    link.symlink_to(CLFMON)
    env = {**clean, "PATH": "/usr/bin:/bin"}
    done = subprocess.run([link, "-t", "x"], env=env, capture_output=True, text=True, check=False)
    assert "'x' is no number of requests per second" in done.stderr


@pytest.mark.parametrize("arguments", [["-t"], ["-t", "x"], ["--nonsense"], ["a", "b"]])
def test_clfmon_s_bad_usage_is_status_2(arguments: list[str], clean: dict[str, str]) -> None:
    done = subprocess.run([CLFMON, *arguments], env=clean, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr
