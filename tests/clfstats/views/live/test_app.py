"""The live screen as a person sees and uses it: Textual's pilot presses the keys."""

import asyncio
from pathlib import Path

import pytest
from paths import ROOT
from screens import Made, alert, busy, make, piloted, press, text
from streams import REPLAY, START, line, live
from textual.events import Key
from textual.widgets import Input

from clfstats.views.live import rates
from clfstats.views.live.board import Known

GOLDEN = ROOT / "tests/golden/live"
NAMES = {"/": "slash", "\n": "enter", "\x1b": "escape", "\b": "backspace"}  # of keys
SIZES = [(40, 10), (80, 24), (120, 40)]


def shown(made: Made, size: tuple[int, int], *keys: str) -> str:
    """Return what is on the screen after some keys."""

    async def run() -> str:
        async with piloted(made, size) as pilot:
            await press(pilot, keys)
            return text(pilot)

    return asyncio.run(run())


def held(name: str, content: str, config: pytest.Config) -> None:
    """Assert that a golden file holds what is shown."""
    golden = GOLDEN / f"{name}.txt"
    if config.getoption("update_golden"):
        golden.write_text(content)
    assert content == golden.read_text()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_screen_in_each_size(size: tuple[int, int], pytestconfig: pytest.Config) -> None:
    """What matters most is there where it is small; an IPv6 address is whole from 80 columns."""
    content = shown(busy(known=Known("access.log", 3.0, 20)), size)
    held(f"{size[0]}x{size[1]}", content, pytestconfig)


def test_each_key(pytestconfig: pytest.Config) -> None:
    """One after the other, in one run; what each has made of the screen."""
    keys = [
        ("m",),
        ("left",),
        ("end",),
        ("z",),
        ("tab", "down", "enter"),
        ("escape",),
        ("t", "s"),
        ("slash", "8", "colon", "colon", "5", "enter"),
        ("escape",),
        ("tab", "down"),
        ("enter",),
        ("tab",),
        ("question_mark",),
    ]

    async def run() -> str:
        pages = []
        async with piloted(busy(), (80, 24)) as pilot:
            for group in keys:
                await press(pilot, group)
                pages.append(f"===== {' '.join(group)}\n{text(pilot)}")
            await press(pilot, ["x"])
            assert "narrow everything" not in text(pilot)
            await press(pilot, ["q"])
            assert pilot.app._exit
        return "".join(pages)

    held("keys", asyncio.run(run()), pytestconfig)


def test_the_mouse_chooses_and_scrolls() -> None:
    made = busy()

    async def run() -> None:
        async with piloted(made, (120, 40)) as pilot:
            await pilot.click("#table1", offset=(3, 2))
            await pilot.pause()
            assert (made.viewer.active, made.viewer.places["1"].row) == ("1", 1 % len(made.rows(1)))
            await pilot.click("#alerts", offset=(3, 0))
            await pilot.pause()
            assert made.viewer.active == "alerts"
            await pilot.click("#keys", offset=(3, 0))
            assert made.viewer.active == "alerts"

    asyncio.run(run())


def test_a_click_before_anything_has_come_breaks_nothing() -> None:
    made = make()

    async def run() -> None:
        async with piloted(made, (80, 24)) as pilot:
            await pilot.click("#table0", offset=(3, 2))
            await press(pilot, ["tab"])
            assert made.viewer.active == "1"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("typed", "wanted", "is_open"),
    [
        ("/qpz", "qpz", True),
        ("//q", "/q", True),
        ("/q\n", "q", False),
        ("/q\x1b", "", False),
        ("/qa\b", "q", True),
    ],
)
def test_keys_that_are_typed_ahead_are_of_the_text(typed: str, wanted: str, is_open: bool) -> None:
    """However quickly they come: none of them acts as a key of the screen."""
    made = busy()

    async def run() -> None:
        async with piloted(made, (80, 24)) as pilot:
            for each in typed:
                key = {"/": "slash", "\n": "enter", "\x1b": "escape", "\b": "backspace"}.get(
                    each, each
                )
                pilot.app.post_message(Key(key, each))
            foot = "\nEnter done  Esc no filter" if is_open else "\nq quit"
            for _ in range(500):
                await pilot.pause(0.02)
                seen = (made.viewer.wanted, bool(pilot.app.query(Input)), foot in text(pilot))
                if seen == (wanted, is_open, True):
                    break
            assert seen == (wanted, is_open, True)
            assert not made.viewer.paused
            assert not pilot.app._exit

    asyncio.run(run())


def test_keys_act_in_the_order_in_which_they_come() -> None:
    """However quickly: Tab does not go before Enter, nor what follows ? into the screen."""
    made = busy()

    async def run() -> None:
        async with piloted(made, (80, 24)) as pilot:
            for key in ("enter", "tab", "question_mark", "q"):
                pilot.app.post_message(Key(key, None))
            for _ in range(500):
                await pilot.pause(0.02)
                if made.viewer.active == "1" and len(pilot.app.screen_stack) == 1:
                    break
            assert made.board.narrowed
            assert [field for field, _ in made.board.narrowed.conditions] == ["section"]
            assert (made.viewer.active, len(pilot.app.screen_stack)) == ("1", 1)
            assert not pilot.app._exit

    asyncio.run(run())


@pytest.mark.parametrize("key", ["tab", "slash", "q"])
def test_any_key_leaves_the_help(key: str) -> None:
    """And does nothing else."""

    async def run() -> None:
        made = busy()
        async with piloted(made, (80, 24)) as pilot:
            before = text(pilot)
            await press(pilot, ["question_mark", "down"])
            assert "narrow everything" in text(pilot)
            await press(pilot, [key])
            assert text(pilot) == before

    asyncio.run(run())


def test_a_text_that_is_typed_is_given_up_by_itself() -> None:
    """What the screen is narrowed to stays."""
    made = busy()

    async def run() -> None:
        async with piloted(made, (80, 24)) as pilot:
            await press(pilot, ["enter", "slash", "q", "p"])
            assert made.rows() == {}
            assert "0 with 'qp'" in text(pilot)
            await press(pilot, ["escape"])
            assert made.board.narrowed
            assert made.rows()
            await press(pilot, ["escape"])
            assert not made.board.narrowed

    asyncio.run(run())


def test_a_pause_holds_what_is_shown() -> None:
    made = busy()

    async def run() -> None:
        async with piloted(made, (80, 24)) as pilot:
            await press(pilot, ["p"])
            before = text(pilot)
            assert "PAUSED" in before
            made.add(line(START + 121, section="/new") * 50)
            pilot.app.draw()  # type: ignore[attr-defined]
            await pilot.pause()
            assert text(pilot) == before
            await press(pilot, ["p"])
            assert "/new" in text(pilot)
            assert "PAUSED" not in text(pilot)

    asyncio.run(run())


def test_every_alert_can_be_scrolled_to() -> None:
    """However many there are: the newest first, each with its cause."""
    made = make().add(line(START))
    for number in range(200):
        top = {"section": [{"value": "/a", "hits": 5}], "host": []}
        made.add(alert(f"Alert {number}", START + number, hits=10, top=top))
    made.viewer.use("alerts")
    seen = []
    for _ in range(200):
        title, *rows = (row.plain.rstrip() for row in made.painter.alerts(80, 7))
        assert title.startswith("alerts 200")
        assert rows[1::2] == ["  /a 50 %"] * len(rows[1::2])
        seen.append(rows[0])
        made.viewer.move(1, 3)
    assert seen == [f"Alert {number}" for number in range(199, -1, -1)]


def test_before_anything_has_come_it_says_what_it_knows() -> None:
    waiting = shown(make(), (80, 24)).split("\n")
    assert waiting[0].endswith("waiting for the first record")
    known = shown(make(known=Known("access.log", 10.0, 120)), (80, 24)).split("\n")
    assert known[0].startswith("access.log ")
    first = make().add(line(START) * 32, now=live(0))
    assert "OK" not in shown(first, (80, 24)).split("\n")[0]
    first.rejects.lines, first.rejects.refused = 40, 3
    first.add(line(START + 20), line(START + 1), line(START + 40), now=live(30))
    first.board.now = live(45)
    state = shown(first, (80, 24)).split("\n")[0]
    assert state.endswith("0.1/s, 1 late, 3 refused, no record for 15 s")


def test_the_state_names_the_alert() -> None:
    made = busy(known=Known("access.log", 3.0, 20))
    assert shown(made, (80, 24)).split("\n")[0].endswith(" OK 1/s of 3/s")
    made.add(alert("High", START + 110, rate=4.0, threshold=3, window=20, label="web"))
    assert "HIGH since 21:12:50, 1/s of 3/s (20 s)" in shown(made, (80, 24)).split("\n")[0]


def test_a_rate_that_is_not_known_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an alert's window that is longer than hits are held by the second."""
    monkeypatch.setattr(rates, "_HELD", {1: 50, 60: 100, 900: 100})
    monkeypatch.setattr(rates, "_SPARE", 10)
    for window, known in (20, True), (110, False):
        made = busy(known=Known("access.log", 20.0, window))
        made.board.alerts.entries.clear()
        state = shown(made, (80, 24)).split("\n")[0]
        assert state.endswith(" OK 1/s of 20/s" if known else " OK threshold 20/s")


def test_messages_stand_at_the_foot_whole() -> None:
    made = busy()
    made.painter.report("clfparse: " + "a message that is long " * 6 + "with what to do")
    rows = shown(made, (80, 24)).split("\n")
    assert " ".join(row.strip() for row in rows[-4:-2]).endswith("with what to do")


def test_hostile_text_styles_nothing() -> None:
    """Nor is anything of it markup, wherever it stands."""
    attacks = ["\x1b[2J", "[red]x[/]", "[@click=app.quit]y[/]", "\u202e", "日本", "e\u0301", "$x"]
    made = make("section", "[b]")
    for attack in attacks:
        made.add(line(START, section=attack, **{"[b]": attack}), alert(attack, label=attack))
        made.painter.report(attack)
    for keys in ((), ("tab",), ("enter",), ("slash", "left_square_bracket")):
        content = shown(made, (120, 40), *keys)
        assert content.replace("\n", "").isprintable()
    assert "[red]x[/]" in content
    assert "\\x1b[2J" in shown(made, (120, 40), "tab", "tab")


def test_a_failure_of_the_screen_is_known() -> None:
    made = busy()

    async def run() -> Exception | None:
        async with piloted(made, (80, 24)) as pilot:
            made.painter.heading = None  # type: ignore[method-assign, assignment]
            app = pilot.app
            app._handle_exception(ValueError("bad"))
        return app.failure  # type: ignore[attr-defined, no-any-return]

    with pytest.raises(ValueError, match="bad"):
        asyncio.run(run())


def test_only_the_screen_imports_textual() -> None:
    """It takes longer to import than all else."""
    sources = (path for path in (ROOT).glob("clf*/**/*.py") if "textual" in path.read_text())
    importing = {
        str(path.relative_to(ROOT))
        for path in sources
        if "from textual" in path.read_text() or "import textual" in path.read_text()
    }
    assert {str(Path(path).parent) for path in importing} == {"clfstats/views/live"}
    assert REPLAY.silence.total_seconds() == 0
