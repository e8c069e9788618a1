"""The conduct of a filter: one real process, driven through its descriptors."""

import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from logs import line, now, peaks
from processes import PATIENCE, bash, hits, objects, read_until, started

FILTERS = ("clfparse", "clfstats", "clfalert")
RECORD = b'{"time":"2017-07-14T02:40:00+00:00","section":"/api","status":200,"bytes":1}\n'


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return an old log in which traffic is high once."""
    log = tmp_path / "access.log"
    log.write_text(peaks(1, 1500))
    return log


@pytest.mark.parametrize("command", [["clfparse"], ["clfalert", "--pass"]])
def test_a_lone_line_goes_through_at_once(command: list[str], clean: dict[str, str]) -> None:
    given = line(0).encode() if command == ["clfparse"] else RECORD
    with started(command, clean, stdin=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(given)
        process.stdin.flush()
        assert read_until(process, lambda output: output.endswith(b"\n"))


@pytest.mark.parametrize(
    "command",
    [
        "yes '{}' | clfparse | head -1",
        "yes '{}' | clfalert --pass | head -1",
        "for i in $(seq 0 9999); do echo '{}'; done | clfstats --window 1s | head -1",
    ],
)
def test_a_closed_pipe_ends_it_in_silence(command: str, clean: dict[str, str]) -> None:
    given = line(0).strip() if "clfparse" in command else RECORD.decode().strip()
    if "seq" in command:
        given = given.replace("02:40:00", "'$((10 + i % 14)):$((10 + i % 50)):00'")
    done = bash(command.replace("{}", given) + "; echo ${PIPESTATUS[*]}", clean)
    first, status = done.stdout.splitlines()
    assert first.startswith(b"{")
    assert status.split()[1] == b"141"
    assert done.stderr == b""


@pytest.mark.parametrize("name", FILTERS)
def test_a_full_disk_is_reported_in_one_line(name: str, old: Path, clean: dict[str, str]) -> None:
    command = f"clfparse {old} | {name}" if name != "clfparse" else f"clfparse {old}"
    done = bash(f"{command} > /dev/full", clean)
    assert done.returncode == 1
    assert done.stderr.decode() == f"{name}: standard output: No space left on device\n"


@pytest.mark.parametrize("option", ["--help", "--version"])
@pytest.mark.parametrize("name", [*FILTERS, "clfspark"])
def test_help_on_a_full_disk_is_reported_too(name: str, option: str, clean: dict[str, str]) -> None:
    done = bash(f"{name} {option} > /dev/full", clean)
    assert done.returncode == 1
    assert done.stderr.decode() == f"{name}: standard output: No space left on device\n"


@pytest.mark.parametrize("name", [*FILTERS, "clfspark"])
def test_a_message_that_nobody_can_read_leaves_the_status(name: str, clean: dict[str, str]) -> None:
    assert bash(f"{name} --top many 2> /dev/full", clean).returncode == 2


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("closed", ["<&-", ">&-"])
def test_a_closed_descriptor_is_reported(name: str, closed: str, clean: dict[str, str]) -> None:
    given = line(0).encode() if name == "clfparse" else RECORD
    done = bash(f"{name} {'--pass' if name == 'clfalert' else ''} {closed}", clean, given)
    assert done.returncode == 1
    assert b"Bad file descriptor" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"]
)
def test_a_signal_writes_what_is_open(number: int, status: int, clean: dict[str, str]) -> None:
    with started(["clfstats"], clean, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stderr
        # The window of a record long before is written as soon as this one has been read.
        process.stdin.write(RECORD.replace(b"02:40", b"02:30") + RECORD * 2)
        process.stdin.flush()
        output = read_until(process, lambda output: b"\n" in output)
        process.send_signal(number)
        output += read_until(process, lambda _: False)
        assert process.wait(PATIENCE) == status
        assert hits(output) == 3
        assert [summary.get("partial") for summary in objects(output)][-1]
        assert process.stderr.read() == b""


def test_what_is_on_its_way_is_read_after_a_signal(clean: dict[str, str]) -> None:
    with started(["clfalert", "--pass"], clean, stdin=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(RECORD)
        process.stdin.flush()
        read_until(process, bool)
        process.send_signal(signal.SIGSTOP)  # it finds all that follows at once
        process.send_signal(signal.SIGINT)
        process.stdin.write(RECORD)
        process.stdin.close()
        process.send_signal(signal.SIGCONT)
        assert read_until(process, lambda _: False) == RECORD
        assert process.wait(PATIENCE) == 130


def test_a_background_job_ignores_ctrl_c(clean: dict[str, str]) -> None:
    """A shell starts `command &` with SIGINT ignored, and so it stays."""
    command = "exec 3<&0; clfparse <&3 & echo $! >&2; wait $!; echo $?"
    with started(
        ["bash", "-c", command], clean, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as shell:
        assert shell.stdin
        assert shell.stderr
        pid = int(shell.stderr.readline())
        for _ in range(2):
            shell.stdin.write(line(0).encode())
            shell.stdin.flush()
            assert read_until(shell, lambda output: output.endswith(b"}\n"))
            os.kill(pid, signal.SIGINT)
        shell.stdin.close()
        assert read_until(shell, lambda _: False) == b"0\n"


def test_files_are_read_in_turn_and_their_last_lines_kept_apart(
    tmp_path: Path, clean: dict[str, str]
) -> None:
    for name in "ab":
        (tmp_path / name).write_text(line(0, f"/{name}").rstrip("\n"))
    done = bash(f"cd {tmp_path}; clfparse a nowhere - b", clean, line(0, "/stdin").encode())
    assert [record["path"] for record in objects(done.stdout)] == ["/a", "/stdin", "/b"]
    assert done.stderr == b"clfparse: nowhere: No such file or directory\n"
    assert done.returncode == 1


def test_refused_lines_are_kept_byte_for_byte(tmp_path: Path, clean: dict[str, str]) -> None:
    log, rejects = tmp_path / "log", tmp_path / "rejects"
    refused = [b"odd\r\n", b"\xff\x00\x1b\n", b"x" * 200_000 + b"\n", b"last\n"]
    log.write_bytes(line(0).encode().join([*refused[:3], b"", refused[3].rstrip(b"\n")]))
    done = bash(f"clfparse --strict --rejects {rejects} {log}", clean)
    assert rejects.read_bytes() == b"".join(refused)
    assert done.returncode == 1
    assert len(objects(done.stdout)) == 4
    assert f"clfparse: {log}: line 5: longer than 64 KiB: 'xxx" in done.stderr.decode()
    assert len(done.stderr) < 1000


def test_rejects_that_cannot_be_kept_do_not_stop_it(clean: dict[str, str]) -> None:
    done = bash("clfparse --rejects /dev/full", clean, b"odd\n" + line(0).encode())
    assert b"rejects are no longer kept: No space left on device" in done.stderr
    assert len(objects(done.stdout)) == 1
    assert done.returncode == 1


@pytest.mark.parametrize(
    "command",
    [
        "clfparse --rejects /nowhere/file",
        "clfparse --nonsense",
        "clfstats --window 500ms",
        "clfstats --window 0s",
        "clfstats --window 10",
        "clfstats --top -1",
        "clfstats --clock now",
        "clfstats --output xml",
        "clfstats --delay 9000h",
        "clfalert -t ten",
        "clfalert -t -1",
        "clfalert -t 1/0",
        "clfalert -t nan",
        "clfalert -t 10 --recover 11",
        "clfalert --pass --output text",
        "clfstats --parts --live",
        "clfstats --parts --output text",
        "clfstats --parts --top 5",
        "clfstats --parts --by \udcff",
    ],
)
def test_bad_usage_is_status_2(command: str, clean: dict[str, str]) -> None:
    done = bash(command, clean)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("name", FILTERS)
def test_help_has_examples(name: str, clean: dict[str, str]) -> None:
    shown = bash(f"{name} --help", clean).stdout.decode()
    assert shown.startswith(f"Usage: {name} [OPTIONS] [FILE ...]\n")
    assert "Examples:\n" in shown
    assert bash(f"{name} --version", clean).stdout.startswith(b"clf-filters ")


def on_terminal(command: str, env: dict[str, str]) -> bytes:
    """Run a command with its stdout on a terminal; return what that was sent."""
    ours, theirs = pty.openpty()
    with started(["bash", "-c", command], env, stdout=theirs) as process:
        os.close(theirs)
        shown = b""
        try:
            while read := os.read(ours, 1 << 16):
                shown += read
        except OSError:  # how Linux tells that the other side is closed
            pass
        process.wait(PATIENCE)
    os.close(ours)
    return shown


SGR = re.compile(r"\x1b\[[0-9;]*m")  # colours, which are ours


def test_text_goes_to_a_terminal_and_json_elsewhere(old: Path, clean: dict[str, str]) -> None:
    shown = on_terminal(f"clfparse {old} | tee >(clfalert) | clfstats", clean).decode()
    assert "High traffic generated an alert - hits = " in shown
    assert " hits  " in shown
    assert "{" not in shown
    assert "\x1b" not in SGR.sub("", shown)
    assert on_terminal(f"clfparse {old} | clfstats --output json", clean).startswith(b'{"type":')


def test_a_terminal_is_sent_no_control_sequence_of_the_log(
    tmp_path: Path, clean: dict[str, str]
) -> None:
    log = tmp_path / "log"
    attack = "/\x1b]0;owned\x07/\x9b31m\u202e\u2028"
    log.write_text(line(0, attack) + attack + "\n")
    for command in (f"clfparse {log} 2>&1", f"clfparse {log} 2>&1 | clfstats 2>&1"):
        shown = on_terminal(command, clean).decode()
        assert "owned" in shown
        assert not set(SGR.sub("", shown)) & set("\x1b\x07\x9b\u202e\u2028")


def test_waiting_is_silence_on_a_live_stream_alone(clean: dict[str, str]) -> None:
    """The records of this second are closed by silence; those of an old log wait for more."""
    command = ["clfstats", "--window", "1s", "--delay", "0s"]
    with (
        started(command, clean, stdin=subprocess.PIPE) as live,
        started(command, clean, stdin=subprocess.PIPE) as replay,
    ):
        assert live.stdin
        assert replay.stdin
        records = bash("clfparse", clean, now(1).encode()).stdout
        live.stdin.write(records)
        live.stdin.flush()
        replay.stdin.write(RECORD)
        replay.stdin.flush()
        assert hits(read_until(live, lambda output: b"\n" in output)) == 1
        os.set_blocking(replay.stdout.fileno() if replay.stdout else -1, False)
        with pytest.raises(BlockingIOError):
            os.read(replay.stdout.fileno() if replay.stdout else -1, 1)


@pytest.mark.slow
def test_a_stopped_process_hears_no_silence(clean: dict[str, str]) -> None:
    """Ctrl-Z on the whole line, and `fg` much later: what was written meanwhile is not late."""
    command = ["clfstats", "--window", "1s", "--delay", "3s"]
    second = int(time.time())
    records = bash("clfparse", clean, (line(second - 5) + line(second)).encode()).stdout
    with started(command, clean, stdin=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(records)
        process.stdin.flush()
        output = read_until(process, lambda output: b"\n" in output)
        process.send_signal(signal.SIGSTOP)
        time.sleep(5)
        process.send_signal(signal.SIGCONT)
        time.sleep(0.3)
        process.stdin.write(records.splitlines(keepends=True)[1])
        process.stdin.close()
        output += read_until(process, lambda _: False)
    assert [summary["hits"] for summary in objects(output) if summary["hits"]] == [1, 2]


def test_metrics_that_cannot_be_replaced(tmp_path: Path, clean: dict[str, str]) -> None:
    """It is reported once, the run goes on, and the next window is there when there is room."""
    folder = tmp_path / "collector"
    folder.mkdir()
    command = ["clfstats", "--delay", "0ms", "--metrics", str(folder / "clf.prom")]
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    with started(command, clean, **pipes) as process:
        assert process.stdin
        assert process.stderr

        def write(minute: int) -> bytes:
            """Write a record; return what it brings: the windows before it."""
            os.write(stdin, RECORD.replace(b"02:40", b"02:%d" % minute))
            return read_until(process, lambda output: output.endswith(b"\n"))

        stdin = process.stdin.fileno()
        os.write(stdin, RECORD)
        assert write(41)
        folder.rename(tmp_path / "away")
        assert write(42)
        assert write(43)
        folder.mkdir()
        assert write(44)
        process.stdin.close()
        read_until(process, lambda _: False)
        messages = process.stderr.read().decode().splitlines()
        assert process.wait(PATIENCE) == 1
    assert 'clfstats_requests_total{section="/api"} 5' in (folder / "clf.prom").read_text()
    reported = f"clfstats: {folder}/clf.prom: No such file or directory: it is as it was before"
    assert messages == [reported]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--metrics", "x", "--by", "host"], "--by section is needed"),
        (["--metrics", "in.jsonl", "in.jsonl"], "the file is an input, too"),
        (["--messages", "x"], "goes with --live"),
        (["--history", ""], "goes with --live"),
        (["--parts", "--top", "3"], "--top does not go with it"),
    ],
)
def test_options_that_do_not_go_together(
    options: list[str], message: str, tmp_path: Path, clean: dict[str, str]
) -> None:
    (tmp_path / "in.jsonl").write_bytes(RECORD)
    done = subprocess.run(
        ["clfstats", *options], env=clean, cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 2
    assert message in " ".join(done.stderr.decode().replace("│", "").split())
    assert (tmp_path / "in.jsonl").read_bytes() == RECORD
