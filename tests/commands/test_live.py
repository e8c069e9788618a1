"""The live screen as a person sees it: real processes on a real terminal."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
from logs import line as log_line
from paths import ROOT
from processes import hits, read_until, started, wait_for
from streams import START, line
from terminals import Seen, Terminal, environment, terminal

CTRL_C, CTRL_Z = b"\x03", b"\x1a"
CLFMON = str(ROOT / "bin/clfmon")
ATTACKS = [
    "\x1b]0;owned\x07",
    "\x1b[2J",
    "\x9b31m",
    "\u202e",
    "a\u2028b",
    "日本",
    "e\u0301",
    "[red]x",
]
Feed = tuple[Terminal, int]

pytestmark = pytest.mark.process


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "tmp").mkdir()
    return environment(tmp_path / "tmp")


@contextmanager
def fed(
    tmp_path: Path,
    env: dict[str, str],
    options: str = "",
    *,
    size: tuple[int, int] = (80, 24),
    stderr: str = "",
) -> Iterator[Feed]:
    """Start clfstats --live on a terminal; yield that, and the descriptor that feeds it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    feed = os.open(pipe, os.O_RDWR)
    command = ["bash", "-c", f"exec clfstats --live {options} < {pipe}"]
    try:
        with terminal(command, env, size, stderr) as shown:
            yield shown, feed
    finally:
        try:
            os.close(feed)
        except OSError:
            assert feed, "closed by the test, for it to be the end of input"


def alert(message: str) -> bytes:
    written = {"type": "alert", "state": "triggered", "message": message}
    return orjson.dumps(written) + b"\n"


RECORDS = b"".join(
    line(START + at, host="192.0.2.1", status=500, bytes=9) for at in range(0, 50, 5)
)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_every_size_is_filled_and_left(
    size: tuple[int, int], tmp_path: Path, env: dict[str, str]
) -> None:
    """The last state and the alert stay on the normal screen, under what stood there before."""
    with fed(tmp_path, env, size=size) as (shown, feed):
        os.write(feed, RECORDS + alert("High traffic"))
        seen = shown.wait_for("/pages", "192.0.2.1", "alerts: 1 ─", "High traffic")
        rows = seen.text.split("\n")
        assert re.match(r"(total|since start) +10 ", rows[3])
        assert rows[4].startswith("hits of the last ")
        assert len(rows[4]) == size[0]
        assert seen.alternate
        os.close(feed)
        assert shown.ended() == 0
        seen = shown.see()
        assert (seen.alternate, seen.cursor, seen.wraps) == (False, True, True)
        assert "hits of the last" not in seen.text
        assert "High traffic" in seen.text.split("\n")


def test_ctrl_c_counts_what_is_open_and_status_is_130(tmp_path: Path, env: dict[str, str]) -> None:
    with fed(tmp_path, env) as (shown, feed):
        os.write(feed, RECORDS)
        shown.wait_for("/pages")
        shown.send(CTRL_C)
        assert shown.ended() == 130
        seen = shown.see()
        assert not seen.alternate
        assert re.search(r"^total +10 ", seen.text, re.MULTILINE)


def test_a_second_ctrl_c_ends_it_at_once(tmp_path: Path, env: dict[str, str]) -> None:
    """And the terminal is left all the same."""
    took = []
    for turn in range(5):  # on a busy machine the quickest one tells
        (folder := tmp_path / str(turn)).mkdir()
        with fed(folder, env) as (shown, feed):
            os.write(feed, RECORDS)
            shown.wait_for("/pages")
            shown.send(CTRL_C)
            time.sleep(0.1)  # two of a signal at once are one
            began = time.monotonic()
            shown.send(CTRL_C)
            assert shown.ended() == 130
            took.append(time.monotonic() - began)
            assert not shown.see().alternate
        if took[-1] < 0.8:
            break
    assert min(took) < 0.8, "what a first one waits for input is a second"


def test_a_resize_is_followed_at_once(tmp_path: Path, env: dict[str, str]) -> None:
    """Larger and smaller; nothing of the drawing before is left."""
    with fed(tmp_path, env) as (shown, feed):
        os.write(feed, RECORDS)
        shown.wait_for("/pages")
        took: list[float] = []
        # Each but the first follows a drawing, after which the next one is due in a second.
        for columns, lines in ((120, 40), (60, 16), (80, 24)) * 4:
            began = time.monotonic()
            shown.resize(columns, lines)

            def fits(seen: Seen, columns: int = columns) -> bool:
                rows = seen.text.split("\n")
                rules = [row for row in rows if row.startswith(("hits of", "no alert"))]
                return [len(rule) for rule in rules] == [columns] * 2

            seen = shown.wait_until(fits)
            took.append(time.monotonic() - began)
            rule = seen.text.split("\n").index("no alert so far ".ljust(columns, "─"))
            assert rule > lines // 2
            if len(took) > 2 and min(took[1:]) < 0.6:
                break
        assert min(took[1:]) < 0.6, took  # on a busy machine the quickest one tells


def test_hostile_records_leave_the_screen_intact(tmp_path: Path, env: dict[str, str]) -> None:
    """As values, as the name of a field, in alerts, in refused lines and in messages."""
    messages = tmp_path / "told"
    messages.write_bytes("".join(attack + "\n" for attack in ATTACKS[:3]).encode())
    options = f"--by section --by '{ATTACKS[0]}' --messages {messages}"
    with fed(tmp_path, env, options) as (shown, feed):
        for attack in ATTACKS:
            values = {"section": attack, ATTACKS[0]: attack}
            os.write(feed, line(START, **values) + alert(attack) + attack.encode() + b"\n")
        os.write(feed, line(START + 60))
        seen = shown.wait_for("\\x1b]", "日本", "\\u202e", "[red]x", "8 refused")
        assert (seen.alternate, seen.cursor, seen.wraps) == (True, False, False)
        assert not shown.screen.title_set
        rows = seen.text.split("\n")
        header = next(at for at, row in enumerate(rows) if "share" in row)
        shares = [row for row in rows[header + 1 :] if re.search(r" 1 +12% ", row)]
        assert len(shares) >= 6
        os.close(feed)
        assert shown.ended() == 0
        assert not shown.screen.title_set
        text = shown.raw.decode()
        allowed = re.sub(r"\x1b\[(\?(1049|25|7)[hl]|2J|H|[0-9;]*m)|[\r\n]", "", text)
        assert allowed.isprintable()


def test_no_color_is_respected(tmp_path: Path, env: dict[str, str]) -> None:
    with fed(tmp_path, {**env, "NO_COLOR": "1"}) as (shown, feed):
        os.write(feed, RECORDS + alert("High traffic"))
        shown.wait_for("/pages", "High traffic")
        os.close(feed)
        assert shown.ended() == 0
        assert not re.search(rb"\x1b\[[0-9;]*m", shown.raw)


def test_colours_are_used_where_they_are_wanted(tmp_path: Path, env: dict[str, str]) -> None:
    with fed(tmp_path, env) as (shown, feed):
        os.write(feed, RECORDS + alert("High traffic"))
        seen = shown.wait_for("/pages", "High traffic")
        row = seen.text.split("\n").index("High traffic")
        cell = shown.screen.buffer[row][0]
        assert (cell.fg, cell.bold) == ("red", True)


@pytest.mark.parametrize(
    ("command", "variables"),
    [
        ("clfstats --live", {"TERM": "dumb"}),
        ("clfstats --live", {"TERM": ""}),
        ("clfstats --live | cat; exit ${PIPESTATUS[0]}", {}),
        ("clfstats --live --output json", {}),
        ("clfstats --messages /dev/null", {}),
    ],
)
def test_live_is_misused(command: str, variables: dict[str, str], env: dict[str, str]) -> None:
    """Where there is no screen to draw on, or with an option that does not go with it."""
    with terminal(["bash", "-c", command], {**env, **variables}) as shown:
        assert shown.ended() == 2
        assert "--live" in shown.see().text
        assert "Traceback" not in shown.see().text
        assert b"\x1b" not in shown.raw


def test_refused_lines_are_seen_and_told_at_the_end(tmp_path: Path, env: dict[str, str]) -> None:
    """On the screen meanwhile; on stderr when that has been left, and not before."""
    errors = tmp_path / "stderr"
    with fed(tmp_path, env, stderr=str(errors)) as (shown, feed):
        os.write(feed, b"odd\n")
        shown.wait_for("1 line read, none a record of clfparse", "line 1: not JSON: 'odd'")
        os.write(feed, RECORDS)
        shown.wait_for("/pages", "1 refused", "line 1: not JSON: 'odd'")
        assert errors.read_text() == ""
        os.close(feed)
        assert shown.ended() == 0
    assert errors.read_text().splitlines() == [
        "clfstats: line 1: not JSON: 'odd'",
        "clfstats: 1 of 11 lines refused",
    ]


def test_messages_of_others_are_shown(tmp_path: Path, env: dict[str, str]) -> None:
    """As they are added to the file, whole lines only, were it there from the start or not."""
    messages = tmp_path / "told"
    with fed(tmp_path, env, f"--messages {messages}") as (shown, feed):
        os.write(feed, RECORDS)
        shown.wait_for("/pages")
        with messages.open("w") as file:
            print("tail: first", file=file, flush=True)
            shown.wait_for("tail: first")
            print("tail: sec", end="", file=file, flush=True)
            print("ond", file=file, flush=True)
            shown.wait_for("tail: second", "tail: first")
        os.close(feed)
        assert shown.ended() == 0
        assert "tail: first\ntail: second" in shown.see().text


def test_ctrl_z_leaves_the_screen_and_fg_brings_it_back(
    tmp_path: Path, env: dict[str, str]
) -> None:
    """In an interactive shell; what came meanwhile is counted, and nothing is left in the end."""
    log = tmp_path / "records"
    log.write_bytes(RECORDS)
    with terminal(["bash", "--norc", "--noprofile", "-i"], env) as shown:
        shown.send(b"PS1='ready> '\n")
        shown.wait_for("\nready>")
        shown.send(f"tail -n +1 -F {log} | clfstats --live; echo status $?\n".encode())
        shown.wait_until(lambda seen: seen.alternate and "/pages" in seen.text)
        shown.send(CTRL_Z)
        seen = shown.wait_for("Stopped")
        assert (seen.alternate, seen.cursor, seen.wraps) == (False, True, True)
        with log.open("ab") as file:
            file.write(RECORDS)
        shown.send(b"fg\n")
        seen = shown.wait_until(
            lambda seen: seen.alternate and re.search(r"^total +20 ", seen.text, re.MULTILINE)
        )
        assert (seen.cursor, seen.wraps) == (False, False)
        shown.send(CTRL_C)
        seen = shown.wait_until(
            lambda seen: not seen.alternate and seen.text.rstrip().endswith("ready>")
        )
        assert re.search(r"^total +20 ", seen.text, re.MULTILINE)
        shown.send(b"exit\n")
        shown.ended()
        assert shown.living() == []


# clfmon


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["KILL", "TERM"])
def test_clfmon_s_filters_end_with_it(number: int, tmp_path: Path, env: dict[str, str]) -> None:
    """However it was ended: no process stays, and no file; the screen is left, the state told."""
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
    for part in ("hits of the last ", "top section", "top host", "no alert so far", "made-up"):
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
