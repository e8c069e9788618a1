"""Attacks on memory, with real processes: it stays small, and so do messages."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import pytest
from logs import LOG
from streams import START, iso

# Memory of real processes.

WATCHED = """
import importlib, os, sys
def report(status, leave=os._exit):
    status_file = open("/proc/self/status").read()
    sys.stderr.write(f"peak {int(status_file.partition('VmHWM:')[2].split()[0])}\\n")
    leave(status)
os._exit = report
sys.argv = sys.argv[1:]
importlib.import_module(sys.argv[0] + ".__main__").main()
"""


def peak(command: list[str], env: dict[str, str], reads: Iterable[bytes]) -> tuple[float, int]:
    """Feed a filter; return the most MiB of memory that it had, and its messages' number."""
    with subprocess.Popen(
        [sys.executable, "-c", WATCHED, *command],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stderr
        for read in reads:
            process.stdin.write(read)
        process.stdin.close()
        *messages, last = process.stderr.read().splitlines()
    match = re.fullmatch(rb"peak (\d+)", last)
    assert match
    return int(match[1]) / 1024, len(messages)


def flood(make: Callable[[int], bytes], number: int) -> Iterator[bytes]:
    for start in range(0, number, 1000):
        yield b"".join(make(index) for index in range(start, min(number, start + 1000)))


def keyed(number: int) -> bytes:
    texts = b"%040x" % (number * 0x9E3779B97F4A7C15) * 6
    text = LOG.replace(b"/ ", b"/?%b " % texts).replace(b"h ", b"%b " % texts[:200], 1)
    return text + b' "%b" "%b" %b\n' % (texts, texts, texts)


def valued(number: int, second: int = START, fields: bytes = b"") -> bytes:
    path = b"/%016x" % (number * 0x9E3779B97F4A7C15 % (1 << 64))
    return (
        b'{"time":"%b","host":"%b","ident":null,"user":null,"method":"GET","path":"%b","query":null'
        b',"protocol":"HTTP/1.1","status":200,"bytes":1234,"section":"%b"%b}\n'
    ) % (iso(second).encode(), path[1:], path, path, fields)


def late(number: int) -> bytes:
    return valued(number, START if number % 16 == 0 else START - 3700 - number % 900 * 10)


def long(number: int, aside: int = -1, letter: str = "x") -> bytes:
    """Return a record with a value of 8 KB, most of them late, or ahead."""
    path = b"/%016x" % (number * 0x9E3779B97F4A7C15 % (1 << 64))
    path += letter.encode() * (8_000 // len(letter.encode()))
    second = iso(START + (number % 16 > 0) * aside * (3700 + number % 900 * 10))
    return b'{"time":"%b","host":"%x","section":"%b"}\n' % (second.encode(), number, path)


def client(number: int, rate: int, length: int = 0) -> bytes:
    """Return a record of another client than all others, so many of them a second."""
    return valued(number, START + number // rate, b',"x":"%b"' % (b"x" * length))


WIDE = b"x " * 4_000 + b"\n"
ATTACKS: dict[str, tuple[str, Iterator[bytes]]] = {
    "a line of 100 MB": ("clfparse", (b"x" * (1 << 20) for _ in range(100))),
    "refused lines": ("clfparse", flood(lambda number: b"refused %d\n" % number, 8_000)),
    "long refused lines": ("clfparse --format common", flood(lambda _: WIDE, 12_000)),
    "refused records": ("clfstats", flood(lambda number: b"refused %d\n" % number, 8_000)),
    "long keys": ("clfparse", flood(keyed, 12_000)),
    "values": ("clfstats", flood(valued, 60_000)),
    "more values than are held": ("clfstats", flood(valued, 200_000)),
    "late windows": ("clfstats", flood(late, 16_000)),
    "long values in late windows": ("clfstats", flood(long, 10_000)),
    "long values that are longer as JSON": ("clfstats", flood(partial(long, letter="é"), 6_000)),
    "long values ahead of the clock": ("clfstats", flood(partial(long, aside=1), 10_000)),
    "long values within the delay": ("clfstats --delay 4h", flood(long, 10_000)),
    "long values in one window": ("clfstats --window 24h", flood(long, 10_000)),
    "seconds": (
        "clfalert",
        flood(lambda number: valued(0, START + number % 2 * (3700 + number)), 20_000),
    ),
    "long values in an alert's window": ("clfalert -t 9999", flood(long, 10_000)),
    "long values in its seconds": (
        "clfalert -t 9999",
        flood(lambda number: long(number % 16 and number, -number), 4_000),
    ),
    "clients in an alert's window": (
        "clfalert -t 1800 --window 1m",
        flood(partial(client, rate=3_000), 120_000),
    ),
    "a window that is triggered long since": (
        "clfalert -t 10",
        flood(partial(client, rate=20_000, length=500), 80_000),
    ),
}
# MiB; without their bounds those of alerts take two to three times as much.
BOUNDS = {
    "clients in an alert's window": 24,
    "a window that is triggered long since": 24,
    # At the end all open windows are written at once: as many as this are the most in bytes.
    "long values that are longer as JSON": 80,
}
USUAL: dict[str, float] = {}  # MiB for one line, by filter


@pytest.mark.skipif(sys.platform != "linux", reason="/proc has it")
@pytest.mark.parametrize(
    "name",
    list(ATTACKS),
)
def test_memory_and_messages_under_attack(name: str, clean: dict[str, str]) -> None:
    """A real filter takes at most so many MiB more than for one line, and reports 12 messages."""
    command, reads = ATTACKS[name]
    package, *options = command.split()
    if package not in USUAL:
        USUAL[package], _ = peak([package], clean, [b"one\n"])
    most, messages = peak([package, *options], clean, reads)
    print(f"{name}: {package} {most:.0f} MiB, for one line {USUAL[package]:.0f}")
    assert most - USUAL[package] < BOUNDS.get(name, 64)
    assert messages <= 12
