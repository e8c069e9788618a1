"""RECIPES: what a real Alertmanager makes of what it is given."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from documents import RECIPES, installed
from processes import started, wait_for
from receivers import Receiver, receiving

PROGRAM = shutil.which("alertmanager") or shutil.which("prometheus-alertmanager")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not PROGRAM or not all(map(shutil.which, ("curl", "flock", "jq"))),
        reason="no Alertmanager, curl, flock or jq",
    ),
]
TIMEOUT = 1  # seconds, after which an alert would end that does not say when it does


@contextmanager
def alertmanager(
    folder: Path, env: dict[str, str], receiver: Receiver, port: int = 0
) -> Iterator[int]:
    """Run one that remembers nothing; yield its port."""
    shutil.rmtree(folder / "data", ignore_errors=True)
    hook = {"url": receiver.url, "send_resolved": True}
    config = {
        "global": {"resolve_timeout": f"{TIMEOUT}s"},
        "route": {"receiver": "r", "group_wait": "0s", "group_interval": "1s"},
        "receivers": [{"name": "r", "webhook_configs": [hook]}],
    }
    (folder / "config.yml").write_text(json.dumps(config))  # which is YAML, too
    options = {
        "config.file": "config.yml",
        "storage.path": "data",
        "web.listen-address": f"127.0.0.1:{port}",
        "cluster.listen-address": "",
    }
    command = [str(PROGRAM), *(f"--{name}={value}" for name, value in options.items())]
    with started(command, env, cwd=folder, stderr=subprocess.PIPE) as process:
        assert process.stderr
        for line in process.stderr:
            if match := re.search(rb"[Ll]istening.* address=127.0.0.1:(\d+)", line):
                yield int(match[1])
                return
        pytest.fail("Alertmanager has not started")


def active(port: int) -> list[str]:
    """Return the labels of the alerts that have not ended."""
    with urlopen(f"http://127.0.0.1:{port}/api/v2/alerts") as answer:
        return [each["labels"]["label"] for each in json.load(answer)]


def states(receiver: Receiver) -> list[str]:
    """Return what it was notified of."""
    return [note["alerts"][0]["status"] for _, note in receiver.posted]


def add(history: Path, state: str) -> None:
    alert = {"type": "alert", "state": state, "label": "web1", "message": state}
    alert["time"] = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    with history.open("a") as file:
        file.write(json.dumps(alert) + "\n")


def test_an_alert_ends_by_its_recovery_alone(tmp_path: Path, clean: dict[str, str]) -> None:
    """Not by a timeout, nor with the Alertmanager."""
    tools = installed(RECIPES, tmp_path / "bin", {**clean, "PAUSE": "0.05", "no_proxy": "*"})
    history = tmp_path / "alerts.jsonl"
    add(history, "triggered")
    with receiving() as receiver:
        receiver.up()
        with alertmanager(tmp_path, clean, receiver) as port:
            command = [
                "deliver",
                str(history),
                "state",
                "to-alertmanager",
                f"http://127.0.0.1:{port}",
            ]
            with started(command, tools, cwd=tmp_path):
                wait_for(lambda: states(receiver) == ["firing"])
            time.sleep(TIMEOUT + 1)
            assert active(port) == ["web1"]
        with (
            started(command, {**tools, "REPEAT": "1"}, cwd=tmp_path),
            alertmanager(tmp_path, clean, receiver, port),
        ):
            wait_for(lambda: active(port) == ["web1"])
            add(history, "recovered")
            wait_for(lambda: states(receiver)[-1:] == ["resolved"])
            assert active(port) == []
