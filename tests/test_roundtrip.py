"""What a server writes by a random format is read back, whatever the client has sent.

Texts are written as each server writes them: httpd's ap_escape_logitem, nginx's
ngx_http_log_escape. Not representable, and so not drawn here:

- a bare text that holds a separator, as a host with a space: only between quotes may it hold any;
- the text ``-``, which is how a server writes that there is none; an empty user of nginx, too;
- what is not printable UTF-8 stays as the server wrote it, so that a client which sends those
  characters themselves is read as one that sent what they stand for;
- fractions of a second of a record's time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from escaping import TEXTS, Escape, apache, nginx, shown, written
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples

from clfparse.filter import Parser
from clfparse.formats.detect import format_of
from clfparse.stream.rejects import Rejects
from clfparse.values.request import section

SEPARATORS = [" ", "\t", "|", " | ", "; ", ","]
BREAKS = " \t|;,"
HEADERS = "<>()[]{}:\"'"  # in the first word of a line they are a collector's


class Sent(NamedTuple):
    """A value: the directive, what the server writes, and the fields that are read of it."""

    directive: str
    raw: bytes
    fields: dict[str, Any]


def text(directive: str, field: str) -> Callable[[Escape], st.SearchStrategy[Sent]]:
    """Draw any text, between quotes."""

    def drawn(escape: Escape) -> st.SearchStrategy[Sent]:
        return TEXTS.map(
            lambda sent: Sent(
                f'"{directive}"', b'"%b"' % written(sent, escape), {field: shown(sent, escape)}
            )
        )

    return drawn


def bare(directive: str, field: str) -> Callable[[Escape], st.SearchStrategy[Sent]]:
    """Draw a text without separators and what headers are made of, or none."""

    def drawn(escape: Escape) -> st.SearchStrategy[Sent]:
        texts = TEXTS.map(
            lambda sent: sent.translate(dict.fromkeys(map(ord, BREAKS + HEADERS), "_"))
        )
        values = texts.map(lambda s: Sent(directive, written(s, escape), {field: shown(s, escape)}))
        return values | st.just(Sent(directive, b"-", {field: None}))

    return drawn


def number(
    directive: str, field: str, unit: int = 0
) -> Callable[[Escape], st.SearchStrategy[Sent]]:
    """Draw a whole number, or none; with a unit it is a number of seconds."""

    def drawn(_escape: Escape) -> st.SearchStrategy[Sent]:
        values = st.integers(0, 10**15 - 1).map(
            lambda n: Sent(directive, b"%d" % n, {field: n / unit if unit else n})
        )
        return values | st.just(Sent(directive, b"-", {field: None}))

    return drawn


def status(directive: str) -> Callable[[Escape], st.SearchStrategy[Sent]]:
    def drawn(_escape: Escape) -> st.SearchStrategy[Sent]:
        return st.integers(100, 999).map(lambda n: Sent(directive, b"%d" % n, {"status": n}))

    return drawn


def host(directive: str) -> Callable[[Escape], st.SearchStrategy[Sent]]:
    def drawn(_escape: Escape) -> st.SearchStrategy[Sent]:
        addresses = st.ip_addresses().map(str)
        return addresses.map(lambda a: Sent(directive, a.encode(), {"host": a}))

    return drawn


def server(directive: str) -> Callable[[Escape], st.SearchStrategy[Sent]]:
    """Draw a server's name: what no header of a collector could be taken for."""

    def drawn(escape: Escape) -> st.SearchStrategy[Sent]:
        names = st.text("aZ09_*é語", min_size=1).map(lambda name: f"{name}.example")
        return names.map(
            lambda n: Sent(directive, written(n, escape), {"server": shown(n, escape)})
        )

    return drawn


def request(directive: str) -> Callable[[Escape], st.SearchStrategy[Sent]]:
    """Draw a request line, with any target, between quotes."""

    def drawn(escape: Escape) -> st.SearchStrategy[Sent]:
        def made(target: tuple[str, str | None]) -> Sent:
            path = "/" + target[0].replace("?", "_")
            query = target[1]
            sent = path if query is None else f"{path}?{query}"
            read = shown(path, escape)
            fields = {
                "method": "GET",
                "path": read,
                "query": query if query is None else shown(query, escape),
                "protocol": "HTTP/1.1",
                "section": section(read),
            }
            raw = b'"GET %b HTTP/1.1"' % written(sent, escape)
            return Sent(f'"{directive}"', raw, fields)

        return st.tuples(TEXTS, st.none() | TEXTS).map(made)

    return drawn


MINUTES = st.integers(-14 * 60, 14 * 60)
MOMENTS = st.builds(
    lambda second, minutes: datetime.fromtimestamp(second, timezone(timedelta(minutes=minutes))),
    st.integers(0, 4 * 10**9),
    MINUTES,
)


def moment(directive: str, form: str) -> Callable[[Escape], st.SearchStrategy[Sent]]:
    """Draw a time. form: as strftime has it, or iso."""

    def drawn(_escape: Escape) -> st.SearchStrategy[Sent]:
        return MOMENTS.map(
            lambda at: Sent(
                directive,
                (at.isoformat() if form == "iso" else at.strftime(form)).encode(),
                {"time": at.isoformat()},
            )
        )

    return drawn


CLF = "%d/%b/%Y:%H:%M:%S %z"
APACHE_TIMES = [
    moment("%t", f"[{CLF}]"),
    moment(f"%{{{CLF}}}t", CLF),
    moment("%{%F}t %{%H:%M:%S%z}t", "%Y-%m-%d %H:%M:%S%z"),
]
NGINX_TIMES = [moment("[$time_local]", f"[{CLF}]"), moment("$time_iso8601", "iso")]
APACHE = [
    host("%h"),
    bare("%l", "ident"),
    text("%u", "user"),
    request("%r"),
    status("%>s"),
    number("%b", "bytes"),
    number("%I", "bytes_in"),
    number("%D", "duration", 1_000_000),
    number("%p", "port"),
    server("%v"),
    bare("%L", "log_id"),
    text("%{User-Agent}i", "user_agent"),
    text("%{X-A}i", "header_x_a"),
    bare("%{B}o", "response_header_b"),
    text("%{c}C", "cookie_c"),
]
NGINX = [
    host("$remote_addr"),
    text("$remote_user", "user"),
    request("$request"),
    status("$status"),
    number("$body_bytes_sent", "bytes"),
    number("$request_length", "bytes_in"),
    server("$host"),
    text("$http_user_agent", "user_agent"),
    bare("$http_x", "header_x"),
    text("${my_own}", "my_own"),
    bare("$type", "nginx_type"),
]


@st.composite
def logged(draw: st.DrawFn) -> tuple[str, bytes, dict[str, Any]]:
    """Draw a format, the line that a server writes by it, and what the record holds."""
    escape, times, others = draw(
        st.sampled_from([(apache, APACHE_TIMES, APACHE), (nginx, NGINX_TIMES, NGINX)])
    )
    chosen = draw(st.lists(st.sampled_from(others), unique=True, max_size=8))
    chosen.insert(draw(st.integers(0, len(chosen))), draw(st.sampled_from(times)))
    sent = [draw(make(escape)) for make in chosen]
    form, line = sent[0].directive, sent[0].raw
    for value in sent[1:]:
        separator = draw(st.sampled_from(SEPARATORS))
        form += separator.replace("\t", draw(st.sampled_from(["\t", r"\t"]))) + value.directive
        line += separator.encode() + value.raw
    return form, line, {name: field for value in sent for name, field in value.fields.items()}


@max_examples(200)
@given(logged())
def test_round_trip(drawn: tuple[str, bytes, dict[str, Any]]) -> None:
    """Every value is read as it was sent, and both ways write the same of it."""
    form, line, fields = drawn
    made = format_of(form)
    record = made.parse(line)
    assert record is not None
    assert {name: record[name] for name in fields} == fields
    rejects = Rejects("clfparse", "hint")
    written = Parser(rejects, made).add(line + b"\n")
    assert written == Parser(rejects, made).slow(line + b"\n") != b""
