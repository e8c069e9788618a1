"""The chart: what is drawn where."""

from screens import busy, make
from streams import START, line

from clfstats.views.live.alerts import Span
from clfstats.views.live.board import Known
from clfstats.views.live.chart import AXIS, Drawing, chart


def drawn(drawing: Drawing, width: int = 30, height: int = 7) -> list[str]:
    rows = chart(drawing, width, height, active=False)
    assert {row.cell_len for row in rows} == {width}
    assert len(rows) == height
    return [row.plain for row in rows]


def test_bars_are_as_high_as_their_rates() -> None:
    drawing = Drawing([0, 1, 5, 10, 0.01], START, 10, 0, None, None, [])
    rows = drawn(drawing)
    columns = list(zip(*(row[AXIS : AXIS + 5] for row in rows[1:-1]), strict=True))
    heights = [sum(" ▁▂▃▄▅▆▇█".index(cell) for cell in column) for column in columns]
    assert heights == [0, 4, 20, 40, 1]
    assert rows[1].startswith("    10 ┤")
    assert rows[-2].startswith("     0 ┤")
    assert "10s a column" in rows[0]
    assert "╵21:11:00" in rows[-1]


def test_what_is_not_known_is_no_zero() -> None:
    rows = drawn(Drawing([None, 0, 2], START, 10, 0, None, None, []))
    assert rows[-2][AXIS : AXIS + 3] == "· █"


def test_the_threshold_is_a_line_as_long_as_it_is_near() -> None:
    near = drawn(Drawing([0, 1, 2], START, 10, 0, None, 5.0, []))
    assert any(row.startswith("     5 ┤───") for row in near)
    far = drawn(Drawing([0, 1, 2], START, 10, 0, None, 500.0, []), 80)
    assert not any("─" in row for row in far)
    assert "threshold 500/s" in far[0]


def test_alerts_are_marked() -> None:
    spans = [Span(START + 10, START + 15), Span(START + 35, None)]
    rows = chart(Drawing([1] * 5, START, 10, 0, 2, None, spans), 30, 5, active=False)
    low = rows[-2]
    styles = {low.plain[at]: span.style for span in low.spans for at in range(span.start, span.end)}
    assert "█" in styles
    red = [span for span in low.spans if "red" in str(span.style)]
    assert sum(span.end - span.start for span in red) == 3
    assert any("magenta" in str(span.style) for span in low.spans)
    assert rows[-1].plain[AXIS + 2] == "▲"
    assert low.plain[AXIS:].rstrip() == "█▓█▓▓"


def test_seconds_that_were_not_seen_do_not_count() -> None:
    """Of the first column, and of the last: rates are per second that was seen."""
    made = make()
    made.add(b"".join(line(START + 8 + second) * 4 for second in range(15)))
    drawing = made.painter._drawing(made.viewer.present or 0, 5)
    assert list(drawing.rates) == [0, 0, 4.0, 4.0, 4.0]


def test_the_chart_goes_where_the_user_goes() -> None:
    made = busy(known=Known("", 3.0, 20))
    made.add(line(START + 7200))
    made.viewer.oldest()
    made.viewer.update()
    rows = [row.plain for row in made.painter.chart(60, 8)]
    assert "╵21:08:20" in rows[-1]
    assert "▲" in rows[-1]
    assert "at most 7/s at 21:12:10" in rows[0]
