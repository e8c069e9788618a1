"""`unwrap`: what is behind a collector's header is read as if that was not there, or refused."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from profiles import max_examples
from wrapped import HEADERS, LINES, samples

from clfparse.filter import Parser
from clfparse.formats.detect import format_of
from clfparse.record import Refused
from clfparse.stream.rejects import Rejects
from clfparse.values.hosts import is_address

JSON = (
    '{"time":"2023-10-12T14:23:45Z","remote_addr":"192.0.2.1","request":"GET /a HTTP/1.1",'
    '"status":200,"body_bytes_sent":5}'
)
HAPROXY = (
    "192.0.2.3:2842 [21/Jan/2020:20:51:50.065] www~ app/web1 0/0/1/6/7 200 649 - - ----"
    ' 233/233/3/2/0 0/0 "GET /pages/x?a=b HTTP/1.1"'
)
COMMON = '192.0.2.1 - frank [10/Oct/2023:13:55:36 +0000] "GET /a HTTP/1.1" 200 12'
VHOST = f'www.example.com:443 {COMMON} "-" "curl"'
APACHE = '%h %l %u %t "%r" %>s %b %D'
NGINX = "$remote_addr [$time_iso8601] $request_method $uri $status"
INNER = [
    *(("auto", line) for line in (COMMON, f'{COMMON} "-" "curl"', VHOST, JSON, HAPROXY)),
    *(("json", JSON), ("haproxy", HAPROXY), (APACHE, f"{COMMON} 1234")),
    (NGINX, "192.0.2.1 [2023-10-10T13:55:36+00:00] GET /a 200"),
]
# Headers that come off whatever is behind them.
KNOWN = {
    "RFC 3164": "Oct 10 13:55:36 web1 nginx: ",
    "RFC 3164 with priority and pid": "<134>Oct 10 13:55:36 web1 nginx[123]: ",
    "RFC 3164, of one digit": "Oct  1 13:55:36 web1 nginx: ",
    "RFC 5424": "<190>1 2023-10-10T13:55:36.123Z web1 nginx 123 - - ",
    "RFC 5424 with data": '<190>1 2023-10-10T13:55:36+02:00 web1 nginx - ID47 [x@1 a="b]"] ',
    "rsyslog": "2023-10-10T13:55:36.123456+00:00 web1 nginx: ",
    "CRI": "2023-10-10T13:55:36.123456789Z stdout F ",
    "klog": "I1010 13:55:36.123456   12345 access.go:12] ",
    "kubectl": "[pod/web-abc/nginx] ",
    "compose": "web-1  | ",
    "foreman": "13:55:36 web.1   | ",
    "pm2": "0|app  | ",
    "fluentd": "2023-10-10T13:55:36+00:00\tnginx.access\t",
    "colors": "\x1b[36mweb_1  |\x1b[0m ",
    "colors alone": "\x1b[32m",
    "two layers": "web_1  | Oct 10 13:55:36 web1 nginx: ",
    "three layers": "<134>Oct 10 13:55:36 web1 docker: 0|app  | web-1  | ",
}
# Those that come off in front of an address.
LOOSE = {
    "docker logs -t": "2023-10-10T13:55:36.123456789Z ",
    "Go's log": "2023/10/10 13:55:36 ",
    "ts": "Oct 10 13:55:36 ",
    "epoch": "1696946136.123 ",
    "logging": "INFO:root:",
    "a level": "[INFO] ",
    "cat -n": "     1\t",
    "nl": "     1  ",
    "grep -n": "12:",
    "grep -H": "access.log:",
    "grep -H -n": "./log/access.log:12:",
    "grep -A": "access.log-12-",
    "stern": "web-abc nginx ",
    "brackets": "[nginx][access] ",
}


FORMATS = cache(format_of)  # no line here is in parts, unless its test makes a parser


def parse(form: str, line: bytes) -> Mapping[str, object] | None:
    return FORMATS(form).parse(line)


def read(form: str, line: bytes) -> dict[str, Any] | None:
    """Return what is in the record of a line; None where it is refused, or has no data."""
    try:
        record = parse(form, line)
    except Refused:
        return None
    return {name: value for name, value in record.items() if value is not None} if record else None


@pytest.mark.parametrize("header", KNOWN.values(), ids=KNOWN)
@pytest.mark.parametrize(("form", "line"), INNER)
def test_a_header_comes_off(header: str, form: str, line: str) -> None:
    assert parse(form, (header + line).encode()) == parse(form, line.encode())


@pytest.mark.parametrize("header", LOOSE.values(), ids=LOOSE)
@pytest.mark.parametrize("client", ["192.0.2.1", "2001:db8::1", "::1", "fe80::1"])
def test_a_loose_header_comes_off_before_an_address(header: str, client: str) -> None:
    line = COMMON.replace("192.0.2.1", client)
    assert parse("auto", (header + line).encode()) == parse("auto", line.encode())


@pytest.mark.parametrize("end", ["", "\\n", "\\r\\n"])
@pytest.mark.parametrize(("form", "line"), INNER)
def test_an_object_around_a_line_comes_off(form: str, line: str, end: str) -> None:
    text = orjson.dumps(line + end.encode().decode("unicode_escape")).decode()
    bare = parse(form, line.encode())
    for wrapped in (
        f'{{"log":{text},"stream":"stdout","time":"2023-10-10T13:55:36.1Z"}}',
        f'{{"__REALTIME_TIMESTAMP":"1696946136000000","_COMM":"nginx","MESSAGE":{text}}}',
        f'{{"@timestamp":"2023-10-10T13:55:36Z","message":{text},"host":{{"name":"web1"}}}}',
    ):
        assert parse(form, wrapped.encode()) == bare


def test_journald_writes_what_is_not_text_as_numbers() -> None:
    line = COMMON.encode().replace(b"/a", b"/\xff")
    wrapped = orjson.dumps({"MESSAGE": list(line), "_COMM": "nginx"})
    assert parse("auto", wrapped) == parse("auto", line)
    others: list[object] = [300, -1, "a", None, []]
    for number in others:
        assert read("auto", orjson.dumps({"MESSAGE": [number]})) is None


def read_all(lines: Iterable[bytes], form: str = "auto") -> tuple[list[Any], Rejects]:
    rejects = Rejects("p", "hint")
    parser = Parser(rejects, format_of(form))
    written = parser.add(b"".join(line + b"\n" for line in lines)) + parser.close()
    return [orjson.loads(row) for row in written.splitlines()], rejects


def cri(flag: str, part: str, stream: str = "stdout") -> bytes:
    return f"2023-10-10T13:55:36.1Z {stream} {flag} {part}".encode()


def docker(part: str, stream: str = "stdout") -> bytes:
    return orjson.dumps({"log": part, "stream": stream, "time": "2023-10-10T13:55:36Z"})


def test_parts_of_a_line_are_joined_by_stream() -> None:
    other = COMMON.replace("/a", "/other")
    first = [cri("P", COMMON[:9]), cri("P", other[:30], "stderr"), cri("P", COMMON[9:40])]
    rest = [cri("F", COMMON[40:]), cri("F", other[30:], "stderr"), cri("F", COMMON)]
    records, rejects = read_all([*first, *rest])
    assert [record["path"] for record in records] == ["/a", "/other", "/a"]
    assert rejects.refused == 0
    long = COMMON.replace("/a", "/" + "a" * 20_000)
    records, rejects = read_all([docker(long[:16_384]), docker(long[16_384:] + "\n")])
    assert [len(record["path"]) for record in records] == [20_001]


def test_a_line_of_docker_whose_newline_was_cut_off_is_whole() -> None:
    records, rejects = read_all([docker(COMMON)] * 3)
    assert (len(records), rejects.skipped, rejects.refused) == (3, 0, 0)


def test_a_line_in_parts_without_an_end_is_reported() -> None:
    records, rejects = read_all([cri("P", COMMON[:40])])
    assert records == []
    assert rejects.messages == ["p: 1 line in parts without the last part"]


def test_a_line_in_parts_is_bounded() -> None:
    _, rejects = read_all([cri("P", "x" * 1000) for _ in range(200)])
    assert rejects.refused > 0


# What is behind the header is not known, or where that ends.
REFUSED = [
    ("auto", f"2023-10-10T13:55:36Z web1 {COMMON}".replace("192.0.2.1", "pc.example.net")),
    ("auto", f"Oct 10 13:55:36 web1 www.example.com {COMMON}"),
    ("auto", f"INFO www.example.com {COMMON}"),
    ("auto", f"10.0.0.5 - {COMMON}"),
    ("auto", f"10.0.0.5 Oct 10 13:55:36 {COMMON}"),
    ("combined", f"Oct 10 13:55:36 web1 nginx: {COMMON}"),
    (APACHE, f"10.0.0.5 Oct 10 13:55:36 {COMMON} 12"),
    ("auto", "Oct 10 13:55:36 web1 nginx: GET / HTTP/1.1"),
    ("auto", '{"log":"not a request\\n","stream":"stdout"}'),
]


@pytest.mark.parametrize(("form", "line"), REFUSED)
def test_what_may_end_elsewhere_is_refused(form: str, line: str) -> None:
    with pytest.raises(Refused):
        parse(form, line.encode())


def test_a_name_for_the_format_tells_a_virtual_host_from_a_header() -> None:
    """In auto the word before the client may be either."""
    line = f"Oct 10 13:55:36 web1 {COMMON}"
    with pytest.raises(Refused, match="may end in two places"):
        parse("auto", line.encode())
    assert parse("common", line.encode()) == parse("common", COMMON.encode())


@cache
def bare_lines() -> list[tuple[str, bytes]]:
    lines = [(form, line.encode()) for form, line in LINES]
    for entry, sample in samples():
        if len(sample) == 1:
            lines += [(entry.name, sample[0])]
            lines += [("auto", sample[0])] * (entry.auto is not False)
    return lines


@pytest.mark.parametrize("header", HEADERS)
def test_behind_any_header_a_line_is_what_it_is_alone(header: str) -> None:
    """Or it is refused; but for a name and a value before pairs, which are one pair more."""
    for form, line in bare_lines():
        record = read(form, header.encode() + line)
        assert record in (None, read(form, line)), (form, line)


_NUMBERS = st.integers(0, 99999)
_WORDS = st.sampled_from(["web1", "web-7f9c-x2", "nginx", "api.default", "app_1", "k8s", "INFO"])
_TIMES = st.sampled_from(
    [
        *("2023-10-10T13:55:36Z", "2023-10-10 13:55:36,123", "2023-10-10T13:55:36.123456+02:00"),
        *("Oct 10 13:55:36", "Oct  1 13:55:36", "2023/10/10 13:55:36", "Tue Oct 10 13:55:36 2023"),
        *(
            "13:55:36",
            "1696946136.123",
            "[2023-10-10 13:55:36 +0000]",
            "10/Oct/2023:13:55:36 +0000",
        ),
    ]
)
_MADE = st.one_of(
    st.builds("<{}>{} {} {}[{}]: ".format, _NUMBERS, _TIMES, _WORDS, _WORDS, _NUMBERS),
    st.builds("{} {} {}: ".format, _TIMES, _WORDS, _WORDS),
    st.builds("<{}>1 {} {} {} {} - - ".format, _NUMBERS, _TIMES, _WORDS, _WORDS, _NUMBERS),
    st.builds("{} {} {}: ".format, _TIMES, _WORDS, _NUMBERS),
    st.builds("{} {} F ".format, _TIMES, st.sampled_from(["stdout", "stderr"])),
    st.builds("{} ".format, _TIMES),
    st.builds("{} | ".format, _WORDS),
    st.builds("{}:{}:".format, _WORDS, _NUMBERS),
    st.builds("{}:".format, _NUMBERS),
    st.builds("{}\t".format, _NUMBERS),
    st.builds("{} - {} - {} - ".format, _TIMES, _WORDS, _WORDS),
    st.builds("[{}] [{}] [{}] ".format, _TIMES, _NUMBERS, _WORDS),
    st.builds("\x1b[3{}m{}\x1b[0m | ".format, st.integers(0, 7), _WORDS),
    st.sampled_from(HEADERS),
)


@max_examples(200)
@given(st.lists(_MADE, min_size=1, max_size=3).map("".join), st.sampled_from(bare_lines()))
def test_behind_headers_a_client_is_never_another(header: str, case: tuple[str, bytes]) -> None:
    form, line = case
    # A number and a colon before an IPv6 address, as of `grep -n`, may be one with it.
    before = re.split(r"\s", header)[-1].encode()
    assume(not (before and is_address(before + line.split(b" ")[0])))
    record, bare = read(form, header.encode() + line), read(form, line)
    assert record is None or bare is not None
    if record and bare:  # a name and a value before pairs are one pair more
        pairs = b"status:" in line or b"status=" in line
        assert {name: record.get(name) for name in bare} == bare
        assert pairs or record.keys() == bare.keys()
