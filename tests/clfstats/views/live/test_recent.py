"""The last records: as many as fit."""

import pytest
from screens import make
from streams import START, line

from clfstats.views.live import recent


def test_the_last_records_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "RECORDS", 10)
    made = make()
    assert made.board.recent.since is None
    made.add(b"".join(line(START + second) for second in range(8)))
    assert (made.board.recent.number, made.board.recent.dropped) == (8, False)
    made.add(b"".join(line(START + 10 + second) for second in range(8)))
    held = [run.time.second for run in made.board.recent]
    assert (held[-1], made.board.recent.dropped) == (START + 17, True)
    assert made.board.recent.number == len(held) == 10
    assert made.board.recent.since
    assert made.board.recent.since.second == held[0]


def test_text_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "BYTES", 100_000)
    made = make()
    for second in range(30):
        made.add(line(START + second, section="x" * 20_000))
    assert made.board.recent.number == 4
    made.add(line(START + 40, section="x" * 20_000 + "日"))
    assert made.board.recent.number == 1
