"""The benchmark in bin/dev/: its logs have the shapes that they claim, its arithmetic is right."""

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from paths import ROOT
from processes import objects

sys.path.append(str(ROOT / "bin/dev"))
import _bench_bars
import _bench_commands
import _bench_logs
import _bench_pieces
import _bench_runs
from _bench_commands import LOGS, PIPELINE
from _bench_runs import Times

LINES = 8_000  # 40 s of log
FEW = 2_000  # in which each odd request stands more than once
NAMES = list(LOGS)


@cache
def text(name: str, lines: int = LINES, seed: int = 1) -> list[str]:
    """Return the lines of a log, without those that name its fields."""
    made = LOGS[name].make(Random(seed))  # noqa: S311 - not for secrets
    return list(islice(made, int(name == "iis"), lines + (name == "iis")))


def quoted(lines: list[str], at: int) -> list[str]:
    """Return one of the quoted fields of each line."""
    return [line.split('"')[2 * at + 1] for line in lines]


@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_refused(name: str, tmp_path: Path, clean: dict[str, str]) -> None:
    log = tmp_path / "log"
    _bench_logs.write(log, LOGS[name].make, FEW, 1)
    assert log.read_bytes().endswith("".join(text(name, FEW)).encode())  # a seed decides all
    parse = [
        "bash",
        "-c",
        _bench_commands.parse_command(LOGS[name]) + " --strict",
        "bench",
        str(log),
    ]
    done = subprocess.run(parse, env=clean, capture_output=True, check=False)
    assert (done.stderr, done.returncode) == (b"", 0)
    records = objects(done.stdout)
    assert len(records) == FEW
    assert {"/api", "/pages", "/shop", "/static", "/"} <= {record["section"] for record in records}
    plain = [record for record in records if "request" not in record]
    assert len(plain) == FEW or name == "mixed"


def test_common() -> None:
    """65,000 clients, as likely as each other; 3 users."""
    lines = text("common", 130_000)
    assert lines[:LINES] == text("common") != text("common", seed=2)
    fields = [line.split(maxsplit=3)[:3] for line in lines]
    assert 55_000 < len({host for host, _, _ in fields}) <= 65_000
    assert Counter(host for host, _, _ in fields).most_common(1)[0][1] < 20
    assert {user for _, _, user in fields} == {"-", "frank", "mary"}


def test_nginx() -> None:
    """100 agents of 60 to 180 characters, referers up to 250, 2 % of targets with spaces."""
    lines = text("nginx")
    assert all(re.search(r'" "(-|[\d.]+(, [\d.]+)*)"\n', line) for line in lines)
    requests, referers, agents = (quoted(lines, at) for at in range(3))
    assert len(set(agents)) == 100
    assert all(60 <= len(agent) <= 180 for agent in agents)
    assert 200 < max(map(len, referers)) <= 250
    assert 0.2 < sum("%D0%" in referer for referer in referers) / LINES < 0.5
    assert 0.01 < sum(request.count(" ") > 2 for request in requests) / LINES < 0.03
    assert 0.85 < sum(line.endswith(' "-"\n') for line in lines) / LINES < 0.95


def test_apache() -> None:
    """1 line of 8 is late, by 1 to 30 s."""
    whens = [line.split("[")[1][:20] for line in text("apache")]
    stamps = _bench_pieces.Stamps("%d/%b/%Y:%H:%M:%S")
    second_of = {stamps[_bench_pieces.START + at]: at for at in range(-30, LINES)}
    late = [at // _bench_pieces.RATE - second_of[when] for at, when in enumerate(whens)]
    assert (min(late), max(late)) == (0, 30)
    assert 0.11 < sum(by > 0 for by in late) / LINES < 0.14


def test_caddy() -> None:
    """Nested objects, with lists of headers; `ts` in order."""
    logged = [json.loads(line) for line in text("caddy", 1000)]
    assert all(len(each["request"]["headers"]["User-Agent"]) == 1 for each in logged)
    assert [each["ts"] for each in logged] == sorted(each["ts"] for each in logged)
    assert all(each["resp_headers"]["Server"] == ["Caddy"] for each in logged)


def test_iis() -> None:
    """15 fields, named above; `+` for spaces in agents; CRLF."""
    lines = text("iis")
    assert all(line.count(" ") == 14 and line.endswith("\r\n") for line in lines)
    assert sum("+" in line.split()[9] for line in lines) == LINES
    head = next(LOGS["iis"].make(Random(1)))  # noqa: S311 - not for secrets
    assert len(head.split("#Fields: ")[1].split()) == 15


def test_mixed() -> None:
    """All stock forms, as often as each other; 2 % odd lines."""
    lines = text("mixed")
    requests = quoted([line.replace(r"\"", "") for line in lines], 0)
    odd = {odd.replace(r"\"", "") for odd in _bench_logs.ODD}
    assert sum(request in odd for request in requests) == LINES // 50
    assert set(requests) >= odd
    forms = Counter((line.startswith("www."), line.count(' "')) for line in lines)
    assert len([times for times in forms.values() if times > LINES / 10]) == 5


# The figures


def test_ratios_are_those_of_the_best_runs_without_the_start() -> None:
    baseline = _bench_runs.Result(Times(0.5, 0), [Times(1.5, 1), Times(2.5, 1), Times(1.7, 1)])
    result = _bench_runs.Result(Times(1, 0.5), [Times(5, 4.5), Times(4, 5), Times(9, 5)])
    assert (result.best, result.median, result.spread) == (3.0, 4.0, 1.25)
    assert result.cpu == 4.0
    assert result.to(baseline) == 3.0


def test_memory_is_in_the_order_of_the_pipeline() -> None:
    peaks = {"clfstats": 3.0, "clfalert": 2.0, "clfparse": 1.0}
    assert _bench_runs.Result(peaks=peaks).memory == [1, 2, 3]


def test_bars_are_met_or_missed() -> None:
    """Of ratios, and of memory."""
    times = {"mawk": 1.0, "clfparse": 5.5, "clfstats": 4.6, "clfalert": 1.0, PIPELINE: 6.0}
    results = {name: _bench_runs.Result(runs=[Times(took, 1)]) for name, took in times.items()}
    results[PIPELINE].peaks = {"clfparse": 64.0, "clfstats": 65.0}
    bars = list(_bench_bars.of_log("common", results))
    assert [name for name, value, ceiling in bars if value > ceiling] == [
        "common: clfstats",
        "common: MiB of clfstats",
    ]
    assert _bench_bars.missed(bars) == 2
    assert {ceiling for _, _, ceiling in _bench_bars.of_log("mixed", results)} == {64}


def test_commands_are_run_in_turns(tmp_path: Path) -> None:
    """Each on an empty input first, then on its own, and its memory is seen."""
    log, ran = tmp_path / "log", tmp_path / "ran"
    log.write_text("text\n")
    run = f'echo {{}} "$1" >> {ran}; sleep 0.05; cat "$1"'
    commands = [_bench_commands.BenchCommand(name, run.format(name), log) for name in "ab"]
    results = _bench_runs.in_turns(commands, 2)
    assert list(results) == ["a", "b"]
    assert all(result.start.seconds >= 0.05 for result in results.values())
    assert ran.read_text().splitlines()[-4:] == [f"{name} {log}" for name in "abab"]


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("mawk"), reason="no mawk")
def test_the_short_form(clean: dict[str, str]) -> None:
    """All rows are there; the bars too, with the status that they give."""
    command = [sys.executable, "-P", str(ROOT / "bin/dev/_bench.py"), "--lines", "200"]
    done = subprocess.run(
        [*command, "--live", "1", "--rounds", "1", "--log", "common", "--bars"],
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert ("missed" in done.stdout) == (done.returncode == 1)
    for row in ("clfparse", "clfstats", "clfalert", PIPELINE, "common: clfparse", "live: "):
        assert re.search(rf"^│ {re.escape(row)}", done.stdout, re.MULTILINE)
