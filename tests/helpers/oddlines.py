"""Lines that a stream may hold: records in clfparse's words and in others', and what is none."""

import random
from typing import NamedTuple

from hypothesis import strategies as st
from streams import ALERT, WORDS, iso, steps

PLAIN = (
    b'{"time":"%%b","host":%b,"ident":null,"user":null,"method":%b,"path":"/a","query":null,'
    b'"protocol":"HTTP/1.1","status":%b,"bytes":%b,"section":%b%b}'
)
HOSTS = [b'"a"', b'"192.0.2.1"', b"null", b'""', b'"-"', b"1", b"1.0", b'{"b":[],"a":{}}']
METHODS = [b'"GET"', b'"POST"', b"null", b'"-"', b'"\\u0047ET"', b"0", b'"0"']
STATUS = [b"200", b"404", b"500", b"599", b"600", b"null", b"0", b"999", b"-0"]
SIZES = [b"0", b"12", b"null", b"9223372036854775807"]
SECTIONS = [b'"/a"', b'"/pages"', b"null", b'"\\u002fa"', '"/é"'.encode(), b'"\xf0\x9f\x98\x80"']
SECTIONS += [b"7", b'"7"', b"7.0", b"true", b'[1,{"b":2,"a":1}]', b'[1,{"a":1,"b":2}]', b"-0.0"]
SECTIONS += [b"18446744073709551616", b"18446744073709551617", b"1" * 400, b'"' + b"x" * 90 + b'"']
DURATIONS = [
    b"0",
    b"0.10",
    b"0.1",
    b"3",
    b"3.0",
    b"0.012",
    b"1e-6",
    b"1.2e-5",
    b"0.000012",
    b"null",
]
DURATIONS += [b"123456789.5", b"1e99", b"123456789012345678", b"0.1234567890123456789", b"-0.0"]
DURATIONS += [b"18446744073709551616", b"1" * 400]

# Fields that others have added: of clfparse's names, of any, twice, of a name spelt otherwise.
TAILS = [b',"referer":null,"user_agent":"x"', b',"vhost":"v"', b',"request":"x"', b',"x":"text"']
TAILS += [
    b',"x":null',
    b',"x":-1.5e-7',
    b',"x y":7',
    b',"":0.0',
    b',"x":-0',
    b',"x":true',
    b',"x":{}',
]
TAILS += [b',"x":1,"x":2', b',"status":500', b',"bytes":1', b',"duration":2', b',"section":"/b"']
TAILS += [
    b',"s\\u0065ction":"/b"',
    b',"host":7',
    b',"type":null',
    b',"skipped":1e999',
    b',"section":1e999',
    b',"x":[[]]',
]
TAILS += [
    b',"skipped":"\\uD83D\\ude00\\""',
    b',"a\\"b":1',
    b',"\\n":[2]',
    b',"skipped":"{\\"time\\":1}"',
]
TAILS += [b',"skipped":' + b"[" * 100 + b"]" * 100, b',"x":' + b"[" * 300 + b"]" * 300]
TAILS += [b',"user_agent":"\xd0\x9f"', b',"skipped":"\x7f"', b' , "x" :\t1 ', b',"time":"%b"']
# Such as make that a line is no record.
BROKEN = [b',"status":1000', b',"status":"200"', b',"status":true', b',"status":1.0,"status":200']
BROKEN += [b',"bytes":-1', b',"bytes":9223372036854775808', b',"bytes":1e3', b',"duration":-1']
BROKEN += [b',"duration":"0.1"', b',"duration":1e400', b',"duration":true', b',"duration":01']
BROKEN += [b',"duration":.5', b',"duration":1.', b',"type":"x"', b',"type":"x","type":null']
BROKEN += [b',"t\\u0079pe":5', b',"time":null', b',"time":1,"time":"%b"']
BROKEN += [
    b',"skipped":NaN',
    b',"skipped":01',
    b',"skipped":"\\q"',
    b',"skipped":"\x01"',
    b',"x":tru',
]
BROKEN += [
    b',"skipped":"\xff"',
    b',"\xff":1',
    b',"skipped":"\xed\xa0\x80"',
    b',"skipped":"\\ud800"',
]
BROKEN += [b',"x":[1,]', b",", b',"x"', b',"x":1}', b"}{", b',"skipped":' + b"[" * 100_000]


def template(rng: random.Random) -> bytes:
    """Return a record's line, with %b for its time; few have many oddities."""

    def drawn(values: list[bytes], usual: int) -> bytes:
        return rng.choice(values if rng.random() < 0.2 else values[:usual])

    tails = rng.choices(TAILS, k=rng.choice([0, 0, 0, 1, 2]))
    if rng.random() < 0.6:
        tails = [b',"duration":' + drawn(DURATIONS, 6), *tails]
    first = [drawn(HOSTS, 3), drawn(METHODS, 3), drawn(STATUS, 4), drawn(SIZES, 3)]
    line = PLAIN % (*first, drawn(SECTIONS, 3), b"".join(tails))
    return line + rng.choice([b"", b"", b"", b"\r", b" "])


RNG = random.Random(1)  # noqa: S311 - not for secrets
RECORDS = [*WORDS, *(template(RNG) for _ in range(400))]
REFUSED = [RECORDS[0][:-1] + tail + b"}" for tail in BROKEN]
REFUSED += [
    b"",
    b"odd",
    b"\r",
    b"null",
    b"7",
    b'"%b"',
    b"[]",
    b"{}",
    b'{"time":"%b"',
    b"\xff",
    b"\x00",
]
REFUSED += [b'{"time":["%b"]}', b'{"time":"%b "}', b'{"time":"2019-02-30T00:00:00Z"}', b"[" * 2_000]
REFUSED += [
    b'{"time":"%b"},{"time":"%b"}',
    b'{"time":"%b"}{"time":"%b"}',
    b'\xef\xbb\xbf{"time":"%b"}',
]
REFUSED += [b'{"time":"%b"\n,"section":"/over two lines"}', b'{"time":"%b","section":[{}\n{}]}']
REFUSED += [
    b'{"type":"summary","time":"%b"}',
    b'{"type":"alert","time":"%b"}',
    b'"section":"/joined"}',
]
ALERTS = [
    ALERT,
    b'{ "message":"High" , "type" :"alert"}\r',
    b'{"ty\\u0070e":"alert","message":"\xc3\xa9"}',
]
ALERTS += [b'{"type":"alert","state":"recovered","message":"back","time":"%b","x":{"time":"%b"}}']
TORN = [b'{"time":' + ALERT, b'{"time":"%b","ho' + ALERT, b'{"time":"%b"' + ALERT + b"\n" + ALERT]


class Part(NamedTuple):
    """Lines as they come. records: those that may be records, mended; the others are none."""

    text: bytes
    records: tuple[bytes, ...] = ()
    alerts: int = 0


def at(line: bytes, time: bytes) -> bytes:
    """Put a time in its places."""
    return line.replace(b"%b", time)


@st.composite
def extras(draw: st.DrawFn, time: bytes) -> Part:
    """Draw what may stand between records: an alert, a record that one has torn, what is none."""
    kind = draw(st.sampled_from(["refused", "refused", "alert", "torn"]))
    if kind == "refused":
        return Part(at(draw(st.sampled_from(REFUSED)), time) + b"\n")
    if kind == "alert":
        return Part(at(draw(st.sampled_from(ALERTS)), time) + b"\n", alerts=1)
    whole = at(draw(st.sampled_from(RECORDS)), time).rstrip(b"\r")  # it would end the line
    place = draw(st.integers(0, len(whole)))
    return Part(whole[:place] + ALERT + b"\n" + whole[place:] + b"\n", (whole,), alerts=1)


@st.composite
def parts(draw: st.DrawFn, *jumps: int) -> list[Part]:
    """Draw a stream: records in runs of equal times, in disorder or not, with others between."""
    seconds = [step for step in draw(steps(*jumps, silences=False)) if isinstance(step, int)]
    if draw(st.booleans()):
        seconds.sort()
    lines = draw(st.lists(st.sampled_from(RECORDS), min_size=1, max_size=8))
    zones = draw(
        st.lists(st.sampled_from(["+00:00", "Z", ".5z", "-01:00"]), min_size=1, max_size=2)
    )
    times = [iso(second, zones[second % len(zones)]).encode() for second in seconds]
    drawn = [at(lines[place % len(lines)], time) for place, time in enumerate(times)]
    stream = [Part(line + b"\n", (line,)) for line in drawn]
    for place in draw(st.lists(st.integers(0, len(stream)), max_size=6)):
        stream.insert(place, draw(extras(times[place % len(times)])))
    return stream


@st.composite
def any_lines(draw: st.DrawFn, *jumps: int) -> bytes:
    """Draw a stream, some of it torn for good; it ends with or without a newline."""
    texts = [part.text for part in draw(parts(*jumps))]
    for place in draw(st.lists(st.integers(0, len(texts)), max_size=3)):
        time = iso(draw(st.integers(0, 99))).encode()
        texts.insert(place, at(draw(st.sampled_from(TORN)), time) + b"\n")
    whole = b"".join(texts)
    return whole[:-1] if draw(st.booleans()) else whole
