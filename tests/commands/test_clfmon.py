"""clfmon on a real terminal, and without one: what it watches, and how it is used.

How it ends is in test_clfmon_ends.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import termios
from pathlib import Path

import pytest
from logs import line as log_line
from logs import now
from monitors import OPENING, add, ended, watching
from processes import PATIENCE, hits, objects, read_until, started, states, wait_for
from terminals import CTRL_C, Terminal, terminal

CLFMON = "clfmon"
pytestmark = pytest.mark.process


@pytest.mark.slow
def test_clfmon_shows_what_the_filters_report(tmp_path: Path, env: dict[str, str]) -> None:
    """A log that is not there yet, and a line that is none; nothing runs across the screen."""
    log = tmp_path / "access.log"
    with terminal([CLFMON, str(log)], env) as shown:
        shown.wait_for(f"clfmon: waiting for {log}"[:60])
        log.write_text("odd\n" + log_line(0) + log_line(60))
        seen = shown.wait_for("line 1: ", "'odd'", "/api")
        assert seen.text.startswith(str(log)[:20])
        assert " of 10/s" in seen.text
        shown.send(CTRL_C)
        assert shown.ended() == 130
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


def test_clfmon_begins_with_so_many_lines(tmp_path: Path, clean: dict[str, str]) -> None:
    log = tmp_path / "access.log"
    log.write_text("".join(map(log_line, range(0, 2000, 100))))
    with started([CLFMON, "-n5", str(log)], clean) as process:
        output = read_until(process, bool)
        process.send_signal(signal.SIGINT)
        output += read_until(process, lambda _: False)
        assert process.wait(PATIENCE) == 130
    assert hits(output) == 5


def test_clfmon_watches_several_logs(tmp_path: Path, clean: dict[str, str]) -> None:
    """One is there, one comes later; the messages name what is waited for."""
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    first.write_text(log_line(0))
    with started([CLFMON, str(first), str(second)], clean, stderr=subprocess.PIPE) as process:
        assert process.stderr
        assert process.stderr.readline() == f"clfmon: waiting for {second}\n".encode()
        second.write_text(log_line(60) * 3)
        begun = read_until(process, bool)
        add(first, log_line(65) * 2)
        process.terminate()
        status, output, messages = ended(process, begun)
    assert (status, messages) == (143, b"")
    assert hits(output) == 6


def test_the_past_of_several_logs_is_read_together(tmp_path: Path, clean: dict[str, str]) -> None:
    """One alert, of their sum: one log after the other, all of the second would come too late."""
    logs = [tmp_path / name for name in ("a.log", "b.log")]
    for log in logs:
        log.write_text("".join(log_line(1_500_000_000 + hit // 6) for hit in range(1800)))
    with started([CLFMON, "-n", "5000", *map(str, logs)], clean, stderr=subprocess.PIPE) as process:
        begun = read_until(process, lambda output: output.count(b'"summary"') >= 28)
        process.terminate()
        status, output, _ = ended(process, begun)
    assert status == 143
    assert hits(output) == 3600
    assert b'"late"' not in output
    assert states(output) == ["triggered"]


def test_options_reach_the_filters(tmp_path: Path, clean: dict[str, str]) -> None:
    log, history = tmp_path / "access.log", tmp_path / "alerts.jsonl"
    lines = [
        f'h - - [01/Jan/2024:12:00:{second:02}] "GET / HTTP/1.1" {200 + second % 2} 1'
        f' "-" "-" "192.0.2.{second}"\n'
        for second in range(60)
    ]
    log.write_text("".join(lines))
    options = (
        "--threshold 0.5 --recover 1/4 --window 30s --alert-window 10s --delay 1s --by status"
        f" --by host --top 1 --history {history} --lines 50 --client x_forwarded_for"
        " --zone Europe/Berlin"
    ).split()
    form = '%h %l %u [%{%d/%b/%Y:%H:%M:%S}t] "%r" %>s %b "%{Referer}i" "%{Agent}i"'
    options += ["--format", form + ' "%{X-Forwarded-For}i"']
    with started([CLFMON, *options, str(log)], clean, stderr=subprocess.PIPE) as process:
        begun = read_until(process, lambda output: output.count(b'"summary"') == 1)
        process.terminate()
        status, output, messages = ended(process, begun)
    assert (status, messages) == (143, b"")
    *_, alert = [row for row in objects(output) if row["type"] == "alert"]
    assert (alert["threshold"], alert["window"], alert["state"]) == (0.5, 10, "triggered")
    assert alert["label"] == str(log)  # the log's name, unless --label says otherwise
    assert [json.loads(line) for line in history.read_text().splitlines()] == [alert]
    first, second = [row for row in objects(output) if row["type"] == "summary"]
    assert first["start"] == "2024-01-01T12:00:00+01:00"
    assert (first["hits"], second["hits"]) == (20, 30)
    assert {name: len(values) for name, values in first["top"].items()} == {"status": 1, "host": 1}
    assert first["top"]["host"][0]["value"] == "192.0.2.10"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--nonsense"], "--nonsense"),
        (["-x"], "-x"),
        (["--lines", "x"], "'x' is not a valid int"),
        (["-n", "-1"], "-1"),
        (["-n"], "-n"),
        (["--alert-window", "0s"], "at least 1s"),
        (["-"], "stdin cannot be followed; `clfparse | clfalert --pass | clfstats --live` reads"),
        (["a", "-"], "stdin cannot be followed"),
        (["--demo", "a"], "a LOG does not go with --demo"),
        (["--demo", "-n10"], "--lines does not go with --demo"),
        (["--demo", "--format", "auto"], "--format does not go with --demo"),
        (["--demo", "--client", "x"], "--client does not go with --demo"),
        (["--demo", "--zone", "UTC"], "--zone does not go with --demo"),
        (["--demo", "--history", "x"], "--history does not go with --demo"),
        (["--demo", "--recover", "21"], "--recover is above --threshold"),
        (["--label", "\x1b"], "a label is printable text of 1 to 200 bytes"),
    ],
)
def test_clfmon_is_misused(arguments: list[str], message: str, env: dict[str, str]) -> None:
    """A message of clfmon's, status 2, and nothing started or left."""
    done = subprocess.run(
        [CLFMON, *arguments], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(("Usage: clfmon ", "Error: "))
    assert message in " ".join(done.stderr.split())
    assert list(Path(env["TMPDIR"]).iterdir()) == []


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        ("clfalert", ["-t", "x"]),
        ("clfalert", ["--recover", "11"]),
        ("clfparse", ["--format", "%h %Q"]),
        ("clfparse", ["--zone", "Nowhere"]),
        ("clfstats", ["--window", "7h"]),
        ("clfstats", ["--top", "-1"]),
        ("clfstats", ["--delay", "x"]),
    ],
)
def test_clfmon_complains_as_the_filters_do(
    program: str, arguments: list[str], clean: dict[str, str]
) -> None:
    """In the same words, but for its own name."""
    complaints = [
        subprocess.run([name, *arguments], env=clean, capture_output=True, text=True, check=False)
        for name in (program, CLFMON)
    ]
    assert [done.returncode for done in complaints] == [2, 2]
    theirs, own = (done.stderr.partition("\n")[2] for done in complaints)
    assert own == theirs.replace(program, CLFMON)


def test_what_cannot_be_followed_is_a_failure(tmp_path: Path, clean: dict[str, str]) -> None:
    """All logs are looked at, before anything starts: nothing is waited for."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    command = [CLFMON, "missing", "folder", "pipe", "loop"]
    done = subprocess.run(
        command, cwd=tmp_path, env=clean, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "clfmon: folder is a directory\n"
        "clfmon: pipe is a pipe, which cannot be followed;"
        " `clfparse FILE | clfalert --pass | clfstats` reads it\n"
        "clfmon: loop: Too many levels of symbolic links\n"
    )


def test_a_history_that_cannot_be_used_is_bad_usage(tmp_path: Path, clean: dict[str, str]) -> None:
    """A foreign file is left as it is; a torn one is mended, which is reported once."""
    log, foreign = tmp_path / "access.log", tmp_path / "foreign.log"
    log.touch()
    foreign.write_text(log_line(0))
    command = [CLFMON, "--history", str(foreign), str(log)]
    done = subprocess.run(command, env=clean, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"clfmon: {foreign}: line 1: no alert of clfalert's; nothing was added\n"
    assert foreign.read_text() == log_line(0)
    (torn := tmp_path / "torn").write_text('{"type":"al')
    command = [CLFMON, "--history", str(torn), str(log)]
    with started(command, clean, stderr=subprocess.PIPE) as process:
        assert process.stderr
        assert b"its last line was torn" in process.stderr.readline()
        process.terminate()
        assert ended(process, b"")[::2] == (143, b"")


def test_no_tail_is_a_failure(tmp_path: Path, clean: dict[str, str]) -> None:
    clfmon = shutil.which(CLFMON, path=clean["PATH"])
    assert clfmon
    env = {**clean, "PATH": str(tmp_path)}
    done = subprocess.run([clfmon, "x"], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "clfmon: tail: No such file or directory\n")


HIGH, BACK = "High traffic generated an alert", "High traffic alert recovered"


def begins_with_statistics(demo: Terminal) -> None:
    """Wait for the other screen, with no cursor: hits, a chart, top values, and no alert yet."""
    parts = ("demo ", " of 20/s", "requests/s", "section ", "no alert so far", "made-up")
    seen = demo.wait_until(
        lambda seen: (
            all(part in seen.text for part in parts)
            and re.search(r"^/\S* +\d+ +\d+% ", seen.text, re.MULTILINE)
        )
    )
    assert (seen.alternate, seen.cursor, seen.wraps) == (True, False, False)


@pytest.mark.slow
def test_the_demo_ends_with_both_alerts_seen(tmp_path: Path, env: dict[str, str]) -> None:
    """The newest above; after Ctrl-C all stay, in order, and nothing else does."""
    with terminal([CLFMON, "--demo"], env) as demo:
        begins_with_statistics(demo)
        seen = demo.wait_for(HIGH, BACK)
        assert seen.alternate
        alerts = re.compile(f"^(?:{HIGH}|{BACK})", re.MULTILINE)
        demo.send(CTRL_C)
        assert demo.ended() == 130
        wait_for(lambda: not demo.living())
        assert demo.see()[1:] == (False, True, True)
        left = re.sub(rb"\x1b\[[0-9;]*m|\r", b"", demo.raw.split(b"\x1b[?1049l")[-1]).decode()
    stayed = alerts.findall(left)
    assert stayed == ([HIGH, BACK] * len(stayed))[: len(stayed)]
    assert re.search(r"^total [\d,]{3,} hits", left, re.MULTILINE)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_q_ends_all_of_it(tmp_path: Path, env: dict[str, str]) -> None:
    """With status 0, and nothing left of it, though its log is silent."""
    log = tmp_path / "access.log"
    log.write_text(log_line(0) + log_line(60))
    with terminal([CLFMON, str(log)], env) as shown:
        shown.wait_for("/api", "OK 0")
        modes = termios.tcgetattr(shown._theirs)
        assert not modes[3] & termios.ECHO
        shown.send(b"q")
        assert shown.ended() == 0
        seen = shown.see()
        assert seen[1:] == (False, True, True)
        assert "total 2 hits" in seen.text
        assert "clfmon: " not in seen.text
        assert shown.living() == []


# Without a terminal


@pytest.mark.slow
def test_clfmon_waits_for_the_log_and_watches_it(tmp_path: Path, clean: dict[str, str]) -> None:
    log = tmp_path / "access.log"
    with watching(log, clean, "-t", "0.05") as (process, begun):
        add(log, now(8))
        alerted = read_until(process, lambda output: b"triggered" in output)
        process.send_signal(signal.SIGINT)
        status, output, messages = ended(process, begun + alerted)
    assert (status, messages) == (130, b"")
    assert hits(output) == 8 + OPENING
    assert states(output) == ["triggered"]
