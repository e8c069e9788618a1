"""clfparse.formats.parts: lines of container runtimes, which cut long ones."""

import json

import pytest

from clfparse.filter import Parser
from clfparse.formats.detect import format_of
from clfparse.formats.grammar import parse
from clfparse.stream.rejects import Rejects

TIME = b"2023-10-12T14:23:45.123456789Z"
STOCK = ["auto", "combined"]
NAMED = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"'
COMBINED = b'192.0.2.1 - - [10/Oct/2023:13:55:36 +0000] "GET /a?b HTTP/1.1" 200 12 "-" "curl/8"'


def cri(text: bytes, tag: bytes = b"F", stream: bytes = b"stdout") -> bytes:
    return b"%b %b %b %b\n" % (TIME, stream, tag, text)


def docker(text: str, stream: str = "stdout") -> bytes:
    fields = {"log": text, "stream": stream, "time": TIME.decode()}
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def read(block: bytes, form: str = "auto") -> tuple[list[object], list[str]]:
    rejects = Rejects("p", "hint")
    parser = Parser(rejects, format_of(form))
    records = [json.loads(line) for line in parser.add(block).splitlines()]
    parser.close()
    assert len(records) + rejects.refused + rejects.skipped == rejects.lines
    return records, rejects.messages


PIECES = [COMBINED[:30], COMBINED[30:50], COMBINED[50:]]
CRI = b"".join(map(cri, PIECES, (b"P", b"P", b"F")))
DOCKER = b"".join(docker(piece.decode() + "\n" * (piece is PIECES[2])) for piece in PIECES)


@pytest.mark.parametrize("form", [*STOCK, NAMED])
@pytest.mark.parametrize(
    "block",
    [cri(COMBINED), cri(COMBINED, b"F:x"), CRI, docker(COMBINED.decode() + "\n"), DOCKER],
    ids=["CRI", "CRI, more tags", "CRI, parts", "docker", "docker, parts"],
)
def test_the_line_is_read_as_if_it_stood_alone(form: str, block: bytes) -> None:
    assert read(block * 3, form) == ([dict(parse(COMBINED))] * 3, [])


def test_streams_have_parts_of_their_own() -> None:
    first, second = COMBINED[:40], COMBINED[40:]
    block = cri(first, b"P") + cri(first, b"P", b"stderr") + cri(second, b"F", b"stderr")
    assert read(block + cri(second)) == ([dict(parse(COMBINED))] * 2, [])


def test_the_rest_of_a_line_is_never_a_line_of_its_own() -> None:
    """A client may send what looks like a line where the runtime cuts its own."""
    block = cri(b"x y z | ", b"P") + cri(COMBINED)
    records, messages = read(block * 2 + cri(COMBINED))
    assert records == [dict(parse(COMBINED))]
    assert [message.partition(": '")[0] for message in messages[:2]] == [
        "p: line 2: behind a header (Kubernetes (CRI)): no host, identity and user before the time",
        "p: line 4: behind a header (Kubernetes (CRI)): no host, identity and user before the time",
    ]


def test_parts_are_bounded() -> None:
    records, messages = read(cri(b"x" * 30_000, b"P") * 3 + cri(COMBINED))
    assert records == [dict(parse(COMBINED))]
    assert messages[0].startswith("p: line 3: a line in parts that is longer than 64 KiB: ")
    streams = b"".join(docker("x", str(number)) for number in range(17))
    assert "longer than" in read(streams)[1][0]


def test_a_line_without_its_end_is_reported() -> None:
    assert read(cri(COMBINED[:30], b"P"))[1] == ["p: 1 lines in parts without their last part"]


def test_empty_lines_hold_no_data() -> None:
    assert read(cri(b"") + docker("\n") + docker(" \n")) == ([], [])


@pytest.mark.parametrize(
    "line",
    [
        b'{"log":"x\\n","stream":"stdout","time":"t","status":200}',
        b'{"log":7,"stream":"stdout"}',
        b'{"log":"x\\n","stream":7}',
        b'{"log"',
        b'{"logger":"x"}',
    ],
)
def test_what_no_runtime_writes_is_not_taken(line: bytes) -> None:
    """It is for the formats, or refused by them."""
    records, messages = read(line + b"\n")
    assert not records
    assert "behind a header" not in messages[0]
