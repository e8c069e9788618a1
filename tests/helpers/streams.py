"""Streams for tests: records as clfparse writes them, random disorder of time, random cuts."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import msgspec
import orjson
from hypothesis import strategies as st
from profiles import max_examples

from clfparse.events.clock import Clock
from clfparse.events.hit import Hit, hit_type
from clfparse.events.reader import Event, Reader
from clfparse.stream.contract import Filter, Now
from clfparse.stream.lines import RECORD_LINE, Lines
from clfparse.stream.rejects import Rejects
from clfparse.values.times import SECOND, Instant
from clfstats.counting.accumulator import FIELDS

START = 1_549_573_860  # 2019-02-07T21:11:00+00:00, the start of a window of any usual length
REPLAY = Now(wall=START + 1e8, silence=timedelta())  # an old log, read without a pause

ALERT = b'{"type":"alert","state":"triggered","message":"High"}'

RANDOM = max_examples(150)

Step = int | timedelta  # a record's second, or a silence


def iso(second: int, zone: str = "+00:00") -> str:
    """Return a second's RFC 3339 time in the words of a zone."""
    zones = {"-01:00": timedelta(hours=-1)}
    local = datetime.fromtimestamp(second, timezone(zones.get(zone, timedelta())))
    return local.isoformat()[:19] + zone


def line(second: int, **fields: Any) -> bytes:
    """Return a record's line, with its newline."""
    return orjson.dumps({"time": iso(second), "section": "/pages", **fields}) + b"\n"


def block(seconds: Iterable[int]) -> bytes:
    return b"".join(map(line, seconds))


def as_hits(records: Iterable[dict[str, Any]], *fields: str) -> list[Hit]:
    """Return records, given as objects of JSON, as clfstats reads them to count these fields."""
    kind = hit_type(FIELDS | set(fields))
    return [msgspec.convert({"time": iso(START), **record}, kind) for record in records]


def read_line(text: bytes, *fields: str) -> Event | str:
    """Read a line, given without its newline: a run of one record, an alert, or why it is none."""
    rejects = Rejects("p", "hint")
    reader = Reader(rejects, fields)
    events = [*reader.add(text + b"\n"), *reader.finish()]
    if not events:
        return rejects.messages[0].removeprefix("p: line 1: ").partition(": '")[0]
    assert (len(events), rejects.refused, rejects.lines) == (1, 0, 1)
    return events[0]


@st.composite
def steps(draw: st.DrawFn, *jumps: int, silences: bool = True) -> list[Step]:
    """Draw a stream: disorder, bursts, silences, and now and then one of the jumps of time."""
    distance = st.integers(-15, 25) | st.sampled_from([-130, 130, 500, *jumps])
    burst = st.tuples(distance, st.sampled_from([1, 1, 1, 2, 5, 31, 32]), st.booleans())
    silence = st.sampled_from([0.5, 1, 7, 12, 60, 300]).map(lambda s: timedelta(seconds=s))
    drawn = draw(st.lists(burst | silence if silences else burst, min_size=1, max_size=12))
    stream: list[Step] = []
    second = START
    for item in drawn:
        if isinstance(item, timedelta):
            stream.append(item)
            second += item // SECOND
            continue
        ahead, repeat, stays = item
        stream += [second + ahead + i // 8 for i in range(repeat)]
        second += ahead if stays else 1
    return stream


def drive(clock: Clock, stream: Iterable[Step]) -> Iterator[tuple[int | None, bool]]:
    """Feed a clock; yield each record's second (None: silence), and whether it set it back."""
    quiet = timedelta()
    for step in stream:
        if isinstance(step, timedelta):
            quiet += step
            clock.on_idle(quiet)
            yield None, False
        else:
            quiet, restarts = timedelta(), clock.restarts
            clock.on_record(Instant(step, 0))
            yield step, clock.restarts > restarts


def live(after: float) -> Now:
    """Return a moment so many seconds after START, all of them in silence."""
    return Now(START + after, timedelta(seconds=after))


def torn(second: int, at: int) -> bytes:
    """Return a record's line with an alert written into the middle of it."""
    whole = line(second)
    return whole[:at] + ALERT + b"\n" + whole[at:]


# Records in clfparse's words, and in others.
PLAIN = (
    b'{"time":"%b","host":"10.0.0.1","ident":null,"user":"","method":"GET","path":"/a/b",'
    b'"query":null,"protocol":"HTTP/1.1","status":500,"bytes":12,"section":"/a"'
)
WORDS = [
    PLAIN + b"}",
    PLAIN + b',"referer":null,"user_agent":"curl"}',
    PLAIN.replace(b"500", b"null").replace(b'"GET"', b"null") + b',"vhost":"b"}',
    b'{"time":"%b","section":"/pages"}',
    b'{"time":"%b","section":"/\\u0061","method":"-","host":"a","status":503,"bytes":7}',
    b'{ "section" : "/a" , "x":"", "time": "%b", "method":null,"host":null,"status":null }\r',
    b'{"time":"%b","x":1,"x":1.0,"section":null,"method":"GET","bytes":null,"user_agent":"\\\\"}',
    b'{"time":"%b","x":[1,{"b":2,"a":"}"}],"section":"\xc3\xa9","user_agent":{"b":2,"a":1},"host":"","method":"\\"GET"}',
    b'{"x":{"a":"}","b":2,"time":"no","status":"no"},"time":"%b","bytes":9223372036854775807}',
    b'{"time":"2000-01-01T00:00:00Z","x":true,"section":"\\"x\\":1","time":"%b"}',
]


@st.composite
def inputs(draw: st.DrawFn) -> tuple[bytes, int]:
    """Draw what a filter may meet, in complete lines, and how many records are in it."""
    stream = draw(steps(5000, -5000, silences=False))
    seconds = [step for step in stream if isinstance(step, int)]
    if draw(st.booleans()):
        seconds.sort()
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
    zone = draw(st.sampled_from(["+00:00", "Z", "-01:00"]))
    written = [
        words[at % len(words)].replace(b"%b", iso(second, zone).encode()) + b"\n"
        for at, second in enumerate(seconds)
    ]
    mended = st.integers(0, len(line(START))).map(lambda at: (torn(START, at), 1))
    never = b'{"time":' + ALERT + b"\n"
    others = st.sampled_from([ALERT + b"\n", b"lost\n", b"\n", never])
    extra = mended | others.map(lambda other: (other, 0))
    for at, (lines, _) in (added := draw(st.lists(st.tuples(st.integers(0), extra), max_size=6))):
        written.insert(at % (len(written) + 1), lines)
    return b"".join(written), len(seconds) + sum(records for _, (_, records) in added)


@st.composite
def cuts(draw: st.DrawFn, whole: bytes, *, at_lines: bool) -> list[bytes]:
    """Draw pieces of a whole: so many lines at a time, or cut anywhere."""
    if at_lines:
        lines = whole.splitlines(keepends=True)
        size = draw(st.integers(1, 20))
        return [b"".join(lines[at : at + size]) for at in range(0, len(lines), size)]
    places = draw(st.sets(st.integers(0, len(whole)), max_size=20))
    return [whole[a:b] for a, b in pairwise(sorted({0, len(whole), *places}))]


def fed(job: Filter, rejects: Rejects, pieces: Iterable[bytes]) -> tuple[bytes, list[str]]:
    """Feed a filter with what was read, as clfparse.stream.run does; return output and messages."""
    lines = Lines(rejects, RECORD_LINE)
    written = [job.add(block, REPLAY) for piece in pieces for block in lines.add(piece)]
    written += [job.add(block, REPLAY) for block in lines.finish()]
    return b"".join([*written, job.close()]), rejects.messages
