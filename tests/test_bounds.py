"""Bounds: whatever a log holds, time is linear, and memory, messages and errors stay small."""

import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any

import orjson
import pytest
from costs import holds
from streams import ALERT, REPLAY, START, as_hits, iso, line

from clfalert.rule import HELD, Rule
from clfparse.events.alert import Alert
from clfparse.events.clock import Mode
from clfparse.events.reader import Reader
from clfparse.filter import Parser
from clfparse.formats import column, hints, stock
from clfparse.formats.detect import format_of
from clfparse.formats.form import Form
from clfparse.stream.rejects import Rejects
from clfparse.values import times
from clfstats.counting import windows
from clfstats.counting.accumulator import Accumulator
from clfstats.counting.top_values import VALUES, TopValues
from clfstats.counting.windows import Gap, Window, Windows
from clfstats.filter import Stats
from clfstats.views import board
from clfstats.views.jsonl import JsonView

# Time: near-misses of every pattern that reads input, repeated.

SMALL, LARGE = 1 << 14, 1 << 16
CLF = b"[10/Oct/2000:13:55:36 -0700]"
LOG = b"h - - " + CLF + b' "GET / HTTP/1.1" 200 5'
RECORD = line(START, host="h", ident=None, user=None, method="GET", path="/")[:-2]
APACHE = '%h:%p %{%A %d %B %Y %H:%M:%S}t "%r" "%{X}i" %{Y}i;%{Z}i %U%q'
NGINX = '$http_a$upstream_response_time, $http_b : $upstream_response_time [$time_local] "$request"'
W3C = b"#Fields: date time c-ip cs(User-Agent) cs(Cookie)"


def lines_of(form: str, *before: bytes) -> Callable[[bytes], None]:
    """Return a reader of one line in a format, in bulk where that is possible."""

    def read(text: bytes) -> None:
        parser = Parser(Rejects("p", partial(hints.hint, form)), format_of(form))
        parser.add(b"\n".join([*before, text, b""]))

    return read


def records(text: bytes) -> None:
    for fields in ((), ("section", "referer", 'a"b')):
        reader = Reader(Rejects("p", "hint"), fields)
        list(reader.add(text + b"\n"))
        list(reader.finish())


def instant(text: bytes) -> None:
    for read in (times.rfc3339, lambda raw: times.instant(raw.decode("latin-1"))):
        with suppress(ValueError):
            read(text)


# What stands before, what is repeated, and what stands after; for each reader.
NEARLY: dict[str, tuple[Callable[[bytes], None], list[tuple[bytes, bytes, bytes]]]] = {
    "grammar": (
        lines_of("auto"),
        [
            (b"", b" " + CLF, b""),
            (b"h - -", b" " + CLF + b" ", b"x"),
            (b"[", b"]", b": h - - " + CLF + b' "'),
            (b"", b"a,", LOG),
            (b"", b", a ", LOG),
            (b"h ", b" - ", LOG[3:]),
            (b"v:", b"1", LOG),
            (b"1.2.3.4 ", b":", LOG[1:]),
            (b"", b"a |", LOG),
            (LOG[:-6], b'" 200 ', b""),
            (LOG[:-6], b"\\", b""),
            (LOG[:-6], b'\\"', b'" 200 5'),
            (LOG[:-16], b" /", b'" 200 5'),
            (LOG[:-6], b'" ', b"200 5"),
            (LOG + b' "', b'" "', b"x"),
            (LOG + b' "', b'"', b"x"),
            (LOG + b' "-" "-" ', b"a ", b" "),
            (LOG + b' "-" "-" ', b" ", b"\x01"),
            (LOG[:36], b"\\xd0", b" HTTP/1.1" + LOG[-7:]),
            (LOG[:36], b"a://", b" HTTP/1.1" + LOG[-7:]),
            (LOG[:36] + b"?", b"?/#", b" HTTP/1." + LOG[-7:]),
            (LOG[:-7], b"1.", b'" 200 5'),
        ],
    ),
    "time": (instant, [(b"2000-10-10T13:55:36.", b"1", b""), (b"1/Oct/2000:", b"1:", b"")]),
    "apache": (
        lines_of(APACHE),
        [
            (b"", b":", b""),
            (b"", b":80", b""),
            (b"h:80 ", b"Aaaa ", b"10"),
            (b"h:80 ", b"A", b" 10"),
            (b"h:80 Friday 10 October 2000 13:55:36 ", b'"', b""),
            (b'h:80 Friday 10 October 2000 13:55:36 "GET / HTTP/1.1" "', b'" ', b";"),
            (b'h:80 Friday 10 October 2000 13:55:36 "GET / HTTP/1.1" "x" ', b";", b""),
            (b'h:80 Friday 10 October 2000 13:55:36 "GET / HTTP/1.1" "x" ', b"\\", b";y /?"),
        ],
    ),
    "nginx": (
        lines_of(NGINX),
        [(b"", unit, end) for unit in (b"1", b"1, ", b"1.1 : ", b"-, ") for end in (b"", b"[")],
    ),
    "w3c": (
        lines_of("w3c", W3C),
        [
            (b"2018-05-09 16:00:39 h ", unit, b" x")
            for unit in (b'"', b'""', b'"a ', b'"" ', b' ""a', b'" "', b"%41", b"+", b";+", b"\t")
        ],
    ),
    "directives": (lines_of("w3c"), [(b"#Fields:", b" a", b""), (b"#", b" ", b":")]),
    "json": (
        lines_of("json"),
        [
            (b'{"ts":1549573860,"status":200,"x":"', b"\\xff", b'"}'),
            (b'{"ts":1549573860,"status":200,"upstream_response_time":"', b"1,", b'"}'),
            (b'{"ts":1549573860,"status":200,"duration":"', b"1", b'h"}'),
            (b'{"ts":1549573860,"status":200,"duration":"', b"1h", b'"}'),
            (b'{"ts":1549573860,"status":200,"host":"', b"[1", b']:80"}'),
            (b'{"ts":1549573860,"status":200,"host":"', b":", b'80"}'),
            (b'{"ts":"', b"2000-", b'","status":200}'),
            (b"", b'{"a":', b""),
        ],
    ),
    "records": (
        records,
        [
            (RECORD + b',"x":"', b"\\", b'"}'),
            (RECORD, b',"a":1', b""),
            (RECORD, b',"a":"b"', b',"path":1}'),
            (RECORD, b',"duration":1', b"}"),
            (RECORD, b'{"type":"alert",', b""),
            (RECORD[:20], b'{"type":"alert","message":"x"}', b""),
            (b"", b"[", b"]"),
        ],
    ),
}


def linear(read: Callable[[bytes], None], short: bytes, long: bytes) -> bool:
    """Tell whether four times the line takes less than eight times as long, or no time at all."""
    return cost(read, long) < 8 * max(cost(read, short), 5e-4)


def cost(read: Callable[[bytes], None], text: bytes) -> float:
    """Return the CPU seconds of the best of several runs."""
    best = 9e9
    for _ in range(2):
        began = time.process_time()
        read(text)
        best = min(best, time.process_time() - began)
    return best


@pytest.mark.parametrize("reader", NEARLY)
def test_a_near_miss_takes_linear_time(reader: str) -> None:
    """Four times the line takes four times as long: less than eight. What takes no time passes."""
    read, cases = NEARLY[reader]
    for before, unit, after in cases:
        short, long = (
            before + unit * ((size - len(before) - len(after)) // len(unit)) + after
            for size in (SMALL, LARGE)
        )
        assert holds(partial(linear, read, short, long)), (before, unit, after)


@pytest.mark.parametrize("form", stock.forms())
def test_a_near_miss_of_plain_lines_takes_linear_time(form: Form) -> None:
    def read(text: bytes) -> None:
        with suppress(ValueError):
            form.split(b"\n" + text)

    beginnings = (b"", b"v:80 ", LOG, LOG + b' "-" "-" ', LOG + b' "-" "-" "', LOG + b' "')
    units: tuple[bytes, ...] = (
        b" ",
        b"a",
        b"a ",
        b"a/?",
        b'" "',
        b"1.",
        b":1",
        b" - ",
        LOG[:40],
        b'\\"',
        b"\\",
    )
    units += (b"1.1.1.1, ", b"::", b"::, ", b"\n", b'\n"', b" HTTP/1.1", b"#", b'"\n' + LOG[:36])
    for before in (*beginnings, LOG[:36]):
        for unit in units:
            short, long = (before + unit * (size // len(unit)) for size in (SMALL, LARGE))
            assert holds(partial(linear, read, short, long)), (before, unit)


def spellings(number: int) -> Iterator[str]:
    """Yield names of headers that are one name in a record."""
    for bits in range(number):
        yield "X" + "".join(f"a{'-_'[bits >> bit & 1]}" for bit in range(11)) + "b"


def test_headers_of_one_name_take_linear_time() -> None:
    """A client may send X-a-b and X-a_b, and so on: neither time nor the record explodes."""
    sizes = []
    for number in (100, 400):
        headers = {name: ["1"] for name in spellings(number)}
        log = {"ts": START, "status": 200, "request": {"method": "GET", "headers": headers}}
        record = format_of("json").parse(orjson.dumps(log))
        assert record
        assert len(record) >= number
        sizes.append(len(orjson.dumps(record)))
    assert sizes[1] < 8 * sizes[0]


# Heavy hitters among more values than are held.

LIMIT = 2_000
SHARES = [0.01, 0.009, 0.008, 0.007, 0.006, 0.005, 0.004, 0.003, 0.002, 0.001]
TOP = [b'"/top%d"' % rank for rank in range(10)]


def mixes(records: int) -> Iterator[tuple[str, list[bytes]]]:
    """Yield streams of random values that come once, or twice, with ten that come often."""
    rng = random.Random(7)  # noqa: S311 - not for secrets
    heavy = [
        value for value, share in zip(TOP, SHARES, strict=True) for _ in range(int(share * records))
    ]
    noise = [b'"/%x"' % rng.getrandbits(64) for _ in range(records - len(heavy))]
    mixed = [*heavy, *noise]
    rng.shuffle(mixed)
    yield "even", mixed
    yield "bursts, late", [*noise, *heavy]
    yield "bursts, first", [*heavy, *noise]
    late = heavy[:]
    rng.shuffle(late)
    yield "late, mixed", [*noise, *late]
    step = len(noise) // len(heavy)
    twice = [value for value in noise[: len(noise) // 2] for _ in range(2)]
    parts = [[*twice[at * step : (at + 1) * step], value] for at, value in enumerate(late)]
    yield "each random one twice", [value for part in parts for value in part]
    squatters = [b'"/squat%d"' % value for value in range(LIMIT // 2)]
    yield "squatters", [*squatters * 10, *mixed]


@pytest.mark.parametrize(
    ("order", "stream"),
    list(mixes(40_000)),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_heavy_hitters_come_out(order: str, stream: list[bytes]) -> None:
    """In order; each with its hits, or fewer by one in so many as are kept. None is lost in all."""
    assert order
    top, truth = TopValues("x", LIMIT), Counter(stream)
    for at in range(0, len(stream), 200):
        top.add_values(stream[at : at + 200])
        assert len(top.hits) <= LIMIT
    assert top.approximate
    often = sorted(truth, key=lambda value: (-truth[value], value))[:10]
    shown = {row.key: row.hits for row in top.emit(10)}
    assert list(shown) == often
    for value in often:
        assert 0 <= truth[value] - shown[value] <= len(stream) // (LIMIT // 2)


def test_a_flood_of_values_in_a_real_window() -> None:
    """Past the real bound: the sum of hits is right, the top is right, and it is told."""
    rng = random.Random(3)  # noqa: S311 - not for secrets
    paths = [b'"/%x"' % rng.getrandbits(64) for _ in range(VALUES + 20_000)]
    for value, share in zip(TOP, SHARES, strict=True):
        paths += [value] * int(share * len(paths))
    rng.shuffle(paths)
    traffic = Accumulator(("section",))
    for at in range(0, len(paths), 500):
        some = [{"section": path.decode(), "bytes": 1} for path in paths[at : at + 500]]
        traffic.add(as_hits(some, "section"))
    summary = traffic.emit(10)
    assert summary["hits"] == summary["bytes"] == len(paths)
    assert summary["approximate"]
    truth = Counter(paths)
    rows = [(row["value"].encode(), row["hits"]) for row in summary["top"]["section"]]
    assert rows == [(path, truth[path]) for path in TOP]
    assert len(traffic._by["section"].hits) <= VALUES


def test_as_many_clients_as_are_held_are_exact() -> None:
    """100,000 addresses in a window, by name as well: the bound on text leaves room for them."""
    delay, rejects = timedelta(seconds=2), Rejects("clfstats", "hint")
    by = ("section", "host")
    job = Stats(rejects, JsonView(), window=10, by=by, top=1, delay=delay, mode=Mode.AUTO)
    for start in range(0, VALUES, 1_000):
        hosts = [f"192.{at >> 16}.{at >> 8 & 255}.{at & 255}" for at in range(start, start + 1_000)]
        assert job.add(b"".join(line(START, host=host) for host in hosts), REPLAY) == b""
    summary = orjson.loads(job.finish())
    assert (summary["hosts"], summary.get("approximate")) == (VALUES, None)


# What is held.


def test_caches_of_times_are_bounded() -> None:
    for second in range(START, START + 20_000):
        moment = datetime.fromtimestamp(second, UTC)
        times.instant(times.rfc3339(f"{moment:%d/%b/%Y:%H:%M:%S %z}".encode()))
    for cached in (times.rfc3339, times.instant):
        info = cached.cache_info()
        assert info.maxsize
        assert info.currsize <= info.maxsize <= 1 << 14
    known = column._Times(str)
    for second in range(20_000):
        assert known[b"%d" % second] == b"\"b'%d'\"" % second
        assert len(known) <= 4_096


@pytest.mark.parametrize("spread", [10**4, 10**6, 10**9])
def test_open_windows_are_bounded(spread: int) -> None:
    """Times from broken clocks, over hours, weeks and decades: each is counted, few are held."""
    rng = random.Random(spread)  # noqa: S311 - not for secrets
    rejects = Rejects("clfstats", "hint")
    delay = timedelta(seconds=2)
    job = Stats(rejects, JsonView(), window=10, by=("section",), top=1, delay=delay, mode=Mode.AUTO)
    written = b""
    for _ in range(20):
        seconds = [START + rng.randrange(-spread, spread) for _ in range(250)]
        written += job.add(b"".join(map(line, seconds)), REPLAY)
        assert len(job._windows._late) <= windows.HELD
        assert len(job._windows._open) <= 2 * windows.HELD
    written += job.finish()
    rows = [orjson.loads(row) for row in written.splitlines()]
    assert sum(row.get("hits", 0) for row in rows) == 5_000
    assert len(rejects.messages) <= 11


@pytest.mark.parametrize("aside", [-7200, 7200], ids=["late", "ahead"])
def test_records_in_open_windows_are_bounded(aside: int) -> None:
    """Late or ahead, in few windows: they are written before their values fill the memory."""
    held = Windows(10, ("section",))
    held.add(START, as_hits([{}], "section"))
    list(held.advance(START, START))
    hits = as_hits([{"section": number % 7} for number in range(100)], "section")
    most = 0
    for _ in range(1_100):
        held.add(START + aside, hits)
        list(held.advance(START, START))
        most = max(most, held.pending().hits)
    assert windows.ASIDE <= most <= windows.ASIDE + 100


def test_late_records_that_are_written_count_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over weeks there are any number of them: no window ahead is written early for that."""
    monkeypatch.setattr("clfstats.counting.windows.ASIDE", 50)
    held, hit = Windows(10, ("section",)), as_hits([{}], "section")
    ahead = START + 7200
    written: list[Window | Gap] = []
    for second in range(START, START + 1000):
        held.add(second, hit)
        held.add(second - 30, hit)
        held.add(ahead, hit) if second == START + 500 else None
        written += held.advance(second, second)
    assert sum(item.late for item in written if isinstance(item, Window)) > 50
    assert ahead not in {item.start for item in written}


def test_seconds_ahead_are_bounded() -> None:
    """What clfalert holds: the window, and so many seconds that broken clocks have named."""
    rule = Rule(Fraction(1), Fraction(1), 120)
    rule.add(START)
    list(rule.advance(START + 1))
    for ahead in range(2 * HELD + 1_000):
        rule.add(START + ahead)
    assert len(rule._counts) <= HELD + 1 + 120
    assert rule.uncounted > 0


def test_torn_pieces_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever their lengths, together they are no longer than a record may be."""
    monkeypatch.setattr("clfparse.events.reader.RECORD_LINE", 1000)
    reader = Reader(Rejects("p", "hint"))
    for length in [1] * 8 + [900] * 7:
        list(reader.add(b"x" * length + ALERT + b"\n"))
        assert sum(map(len, reader._pieces)) <= 1000


def test_alerts_of_the_screen_are_bounded() -> None:
    """The newest are kept, and those before them counted."""
    seen = board.Board()
    summary: Any = {"hits": 1, "bytes": 0, "errors": 0, "status": {}}
    for number in range(board._ALERTS + 7):
        seen.alert(Alert(ALERT, f"{number}"))
        seen.summary(summary)
    assert (len(seen.alerts), seen.forgotten) == (board._ALERTS, 7)
    assert seen.alerts[-1].message == f"{board._ALERTS + 6}"
    assert len(seen.windows) <= 1_000


# Memory of real processes.

WATCHED = """
import atexit, importlib, sys
@atexit.register
def told():
    status = open("/proc/self/status").read()
    sys.stderr.write(f"peak {int(status.partition('VmHWM:')[2].split()[0])}\\n")
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


ATTACKS: dict[str, tuple[str, Iterator[bytes]]] = {
    "a line of 100 MB": ("clfparse", (b"x" * (1 << 20) for _ in range(100))),
    "refused lines": ("clfparse", flood(lambda number: b"refused %d\n" % number, 100_000)),
    "refused records": ("clfstats", flood(lambda number: b"refused %d\n" % number, 20_000)),
    "long keys": ("clfparse", flood(keyed, 12_000)),
    "values": ("clfstats", flood(valued, 60_000)),
    "more values than are held": ("clfstats", flood(valued, 200_000)),
    "late windows": ("clfstats", flood(late, 16_000)),
    "long values in late windows": ("clfstats", flood(long, 16_000)),
    "long values that are longer as JSON": ("clfstats", flood(partial(long, letter="é"), 16_000)),
    "long values ahead of the clock": ("clfstats", flood(partial(long, aside=1), 16_000)),
    "long values within the delay": ("clfstats --delay 4h", flood(long, 16_000)),
    "long values in one window": ("clfstats --window 24h", flood(long, 16_000)),
    "seconds": (
        "clfalert",
        flood(lambda number: valued(0, START + number % 2 * (3700 + number)), 20_000),
    ),
}
USUAL: dict[str, float] = {}  # MiB for one line, by filter


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells it")
@pytest.mark.parametrize(
    "name",
    list(ATTACKS),
)
def test_memory_and_messages_under_attack(name: str, clean: dict[str, str]) -> None:
    """A real filter stays within 64 MiB of what it has for one line; a dozen messages at most."""
    command, reads = ATTACKS[name]
    package, *options = command.split()
    if package not in USUAL:
        USUAL[package], _ = peak([package], clean, [b"one\n"])
    most, messages = peak([package, *options], clean, reads)
    print(f"{name}: {package} {most:.0f} MiB, for one line {USUAL[package]:.0f}")
    assert most - USUAL[package] < 64
    assert messages <= 12
