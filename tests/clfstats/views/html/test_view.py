"""The page: its figures are those of the records, its text is nothing but text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import Parsed, page
from profiles import max_examples
from reports import ABOUT, alert, busy_year, parts, report, traffic
from streams import ALERT, START, cuts, inputs, line

from clfparse.counting import top_values
from clfstats.counting.grid import HOUR
from clfstats.views.html.page import About


@given(st.data())
@max_examples(30)
def test_any_input(data: st.DataObject) -> None:
    """However it is cut: the page is the same, whole, and has all hits."""
    lines, records = data.draw(inputs())
    whole = report(lines)
    assert report(*data.draw(cuts(lines, at_lines=False))) == whole
    parsed = page(whole)
    assert f"requests{records:,}mean" in parsed.written or not records


def test_figures() -> None:
    parsed = page(report(traffic(600)))
    for shown in (
        "2019-02-07 21:11:00 – 21:21:00 +00:00, 10 min",
        "requests600mean1.0/s",
        "sent600.0 KiBhosts7server errors12020%",
        "2xx successes24040%",
        "503120",
        "10.0.0.08614%",
        "Each point is 10 s",
        "clfstats read 600 lines and refused 0. No record was late.",
        "clfstats --output html",
        "clf-filters 1.2.3",
    ):
        assert shown in parsed.written
    assert "Latency" not in parsed.written
    assert "2019-02-07 21:11: 10 requests, 1.0/s" in parsed.titles
    classes = "2xx 4 (40%), 3xx 2 (20%), 4xx 2 (20%), 5xx 2 (20%)"
    assert f"2019-02-07 21:11: {classes}" in parsed.titles


def test_durations() -> None:
    slow = traffic(50, duration=0.2) + line(START + 50, duration=4)
    parsed = page(report(slow))
    assert "p95200 mslongest 4.0 s" in parsed.written
    assert "2019-02-07 21:11:50: p50 4.0 s, p95 4.0 s, p99 4.0 s" in parsed.titles
    assert [a["class"] for t, a in parsed.tags if (a.get("class") or "").startswith("line p")] == [
        f"line p{number}" for number in 2 * (50, 95, 99)
    ]


def test_alerts() -> None:
    """As bands and a line, and as a list with what caused them; an open one is said to be open."""
    rows = [{"value": "/<b>", "hits": 650, "bytes": 1, "errors": 0}]
    alerts = [
        alert(100, "triggered", top={"section": rows, "host": []}, label="shop"),
        alert(200, "recovered", label="shop"),
        alert(300, "triggered", threshold=0.5),
        ALERT + b"\n",
    ]
    parsed = page(report(traffic(400), *alerts))
    for shown in (
        "shop 2019-02-07 21:12:40 +00:0021:14:201 min 40 s10.833/s above 10/ssection /<b> 50%",
        "2019-02-07 21:16:00 +00:00still open10.833/s above 0.5/s",
        "Not shown, without a time: 1 alert.",
        "An alert goes by the mean over 2 min",
        "threshold 10/s.",  # far above the points
        "threshold 0.5/s",  # drawn
    ):
        assert shown in parsed.written
    assert parsed.written.count("threshold 0.5/s") == 1
    bars = [title for title in parsed.titles if "min 40 s" in title]
    assert bars == ["shop: 2019-02-07 21:12:40 – 2019-02-07 21:14:20, 1 min 40 s"]
    assert "clfalert --pass before" in page(report(traffic(10))).written


def test_many_alerts_are_listed_as_first_and_last() -> None:
    alerts = [alert(at, ("triggered", "recovered")[at % 2]) for at in range(600)]
    parsed = page(report(traffic(600), *alerts))
    assert "All 300 alerts" in parsed.written
    assert "200 more alerts between these" in parsed.written
    assert len([1 for tag, _ in parsed.tags if tag == "tr"]) < 220


HOSTILE = [
    "</title><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "</style><img src=x>",
    "\u202egnp.exe",
    "\x1b[2J",
    "-->",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text(text: str) -> None:
    """In each field, name of a field, message, alert and on the command line."""
    record = line(START, **{text: text, "section": text, "host": text, "method": text})
    given_ = [record, alert(1, "triggered", label=text, top={text: [{"value": text, "hits": 3}]})]
    about = About(f"clfstats {text}", text, (text,))
    written = report(*given_, by=("section", "host", text), about=about, messages=[text])
    parsed = page(written)
    assert parsed.written.count(text if text.isprintable() else ascii(text)[1:-1]) > 8
    assert not any(c for c in parsed.written if not c.isprintable() and c != "\n")


@pytest.mark.parametrize("lines", [b"", b"lost\n", ALERT + b"\n", alert(1, "triggered")])
def test_nothing_was_read(lines: bytes) -> None:
    parsed = page(report(lines))
    assert "No record was read." in parsed.written
    assert not any(tag == "svg" for tag, _ in parsed.tags)


def test_alerts_alone() -> None:
    """Such as a history: without records they are listed, too."""
    written = page(report(alert(0, "triggered"), alert(100, "recovered"), ALERT + b"\n")).written
    assert "2019-02-07 21:11:00 +00:0021:12:401 min 40 s10.833/s above 10/s" in written
    assert "Not shown, without a time: 1 alert." in written
    assert "Alerts" not in page(report()).written


def test_late_and_refused() -> None:
    lines = traffic(100) + line(START + 5) + b"lost\n"
    parsed = page(report(lines, messages=["clfparse: 3 of 105 lines refused"]))
    assert "clfstats read 102 lines and refused 1. 1 request came late" in parsed.written
    assert "clfstats: line 102: not JSON: 'lost'" in parsed.written
    assert "clfparse: 3 of 105 lines refused" in parsed.written
    assert "2019-02-07 21:11: 11 requests, 1.1/s" in parsed.titles
    assert "reported nothing" in page(report(lines, messages=[])).written
    assert "--messages FILE" in page(report(lines)).written


def test_messages_are_bounded() -> None:
    parsed = page(report(messages=[f"m{at}." for at in range(1_000)]))
    assert "m19.… 960 more …m980." in parsed.written.replace("\n", "")


def test_parts() -> None:
    """They give the page that their records give; without a field that is not asked for, too."""
    records = traffic(300, duration=0.1)
    lines = f"{300:,} lines".encode()
    expected = report(records, messages=[]).replace(lines, b"N lines")
    made = parts(records, "section", "host")
    assert report(made, messages=[]).replace(b"30 lines", b"N lines") == expected
    written = page(report(parts(records, "section"))).written
    assert "Not counted in 300 requests: those came as parts that were made without --by host" in (
        written
    )
    assert "refused 0" in written
    assert "refused 30" in page(report(made, by=("section", "host", "x"))).written


def test_what_is_approximate_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(top_values.TopValues.__init__, "__defaults__", (50, None))
    lines = b"".join(line(START + at, host=f"h{at}") for at in range(60))
    written = page(report(lines)).written
    assert written.count("Approximate: there were too many values") == 1
    assert "up to 1 request more" in written


def test_many_durations_leave_hits_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(top_values, "PAIRS", 10)
    lines = b"".join(line(START, host=f"h{at}", duration=0.1) for at in range(20))
    assert "Hits are exact; durations were too many" in page(report(lines)).written


def test_no_record_has_a_field() -> None:
    written = page(report(line(START), by=("section", "x"))).written
    assert "No record has this field." in written
    assert "clfstats: no record has a field 'x'" in written


def test_a_record_far_from_the_others() -> None:
    lines = traffic(100) + line(5) + line(START + 100)
    written = page(report(lines)).written
    assert "1 request with a time far from the others (1970-01-01 00:00:00 – " in written
    assert "requests102mean" in written
    assert "no status22%" in written  # of all, as the note says


def test_a_short_point_at_an_edge_does_not_rule_the_chart() -> None:
    """What comes in the first second of a point is not the rate of a busy one."""
    written = page(report(traffic(120), line(START + 120) * 30)).written
    assert "peak1.0/s2019-02-07 21:11" in written
    assert "goes beyond the chart" in written
    assert "goes beyond" not in page(report(traffic(120))).written


@pytest.mark.parametrize("top", [0, 1, 100])
def test_top(top: int) -> None:
    parsed = page(report(traffic(100), top=top))
    assert ("10.0.0.6" in parsed.written) == (top == 100)


def test_a_title_names_the_files() -> None:
    about = ABOUT._replace(files=("a.jsonl", "b.jsonl"))
    assert page(report(b"", about=about)).titles == ["Traffic report: a.jsonl, b.jsonl"]


def test_a_busy_year_is_below_300_kb() -> None:
    written = report(busy_year(), by=("section", "host", "user_agent", "status"), window=HOUR)
    parsed = page(written)
    assert 100_000 < len(written) < 300_000
    assert "Each point is 1 d" in parsed.written
    assert f"requests{8_000:,}mean" in parsed.written


def test_written_markup_is_closed() -> None:
    """What the other tests go by: a tag that is not closed is seen."""
    with pytest.raises(AssertionError):
        Parsed("<p><b></p>")
