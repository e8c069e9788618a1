"""Several files through real filters: they are read together, in the order of their times."""

import gzip
import os
import random
import signal
import subprocess
import time
from pathlib import Path

from logs import line
from processes import bash, objects, read_until, started, states

START = 1_500_000_000


def steady(seconds: int, rate: int) -> list[str]:
    """Return an old log of so many lines a second."""
    return [line(START + at // rate, f"/s{at % 7}/x") for at in range(seconds * rate)]


def test_rotated_logs_in_the_order_of_their_names(tmp_path: Path, clean: dict[str, str]) -> None:
    """As `access.log*` names them: the newest first, then the others backwards, 10 before 2."""
    lines = steady(600, 5)
    (tmp_path / "whole").write_text("".join(lines))
    for number in range(12):
        part = "".join(lines[number * 250 : (number + 1) * 250]).encode()
        name = f"access.log.{11 - number}.gz" if number < 11 else "access.log"
        (tmp_path / name).write_bytes(gzip.compress(part) if number < 11 else part)
    for then in ("clfstats", "clfalert -t 1 --pass | clfstats --window 1m"):
        together = bash(f"clfparse access.log* | {then}", clean, cwd=tmp_path)
        assert together.stdout == bash(f"clfparse whole | {then}", clean, cwd=tmp_path).stdout
        assert together.stderr == b""
    records = objects(bash("clfparse access.log*", clean, cwd=tmp_path).stdout)
    assert [records[0]["log"], records[-1]["log"]] == ["access.log.11.gz", "access.log"]


def test_logs_that_are_rotated_while_they_are_read(tmp_path: Path, clean: dict[str, str]) -> None:
    """Forty of them, each renamed when the first record has come: all are read, once."""
    lines = steady(4000, 5)
    names = [f"access.log.{number}" if number else "access.log" for number in range(40)]
    for number, name in enumerate(names):
        (tmp_path / name).write_text("".join(lines[(39 - number) * 500 : (40 - number) * 500]))
    reading = subprocess.Popen(
        ["clfparse", *names],
        cwd=tmp_path,
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    assert reading.stdout
    first = reading.stdout.readline()
    for number in reversed(range(40)):
        (tmp_path / names[number]).rename(tmp_path / f"access.log.{number + 1}")
    (tmp_path / "access.log").write_text(line(START, "/new"))
    rest, errors = reading.communicate(timeout=60)
    assert reading.returncode == 0
    assert errors == b""
    times = [record["time"] for record in objects(first + rest)]
    assert len(times) == len(lines)
    assert times == sorted(times)


def test_the_sum_of_two_servers_is_watched(tmp_path: Path, clean: dict[str, str]) -> None:
    """Neither is above the threshold by itself; of records, as of logs."""
    for name in ("a", "b"):
        (tmp_path / name).write_text("".join(steady(300, 6)))
        bash(f"clfparse {name} > {name}.records", clean, cwd=tmp_path)
    (tmp_path / "sum").write_text("".join(each for each in steady(300, 6) for _ in range(2)))
    watched = bash("clfparse sum | clfalert", clean, cwd=tmp_path).stdout
    assert states(watched) == ["triggered"]
    assert bash("clfparse a b | clfalert", clean, cwd=tmp_path).stdout == watched
    assert bash("clfalert a.records b.records", clean, cwd=tmp_path).stdout == watched


def test_any_cut_of_a_log(tmp_path: Path, clean: dict[str, str]) -> None:
    """Over plain files, compressed ones and process substitutions, under a limit of descriptors."""
    lines, rng = steady(100, 20), random.Random(1)  # noqa: S311
    (tmp_path / "whole").write_text("".join(lines))
    parts: list[list[str]] = [[] for _ in range(80)]
    for each in lines:
        rng.choice(parts).append(each)
    names = []
    for number, part in enumerate(parts):
        text = "".join(part).encode()
        (tmp_path / f"p{number}").write_bytes(gzip.compress(text) if number % 3 else text)
        names.append(f"<(cat p{number})" if number < 5 else f"p{number}")
    whole = bash("clfparse whole | clfstats", clean, cwd=tmp_path)
    command = f"ulimit -n 64; clfparse {' '.join(names)} | clfstats"
    together = bash(command, clean, cwd=tmp_path)
    assert together.stdout == whole.stdout
    assert together.stderr == b""


def test_each_w3c_log_has_its_own_fields(tmp_path: Path, clean: dict[str, str]) -> None:
    (tmp_path / "a").write_text(
        "#Fields: date time c-ip cs-method cs-uri-stem sc-status\n"
        "2017-07-14 02:40:00 192.0.2.1 GET /a 200\n2017-07-14 02:40:02 192.0.2.1 GET /b 200\n"
    )
    (tmp_path / "b").write_text(
        "#Fields: c-ip date time sc-status cs-method cs-uri-stem\n"
        "192.0.2.2 2017-07-14 02:40:01 404 GET /c\n192.0.2.2 2017-07-14 02:40:03 404 GET /d\n"
    )
    done = bash("clfparse a b", clean, cwd=tmp_path)
    assert done.stderr == b""
    rows = [(row["path"], row["status"], row["log"]) for row in objects(done.stdout)]
    assert rows == [("/a", 200, "a"), ("/c", 404, "b"), ("/b", 200, "a"), ("/d", 404, "b")]


def test_messages_name_file_and_line(tmp_path: Path, clean: dict[str, str]) -> None:
    """And what can't be read does not keep the others from being read."""
    (tmp_path / "a").write_text(line(START) + "junk\n" + line(START + 2) + "more\n")
    (tmp_path / "b").write_text(line(START + 1) + line(START + 1) + "odd\n")
    done = bash("clfparse a none b .", clean, cwd=tmp_path)
    assert len(objects(done.stdout)) == 4
    messages = [message.partition(": no time")[0] for message in done.stderr.decode().splitlines()]
    assert sorted(messages) == [
        "clfparse: .: Is a directory",
        "clfparse: 3 of 7 lines refused",
        "clfparse: a: line 2",
        "clfparse: a: line 4",
        "clfparse: b: line 3",
        "clfparse: none: No such file or directory",
    ]
    assert done.returncode == 1


def test_messages_of_records_are_numbered_as_their_files(
    tmp_path: Path, clean: dict[str, str]
) -> None:
    """Where records of several are in one block, which line is whose is not known any more."""
    both, alone = "".join(steady(60, 2)), [line(START + 600 + at, "/x") for at in range(60)]
    for name, text in (("a", both + "".join(alone)), ("b", both)):
        (tmp_path / name).write_text(text)
        bash(f"clfparse {name} > {name}.records", clean, cwd=tmp_path)
    with (tmp_path / "a.records").open("a") as records:
        records.write("at the end\n")
    bash("sed -i '7i in between' b.records", clean, cwd=tmp_path)
    done = bash("clfstats a.records b.records", clean, cwd=tmp_path)
    assert done.stderr.decode().splitlines() == [
        "clfstats: one of the files: not JSON: 'in between'",
        "clfstats: a.records: line 181: not JSON: 'at the end'",
        "clfstats: 2 of 302 lines refused",
    ]


def feed(fifo: int, *seconds: float) -> None:
    os.write(fifo, "".join(map(line, seconds)).encode())


def test_pipes_are_merged_as_they_go_on(tmp_path: Path, clean: dict[str, str]) -> None:
    """Who is silent for a second is waited for no longer, until there is more of it."""
    names = [str(tmp_path / name) for name in ("a", "b", "nobody")]
    for name in names:
        os.mkfifo(name)
    with started(["clfparse", *names], clean) as process:
        a, b = (os.open(name, os.O_WRONLY) for name in names[:2])

        def seen(lines: int) -> list[int]:
            output = read_until(process, lambda output: output.count(b"\n") == lines)
            return [int(row["time"][17:19]) for row in objects(output)]

        feed(a, 10, 20)
        feed(b, 15, 25)
        assert seen(4) == [10, 15, 20, 25]
        feed(b, 40)
        assert seen(1) == [40]
        feed(a, 30)  # which is late, as its line was not there
        assert seen(1) == [30]
        os.close(a)
        feed(b, 41)
        assert seen(1) == [41]
        os.close(b)
        process.send_signal(signal.SIGTERM)  # since nobody ever writes to the third
        assert process.wait(10) == 128 + signal.SIGTERM


def test_what_waits_is_written_at_the_end(tmp_path: Path, clean: dict[str, str]) -> None:
    """Ctrl-C comes while the lines of one wait for the other's."""
    names = [str(tmp_path / name) for name in ("a", "b")]
    for name in names:
        os.mkfifo(name)
    with started(["clfparse", *names], clean) as process:
        a, b = (os.open(name, os.O_WRONLY) for name in names)
        until = time.monotonic() + 30
        while True:  # both have to be heard within a second
            feed(a, 1)
            feed(b, 50, 51, 52)
            read = read_until(process, lambda output: b"01+00:00" in output)
            if b"52+00:00" not in read:
                break
            assert time.monotonic() < until
        process.send_signal(signal.SIGINT)
        read += read_until(process, lambda _: False)
        assert process.wait(10) == 128 + signal.SIGINT
        assert read.count(b"\n") % 4 == 0
        assert b"52+00:00" in read
