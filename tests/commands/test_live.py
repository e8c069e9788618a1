"""The live screen as a person sees it: real processes on a real terminal."""

import os
import re
import sys
import termios
import time
from pathlib import Path

import orjson
import pytest
from streams import START, line
from terminals import CTRL_C, CTRL_Z, RECORDS, Seen, fed, terminal

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
pytestmark = pytest.mark.process


def alert(message: str) -> bytes:
    written = {"type": "alert", "state": "triggered", "message": message}
    return orjson.dumps(written) + b"\n"


def test_the_screen_stays_until_its_user_leaves_it(tmp_path: Path, env: dict[str, str]) -> None:
    """Of an old log, too: then the last window and the alert are on the normal screen."""
    with fed(tmp_path, env) as (shown, feed):
        before = termios.tcgetattr(shown._theirs)
        os.write(feed, RECORDS + alert("High traffic"))
        seen = shown.wait_for("/pages", "total 10 hits", "alerts 1", "High traffic", "q quit")
        assert (seen.alternate, seen.cursor, seen.wraps) == (True, False, False)
        assert not termios.tcgetattr(shown._theirs)[3] & termios.ECHO
        os.close(feed)
        seen = shown.wait_for("end of input")
        assert seen.alternate
        shown.send(b"q")
        assert shown.ended(before) == 0
        seen = shown.see()
        assert (seen.alternate, seen.cursor, seen.wraps) == (False, True, True)
        assert "requests/s" not in seen.text
        assert "High traffic" in seen.text.split("\n")


def test_the_first_records_are_shown_within_a_second(tmp_path: Path, env: dict[str, str]) -> None:
    """Not only when their window is over: as it fills."""
    took = []
    for turn in range(5):  # on a busy machine the quickest counts
        (folder := tmp_path / str(turn)).mkdir()
        began = time.monotonic()
        with fed(folder, env) as (shown, feed):
            os.write(feed, RECORDS)
            shown.wait_for("/pages", "10 hits")
            took.append(time.monotonic() - began)
        if took[-1] < 1:
            break
    assert min(took) < 1, took


def test_keys_reach_the_screen(tmp_path: Path, env: dict[str, str]) -> None:
    """Keys that are a character, those that are a sequence, Escape itself, and the mouse."""
    with fed(tmp_path, env, size=(120, 40)) as (shown, feed):
        os.write(feed, RECORDS + line(START + 52, section="/other", host="192.0.2.2"))
        shown.wait_for("/other")
        shown.send(b"?")
        shown.wait_for("narrow everything")
        shown.send(b"x")
        shown.wait_until(lambda seen: "narrow everything" not in seen.text)
        shown.send(b"\x1b[D")
        shown.wait_until(lambda seen: "21:11:40" in seen.text.split("\n")[1])
        shown.send(b"\r")
        shown.wait_for("section=/pages  21:11:40–21:11:50 (of 2 records")
        shown.send(b"\x1b[F")
        shown.wait_for("section=/pages (of all 11 records")
        shown.send(b"\x1b")
        seen = shown.wait_for("/other", "192.0.2.2")
        row = next(at for at, row in enumerate(seen.text.split("\n")) if "192.0.2.2" in row)
        shown.send(b"\x1b[<0;70;%dM\x1b[<0;70;%dm" % (row + 1, row + 1))
        shown.wait_until(lambda _: shown.screen.buffer[row][69].reverse)
        shown.send(b"\r")
        shown.wait_for("host=192.0.2.2 ")


def test_the_screen_begins_with_a_history(tmp_path: Path, env: dict[str, str]) -> None:
    (tmp_path / "alerts").write_bytes(alert("Earlier") + alert("Later")[:-1])
    with fed(tmp_path, env, f"--history {tmp_path / 'alerts'}") as (shown, feed):
        shown.wait_for("alerts 1", "Earlier")
        os.write(feed, RECORDS + alert("Earlier") + alert("Later"))
        shown.wait_for("/pages", "alerts 2", "Later")


def test_a_history_without_alerts_is_known_to_have_none(
    tmp_path: Path, env: dict[str, str]
) -> None:
    """Without it, nothing shows whether alerts come here at all."""
    with fed(tmp_path, env, f"--history {tmp_path / 'alerts'}") as (shown, feed):
        os.write(feed, RECORDS)
        shown.wait_for("/pages", "no alert so far")


def test_ctrl_c_counts_what_is_open_and_status_is_130(tmp_path: Path, env: dict[str, str]) -> None:
    with fed(tmp_path, env) as (shown, feed):
        os.write(feed, RECORDS)
        shown.wait_for("/pages")
        shown.send(CTRL_C)
        assert shown.ended() == 130
        seen = shown.see()
        assert not seen.alternate
        assert "total 10 hits" in seen.text


def test_ctrl_c_at_the_end_of_the_input(tmp_path: Path, env: dict[str, str]) -> None:
    with fed(tmp_path, env) as (shown, feed):
        os.write(feed, RECORDS)
        shown.wait_for("/pages")
        os.close(feed)
        shown.wait_for("end of input")
        shown.send(CTRL_C)
        assert shown.ended() == 130
        assert "total 10 hits" in shown.see().text


def test_a_second_ctrl_c_ends_it_at_once(tmp_path: Path, env: dict[str, str]) -> None:
    """And the terminal is left all the same."""
    took = []
    for turn in range(5):  # on a busy machine the quickest counts
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

            def fits(seen: Seen, columns: int = columns, lines: int = lines) -> bool:
                rows = seen.text.split("\n")
                keys = [at for at, row in enumerate(rows) if row.startswith("q quit  ? help")]
                status = [row for row in rows if row.endswith("  10 5xx") and len(row) == columns]
                return keys == [lines - 1] and len(status) == 1

            shown.wait_until(fits)
            took.append(time.monotonic() - began)
            if len(took) > 2 and min(took[1:]) < 0.6:
                break
        assert min(took[1:]) < 0.6, took  # on a busy machine the quickest counts


def test_hostile_records_leave_the_screen_intact(tmp_path: Path, env: dict[str, str]) -> None:
    """As values, as the name of a field, in alerts, in refused lines and in messages."""
    messages = tmp_path / "messages"
    messages.write_bytes("".join(attack + "\n" for attack in ATTACKS[:3]).encode())
    options = f"--by section --by '{ATTACKS[0]}' --messages {messages}"
    with fed(tmp_path, env, options, size=(120, 50)) as (shown, feed):
        for attack in ATTACKS:
            values = {"section": attack, ATTACKS[0]: attack}
            os.write(feed, line(START, **values) + alert(attack) + attack.encode() + b"\n")
        seen = shown.wait_for("8 values", "\\x1b]", "日本", "\\u202e", "[red]x", "8 refused")
        assert (seen.alternate, seen.cursor, seen.wraps) == (True, False, False)
        assert not shown.screen.title_set
        rows = [row for row in seen.text.split("\n") if re.search(r" 1 +12%", row)]
        assert len(rows) >= 6
        shown.send(CTRL_C)
        assert shown.ended() == 130
        assert not shown.screen.title_set
        text = shown.raw.decode()
        modes = r"\?(1049|25|7|1002|1006|2026)(?:[hl]|\$p)"
        allowed = re.sub(rf"\x1b\[({modes}|2J|\d*;?\d*H|[0-9;]*m)|[\r\n]", "", text)
        assert allowed.isprintable(), re.findall("\x1b.{9}", allowed)


def test_a_screen_that_fails_is_left(tmp_path: Path, env: dict[str, str]) -> None:
    """With a message, and status 1; what was counted stays, and no traceback is seen."""
    code = (
        "from clfstats.views.live.painter import Painter as P; P.scene = None;"
        " from clfstats.cli import app; app(['--live'], prog_name='clfstats')"
    )
    (tmp_path / "records").write_bytes(RECORDS)
    command = f'{sys.executable} -P -c "{code}" < {tmp_path}/records'
    with terminal(["bash", "-c", command], env) as shown:
        before = termios.tcgetattr(shown._theirs)
        assert shown.ended(before) == 1
        seen = shown.see()
        assert seen[1:] == (False, True, True)
        assert "clfstats: the screen has failed: TypeError" in seen.text
        assert "total 10 hits" in seen.text
        assert "Traceback" not in seen.text


def test_no_color_is_respected(tmp_path: Path, env: dict[str, str]) -> None:
    with fed(tmp_path, {**env, "NO_COLOR": "1"}) as (shown, feed):
        os.write(feed, RECORDS + alert("High traffic"))
        shown.wait_for("/pages", "High traffic")
        shown.send(b"q")
        assert shown.ended() == 0
        assert not re.search(rb"\x1b\[[0-9;]*[34][0-8][0-9;]*m", shown.raw)


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
        ("clfstats --live", {}),
        ("clfstats --messages /dev/null", {}),
        ("clfstats --label access.log", {}),
    ],
)
def test_live_is_misused(command: str, variables: dict[str, str], env: dict[str, str]) -> None:
    """Where there is no screen to draw on, or with an option that does not go with it."""
    with terminal(["bash", "-c", command], {**env, **variables}) as shown:
        assert shown.ended() == 2
        assert "--live" in shown.see().text
        assert "Traceback" not in shown.see().text
        assert b"\x1b" not in shown.raw


def test_refused_lines_are_seen_and_reported_at_the_end(
    tmp_path: Path, env: dict[str, str]
) -> None:
    """On the screen meanwhile; on stderr when that has been left, and not before."""
    errors = tmp_path / "stderr"
    with fed(tmp_path, env, stderr=str(errors)) as (shown, feed):
        os.write(feed, b"odd\n")
        shown.wait_for("1 line read, none a record of clfparse", "line 1: not JSON: 'odd'")
        os.write(feed, RECORDS)
        shown.wait_for("/pages", "1 refused", "line 1: not JSON: 'odd'")
        assert errors.read_text() == ""
        shown.send(b"q")
        assert shown.ended() == 0
    assert errors.read_text().splitlines() == [
        "clfstats: line 1: not JSON: 'odd'",
        "clfstats: 1 of 11 lines refused",
    ]


def test_messages_of_others_are_shown(tmp_path: Path, env: dict[str, str]) -> None:
    """As they are added to the file, whole lines only, were it there from the start or not."""
    messages = tmp_path / "messages"
    with fed(tmp_path, env, f"--messages {messages}") as (shown, feed):
        os.write(feed, RECORDS)
        shown.wait_for("/pages")
        with messages.open("w") as file:
            print("tail: first", file=file, flush=True)
            shown.wait_for("tail: first")
            print("tail: sec", end="", file=file, flush=True)
            print("ond", file=file, flush=True)
            shown.wait_for("tail: second", "tail: first")
        shown.send(b"q")
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
        seen = shown.wait_until(lambda seen: seen.alternate and "total 20 hits" in seen.text)
        assert (seen.cursor, seen.wraps) == (False, False)
        shown.send(CTRL_C)
        seen = shown.wait_until(
            lambda seen: not seen.alternate and seen.text.rstrip().endswith("ready>")
        )
        assert "total 20 hits" in seen.text
        shown.send(b"exit\n")
        shown.ended()
        assert shown.living() == []
