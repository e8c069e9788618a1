"""clfstats.spark.work: any split of a log gives, merged, the parts of the whole."""

import gzip
import random
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import line
from profiles import max_examples
from streams import fed

from clfparse.events.clock import Mode
from clfparse.filter import Parser
from clfparse.formats.detect import format_of
from clfparse.stream.rejects import Rejects
from clfstats.counting.accumulator import Accumulator
from clfstats.counting.pane import Window
from clfstats.filter import Stats
from clfstats.spark import splits, work
from clfstats.spark.pairs import FIRST_WINDOW, REPORT, CountOptions, Value, merge
from clfstats.spark.report import Report
from clfstats.spark.splits import Split, ranges
from clfstats.views.parts import PartsView

SETTINGS = CountOptions(10, ("section", "log"), several=True)
Merged = dict[int, Value]


@pytest.fixture(scope="module")
def text() -> bytes:
    """Return a log with what logs may hold: late and odd lines, CRLF, lone CR, NULs, blank ones."""
    made = random.Random(1)  # noqa: S311 - no secret
    lines = [
        line(1_500_000_000 + at / 5 - made.choice([0, 0, 0, 9]), f"/p{at % 7}/x")
        for at in range(500)
    ]
    lines[20] = lines[20].replace("\n", "\r\n")
    lines[30] = lines[30].replace("\n", "\r")
    lines[40] = "\0\0" + lines[40]
    lines[50] = "odd\n\n"
    lines[60] = line(1_500_007_000, "/far")
    return "".join(lines).encode()


def merged(pairs: Iterable[tuple[int, Value]]) -> Merged:
    made: Merged = {}
    for key, value in pairs:
        made[key] = merge(made[key], value) if key in made else value
    return made


def parts(values: Merged, unit: int = 10) -> bytes:
    """Return what is written of windows."""
    windows = sorted((key, value) for key, value in values.items() if key > FIRST_WINDOW)
    view = PartsView()
    return b"".join(
        view.window(Window(key, key + unit, value, 0, unit))
        for key, value in windows
        if isinstance(value, Accumulator)
    )


def report(values: Merged) -> Report:
    made = values[REPORT]
    assert isinstance(made, Report)
    return made


def of_splits(path: Path, cuts: Sequence[tuple[int, int]], settings: CountOptions) -> Merged:
    whole = len(cuts) == 1
    made = [
        Split(at, 0, path.name, str(path), begin, end, whole=whole)
        for at, (begin, end) in enumerate(cuts)
    ]
    random.Random(2).shuffle(made)  # noqa: S311 - no secret
    return merged(pair for split in made for pair in work.work(split, settings))


def one_machine(log: bytes, settings: CountOptions) -> bytes:
    """Return what clfparse, clfstats --parts, sort and clfstats --parts make of it."""
    rejects = Rejects("p", "")
    parser = Parser(rejects, format_of(*settings.forms), log="log" if settings.several else None)
    records = fed(parser, rejects, [log])[0]

    def stats(lines: bytes) -> bytes:
        job = Stats(
            Rejects("p", ""),
            PartsView(),
            window=settings.unit,
            by=settings.by,
            top=0,
            delay=timedelta(seconds=2),
            mode=Mode.EVENT,
        )
        return fed(job, Rejects("p", ""), [lines])[0]

    return stats(b"".join(sorted(stats(records).splitlines(keepends=True))))


@pytest.mark.parametrize("most", [300, 1_000, 4_096, 10_000, 1 << 20])
def test_any_split_gives_the_same(most: int, text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(text)
    made = of_splits(path, list(ranges(len(text), most)), SETTINGS)
    assert parts(made) == one_machine(text, SETTINGS)
    made_report = report(made)
    assert (made_report.refused, made_report.skipped, sum(made_report.lines.values())) == (
        1,
        1,
        501,
    )
    assert made_report.seen == {"section", "log"}
    assert made_report.failures == []


@given(st.lists(st.integers(0, 40_000), max_size=6))
@max_examples(20)
def test_any_cuts_give_the_same(
    text: bytes, tmp_path_factory: pytest.TempPathFactory, cuts: list[int]
) -> None:
    path = tmp_path_factory.mktemp("logs") / "log"
    path.write_bytes(text)
    bounds = sorted({0, len(text), *(at for at in cuts if at < len(text))})
    made = of_splits(path, list(pairwise(bounds)), SETTINGS)
    assert parts(made) == one_machine(text, SETTINGS)


def test_windows_are_given_away_where_there_are_many(
    monkeypatch: pytest.MonkeyPatch, text: bytes, tmp_path: Path
) -> None:
    monkeypatch.setattr(work, "_HELD", 1)
    monkeypatch.setattr(work, "_WAITING", 1)
    monkeypatch.setattr(splits, "_READ", 5_000)
    path = tmp_path / "log"
    path.write_bytes(text)
    split = Split(0, 0, "log", str(path), 0, len(text), whole=True)
    pairs = list(work.work(split, SETTINGS))
    assert len({key for key, _ in pairs}) < len(pairs)
    assert pairs[-1][0] == REPORT
    assert parts(merged(pairs)) == one_machine(text, SETTINGS)


def test_refused_lines_come_byte_for_byte(text: bytes, tmp_path: Path) -> None:
    odd = b"odd \xff\n" + text[:400] + b"x" * 70_000 + b"\n" + text[-300:] + b"\nend"
    path = tmp_path / "log"
    path.write_bytes(odd)
    made = of_splits(path, list(ranges(len(odd), 20_000)), SETTINGS._replace(rejects=True))
    saved = [
        value
        for key, value in sorted(made.items(), key=lambda pair: pair[0])
        if isinstance(value, bytes)
    ]
    rejects = Rejects("p", "")
    job = Parser(rejects)
    of_one_run: list[bytes] = []
    from clfparse.stream.lines import LOG_LINE, Lines

    lines = Lines(rejects, LOG_LINE)
    for block in (*lines.add(odd), *lines.finish()):
        job.add(block)
    of_one_run.append(bytes(rejects.refused_bytes))
    assert b"".join(saved).count(b"\n") == rejects.refused
    assert sorted(b"".join(saved).split(b"\n")) == sorted(b"".join(of_one_run).split(b"\n"))


def test_a_packed_log_is_counted_as_far_as_it_goes(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    packed = gzip.compress(text)
    path.write_bytes(packed)
    settings = SETTINGS._replace(several=False)
    made = of_splits(path, [(0, len(packed))], settings)
    assert parts(made) == one_machine(text, settings)
    path.write_bytes(packed[: len(packed) // 2])
    made = of_splits(path, [(0, len(packed) // 2)], settings)
    assert report(made).failures == [(0, "log.gz: gzip data ends too early")]
    assert len(parts(made)) > 100


def test_content_that_was_read_elsewhere(text: bytes) -> None:
    split = Split(0, 0, "log", "hdfs://host/log", 0, len(text), whole=True)
    assert parts(merged(work.work(split, SETTINGS, text))) == one_machine(text, SETTINGS)


def test_what_executors_may_lack_is_reported(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "log"
    split = Split(3, 0, "log", str(path), 0, len(text), whole=True)
    [(_, message)] = report(merged(work.work(split, SETTINGS))).failures
    assert message.startswith("log: not there on ")
    path.write_bytes(text[:1000])
    made = merged(work.work(split, SETTINGS))
    [(_, message)] = report(made).failures
    assert message.startswith("log: shorter on ")
    path.unlink()
    path.mkdir()
    [(number, message)] = report(merged(work.work(split, SETTINGS))).failures
    assert (number, message[:22]) == (3, "log: Is a directory on")


def test_a_split_that_hangs_on_what_came_before_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(line(1_500_000_000).encode() * 100_000 + b"#Fields: date time\n" * 100_000)
    size = path.stat().st_size
    [(_, message)] = report(
        of_splits(path, [(0, size * 9 // 10), (size * 9 // 10, size)], SETTINGS)
    ).failures
    assert message.endswith("a directive (#Fields) holds for the lines after it")
    assert "cannot be divided at byte" in message


def test_only_the_first_split_says_what_a_log_lacks(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(
        b'{"time":"2019-02-07T21:11:00Z","path":"/a","remote_addr":"192.0.2.1"}\n' * 90
    )
    size = path.stat().st_size
    notes = report(of_splits(path, list(ranges(size, 1_000)), SETTINGS)).notes
    assert [number for number, _ in notes] == [0] * len(notes)
    assert any("has a status" in note for _, note in notes)
