"""Access logs made for tests."""

from datetime import UTC, datetime
from time import time

CLF = b"[10/Oct/2000:13:55:36 -0700]"
LOG = b"h - - " + CLF + b' "GET / HTTP/1.1" 200 5'

_PATHS = ("/api/user", "/api/help", "/report", "/pages/create", "/")


def line(second: float, path: str = "/api/user") -> str:
    """Return a line of the common format. second: epoch."""
    written = datetime.fromtimestamp(int(second), UTC).strftime("%d/%b/%Y:%H:%M:%S %z")
    return f'192.0.2.1 - - [{written}] "GET {path} HTTP/1.1" 200 123\n'


def now(hits: int) -> str:
    """Return lines of this second."""
    second = time()
    return "".join(line(second, _PATHS[hit % len(_PATHS)]) for hit in range(hits))


def peaks(number: int, height: int) -> str:
    """Return an old log with peaks, each of so many hits in ten seconds, three minutes apart."""
    lines = []
    for peak in range(number):
        start = 1_500_000_000 + peak * 180
        lines += [line(start + hit * 10 // height, _PATHS[hit % 5]) for hit in range(height)]
        lines += [line(start + second) for second in range(10, 180)]
    return "".join(lines)


def log(
    names: bytes = b"127.0.0.1 - -",
    when: bytes = b"09/May/2018:16:00:39 +0000",
    request: bytes = b"GET / HTTP/1.0",
    rest: bytes = b"200 5",
) -> bytes:
    """Return a line, given its parts; where they are not given, those of the simplest request."""
    return b'%b [%b] "%b" %b' % (names, when, request, rest)
