"""Parts as lines: of bounded length, each a part by itself."""

from typing import Any

import orjson
import pytest
from streams import ALERT, START, as_hits, iso

from clfparse.events.alert import Alert
from clfparse.events.part import read_part
from clfstats.counting.accumulator import Accumulator
from clfstats.counting.pane import Window
from clfstats.views.parts import LINE, PartsView


def rendered(objects: list[dict[str, Any]], *by: str) -> tuple[Accumulator, list[bytes]]:
    traffic = Accumulator(by, whole=True)
    traffic.add(as_hits(objects, *by))
    written = PartsView().window(Window(START, START + 10, traffic, 0, 10))
    return traffic, written.splitlines()


def test_a_window_without_traffic_is_no_part() -> None:
    assert rendered([], "section")[1] == []


def test_an_alert_passes() -> None:
    assert PartsView().alert(Alert(ALERT, "High")) == ALERT + b"\n"


def test_a_long_part_is_cut() -> None:
    """Of 60,000 clients, by their names as well: each line has one start, and they add up."""
    objects = [
        {
            "host": f"10.{at >> 8 & 255}.{at & 255}.1",
            "section": f"/{at % 7}",
            "time": iso(START + at % 10),
        }
        for at in range(60_000)
    ]
    traffic, lines = rendered(objects, "section", "host")
    assert len(lines) == 4
    assert max(map(len, lines)) <= LINE
    assert len({line[:60] for line in lines}) == 1
    merged = Accumulator(("section", "host"), whole=True)
    for line in lines:
        part = Accumulator(("section", "host"), whole=True)
        part.load(read_part(line))
        merged.merge(part)
    assert merged.emit() == traffic.emit()
    assert merged.dump() == traffic.dump()


@pytest.mark.parametrize("host", ["h" * 400_000, ["h" * 400_000]])
def test_one_hit_is_never_cut(host: object) -> None:
    """Its longest value is in one line; a name so long is not there twice."""
    traffic, (line,) = rendered([{"host": host, "section": "/" * 200_000}], "section", "host")
    assert LINE < len(line) < 700_000
    part = Accumulator(("section", "host"))
    part.load(read_part(line))
    assert part.emit() == traffic.emit()


def test_what_json_has_no_number_for() -> None:
    """Sums past 64 bits are strings, and so is the JSON of what is no scalar."""
    most = (1 << 63) - 1
    values: list[object] = [{"a": [1]}, 1 << 80, True, 1.5, None, "x", -7]
    objects = [{"bytes": most, "x": value, "duration": 1e7} for value in values]
    _, (line,) = rendered(objects, "x")
    written = orjson.loads(line)
    assert written["bytes"] == str(most * len(values))
    rows = {orjson.dumps(row[0]) for row in written["by"]["x"]["rows"]}
    assert rows == {
        b'{"json":"{\\"a\\":[1]}"}',
        b'{"json":"%d"}' % (1 << 80),
        *(b"true", b"1.5", b"null", b'"x"', b"-7"),
    }
    assert written["duration"]["nanoseconds"] == len(values) * 10**16
