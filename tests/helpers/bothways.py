"""What clfparse makes of lines in bulk, held against what it makes of them one by one."""

import json
from functools import cache
from typing import Any

import pytest

from clfparse.filter import Parser
from clfparse.formats import detect
from clfparse.formats.format import Format
from clfparse.record import ALWAYS, Refused
from clfparse.stream.rejects import Rejects

CLF = "10/Oct/2000:13:55:36 -0700"
TIME = "2000-10-10T13:55:36-07:00"
NOTHING = {**dict.fromkeys(ALWAYS), "time": TIME}  # a record of no more than that
REQUEST = "GET /a/b?c=d HTTP/1.1"
GET = {"method": "GET", "path": "/a/b", "query": "c=d", "protocol": "HTTP/1.1", "section": "/a"}
NEXT = ["duration", "referer", "user_agent", "vhost", "extra", "request"]

format_of = cache(detect.format_of)


def both_ways(form: Format, block: bytes) -> bytes:
    """Go both ways, one parser for each, and hold all that comes of it against each other."""
    fast, slow = Rejects("clfparse", "hint"), Rejects("clfparse", "hint")
    quick, reference = Parser(fast, form), Parser(slow, form)
    written = quick.add(block)
    assert written == reference.slow(block)
    assert vars(fast) == vars(slow)
    return written


def read_both(form: str, line: str) -> dict[str, Any]:
    """Return the record of a line."""
    raw = line.encode("utf-8", "surrogateescape")
    record: dict[str, Any] = json.loads(both_ways(format_of(form), raw + b"\n") or "{}")
    assert record == (format_of(form).parse(raw) if record else {})
    return record


def refusal(form: str, line: str) -> str:
    """Return the reason why a line is refused."""
    both_ways(format_of(form), line.encode() + b"\n")
    with pytest.raises(Refused) as refused:
        format_of(form).parse(line.encode())
    return str(refused.value)
