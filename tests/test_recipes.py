"""RECIPES tells the truth: its blocks can be read, and its questions have answers."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from documents import README, RECIPES, blocks, installed, scripts
from processes import bash

pytestmark = pytest.mark.skipif(not shutil.which("bash"), reason="no bash")


@pytest.fixture
def tools(tmp_path: Path, clean: dict[str, str]) -> dict[str, str]:
    """Return an environment with the scripts on PATH, where they find the logs' format."""
    return installed(RECIPES, tmp_path / "bin", clean)


@pytest.mark.parametrize("language", ["sh", "bash"])
def test_shell_blocks_can_be_read(language: str, clean: dict[str, str]) -> None:
    assert blocks(RECIPES, language)
    for block in blocks(RECIPES, language):
        done = bash(f"bash -n <<'END'\n{block}\nEND", clean)
        assert (done.returncode, done.stderr) == (0, b""), block


def test_python_blocks_can_be_read() -> None:
    for block in blocks(RECIPES, "python"):
        compile(block, "RECIPES.md", "exec")


def test_files_have_a_name_each() -> None:
    """And the text has them, too."""
    assert len(scripts(RECIPES)) == len(re.findall(r"^```\w+\n#!", RECIPES, re.MULTILINE)) > 8
    for name in scripts(RECIPES):
        assert re.search(rf"\b{re.escape(name)}\b", RECIPES.replace(f"# {name}", "")), name


def test_links_lead_somewhere() -> None:
    headings = re.findall(r"^#+ (.*)$", README + RECIPES, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#(.*?)\)", RECIPES)) <= anchors
    assert "(RECIPES.md)" in README


def test_the_report_is_of_yesterday(tmp_path: Path, tools: dict[str, str]) -> None:
    if not shutil.which("jq") or bash("date -d yesterday", tools).returncode:
        pytest.skip("no jq, or no date of GNU's")
    (tmp_path / "bin/mail").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\ncat\n')
    (tmp_path / "bin/mail").chmod(0o755)
    make = (
        "for day in '2 days ago' yesterday today; do"
        """ LC_ALL=C date -d "$day 12:00" '+::1 - - [%d/%b/%Y:%T %z] "GET /a HTTP/1.1" 200 9';"""
        " done > log; date -d yesterday +%F"
    )
    done = bash(f"{make}; report ops@example.com log", tools, cwd=tmp_path)
    day, option, subject, address, heading, *_ = done.stdout.decode().splitlines()
    assert (option, address) == ("-s", "ops@example.com")
    assert subject.endswith(f": {day}")
    assert heading.startswith(f"{day} ")
    assert " 1 hit " in heading


def test_rules_of_prometheus(tmp_path: Path) -> None:
    """They fire when they say."""
    if not shutil.which("promtool"):
        pytest.skip("no promtool")
    (rules,) = blocks(RECIPES, "yaml")
    (tmp_path / "rules.yml").write_text(rules)
    series = {
        'clfstats_requests_total{instance="a",section="/x"}': "0+60x20",
        'clfstats_requests_total{instance="b",section="/x"}': "0+60x20",
        'clfstats_errors_total{instance="a",section="/x"}': "0+6x20",
        'clfstats_errors_total{instance="b",section="/x"}': "0+1x20",
        'clfstats_newest_record_timestamp_seconds{instance="b"}': "0+60x5 300+0x15",
    }
    expected = {"ServerErrors": "a", "NoTraffic": "b"}
    tests = {
        "rule_files": ["rules.yml"],
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": name, "values": each} for name, each in series.items()],
                "alert_rule_test": [
                    {
                        "eval_time": "20m",
                        "alertname": name,
                        "exp_alerts": [{"exp_labels": {"instance": instance}}],
                    }
                    for name, instance in expected.items()
                ],
            }
        ],
    }
    (tmp_path / "tests.yml").write_text(json.dumps(tests))  # which is YAML, too
    done = subprocess.run(
        ["promtool", "test", "rules", "tests.yml"],
        cwd=tmp_path,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
