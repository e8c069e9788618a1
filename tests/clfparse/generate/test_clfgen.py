"""The generator: what is due when, what lines are like, its conduct as a process."""

import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from logs import line
from processes import PATIENCE, bash, read_until, started
from profiles import max_examples
from typer.testing import CliRunner

from clfparse.formats.grammar import parse
from clfparse.generate import cli, output, pace, traffic
from clfparse.generate.amounts import burst_of
from clfparse.generate.amounts import rate as exact
from clfparse.generate.load import Load
from clfparse.generate.replay import Replay
from clfparse.generate.stamp import stamp
from clfparse.generate.watch import watched
from clfparse.record import Record

COMMAND = [sys.executable, "-P", "-m", "clfparse.generate"]
START = Fraction(1_700_000_000) + Fraction(3, 4)


class Simulated:
    """A clock that nobody waits for, and that is late at every wait, as a busy machine is."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> Fraction:
        """Return the time."""
        return self.time

    def wait(self, until: Fraction) -> None:
        """Let time pass."""
        self.time = max(self.time, until + Fraction(1, 1000))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, bytes]]:
    """Return what the program writes, and how many seconds after its start."""
    clock = Simulated()
    blocks: list[tuple[float, bytes]] = []
    monkeypatch.setattr(pace, "SteadyClock", lambda: clock)
    monkeypatch.setattr(
        output, "write", lambda text: blocks.append((float(clock.time - START), text))
    )
    return blocks


def requests(seed: int = 1, errors: int = 1, form: str = "common") -> Iterator[tuple[bytes, ...]]:
    return traffic.traffic(seed, Fraction(errors), form)


def drawn(number: int, **how: Any) -> list[bytes]:
    """Return lines without their newlines, all of one time."""
    when = stamp(int(START))
    lines = [before + when + rest + end for before, rest, end in islice(requests(**how), number)]
    assert all(each.endswith(b"\n") for each in lines)
    return [each.removesuffix(b"\n") for each in lines]


def records(**how: Any) -> list[Record]:
    return [parse(each) for each in drawn(4000, **how)]


def run(
    command: str, env: dict[str, str], given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run a line of bash in which clfgen is the program."""
    command = f'clfgen() {{ exec {shlex.join(COMMAND)} "$@"; }}; {command}'
    return bash(command, env, given)


def without_times(output: bytes) -> list[bytes]:
    """Return lines, each without what is between the brackets."""
    return [each.partition(b"[")[0] + each.partition(b"]")[2] for each in output.splitlines()]


@pytest.mark.parametrize(
    ("rate", "burst", "expected"),
    [
        ("0.5", "", {"0": 0, "1.999": 0, "2": 1, "3.999": 1, "3600": 1800}),
        ("50", "", {"0.019": 0, "0.02": 1, "1": 50}),
        ("20000", "", {"0.01": 200, "86400": 1_728_000_000}),
        ("0.1", "", {"30": 3}),
        # a peak from second 10 to 20, 40 to 50
        ("1", "80:10s:30s", {"10": 10, "11": 90, "20": 810, "30": 820, "40": 830, "41": 910}),
        ("0", "80:10s:40s", {"15": 0, "25": 800, "55": 800, "65": 1600, "79": 1600}),
        ("10", "0:5s:5s", {}),  # never any
        ("10", "0:1s:3s", {"1": 10, "2": 10, "3": 20}),
        ("10", "20:2s:2s", {"1": 20, "3": 60}),
    ],
)
def test_lines_that_are_due(rate: str, burst: str, expected: dict[str, int]) -> None:
    given = burst_of(burst) if burst else ()
    if not expected:
        with pytest.raises(ValueError, match="nothing to write"):
            Load(exact(rate), *given)
        return
    load = Load(exact(rate), *given)
    assert {at: load.due(Fraction(at)) for at in expected} == expected


NUMBERS = st.fractions(0, 1000, max_denominator=50)


@max_examples(50)
@given(rate=NUMBERS, peak=NUMBERS, length=NUMBERS, quiet=NUMBERS, number=st.integers(1, 10**6))
def test_a_line_is_due_at_its_time_and_not_before(
    rate: Fraction, peak: Fraction, length: Fraction, quiet: Fraction, number: int
) -> None:
    assume(length and (peak or (rate and quiet)))
    load = Load(rate, peak, length, length + quiet)
    at = load.when(number)
    assert load.due(at) >= number
    assert load.due(at - Fraction(1, 10**12)) < number


@pytest.mark.parametrize("rate", ["0.5", "3", "50", "99.5", "20000"])
def test_the_pace_is_kept_on_a_late_machine(rate: str, written: list[tuple[float, bytes]]) -> None:
    """At any moment nothing is missing that was due a tick and a delay before."""
    load = Load(Fraction(rate))
    pace.generate(load, requests(), Fraction(4))
    counts = [(at, lines.count(b"\n")) for at, lines in written]
    assert sum(number for _, number in counts) == 4 * Fraction(rate)
    sent = 0
    for at, number in counts:
        assert sent >= load.due(Fraction(at) - Fraction("0.0121"))
        sent += number
        assert sent <= load.due(Fraction(at) + Fraction(1, 10**6))
    if Fraction(rate) < 90:
        assert {number for _, number in counts} == {1}
        assert [at for at, _ in counts] == pytest.approx(
            [float(load.when(n) + Fraction(1, 1000)) for n in range(1, len(counts) + 1)]
        )


def test_after_a_stop_it_catches_up_in_writes_of_bounded_size(
    written: list[tuple[float, bytes]],
) -> None:
    load = Load(Fraction(10**7))  # faster than it may go
    pace.generate(load, requests(), Fraction(1, 100))
    assert [lines.count(b"\n") for _, lines in written] == [10_000] * 10


@pytest.mark.parametrize("form", ["common", "combined"])
def test_every_line_is_of_the_grammar(form: str) -> None:
    parsed = records(form=form)
    assert {("user_agent" in record) for record in parsed} == {form == "combined"}
    assert not any("vhost" in record or "extra" in record for record in parsed)
    assert {record["time"] for record in parsed} == {"2023-11-14T22:13:20+00:00"}
    assert {200, 301, 304, 404, 500} <= {record["status"] for record in parsed}
    assert all((record["bytes"] is None) == (record["status"] == 304) for record in parsed)


def test_a_few_sections_and_hosts_have_most_of_the_traffic() -> None:
    parsed = records()
    sections = Counter(record["section"] for record in parsed).most_common()
    hosts = Counter(record["host"] for record in parsed).most_common()
    assert sections[0][0] == "/api"
    assert 0.25 < sections[0][1] / len(parsed) < 0.45
    assert {"/login", "/static", "/images", "/search", "/cart", "/"} < {
        name for name, _ in sections
    }
    assert len(hosts) > 400
    assert sum(hits for _, hits in hosts[:50]) > len(parsed) / 2


@pytest.mark.parametrize(("percent", "low", "high"), [(0, 0, 0), (30, 28, 32), (100, 100, 100)])
def test_the_share_of_errors(percent: int, low: int, high: int) -> None:
    parsed = records(errors=percent)
    share = 100 * sum((record["status"] or 0) >= 500 for record in parsed) / len(parsed)
    assert low <= share <= high


def test_a_seed_gives_the_same_requests() -> None:
    common, again, other = drawn(3000), drawn(3000), drawn(3000, seed=2)
    assert common == again != other
    combined = drawn(3000, form="combined")
    assert all(long.startswith(short + b" ") for short, long in zip(common, combined, strict=True))


def test_what_takes_long_is_done_before_time_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = requests()
    monkeypatch.delattr(traffic, "answers")
    assert next(drawn)


def moved(lines: list[str], speed: str = "1") -> list[tuple[float, str]]:
    """Replay lines; return the seconds after the start at which each is due, and the lines."""
    replay = Replay(Fraction(speed))
    replayed = [replay.add(each.encode(), START) for each in lines]
    assert replay.unreadable == 0
    return [(float(due - START), each.decode()) for due, each in replayed]


def test_a_replay_moves_times_and_nothing_else() -> None:
    odd = 'x.org:80 ::1 - J [x] [{}] "GET /\\xff [01/Jan/2000:00:00:00 +0000]" 200 - "" "é" z\r\n'
    times = [
        ("7/Feb/2019:23:59:59 +0130", 0, "14/Nov/2023:23:43:20 +0130"),
        ("08/Feb/2019:00:00:01 +0130", 2, "14/Nov/2023:23:43:22 +0130"),
        ("07/Feb/2019:22:30:05 -0000", 6, "14/Nov/2023:22:13:26 -0000"),
    ]
    assert moved([odd.format(old) for old, _, _ in times]) == [
        (due, odd.format(new)) for _, due, new in times
    ]


def test_a_late_line_stays_late_and_is_due_in_the_past() -> None:
    seconds = [0, 10, 4, -10]
    replayed = moved([line(1000 + second) for second in seconds])
    assert replayed == [(second, line(float(START) + second)) for second in seconds]


@pytest.mark.parametrize(("speed", "due"), [("60", [0, 1, 60]), ("0.5", [0, 120, 7200])])
def test_a_replay_has_its_speed(speed: str, due: list[float]) -> None:
    replayed = moved([line(1000), line(1060), line(4600)], speed)
    assert replayed == [(after, line(float(START) + after)) for after in due]


def test_what_has_no_readable_time_stays_in_place(
    written: list[tuple[float, bytes]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    odd = [b"odd\n", line(0).replace("01/Jan", "31/Feb").encode(), b"\n", b"\xff\x00last"]
    log.write_bytes(odd[0] + line(1000).encode() + odd[1] + line(1007).encode() + odd[2] + odd[3])
    pace.resend(str(log), Fraction(1))
    new = [line(float(START) + second).encode() for second in (0, 7)]
    assert [each for _, each in written] == [odd[0], new[0], odd[1], new[1], odd[2], odd[3]]
    assert [at for at, _ in written] == pytest.approx(
        [0.0, 0.001, 0.002, 7.001, 7.002, 7.003], abs=0.004
    )
    message = "clfgen: 4 lines had no readable time and were sent as they are\n"
    assert capfd.readouterr().err == message


def test_one_line_without_a_time_is_reported_in_the_singular(
    written: list[tuple[float, bytes]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"x" * 60_000)
    pace.resend(str(log), Fraction(1))
    assert [each for _, each in written] == [b"x" * 60_000]
    assert capfd.readouterr().err == "clfgen: 1 line had no readable time and was sent as it is\n"


NO_RATES = ("ten", "-1", "nan", "inf", "-inf", "1e400")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        *((f"--rate {no}", f"'{no}' is no number from 0 to 1,000,000") for no in NO_RATES),
        *((f"--errors {no}", f"'{no}' is no number from 0 to 100") for no in (*NO_RATES, 101)),
        *(
            (f"--replay x --speed {no}", f"'{no}' is no number from 0.001 to 1,000,000")
            for no in (*NO_RATES, 0)
        ),
        ("--rate 0", "nothing to write"),
        ("--burst 80", "is no burst such as 80:10s:40s"),
        ("--burst 80:10s:40s:50s", "is no burst such as 80:10s:40s"),
        ("--burst x:10s:40s", "'x' is no number from 0 to 1,000,000"),
        ("--burst -1:10s:40s", "'-1' is no number from 0 to 1,000,000"),
        ("--burst inf:10s:40s", "'inf' is no number from 0 to 1,000,000"),
        ("--burst 80:10:40s", "'10' is no duration"),
        ("--burst 80:41s:40s", "LENGTH is above 0 and not above its EVERY"),
        ("--burst 80:0s:40s", "LENGTH is above 0 and not above its EVERY"),
        ("--duration 10", "'10' is no duration"),
        ("--format json", "--format"),
        ("--seed x", "--seed"),
        ("--pid nan", "'nan' is no whole number from 1 to 2147483647"),
        ("--pid 0", "--pid"),
        ("--pid 99999999999", "--pid"),
        ("--speed 2", "--speed goes with --replay alone"),
        ("--replay x --rate 10", "--rate does not go with --replay"),
        ("--replay x --burst 80:10s:40s", "--burst does not go with --replay"),
        ("--replay x --errors 1", "--errors does not go with --replay"),
        ("--replay x --format common", "--format does not go with --replay"),
        ("--replay x --seed 1", "--seed does not go with --replay"),
        ("more", "more"),
    ],
)
def test_bad_usage_is_status_2(options: str, message: str) -> None:
    done = CliRunner().invoke(cli.app, options.split())
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stdout == ""


def test_help_has_examples() -> None:
    done = CliRunner().invoke(cli.app, ["--help"])
    assert done.exit_code == 0
    assert "Examples:\n" in done.stdout


def test_a_process_writes_its_rate_in_its_time(clean: dict[str, str]) -> None:
    before = int(time.time())
    command = [*COMMAND, "--rate", "20000", "--duration", "500ms"]
    began = time.monotonic()
    with started(command, clean) as process:
        output = read_until(process, lambda _: False)
        assert process.wait(PATIENCE) == 0
        assert 0.5 < time.monotonic() - began < 20
    assert output.count(b"\n") == 10_000
    times = {parse(each)["time"] for each in output.splitlines()}
    span = [time.strftime("%FT%T+00:00", time.gmtime(s)) for s in (before, time.time())]
    assert span[0] <= min(times) <= max(times) <= span[1]


def test_a_seed_gives_the_same_at_every_pace(clean: dict[str, str]) -> None:
    slow, fast = (
        run(f"clfgen --seed 7 --rate {rate} --duration 200ms", clean).stdout for rate in (50, 9000)
    )
    assert (slow.count(b"\n"), fast.count(b"\n")) == (10, 1800)
    assert without_times(slow) == without_times(fast)[:10]


def test_ctrl_c_ends_it_at_once_and_in_silence(clean: dict[str, str]) -> None:
    """The status is that of a process that SIGINT has killed: 130 to a shell."""
    with started([*COMMAND, "--rate", "100"], clean, stderr=subprocess.PIPE) as process:
        output = read_until(process, bool)
        process.send_signal(signal.SIGINT)
        output += read_until(process, lambda _: False)
        assert process.wait(PATIENCE) == -signal.SIGINT
        assert output.endswith(b"\n")
        assert process.stderr
        assert process.stderr.read() == b""


@pytest.mark.parametrize("options", [["--rate", "100"], ["--replay", "-"]], ids=" ".join)
def test_it_ends_with_the_process_it_is_given(options: list[str], clean: dict[str, str]) -> None:
    """Even as it waits for more input."""

    def ends_soon(other: subprocess.Popen[bytes]) -> bool:
        command = [*COMMAND, *options, "--pid", str(other.pid)]
        with started(command, clean, stdin=subprocess.PIPE) as process:
            assert process.stdin
            process.stdin.write(line(1000).encode())
            process.stdin.flush()
            assert read_until(process, bool)
            assert process.poll() is None
            other.kill()
            other.wait()
            gone = time.monotonic()
            assert process.wait(PATIENCE) == 0
            return time.monotonic() - gone < 2

    for _ in range(3):  # on a busy machine the quickest counts
        with started(["sleep", "60"], clean) as other:
            if ends_soon(other):
                return
    pytest.fail("it lived on for a while")


def test_a_process_that_is_gone_already_ends_it(clean: dict[str, str]) -> None:
    with started(["true"], clean) as other:
        other.wait()
    with pytest.raises(SystemExit), watched(other.pid, None):
        pytest.fail("it went on")


@pytest.mark.parametrize("waiting", [b"", line(1900).encode()], ids=["for input", "for a time"])
def test_a_replay_is_cut_off_after_its_duration(waiting: bytes, clean: dict[str, str]) -> None:
    command = [*COMMAND, "--replay", "-", "--duration", "300ms"]
    with started(command, clean, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stderr
        process.stdin.write(line(1000).encode() + b"odd\n" + waiting)
        process.stdin.flush()
        output = read_until(process, lambda _: False)
        assert process.wait(PATIENCE) == 0
        message = b"clfgen: 1 line had no readable time and was sent as it is\n"
        assert process.stderr.read() == message
    assert without_times(output) == [*without_times(line(0).encode()), b"odd"]


def test_a_closed_pipe_ends_it_in_silence(clean: dict[str, str]) -> None:
    done = run("clfgen --rate 1000 | head -1; echo ${PIPESTATUS[*]}", clean)
    assert done.stdout.splitlines()[1] == b"141 0"
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("clfgen --replay nowhere", "nowhere: No such file or directory"),
        ("clfgen --replay - <&-", "standard input: Bad file descriptor"),
        ("clfgen > /dev/full", "standard output: No space left on device"),
        ("clfgen >&-", "standard output: Bad file descriptor"),
    ],
)
def test_a_failure_is_reported_in_one_line(
    command: str, message: str, clean: dict[str, str]
) -> None:
    done = run(command, clean)
    assert done.stderr.decode() == f"clfgen: {message}\n"
    assert (done.returncode, done.stdout) == (1, b"")
