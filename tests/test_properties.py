"""What holds for any bytes: each line is a record or refused, and no text of a log is an alert."""

import importlib.util
import json
import re
from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import orjson
import pytest
from autos import fresh
from hypothesis import example, given
from hypothesis import strategies as st
from paths import ROOT
from profiles import max_examples
from streams import ALERT, RANDOM, START, cuts, fed, inputs, iso, line

from clfalert.filter import Watch
from clfparse.events.clock import Mode
from clfparse.filter import Parser
from clfparse.stream.lines import LOG_LINE, Lines
from clfparse.stream.rejects import Rejects
from clfstats.filter import Stats, View
from clfstats.views.jsonl import JsonView
from clfstats.views.text import TextView

FEW = max_examples(50)  # for each format

SEEDS = sorted(path for path in (ROOT / "tests/seeds").glob("*/*"))
SCHEMA = jsonschema.Draft202012Validator(
    json.loads((ROOT / "clfparse/record.schema.json").read_text())
)

# A format, and lines of it; each @ is text that a client chooses.
APACHE = '%h %u %t "%r" %>s %b "%{User-Agent}i" %{X}i;%{Y}i'
NGINX = '$remote_addr [$time_local] "$request" $status $http_x: $request_time'
TIME = b"[07/Feb/2019:21:11:0%d +0000]"
CLF = b"192.0.2.1 - @ " + TIME + b' "GET /@ HTTP/1.1" 200 5'
JSON = (
    b'{"ts":154957386%d,"request":{"uri":"/@","method":"GET","headers":{"X-A":["@"]}},"status":200'
)
FORMATS: dict[str, list[bytes]] = {
    "auto": [CLF, CLF + b' "-" "@"', b"v:80 " + CLF + b' "@" "@" @', CLF + b' "@']
    + [b"1.2.3.4 - - " + TIME + b' "GET /a/b?c HTTP/1.1" 200 5'] * 3,
    "w3c": [
        b"#Fields: date time cs-uri-stem c-ip cs(User-Agent) x-@",
        b"#Fields: time @ type",
        b"2019-02-07 21:11:0%d /@ - @ @",
        b"2019-02-07\t21:11:0%d\t/@\t-\t@\t@",
        b"#@",
        b"",
    ],
    "json": [
        JSON + b"}",
        JSON + b',"type":"@","x":{"type":"alert","@":[{"type":"@"}]}}',
        b'{"type":"alert","message":"@","method":"@","ts":154957386%d,"@":1}',
        b" ",
    ],
    APACHE: [b"h @ " + TIME + b' "GET /@ HTTP/1.1" 200 - "@" @;@']
    + [b"h - " + TIME + b' "GET /a/b HTTP/1.1" 200 5 "a" b;c'] * 3,
    NGINX: [b"h " + TIME + b' "GET /@ HTTP/1.1" 200 @: 0.001'],
}

FORGED = rb'{"type":"alert","state":"triggered","message":"forged"}'
SPELT = [FORGED.replace(b'"', quote) for quote in (b'"', rb"\"", rb"\x22", rb"\\x22", rb"\u0022")]
SPELT += [spelt + end for spelt in SPELT for end in (b"\n", rb"\n", b"\r", rb"\x0a", b'"', b"\\")]
SPELT += [b"x" + spelt for spelt in SPELT[:5]]
HOSTILE = [b"\x1b[2J", b"\xc2\x9b", rb"\x1b", rb"\xd0\x9f", b"\xff", "\u202e".encode(), b"\0", b'"']
TEXTS = st.sampled_from([*SPELT, *HOSTILE, b"a", b"-", b"", b" "]) | st.binary(max_size=12)


@st.composite
def logs(draw: st.DrawFn, form: str, *, broken: bool = True) -> bytes:
    """Draw lines of a format, some of them broken."""
    lines = []
    for number in range(draw(st.integers(1, 8))):
        first, *rest = draw(st.sampled_from(FORMATS[form])).split(b"@")
        drawn = first + b"".join(draw(TEXTS) + part for part in rest)
        drawn = drawn.replace(b"%d", b"%d" % number)
        if broken and draw(st.integers(0, 9)) == 0:
            drawn = drawn[: draw(st.integers(0, len(drawn)))] + draw(TEXTS)
        lines.append(drawn)
    return b"\n".join(lines) + draw(st.sampled_from([b"\n", b""]))


def parsed(form: str, pieces: Iterable[bytes], *, slow: bool = False) -> tuple[bytes, Rejects]:
    """Read a log as clfparse does, or line by line; return its records."""
    rejects = Rejects("clfparse", "hint")
    lines, parser = Lines(rejects, LOG_LINE), Parser(rejects, fresh(form))
    work = parser.slow if slow else parser.add
    written = [work(block) for piece in pieces for block in lines.add(piece)]
    return b"".join([*written, *map(work, lines.finish())]), rejects


def stats(*, text: bool = False) -> tuple[Stats, Rejects]:
    rejects = Rejects("clfstats", "hint")
    view: View = TextView(lambda: 60, colour=False) if text else JsonView()
    by = ("section", "user_agent", "x")
    delay = timedelta(seconds=2)
    job = Stats(rejects, view, window=10, by=by, top=5, delay=delay, mode=Mode.AUTO)
    return job, rejects


def watch(*, text: bool = False, through: bool = False) -> tuple[Watch, Rejects]:
    rejects = Rejects("clfalert", "hint")
    job = Watch(
        rejects,
        threshold=Fraction(1, 5),
        recover=Fraction(1, 5),
        window=5,
        delay=timedelta(seconds=2),
        mode=Mode.AUTO,
        text=text,
        through=through,
    )
    return job, rejects


def unprintable(value: object) -> list[str]:
    """Return the texts of an object, names too, that a terminal would not only print."""
    if isinstance(value, str):
        return [] if value.isprintable() else [value]
    if isinstance(value, dict):
        value = [*value, *value.values()]
    within = value if isinstance(value, list) else []
    return [text for each in within for text in unprintable(each)]


def typed(value: object) -> bool:
    """Tell whether an object is, or holds, one with a type."""
    if isinstance(value, dict):
        return "type" in value or any(map(typed, value.values()))
    return isinstance(value, list) and any(map(typed, value))


BRACKETS = {b"", b"[", b"]", b"],", b",", b"];"}  # the lines of an array of objects, but for these


def lines_of(whole: bytes) -> list[bytes]:
    """Return the lines: a carriage return ends one, NULs before one are nothing."""
    whole = re.sub(rb"\r(?!\n|\Z)", b"\n", whole)
    whole = re.sub(rb"(\A|\n)\0+", rb"\1", whole)
    return whole.removesuffix(b"\n").split(b"\n") if whole else []


def without_data(form: str, whole: bytes) -> int:
    """Return how many lines of a log are blank, or directives, where a format knows such."""
    lines = [each.removeprefix(b"\xef\xbb\xbf") for each in lines_of(whole)]
    if form in {"w3c", "auto"}:
        return sum(each.strip(b" \t\r") in BRACKETS or each.startswith(b"#") for each in lines)
    return sum(each.strip(b" \t\r") in BRACKETS for each in lines)


@pytest.mark.parametrize("form", FORMATS)
@given(data=st.data())
@FEW
def test_each_line_is_a_record_or_refused(form: str, data: st.DataObject) -> None:
    """In every format, however it is cut, fast or slow: one of both, and the record is valid."""
    whole = data.draw(logs(form) | st.binary(max_size=60))
    written, rejects = parsed(form, [whole])
    records = [orjson.loads(row) for row in written.splitlines()]
    assert rejects.lines == len(lines_of(whole))
    assert rejects.skipped <= without_data(form, whole)
    reported = rejects.refused + rejects.skipped
    # A directive may be refused, too.
    assert len(records) + rejects.refused <= rejects.lines <= len(records) + reported
    for record in records:
        SCHEMA.validate(record)
        assert not unprintable(record)
        assert not typed(record)
    pieces = data.draw(cuts(whole, at_lines=data.draw(st.booleans())))
    for again in (parsed(form, pieces), parsed(form, [whole], slow=True)):
        assert again[0] == written
        assert vars(again[1]) == vars(rejects)


NEARLY = st.sampled_from(
    [
        *(b"{", b"}", b'"', b"[", b",", b":", b"\\", b"\n", b"\n", b" ", b"1e9", b"null", b"\r\n"),
        *(
            ALERT,
            ALERT + b"\n",
            ALERT[:15],
            ALERT[15:],
            FORGED,
            b'"type":',
            b'"message":"a\\u001b"',
        ),
        *(line(START), line(START)[:-1], line(START)[:30], line(START)[30:], line(START + 20)),
        *(line(START, bytes=1 << 62, status=599, duration=1e300), line(START, x=[{"a": None}])),
        *(
            b'"time":"%b"' % iso(START).encode(),
            b'"duration":-0.0',
            b'"status":5e2',
            b'"bytes":1.0',
        ),
        *(b'{"time":"0003-01-01T00:00:00Z"}\n', b'{"time":"9997-12-31T23:59:60-23:59"}\n'),
    ]
)


@given(st.lists(NEARLY | st.binary(max_size=6), max_size=25).map(b"".join), st.booleans())
@example(b'{"type":"alert"' + ALERT + b"\n", False)
@RANDOM
def test_readers_of_records_take_any_bytes(whole: bytes, text: bool) -> None:
    """Nothing breaks them, and hits + refused + alerts == lines, but for pieces torn for good."""
    summed, rejects = stats()
    written = fed(summed, rejects, [whole])[0]
    objects = [orjson.loads(row) for row in written.splitlines()]
    hits = sum(row["hits"] for row in objects if row["type"] == "summary")
    alerts = sum(row["type"] == "alert" for row in objects)
    rows = whole.split(b"\n")
    # An alert may tear whatever it lands in: another's beginning, too.
    torn = sum(b'{"type":"alert"' in row[1:] for row in rows)
    assert 0 <= hits + rejects.refused + alerts - rejects.lines <= torn
    for job, others in (stats(text=text), watch(text=text, through=not text)):
        shown = fed(job, others, [whole])[0]
        assert not text or shown.decode().replace("\n", "").isprintable()
        assert (others.lines, others.refused) == (rejects.lines, rejects.refused)


@given(inputs(), st.data())
@RANDOM
def test_records_pass_clfalert_unchanged(drawn: tuple[bytes, int], data: st.DataObject) -> None:
    """With --pass clfstats reads the same records behind clfalert as before it."""
    whole, records = drawn
    passed, _ = fed(*watch(through=True), data.draw(cuts(whole, at_lines=False)))
    written, _ = fed(*stats(), [passed])
    rows = [orjson.loads(row) for row in written.splitlines()]
    assert sum(row["hits"] for row in rows if row["type"] == "summary") == records


def composed(form: str, whole: bytes, first: list[bytes] | None, size: int) -> tuple[Any, ...]:
    """Return what ``clfparse | clfstats`` writes and reports; first: None for clfparse's slow way.

    size: bytes that clfstats reads at a time; 0 for a line.
    """
    records, rejects = parsed(form, first or [whole], slow=first is None)
    job, second = stats()
    pieces = [records[at : at + size] for at in range(0, len(records), size)] if size else []
    pieces = pieces or [line + b"\n" for line in records.split(b"\n")[:-1]]
    return *fed(job, second, pieces), rejects.messages, second.refused


@pytest.mark.parametrize("form", FORMATS)
@given(data=st.data())
@FEW
def test_the_pipeline_is_the_same_for_any_cuts(form: str, data: st.DataObject) -> None:
    """With both inputs cut anywhere, and a line at a time; all records are read back."""
    whole = data.draw(logs(form))
    pieces = data.draw(cuts(whole, at_lines=False))
    expected = composed(form, whole, None, 0)
    assert composed(form, whole, pieces, data.draw(st.integers(1, 3000))) == expected
    assert expected[-1] == 0


@pytest.mark.parametrize("form", FORMATS)
@given(data=st.data())
@FEW
def test_no_text_of_a_log_is_taken_for_an_alert(form: str, data: st.DataObject) -> None:
    """However a client spells one, and wherever the alerts of a second writer tear its record."""
    written, _ = parsed(form, [data.draw(logs(form, broken=False))])
    places = data.draw(st.lists(st.integers(0, len(written)), max_size=6).map(sorted))
    parts = [written[a:b] for a, b in pairwise([0, *places, len(written)])]
    mixed = (ALERT + b"\n").join(parts)
    result, messages = fed(*stats(), data.draw(cuts(mixed, at_lines=False)))
    rows = result.splitlines()
    assert [row for row in rows if b'"type":"alert"' in row] == [ALERT] * len(places)
    hits = [orjson.loads(row)["hits"] for row in rows if row.startswith(b'{"type":"summary"')]
    assert sum(hits) == written.count(b"\n")
    assert not [message for message in messages if "no record so far" not in message]


@pytest.mark.parametrize("name", ["http_x", "sent_http_x", "cookie_x", "env_x", "note_x"])
def test_names_of_headers_may_hold_any_json(name: str) -> None:
    """A JSON log may have a number where other logs have a header's text."""
    log = orjson.dumps({"ts": START, "status": 200, name: [5]})
    SCHEMA.validate(orjson.loads(parsed("json", [log])[0]))


def test_a_second_path_has_its_own_name() -> None:
    """What nginx made of the path is beside what the client asked for."""
    log = b'[07/Feb/2019:21:11:00 +0000] "GET /a/b HTTP/1.1" /made/index.php'
    record = orjson.loads(parsed('[$time_local] "$request" $uri', [log])[0])
    assert (record["path"], record["section"], record["uri"]) == ("/a/b", "/a", "/made/index.php")


@pytest.mark.parametrize("form", ["%h \udcff %t", "$remote_addr \udcff [$time_local]"])
def test_a_format_may_hold_any_bytes(form: str) -> None:
    """As the command line may: a byte that is not UTF-8 stands for itself."""
    log = b"::1 \xff [07/Feb/2019:21:11:00 +0000]"
    assert orjson.loads(parsed(form, [log])[0])["host"] == "::1"


@pytest.fixture(scope="module")
def fuzz() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz", ROOT / "bin/dev/_fuzz.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_seeds_hold(fuzz: ModuleType, seed: Path) -> None:
    """What bin/dev/fuzz begins with, and what it has found, keeps the rules of its target."""
    fuzz.TARGETS[seed.parent.name](seed.read_bytes())


def test_every_target_has_seeds(fuzz: ModuleType) -> None:
    assert {path.parent.name for path in SEEDS} == set(fuzz.TARGETS)
