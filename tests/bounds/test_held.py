"""What is held of a stream is bounded, and what is right of it all the same."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import orjson
import pytest
from streams import ALERT, REPLAY, START, as_hits, line

from clfalert.rule import HELD, Rule
from clfparse.counting.top_values import VALUES, TopValues
from clfparse.events.clock import Mode
from clfparse.events.reader import Reader
from clfparse.formats import column
from clfparse.stream.rejects import Rejects
from clfparse.values import times
from clfparse.values.times import Instant
from clfstats.counting import windows
from clfstats.counting.accumulator import Accumulator
from clfstats.counting.pane import Gap, Window
from clfstats.counting.windows import Windows
from clfstats.filter import Stats
from clfstats.views.jsonl import JsonView
from clfstats.views.parts import PartsView

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
    """Past the real bound: the sum of hits is right, the top is right, and it is marked."""
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
    rows = [(str(row["value"]).encode(), row["hits"]) for row in summary["top"]["section"]]
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
    summary = orjson.loads(job.close())
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
    written += job.close()
    rows = [orjson.loads(row) for row in written.splitlines()]
    assert sum(row.get("hits", 0) for row in rows) == 5_000
    assert len(rejects.messages) <= 11


@pytest.mark.parametrize("aside", [-7200, 7200], ids=["late", "ahead"])
def test_records_in_open_windows_are_bounded(aside: int) -> None:
    """Late or ahead, in few windows: they are written before their values fill the memory."""
    held = Windows(10, ("section",))
    held.add(Instant(START, 0), as_hits([{}], "section"))
    list(held.advance(START, START))
    hits = as_hits([{"section": number % 7} for number in range(100)], "section")
    most = 0
    for _ in range(1_100):
        held.add(Instant(START + aside, 0), hits)
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
        held.add(Instant(second, 0), hit)
        held.add(Instant(second - 30, 0), hit)
        held.add(Instant(ahead, 0), hit) if second == START + 500 else None
        written += held.advance(second, second)
    assert sum(item.late for item in written if isinstance(item, Window)) > 50
    assert ahead not in {item.start for item in written}


def test_hosts_of_many_windows_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their names, and the hashes that stand for them: fewer of each, where many windows are open.

    Their numbers stay near, and are said to be approximate.
    """
    monkeypatch.setattr("clfstats.counting.windows.TEXT", 1 << 19)
    delay, rejects = timedelta(hours=1), Rejects("clfstats", "hint")
    job = Stats(rejects, JsonView(), window=10, by=("x",), top=1, delay=delay, mode=Mode.AUTO)
    written, number = b"", 3_000
    for start in range(START, START + 300, 10):
        hosts = (f"{start}.{at}" for at in range(number))
        written += job.add(b"".join(line(start, host=host) for host in hosts), REPLAY)
        assert job._windows._text() < 1.5 * (1 << 19)
    written += job.close()
    rows = [orjson.loads(row) for row in written.splitlines()]
    assert [row["hits"] for row in rows] == [number] * 30
    assert all(abs(row["hosts"] - number) < 0.1 * number for row in rows)
    assert sum("approximate" in row for row in rows) > 20


def test_parts_in_late_windows_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are written before their values fill the memory; none is lost."""
    monkeypatch.setattr("clfstats.counting.windows.ASIDE", 1_000)
    delay, rejects = timedelta(seconds=2), Rejects("clfstats", "hint")
    by = ("section",)
    view = PartsView()
    writer = Stats(rejects, view, window=10, by=by, top=1, delay=delay, mode=Mode.AUTO)
    writer.add(b"".join(line(START, section=f"/{at}") for at in range(300)), REPLAY)
    part = writer.close()
    job = Stats(rejects, JsonView(), window=10, by=by, top=1, delay=delay, mode=Mode.AUTO)
    written = job.add(line(START + 100), REPLAY)
    for at in range(20):
        late = part.replace(b"21:11:", b"21:%02d:" % (at % 10))
        written += job.add(late, REPLAY)
        assert job.pending().hits <= 2_000
    rows = [orjson.loads(row) for row in (written + job.close()).splitlines()]
    assert sum(row["hits"] for row in rows) == 1 + 20 * 300


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
