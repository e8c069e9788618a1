"""Summaries as text: fitted to a width, and safe to print."""

from time import process_time
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM

from clfparse.events.alert import Alert
from clfstats.views.text import TextView, columns, cut

SPAN = "2019-02-07 21:11:00–21:11:10 +00:00"
FIRST = {"value": "/api", "hits": 60, "bytes": 0, "errors": 0}
ROWS = [FIRST, {**FIRST, "value": None, "hits": 30}, {**FIRST, "value": "", "hits": 10}]


def summary_of(rows: list[dict[str, Any]] = ROWS, **changed: Any) -> Any:
    """Return a summary as JSON has it."""
    return {
        "type": "summary",
        "start": "2019-02-07T21:11:00+00:00",
        "end": "2019-02-07T21:11:10+00:00",
        "hits": sum(row["hits"] for row in rows),
        "rate": 10.0,
        "bytes": 1536,
        "hosts": 1,
        "status": {"200": 75, "204": 5, "500": 10, "-": 10},
        "errors": 10,
        "methods": {"GET": 100},
        "top": {"section": rows},
        **changed,
    }


def lines(summary: Any, width: int = 200, *, colour: bool = False) -> list[str]:
    written = TextView(lambda: width, colour=colour).summary(summary).decode()
    assert written.endswith("\n")
    return written[:-1].split("\n")


def values(*texts: object, hits: int = 1) -> list[dict[str, Any]]:
    return [{**FIRST, "value": text, "hits": hits} for text in texts]


def test_header() -> None:
    facts = [SPAN, "100 hits", "10.0/s", "1.5 KiB", "1 host", "- 10%", "2xx 80%", "5xx 10%"]
    assert lines(summary_of())[0].split("  ") == facts
    marked = lines(summary_of(partial=True, approximate=True))[0]
    assert marked.split("  ") == [f"{SPAN} (partial) (approximate)", *facts[1:]]


def test_plural_and_thousands() -> None:
    header = lines(summary_of(values("/a"), bytes=0, hosts=12_345, rate=0.1, status={"200": 1}))[0]
    assert header == f"{SPAN}  1 hit  0.1/s  0 B  12,345 hosts  2xx 100%"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1023, "1,023 B"),
        (1024, "1.0 KiB"),
        (5 << 20, "5.0 MiB"),
        (1 << 50, "1.0 PiB"),
        (3 << 63, "24,576.0 PiB"),
    ],
)
def test_size(number: int, shown: str) -> None:
    assert shown in lines(summary_of(bytes=number))[0].split("  ")


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        ("2019-02-07T21:11:00+00:00", "2019-02-07T22:11:00+00:00", "21:11:00–22:11:00 +00:00"),
        (
            "2019-02-07T23:59:50-07:00",
            "2019-02-08T00:00:00-07:00",
            "23:59:50–2019-02-08 00:00:00 -07:00",
        ),
        (
            "2019-02-07T23:59:55+00:00",
            "2019-02-08T00:00:05+00:00",
            "23:59:55–2019-02-08 00:00:05 +00:00",
        ),
        (
            "2019-02-07T12:00:00+00:00",
            "2020-02-07T00:00:00+00:00",
            "12:00:00–2020-02-07 00:00:00 +00:00",
        ),
        ("2019-02-07T00:00:00+00:00", "2019-02-08T00:00:00+00:00", "Thu +00:00"),
        (
            "2019-02-07T00:00:00+01:00",
            "2019-02-09T00:00:00+01:00",
            "00:00:00–2019-02-09 00:00:00 +01:00",
        ),
        # Where clocks are changed
        ("2019-02-07T00:00:00+01:00", "2019-02-08T00:00:00+02:00", "Thu +01:00–+02:00"),
        (
            "2019-02-07T01:00:00+01:00",
            "2019-02-07T03:00:00+02:00",
            "01:00:00 +01:00–03:00:00 +02:00",
        ),
    ],
)
def test_span(start: str, end: str, shown: str) -> None:
    """The second date stands where it is needed: midnight of the same day needs none."""
    gap = TextView(lambda: 80, colour=False).gap({"type": "gap", "start": start, "end": end})
    assert gap.decode() == f"2019-02-07 {shown}  no traffic\n"


def test_rows() -> None:
    """A value, its hits, its share, and a bar in proportion; null is -."""
    assert lines(summary_of())[1:] == [
        f"  /api  60   60%  {'█' * 18}",
        f"  -     30   30%  {'█' * 9}",
        f'  ""    10   10%  {"█" * 3}',
    ]


def test_no_hits() -> None:
    assert lines(summary_of([])) == [f"{SPAN}  no traffic"]
    assert lines(summary_of([], top={"section": [], "status": []})) == [f"{SPAN}  no traffic"]


def test_several_fields_have_headings() -> None:
    table = lines(summary_of(top={"section": ROWS[:1], "status": values(200, hits=60)}))
    assert [row.split("  ")[1] for row in table[1:]] == ["by section", "/api", "by status", "200"]
    assert len(lines(summary_of())) == 4, "one has none"


@pytest.mark.parametrize(
    ("colour", "before", "after"), [(False, "", ""), (True, "\x1b[2m", "\x1b[0m")]
)
def test_late_pane_is_one_line(colour: bool, before: str, after: str) -> None:
    facts = "3 hits, 0.3/s, 1.5 KiB, 1 host, 2xx 100%"
    pane = summary_of(values("/a", hits=3), rate=0.3, status={"200": 3}, late=True)
    assert lines(pane, colour=colour) == [f"{before}late: {SPAN}, {facts}{after}"]
    (narrow,) = lines(pane, 40)
    assert columns(narrow) == 40


@pytest.mark.parametrize("colour", [False, True])
def test_gap_is_one_line(colour: bool) -> None:
    gap = TextView(lambda: 80, colour=colour).gap(summary_of()).decode()
    assert gap == (f"\x1b[2m{SPAN}  no traffic\x1b[0m\n" if colour else f"{SPAN}  no traffic\n")


@pytest.mark.parametrize("width", range(20, 110))
def test_header_wraps(width: int) -> None:
    """Between facts; what follows is indented, and fits."""
    status = {"-": 10, "100": 10, "200": 50, "302": 10, "404": 10, "500": 10}
    wide = lines(summary_of(status=status))[0]
    first, *rest = lines(summary_of([], hits=100, status=status), width)
    assert "  ".join([first, *(row.strip() for row in rest)]) == wide
    assert first.startswith(SPAN)
    assert all(row.startswith("  ") for row in rest)
    assert max(map(columns, rest)) <= width
    assert columns(first) <= max(width, len(SPAN))


texts = st.text(max_size=60) | st.text("aé日本Ａ\u0301\u0308ｱ", max_size=60)
rows = st.lists(st.tuples(texts | st.none(), st.integers(1, 99)), min_size=1, max_size=5)


@given(rows, st.sampled_from([20, 40, 80, 200]))
@RANDOM
def test_table_fits_and_lines_up(drawn: list[tuple[str | None, int]], width: int) -> None:
    """However wide the characters: no line is too wide, and the numbers stand in columns."""
    drawn.sort(key=lambda row: -row[1])
    summary = summary_of([{**FIRST, "value": value, "hits": hits} for value, hits in drawn])
    table = lines(summary, width)[-len(drawn) :]
    assert max(map(columns, table)) <= width
    assert len({columns(row[: row.rindex("%")]) for row in table}) == 1


@pytest.mark.parametrize("width", [40, 80, 200])
def test_many_hits_fit(width: int) -> None:
    table = lines(summary_of(values("/" * 300, "/short", hits=10**9)), width)
    assert all(columns(row) <= width for row in table)
    assert "…" in table[-2]


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("П", 1),
        ("日本", 4),
        ("Ａ", 2),
        ("ｱ", 1),
        ("e\u0301", 1),
        ("ที่", 1),  # a vowel above is Mn of combining class 0
        ("कु", 1),  # and so is one below
        ("a\u20dd", 1),  # an enclosing circle is Me
    ],
)
def test_columns(text: str, width: int) -> None:
    assert columns(text) == width


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("abcd", 4, "abcd"),
        ("abcde", 4, "abc…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("abc", 1, "…"),
    ],
)
def test_cut(text: str, width: int, shown: str) -> None:
    assert cut(text, width) == shown


@pytest.mark.parametrize("mark", ["\u0301", "\u1160", "\u0488", "\u093e"])
def test_marks_do_not_make_a_line_long(mark: str) -> None:
    """Nor put the columns of a table out of line."""
    texts = (mark * 10_000, "e" + mark * 10_000, "e" + mark, "plain")
    rows = lines(summary_of(top={"section": values(*texts)}), 80)[-4:]
    assert all(len(row) <= 80 * 7 and columns(row) <= 80 for row in rows)
    assert len({columns(row[: row.index("  1  ")]) for row in rows}) == 1


def test_long_values_cost_little() -> None:
    """A client chooses how long a path is: 8 KiB where Apache's limit stands, even 64."""
    began = process_time()
    assert cut("/" * 4_000, 60) == "/" * 59 + "…"
    assert process_time() - began < 0.5


@given(st.text(min_size=1), st.booleans())
@RANDOM
def test_text_is_safe_to_print(text: str, alert: bool) -> None:
    """Whatever stands in a value, a field's name or a message."""
    view = TextView(lambda: 200, colour=False)
    top = {text: values(text, [text], {text: text}), "b": values(text)}
    summary = summary_of(top=top)
    written = view.alert(Alert(b"", text)) if alert else view.summary(summary)
    assert all(row.isprintable() for row in written.decode()[:-1].split("\n"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [("\x1b[31m", "\\x1b[31m"), ("\u202e", "\\u202e"), ("\x9b", "\\x9b"), ("\r\n", "\\r\\n")],
)
def test_escapes(text: str, shown: str) -> None:
    assert shown in lines(summary_of(values(text)))[1]
    assert TextView(lambda: 80, colour=False).alert(Alert(b"", text)).decode() == shown + "\n"


@pytest.mark.parametrize(
    ("recovered", "colour", "before", "after"),
    [
        (False, False, "", ""),
        (False, True, "\x1b[1;31m", "\x1b[0m"),
        (True, True, "\x1b[32m", "\x1b[0m"),
    ],
)
def test_alert_is_its_message(recovered: bool, colour: bool, before: str, after: str) -> None:
    """Whole, however narrow the terminal is; bold red, or green."""
    view = TextView(lambda: 20, colour=colour)
    message = "High " * 20
    shown = view.alert(Alert(b"{}", message, recovered)).decode()
    assert shown == f"{before}{message}{after}\n"


def test_classes_are_coloured() -> None:
    header = lines(
        summary_of(status={"200": 1, "301": 2, "404": 3, "500": 4, "-": 90}), colour=True
    )[0]
    assert "\x1b[32m2xx 1%\x1b[0m  \x1b[36m3xx 2%\x1b[0m  \x1b[33m4xx 3%\x1b[0m" in header
    assert "- 90%  \x1b[" in header
    assert header.endswith("\x1b[31m5xx 4%\x1b[0m")


def test_errors_have_a_column_where_there_are_some() -> None:
    rows = [{**FIRST, "errors": 12}, {**FIRST, "value": "/b", "hits": 40}]
    first, second = lines(summary_of(rows))[1:]
    assert first.split() == ["/api", "60", "60%", "12", "5xx", "█" * 18]
    assert second.index("█") == first.index("█")
    assert "5xx" not in "".join(lines(summary_of())[1:])


QUICK = {"p50": 0.012, "p90": 0.1, "p95": 0.18, "p99": 1.2, "max": 3.0, "mean": 0.05}


def test_durations_stand_in_the_header_and_the_rows() -> None:
    """A p95 for each row that has one; in columns, and a bar behind them."""
    rows = [{**FIRST, "p95": 0.18}, {**FIRST, "value": "/b", "hits": 40, "p95": None}]
    header, first, second = lines(summary_of(rows, duration=QUICK))
    assert header.endswith("  5xx 10%  p50 12 ms  p95 180 ms  p99 1.2 s")
    assert first == f"  /api  60   60%  p95 180 ms  {'█' * 18}"
    assert second == f"  /b    40   40%              {'█' * 12}"
    rows[1]["errors"] = 3
    assert [row[18:37] for row in lines(summary_of(rows))[1:]] == [
        "p95 180 ms         ",
        "            3 5xx  ",
    ]
    assert lines(summary_of(duration=QUICK, late=True))[0].endswith(
        ", p50 12 ms  p95 180 ms  p99 1.2 s"
    )


def test_no_row_has_a_duration() -> None:
    rows = [{**FIRST, "p95": None}]
    assert lines(summary_of(rows)) == lines(summary_of([FIRST]))


@pytest.mark.parametrize("width", range(20, 110))
def test_durations_leave_room_for_the_value(width: int) -> None:
    rows = [{**FIRST, "value": "/" * 50, "errors": errors, "p95": 0.18} for errors in (7, 0)]
    header, *rest = lines(summary_of(rows, duration=QUICK), width)
    assert header.startswith(SPAN)
    assert all(columns(row) <= width for row in rest)
    assert ("p95 180 ms" in rest[-1]) == (width >= 45)


def test_the_header_draws_the_last_windows() -> None:
    view = TextView(lambda: 200, colour=False)
    headers = [view.summary(summary_of(values("/a", hits=n))).decode() for n in (7, 0, 1, 14)]
    assert "/s  " in headers[0], "one window is no chart"
    assert headers[1] == f"{SPAN}  no traffic\n"
    legend, header, _ = headers[2].splitlines()
    assert legend.startswith("(▁▅█ are the hits of the last windows")
    assert "/s █▁▂  " in header
    assert headers[3].startswith(SPAN), "it is explained once"
    assert "/s ▅▁▂█  " in headers[3]
    view.summary(summary_of(values("/a", hits=14), late=True))
    for _ in range(20):
        shown = view.summary(summary_of(values("/a", hits=14))).decode()
    assert "/s " + "█" * 10 + "  " in shown
    view.gap(summary_of())
    assert "/s  " in view.summary(summary_of()).decode()


def test_a_resize_is_followed() -> None:
    width = 200
    view = TextView(lambda: width, colour=False)
    for _ in range(2):  # the chart is explained in between
        view.summary(summary_of([], hits=100))
    assert len(view.summary(summary_of([], hits=100)).decode().splitlines()) == 1
    width = 60
    assert len(view.summary(summary_of([], hits=100)).decode().splitlines()) == 2


def caused(width: int, *, whole: bool = False, **fields: Any) -> list[str]:
    """Return what is shown under an alert's message."""
    line = orjson.dumps({"type": "alert", "hits": 50, "message": "High", **fields})
    view = TextView(lambda: width, colour=False, whole=whole)
    first, *rest = view.alert(Alert(line, "High")).decode().splitlines()
    assert first == "High"
    return rest


def first_of(value: object, hits: object = 41) -> list[dict[str, Any]]:
    return [{"value": value, "hits": hits}, {"value": "no", "hits": 1}]


def test_an_alert_s_cause() -> None:
    """The first value of each field; where hits may be missing, their share is the least."""
    top = {"section": first_of("/api"), "host": first_of("192.0.2.7", 30)}
    assert caused(80, top=top) == ["  /api 82 %, 192.0.2.7 60 %"]
    assert caused(80, top={"host": first_of(None)}) == ["  - 82 %"]
    assert caused(80, top={"section": [], "host": first_of("")}) == ['  "" 82 %']
    shown = caused(80, top={"section": first_of("/", 33.3)}, hits=50, approximate=True)
    assert shown == ["  / ≥ 66 %"]


def test_an_alert_s_cause_is_fitted_to_a_terminal() -> None:
    top = {"section": first_of("/" * 90), "host": first_of("2001:db8::1")}
    assert caused(40, top=top) == ["  //////////////… 82 %, 2001:db8::1 82 %"]
    for width in range(1, 120):
        (line,) = caused(width, top=top)
        assert columns(line) <= max(width, 20)
        assert line.count("82 %") == 2
    assert caused(40, top=top, whole=True) == [f"  {'/' * 90} 82 %, 2001:db8::1 82 %"]


def test_an_alert_s_cause_is_safe_to_print() -> None:
    top = {"section": first_of("/\x1b[2J\n\u202e")}
    assert caused(80, top=top, whole=True) == ["  /\\x1b[2J\\n\\u202e 82 %"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 99) | st.floats(0, 99) | st.text(max_size=2),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["section", "host", "value", "hits"]), inner, max_size=3)
    ),
)


@given(ANYTHING, ANYTHING, ANYTHING)
@RANDOM
def test_alerts_of_others_may_name_anything(top: Any, hits: Any, approximate: Any) -> None:
    """Nothing breaks for that."""
    shown = caused(80, top=top, hits=hits, approximate=approximate)
    assert len(shown) <= 1


def test_values_are_cut_on_a_terminal_alone() -> None:
    """In a file they are whole; the other rows stand in columns all the same."""
    rows = [{**FIRST, "value": "/" + "a" * 500}, {**FIRST, "value": "/b", "hits": 40}]
    there = lines(summary_of(rows), 60)[-2:]
    assert [columns(row) <= 60 for row in there] == [True, True]
    view = TextView(lambda: 60, colour=False, whole=True)
    first, second = view.summary(summary_of(rows)).decode().splitlines()[-2:]
    assert first.split() == ["/" + "a" * 500, "60", "60%"]
    assert second == there[1]
