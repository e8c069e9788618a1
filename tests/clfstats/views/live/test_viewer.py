"""What keys do, without a screen: times gone to, orders, places in lists."""

from screens import alert, busy, make
from streams import START, line, live


def test_times_are_gone_to_and_back() -> None:
    made = busy()
    viewer = made.viewer
    titles = []
    for steps in (-1, -1, 1, 1, 1, 1):
        viewer.back(steps)
        viewer.update()
        titles.append(made.title[20:28] if viewer.selected is None else made.title[11:19])
    assert titles[:3] == ["21:12:40", "21:12:30", "21:12:40"]
    assert viewer.selected is None
    viewer.oldest()
    viewer.update()
    assert made.title.startswith("2019-02-07 21:11:00")
    viewer.back(-1)
    viewer.update()
    assert made.title.startswith("2019-02-07 21:11:00")
    viewer.newest()
    assert viewer.selected is None
    viewer.peak()
    assert viewer.selected == START + 70


def test_the_busiest_window_is_not_always_of_the_busiest_minute() -> None:
    """Nor does it matter how long ago it was, or how it came to its hits."""
    made = make(size=10)
    made.add(line(START + 5) * 7, line(START + 200_000))
    for at in range(0, 60, 10):
        made.add(line(START + 200_040 + at) * 5)
    made.add(line(START + 200_200) * 9, line(START + 200_300))
    made.viewer.peak()
    assert made.viewer.selected == START + 200_200
    made.add(line(START + 5) * 4)  # late
    made.add(line(START + 200_320))
    made.viewer.peak()
    assert made.viewer.selected == START


def test_a_wide_column_is_gone_to_by_its_busiest_window() -> None:
    made = busy()
    made.add(line(START + 300, section="/late"))
    viewer = made.viewer
    viewer.zoom.turn()
    assert viewer.zoom.step == 60
    viewer.back(-1)
    assert viewer.selected == START + 70
    viewer.back(-1)
    assert viewer.selected == START
    viewer.back(1)
    assert viewer.selected == START + 70
    viewer.zoom.turn()
    assert viewer.zoom.step == 3600
    viewer.zoom.turn()
    assert viewer.zoom.step == 10


def test_the_window_of_an_alert() -> None:
    made = busy()
    made.viewer.use("alerts")
    made.viewer.move(1, 2)
    made.viewer.to_alert()
    made.viewer.update()
    assert made.rows() == {"/api": 70}
    made.add(alert("No time", time=None))
    made.viewer.move(-1, 2)
    made.viewer.to_alert()


def test_before_anything_has_come_no_key_breaks_anything() -> None:
    viewer = make().viewer
    for part in viewer.parts:
        viewer.use(part)
        for act in (
            viewer.update,
            viewer.sort,
            viewer.zoom.turn,
            viewer.toggle_total,
            viewer.pause,
        ):
            act()
        viewer.move(3, 5)
        viewer.back(-1)
        viewer.back(1)
        for act in (viewer.oldest, viewer.newest, viewer.peak, viewer.to_alert, viewer.narrow):
            act()
        viewer.undo()
        viewer.update()


def test_the_open_window_is_shown_as_it_fills() -> None:
    made = make()
    for number in range(1, 6):
        made.add(line(START + number), now=live(number))
        assert made.rows() == {"/pages": number}
        assert made.viewer.scene
        assert made.viewer.scene.note == "filling"
    made.stats.on_idle(live(40))
    made.viewer.update()
    assert made.rows() == {"/pages": 5}
    assert made.viewer.scene
    assert made.viewer.scene.note == "partial"


def test_top_bounds_the_rows() -> None:
    made = make(top=2).add(b"".join(line(START, section=f"/{at}") for at in range(9)))
    assert len(made.rows()) == 2


def test_a_paused_screen_can_be_sorted() -> None:
    made = make()
    made.add(line(START, section="/a", bytes=1) * 2, line(START, section="/b", bytes=9))
    made.viewer.pause()
    made.add(line(START, section="/b", bytes=9) * 5)
    assert made.rows() == {"/a": 2, "/b": 1}
    made.viewer.sort()
    assert list(made.rows()) == ["/b", "/a"]
    made.viewer.pause()
    made.viewer.update()
    assert made.rows() == {"/b": 6, "/a": 2}
