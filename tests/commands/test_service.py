"""The systemd unit: systemd can read it, and what it runs does as it says.

systemd itself need not run: the unit's own command is started, with the variables that it sets.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
from functools import partial
from pathlib import Path

import pytest
from logs import line as log_line
from monitors import add, ended, gone
from paths import ROOT
from processes import complete, hits, objects, read_until, started

UNIT = (ROOT / "clfstats/monitor/clfmon@.service").read_text()
DROP_IN = (ROOT / "clfstats/monitor/command.conf").read_text()
INSTANCE = "var-log-access.log"
LINES = 300
SEEN = {"create": b"following new file", "copytruncate": b"file truncated"}  # tail says
pytestmark = pytest.mark.process


def values(text: str, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.+)$", text, re.MULTILINE)


def command(text: str, log: Path) -> list[str]:
    """Return the words of ExecStart, as systemd has them; the colon leaves dollars alone."""
    (start,) = values(text, "ExecStart")
    assert start[0] == ":"
    return [
        str(log) if word == "%f" else word.replace("%%", "%") for word in shlex.split(start[1:])
    ]


@pytest.fixture
def service(tmp_path: Path, clean: dict[str, str]) -> dict[str, str]:
    """Return the environment that systemd makes for the unit; its folder of state is there."""
    state = tmp_path / "state"
    (folder,) = values(UNIT, "StateDirectory")
    (state / folder.replace("%i", INSTANCE)).mkdir(parents=True)
    words = " ".join(values(UNIT, "Environment"))
    words = words.replace("%S", str(state)).replace("%i", INSTANCE)
    return {**clean, **dict(word.split("=", 1) for word in words.split())}


@pytest.mark.parametrize("drop_in", ["", DROP_IN], ids=["unit", "drop-in"])
def test_systemd_reads_it(drop_in: str, tmp_path: Path, clean: dict[str, str]) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze")
    installed = shutil.which("clfmon", path=clean["PATH"])
    unit = tmp_path / f"clfmon@{INSTANCE}.service"
    unit.write_text(UNIT.replace("=:clfmon ", f"=:{installed} "))
    folder = tmp_path / f"{unit.name}.d"
    folder.mkdir()
    (folder / "command.conf").write_text(drop_in)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        env={**clean, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        check=False,
    )
    if "Failed to" in done.stderr and INSTANCE not in done.stderr:
        pytest.skip("systemd-analyze cannot work here")
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def has_lines(number: int, output: bytes) -> bool:
    return output.count(b"\n") >= number


def has_windows(number: int, output: bytes) -> bool:
    return complete(output).count(b'"hits":%d,' % LINES) >= number


def rotate(log: Path, how: str) -> None:
    """Rotate a log by logrotate, in one of its two ways; where it is missing, by hand."""
    if shutil.which("logrotate"):
        rule = log.with_suffix(".rule")
        rule.write_text(f'"{log}" {{\n rotate 9\n {how}\n}}\n')
        rule.chmod(0o600)
        state = log.with_suffix(".state")
        subprocess.run(["logrotate", "--force", "--state", state, rule], check=True)
        return
    old = log.with_suffix(".1")
    if how == "create":
        log.rename(old)
        log.touch()
    else:
        shutil.copy(log, old)
        os.truncate(log, 0)


@pytest.mark.parametrize("how", ["create", "copytruncate"])
def test_rotations_are_followed(how: str, tmp_path: Path, service: dict[str, str]) -> None:
    """All lines are counted, and it ends as systemd expects. Settings override the unit's."""
    log = tmp_path / "access.log"
    log.touch()
    settings = {"CLFMON_ALERTS": "0", "CLFMON_PLAIN": "0"}
    with started(command(UNIT, log), {**service, **settings}, stderr=subprocess.PIPE) as process:
        output = b""
        for turn in range(1, 4):
            # The second line ends the window of the first: all that is there has been read then.
            add(log, log_line(60 * turn) * LINES + log_line(60 * turn + 30))
            output += read_until(process, partial(has_windows, 1))
            rotate(log, how)
            # Of a file that is cut and as long again before tail looks, no reader knows.
            assert process.stderr
            assert any(SEEN[how] in line for line in process.stderr)
        add(log, log_line(300) * LINES)
        process.terminate()
        status, output, _ = ended(process, output)
        gone(process.pid)
    assert [str(status)] == values(UNIT, "SuccessExitStatus")
    assert hits(output) == 4 * LINES + 3


def test_a_restart_repeats_no_alert(tmp_path: Path, service: dict[str, str]) -> None:
    """Alerts alone are written, as text; the second run reads the same lines again."""
    log = tmp_path / "access.log"
    log.write_text("".join(log_line(second) * LINES for second in range(5)) + log_line(60))
    for start in (0, 1000):
        with started(command(UNIT, log), service, stderr=subprocess.PIPE) as process:
            if start:
                add(log, log_line(start) * 5 * LINES + log_line(start + 60))
            # At the first run 1,200 are exceeded within 5 seconds; the second has its recovery too.
            begun = read_until(process, partial(has_lines, 2 if start else 1))
            process.terminate()
            status, output, messages = ended(process, begun)
        assert (status, messages) == (143, b"")
        states = re.findall(rb"^High traffic (?:alert )?(\w+) ", output, re.MULTILINE)
        assert states == ([b"recovered", b"generated"] if start else [b"generated"])
        assert output.count(b"\n") == len(states)
    (history,) = tmp_path.glob(f"state/clfmon/{INSTANCE}/alerts.jsonl")
    assert [alert["label"] for alert in objects(history.read_bytes())] == 3 * [str(log)]


def test_the_drop_in_loses_no_alert_at_a_stop(tmp_path: Path, service: dict[str, str]) -> None:
    """All processes get SIGTERM at once; the command is still at work then."""
    log, received = tmp_path / "access.log", tmp_path / "alerts"
    log.write_text(log_line(0) * 5 * LINES + log_line(60))
    sink = tmp_path / "on-alert"
    sink.write_text(f'#!/bin/sh\nsleep 0.5\nprintf "%s\\n" "$1" >>{shlex.quote(str(received))}\n')
    sink.chmod(0o755)
    words = command(DROP_IN.replace("/usr/local/bin/on-alert", str(sink)), log)
    with started(words, service, stderr=subprocess.PIPE) as process:
        begun = read_until(process, bool)  # before the command is run
        os.killpg(process.pid, signal.SIGTERM)
        status, output, messages = ended(process, begun)
    assert (status, messages) == (0, b"")
    assert output.count(b"\n") == 1
    assert received.read_bytes() == output
