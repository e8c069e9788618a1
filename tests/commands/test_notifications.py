"""RECIPES: each alert is delivered, in order, whatever the other side does meanwhile."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from documents import RECIPES, installed
from monitors import gone
from processes import bash, started, wait_for
from receivers import Receiver, receiving

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(
        not all(map(shutil.which, ("bash", "curl", "flock", "jq"))), reason="no curl, flock or jq"
    ),
]
HOSTILE = "';touch pwned;$(touch pwned)`touch pwned`\"\\"


def alert(second: int, state: str = "triggered", **others: Any) -> dict[str, Any]:
    """Return an alert of a log whose clock is right; second: from 2024-01-01T12:00:00Z on."""
    time = f"2024-01-01T17:30:{second:02}+05:30"
    fields = {"type": "alert", "state": state, "label": HOSTILE, "time": time}
    return {**fields, "message": f"{state} at {time}", **others}


def add(file: Path, *alerts: dict[str, Any]) -> None:
    with file.open("a") as history:
        history.writelines(json.dumps(each) + "\n" for each in alerts)


@pytest.fixture
def tools(tmp_path: Path, clean: dict[str, str]) -> dict[str, str]:
    """Return an environment with the scripts on PATH, none of which waits for long."""
    return installed(RECIPES, tmp_path / "bin", {**clean, "PAUSE": "0.05", "no_proxy": "*"})


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_nothing_is_lost_while_alertmanager_is_down(
    tmp_path: Path, tools: dict[str, str], receiver: Receiver
) -> None:
    """Nor with `deliver` killed meanwhile; what is active is given again."""
    history, state = tmp_path / "alerts.jsonl", tmp_path / "state"
    top = {"section": [{"value": HOSTILE, "hits": 9}], "host": [{"value": None, "hits": 9}]}
    command = ["deliver", str(history), str(state), "to-alertmanager", receiver.url, "-gs"]
    with started(command, tools, cwd=tmp_path, stderr=subprocess.PIPE) as process:
        add(history, alert(1, top=top), alert(2, "recovered"))
        assert process.stderr
        assert b"curl: (7)" in process.stderr.readline()
    gone(process.pid)  # what it has started holds the lock as well
    add(history, alert(3))
    receiver.statuses = [503]
    with started(command, {**tools, "REPEAT": "1"}, cwd=tmp_path):
        receiver.up()
        wait_for(lambda: len(receiver.posted) > 4)
    paths, bodies = zip(*receiver.posted, strict=True)
    assert set(paths) == {"/api/v2/alerts"}
    (first,), (second,), (third,), *again = bodies
    assert first["labels"] == {"alertname": "HighTraffic", "label": HOSTILE}
    assert first["annotations"] == {
        "summary": "triggered at 2024-01-01T17:30:01+05:30",
        "section": HOSTILE,
        "host": "null",
    }
    assert [first["startsAt"], second["endsAt"]] == ["2024-01-01T12:00:01Z", "2024-01-01T12:00:02Z"]
    assert "startsAt" not in second
    assert [*third["annotations"]] == ["summary"]
    assert third["startsAt"] == "2024-01-01T12:00:03Z"
    assert all(each["startsAt"] == third["startsAt"] for (each,) in again)
    assert 86_000 < datetime.fromisoformat(third["endsAt"]).timestamp() - time.time() <= 86_400
    assert state.read_text() == "3\n"
    assert not (tmp_path / "pwned").exists()


def test_a_log_whose_clock_is_ahead(
    tmp_path: Path, tools: dict[str, str], receiver: Receiver
) -> None:
    """Its alerts begin now, and a recovery ends one at once."""
    receiver.up()
    ahead = {"time": "2124-01-01T12:00:00-07:00"}
    for state in ("triggered", "recovered"):
        (tmp_path / "alert").write_text(json.dumps(alert(0, state, **ahead)))
        done = bash(f"to-alertmanager {receiver.url} < alert", tools, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, b"")
    (_, (first,)), (_, (second,)) = receiver.posted
    for text in (first["startsAt"], second["endsAt"]):
        assert abs(datetime.fromisoformat(text).timestamp() - time.time()) < 60


def test_deliver_takes_whole_lines_of_the_file_that_it_knows(
    tmp_path: Path, tools: dict[str, str]
) -> None:
    """One `deliver` for each state; a file that was shortened is none to go on in."""
    file, out = tmp_path / "file", tmp_path / "out"
    command = ["deliver", "file", "state", "bash", "-c", "cat >> out"]
    with started(command, tools, cwd=tmp_path) as process:
        file.write_text("a\n'b c' $(d)\\n")
        wait_for(lambda: out.exists() and out.read_text() == "a\n")
        second = bash(shlex.join(command), tools, cwd=tmp_path)
        assert (second.returncode, second.stderr) == (1, b"deliver: state is in use\n")
        with file.open("a") as stream:
            stream.write("\n")
        wait_for(lambda: out.read_text() == "a\n'b c' $(d)\\n\n")
        wait_for(lambda: (tmp_path / "state").read_text() == "2\n")
        os.killpg(process.pid, signal.SIGKILL)
    file.write_text("a\n")
    done = bash(shlex.join(command), tools, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == b"deliver: file has not the 2 lines that state says\n"


@pytest.mark.parametrize("label", [HOSTILE, None])
def test_webhooks(
    label: str | None, tmp_path: Path, tools: dict[str, str], receiver: Receiver
) -> None:
    receiver.up()
    (tmp_path / "conf").write_text(f'url = "{receiver.url}/secret"\n')
    (tmp_path / "alert").write_text(json.dumps(alert(1, label=label)))
    done = bash("for to in to-webhook to-teams; do $to conf < alert; done", tools, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    (path, text), (_, card) = receiver.posted
    message = "triggered at 2024-01-01T17:30:01+05:30"
    expected = f"{label}: {message}" if label else message
    assert (path, text) == ("/secret", {"text": expected})
    assert card["attachments"][0]["content"]["body"][0]["text"] == expected
    receiver.statuses = [429, 500]
    assert bash("to-webhook conf < alert", tools, cwd=tmp_path).returncode != 0
    assert bash("to-teams conf < alert", tools, cwd=tmp_path).returncode != 0


def test_mail(tmp_path: Path, tools: dict[str, str]) -> None:
    """A mailer that fails has the alert wait."""
    mailer = tmp_path / "bin/mail"
    mailer.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\ncat\nexit 1\n')
    mailer.chmod(0o755)
    sent = alert(1, message="High traffic generated an alert - hits = 9, triggered at x")
    (tmp_path / "alert").write_text(json.dumps(sent))
    done = bash("to-mail ops@example.com < alert", tools, cwd=tmp_path)
    option, subject, address, body = done.stdout.decode().split("\n", 3)
    assert (option, address, done.returncode) == ("-s", "ops@example.com", 1)
    assert subject == f"{HOSTILE}: High traffic generated an alert"
    assert json.loads(body) == sent


def test_apprise(tmp_path: Path, tools: dict[str, str], receiver: Receiver) -> None:
    if not shutil.which("apprise"):
        pytest.skip("no apprise")
    (tmp_path / "apprise.yml").write_text(f"urls:\n  - {receiver.url.replace('http', 'json')}\n")
    (tmp_path / "alert").write_text(json.dumps(alert(1)))
    assert bash("to-apprise apprise.yml < alert", tools, cwd=tmp_path).returncode != 0
    receiver.up()
    assert bash("to-apprise apprise.yml < alert", tools, cwd=tmp_path).returncode == 0
    ((_, note),) = receiver.posted
    assert (note["title"], note["message"]) == (HOSTILE, alert(1)["message"])
