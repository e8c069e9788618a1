"""The page of `clfstats --output html`: as a pipeline writes it, and as a browser shows it."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import typer
from chromium import Chromium, browser, executable
from logs import log, peaks
from pages import page
from processes import bash
from reports import alert, busy_year, report, traffic
from streams import START, line

from clfparse.stream.descriptors import Terminal
from clfstats import cli, outputs
from clfstats.counting.grid import HOUR

# The least room between two times under one chart, in pixels.
GAPS = """Math.min(1e9, ...[...document.querySelectorAll('.chart')].flatMap(chart =>
    [...chart.querySelectorAll('.mark + text')].map(text => text.getBoundingClientRect())
    .filter(box => box.width).map((box, at, all) => at ? box.left - all[at - 1].right : 1e9)))"""

LONG = "a-segment-without-an-end-" * 40


def minutes() -> bytes:
    """Return the page of ten minutes with an alert."""
    top = {"section": [{"value": LONG, "hits": 9}]}
    alerts = (alert(100, "triggered", label="shop", top=top), alert(200, "recovered", label="shop"))
    return report(traffic(600, duration=0.2), *alerts)


def seconds() -> bytes:
    """Return the page of a time whose ticks have seconds, from its first on to nearly its last."""
    return report(traffic(98, duration=0.2))


def year() -> bytes:
    """Return the page of a year."""
    return report(busy_year(), by=("section", "host", "user_agent"), window=HOUR)


def odd() -> bytes:
    """Return a page of long values, and of all classes of status."""
    fields = [{"section": f"/{at}{LONG}", "host": LONG, "status": at * 100} for at in range(9)]
    lines = [line(START + at, **each) for at, each in enumerate(fields)]
    return report(*lines, messages=[f"clfparse: {LONG}"])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """Return a browser, which is started once."""
    if not executable():
        pytest.skip("no Chromium on PATH")
    with browser() as chromium:
        yield chromium


@pytest.mark.browser
def test_a_browser_shows_it(chromium: Chromium, tmp_path: Path) -> None:
    """Narrow and wide, light and dark: no error, nothing loaded, nothing beyond the edge."""
    path = tmp_path / "report.html"
    for made in (minutes, seconds, year, odd, report):
        path.write_bytes(made())
        backgrounds = set()
        for width, dark in product((400, 1_300), (False, True)):
            chromium.open(path, width, dark=dark)
            assert chromium.errors() == []
            assert chromium.loaded() == [path.as_uri()]
            assert chromium.value("document.documentElement.scrollWidth") <= width, made
            assert chromium.value("innerWidth") == width
            assert chromium.value(GAPS) > 0, made
            backgrounds.add(chromium.value("getComputedStyle(document.body).backgroundColor"))
        assert len(backgrounds) == 2  # the policy lets the page's own style through


@pytest.mark.browser
def test_a_browser_reports_what_the_policy_forbids(chromium: Chromium, tmp_path: Path) -> None:
    """What the test above goes by: an error is seen, and so is text beyond the edge."""
    path = tmp_path / "report.html"
    hostile = b'<script>document.title = "run"</script><p style="width: 2000px">'
    wide = b'<svg width="2000" height="9"></svg></main>'
    path.write_bytes(report().replace(b"</main>", hostile + wide))
    chromium.open(path, 400)
    assert len(chromium.errors()) == 2
    assert chromium.value("document.title") == "Traffic report"
    assert chromium.value("document.documentElement.scrollWidth") > 400


def test_a_pipeline_writes_it(tmp_path: Path, clean: dict[str, str]) -> None:
    """With what each filter has reported; and without a place for it, in one line."""
    (tmp_path / "access.log").write_bytes(peaks(1, 1_500).encode() + b"lost <b>\n" + log() + b"\n")
    command = (
        "{ clfparse access.log | clfalert --pass"
        " | clfstats --output html --messages 'a b' > report.html; } 2> 'a b'"
    )
    done = bash(command, clean, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    written = page((tmp_path / "report.html").read_bytes()).written
    for shown in (
        "requests1,671mean",
        "'lost <b>'",
        "clfparse: 1 of 1,672 lines refused",
        "recovered",
        "clfstats --output html --messages 'a b'",
    ):
        assert shown in written
    done = bash("clfstats --output html --messages nowhere | grep -o '<li>.*</li>'", clean)
    failure = b"nowhere: No such file or directory"
    assert (done.stdout, done.stderr) == (b"<li>%b</li>\n" % failure, b"clfstats: %b\n" % failure)
    done = bash("clfstats --output html > /dev/full", clean)
    assert done.returncode == 1
    assert done.stderr == b"clfstats: standard output: No space left on device\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--output html --parts", "--parts is JSON"),
        ("--output html --live", "--live is an output of its own"),
        ("--output html --metrics x", "--metrics counts windows: --output html does not go"),
        ("--output json --messages x", "--messages goes with --live and --output html"),
        ("--output html --history x", "--history goes with --live"),
    ],
)
def test_what_does_not_go_with_it(options: str, message: str) -> None:
    with pytest.raises(typer.BadParameter, match=message):
        cli.app(options.split(), standalone_mode=False)


def test_a_terminal_is_no_place_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "terminal", lambda: Terminal(True, True, True))
    with pytest.raises(typer.BadParameter, match=r"a page: write it to a file, as > report\.html"):
        cli.app(["--output", "html"], standalone_mode=False)
