"""The tables: a value is never cut where there is room."""

from screens import make
from streams import START, line

from clfstats.views.live.scene import FieldTable
from clfstats.views.live.tables import matching, table_lines

IPV6 = "2001:0db8:85a3:0000:0000:8a2e:0370:7334"


def table(*values: object, **fields: object) -> FieldTable:
    made = make("host").add(*(line(START, host=value, **fields) for value in values))
    shown = made.viewer.table(0)
    assert shown
    return shown


def drawn(shown: FieldTable, width: int, order: str = "hits", height: int = 9) -> list[str]:
    rows = table_lines(shown, 3, width, height, order=order, first=0, chosen=0)
    assert {row.cell_len for row in rows} == {width}
    return [row.plain for row in rows]


def test_columns_give_way_to_values() -> None:
    shown = table(IPV6, "b", bytes=10_000, duration=0.5, status=500)
    for width in (80, 60, 50):
        assert IPV6 in drawn(shown, width)[1]
    assert drawn(shown, 80)[0].split()[-5:] == ["hits", "share", "5xx", "p95", "bytes"]
    assert drawn(shown, 50)[0].split()[-2:] == ["hits", "5xx"]
    assert "bytes" in drawn(shown, 55, "bytes")[0]
    assert "…" in drawn(shown, 30)[1]


def test_every_width_is_kept() -> None:
    shown = table(IPV6, "日本語" * 5, "", None, 7, [1], "e\u0301", bytes=1 << 50, duration=90)
    for width in range(5, 100):
        for order in ("hits", "bytes", "errors", "p95"):
            drawn(shown, width, order)


def test_values_are_told_apart() -> None:
    rows = drawn(table("", None, "x"), 60)
    assert {row.split()[0] for row in rows[1:]} == {'""', "-", "x"}


def test_a_filter_finds_text_in_any_case() -> None:
    shown = table("Alpha", "beta", 12)
    assert [row["value"] for row in matching(shown, "ALP").rows] == ["Alpha"]
    assert [row["value"] for row in matching(shown, "2").rows] == [12]
    titles = table_lines(
        matching(shown, "zz"), 3, 60, 5, order="hits", first=0, chosen=None, wanted="zz"
    )
    assert "0 with 'zz'" in titles[0].plain


def test_it_is_known_how_many_values_there_are() -> None:
    """Also of a window that is over, and how many of them a text was looked for in."""
    made = make().add(b"".join(line(START, section=f"/s{at}") for at in range(600)))
    for times, listed in (0, 500), (1, 50):
        if times:
            made.add(line(START + 30))
            made.viewer.oldest()
            made.viewer.update()
        assert made.painter.table(0, 80, 5)[0].plain.startswith("section 600 values ")
        made.viewer.filter("/s599")
        title = made.painter.table(0, 120, 5)[0].plain
        assert title.startswith(f"section 0 of {listed} listed with '/s599'")
        made.viewer.filter("")
