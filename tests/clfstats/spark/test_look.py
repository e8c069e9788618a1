"""clfstats.spark.look: which logs must be read whole."""

import bz2
import gzip
import lzma

import pytest
from logs import line

from clfparse.formats import catalog
from clfstats.spark.look import carried, is_packed, whole_options

PLAIN = line(1_500_000_000).encode()
DOCKER = b'{"log":"GET /\\n","stream":"stdout","time":"2023-10-12T14:23:45.123456789Z"}\n'


def test_packed_logs_are_whole() -> None:
    assert not is_packed(PLAIN)
    packed = [gzip.compress(PLAIN), bz2.compress(PLAIN), lzma.compress(PLAIN)]
    assert all(map(is_packed, [*packed, b"PK\x03\x04", PLAIN.decode().encode("utf-16")]))


def test_options_that_ask_for_whole_logs() -> None:
    assert not whole_options(["auto"], None)
    assert not whole_options(["combined"], None)
    assert not whole_options(['%h %t "%r" %>s'], None)
    assert whole_options(["common", "combined"], None)
    assert whole_options(["auto"], "Europe/Berlin")
    directed = {name for name in catalog.names() if whole_options([name], None)}
    assert directed == {"w3c", "iis", "cloudfront"}


@pytest.mark.parametrize(
    ("head", "by", "why"),
    [
        (PLAIN, (), ""),
        (b"==> a <==\n" + PLAIN, ("section",), ""),
        (b"==> a <==\n" + PLAIN, ("log",), "heading"),
        (b"\xef\xbb\xbf#Version: 1.0\n", (), "directive"),
        (PLAIN + b"#Fields: date\n", (), "directive"),
        (b"# a comment\n" + PLAIN, (), ""),
        (b"2023-10-12T14:23:45.123456789Z stdout F x\n", (), "runtime"),
        (PLAIN + DOCKER, (), "runtime"),
        (b'{"log":"x","level":"info"}\n{"msg":"x"}\n[{"a":1},\n', (), ""),
        (b"2023-10-12T14:23:45.1Z stdout P " + b"x" * 70_000, (), "runtime"),
    ],
)
def test_lines_that_hang_on_others(head: bytes, by: tuple[str, ...], why: str) -> None:
    words = carried(head, by)
    assert why in (words or "")
    assert bool(why) == (words is not None)
