"""Alerts over restarts: none twice, none lost, whenever a run is killed."""

import re
from collections import Counter
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM, REPLAY, START, Step, block, drive, line, steps

from clfalert.filter import HINT, Watch
from clfalert.history import History
from clfparse.events.clock import Clock, Mode
from clfparse.stream.contract import Now
from clfparse.stream.journal import Journal
from clfparse.stream.rejects import Rejects
from clfparse.values.times import instant

DAY = 86_400


def watching(history: History | None, delay: float = 2, label: str | None = None) -> Watch:
    """Make a watch over 10 s, triggered by more than 10 hits, back with fewer."""
    return Watch(
        Rejects("clfalert", HINT),
        threshold=Fraction(1),
        recover=Fraction(1),
        window=10,
        delay=timedelta(seconds=delay),
        mode=Mode.AUTO,
        text=False,
        through=False,
        history=history,
        label=label,
    )


def loaded(lines: list[bytes]) -> History:
    history = History("history")
    for each in lines:
        history.load(each)
    return history


def shown(written: bytes) -> list[tuple[str, int, int]]:
    alerts = map(orjson.loads, written.splitlines())
    return [(each["state"], instant(each["time"]).second - START, each["hits"]) for each in alerts]


def restarted(
    lines: list[bytes], given: bytes, now: Now = REPLAY, label: str | None = None
) -> list[tuple[str, int, int]]:
    """Return what a run reports that goes on from the alerts of another, before it ends."""
    return shown(watching(loaded(lines), label=label).add(given, now))


PEAK = block([START] * 11)
ALERTS = watching(None).add(PEAK + block([START + 20, START + 50]), REPLAY).splitlines()
TRIGGERED, RECOVERED = ALERTS


def test_what_is_held_is_not_reported_again() -> None:
    log = PEAK + block([START + 20, *[START + 30] * 11, START + 50])
    assert restarted([], log)[:2] == [("triggered", 0, 11), ("recovered", 10, 0)]
    assert restarted([TRIGGERED], log)[0] == ("recovered", 10, 0)
    assert restarted(ALERTS, log) == [("triggered", 30, 11), ("recovered", 40, 0)]


def test_what_was_triggered_stays_triggered() -> None:
    """Though the log's last lines alone say nothing of it; it recovers after a whole window."""
    log = block(range(START + 5, START + 15))
    assert restarted([TRIGGERED], log) == []
    assert restarted([TRIGGERED], log + block([START + 17])) == []
    assert restarted([TRIGGERED], log + block([START + 18])) == [("recovered", 15, 10 - 1)]


def labelled(line: bytes, label: bytes) -> bytes:
    return line.replace(b'","time"', b'","label":"%b","time"' % label)


def test_only_alerts_of_its_label_count() -> None:
    """Two labels may share a file, one run after the other: each goes on from its own last."""
    ours, theirs = ([labelled(line, name) for line in ALERTS] for name in (b"a", b"b"))
    log = PEAK + block([START + 20, START + 50])
    whole = [("triggered", 0, 11), ("recovered", 10, 0)]
    assert watching(loaded([]), label="a").add(log, REPLAY).splitlines() == ours
    assert restarted(ours, log, label="a") == []
    assert restarted([*ours, theirs[0]], log, label="a") == []
    assert restarted([ours[0], *theirs], log, label="a") == whole[1:]
    assert restarted(theirs, log, label="a") == whole
    assert restarted(theirs, log) == whole
    assert restarted([*theirs, *ALERTS], log) == []


def test_a_file_without_labels_is_gone_on_from() -> None:
    """It is from before a label was given. Once one alert has one, those without are another's."""
    log = PEAK + block([START + 20, START + 50])
    whole = [("triggered", 0, 11), ("recovered", 10, 0)]
    assert restarted(ALERTS, log, label="a") == []
    assert restarted(ALERTS[:1], log, label="a") == whole[1:]
    assert restarted([*ALERTS, labelled(TRIGGERED, b"a")], log, label="b") == whole


def test_a_clock_set_back_brings_what_is_held_again() -> None:
    """What was decided before it is the same to the byte; what comes after it is judged anew."""
    low = [*[START - 4000] * 32, START - 3980]
    log = PEAK + block([*low, *[START - 3900] * 11, START - 3880])
    first = loaded([])
    written = watching(first).add(log, REPLAY)
    anew = [("triggered", -3900, 11), ("recovered", -3890, 0)]
    assert shown(written) == [("triggered", 0, 11), *anew]
    assert restarted(written.splitlines(), log) == []
    assert restarted(written.splitlines()[:1], log) == anew


def test_a_recovery_is_owed_over_restarts() -> None:
    """It comes when the log has passed the time of its trigger again."""
    log = PEAK + block([*[START - 4000] * 32, START - 3980])
    written = watching(loaded([])).add(log, REPLAY)
    assert shown(written) == [("triggered", 0, 11)]
    later = block([*range(START - 3970, START + 4, 10), START + 4])
    assert restarted(written.splitlines(), log + later) == [("recovered", 1, 1)]
    assert restarted(written.splitlines(), later) == [("recovered", 1, 1)]


def test_a_live_log_is_not_blinded_by_an_alert_of_the_future() -> None:
    """Its clock was ahead when the alert was written. No recovery is older; a new peak is seen."""
    far = TRIGGERED.replace(b"2019-", b"2020-")
    log = block([*range(START, START + 30, 2)])
    assert restarted([far], log) == []
    now = Now(START + 20, timedelta())
    assert restarted([far], log, now) == []
    peak = block([*[START + 40] * 11, START + 60])
    anew = [("triggered", 40, 11), ("recovered", 50, 0)]
    assert restarted([far], log + peak, now) == anew


def test_the_end_leaves_recoveries_to_the_next_run() -> None:
    """A second that is not over may get more records; a trigger stays one all the same."""
    history = loaded([])
    watch = watching(history)
    assert shown(watch.add(PEAK, REPLAY) + watch.close()) == [("triggered", 0, 11)]
    watch = watching(loaded([TRIGGERED]))
    assert shown(watch.add(PEAK + line(START + 10), REPLAY) + watch.close()) == []
    watch = watching(loaded([TRIGGERED]))
    assert shown(watch.add(PEAK + block([START + 10] * 10 + [START + 30]), REPLAY)) == [
        ("recovered", 20, 0)
    ]


@pytest.mark.parametrize(
    "other",
    [
        *(b"", b"x", b"[]", b"{}", b'{"type":"alert","message":"m"}', line(START)[:-1]),
        *(TRIGGERED.replace(b'"triggered"', b'"on"'), TRIGGERED.replace(b"2019", b"19")),
        TRIGGERED.replace(b'{"type"', b'{"label":["a"],"type"'),
    ],
)
def test_what_is_no_alert(other: bytes) -> None:
    with pytest.raises(ValueError, match="no alert of clfalert's"):
        loaded([TRIGGERED, other])


@pytest.mark.parametrize("at", range(len(TRIGGERED)))
def test_any_beginning_of_an_alert_is_torn(at: int) -> None:
    assert loaded([]).is_torn(TRIGGERED[:at])
    assert not loaded([]).is_torn(b"x" + TRIGGERED[:at])


@given(
    st.data(),
    steps(4000, -4000, 1900, -1900, silences=False),
    st.sampled_from([0, 0.5, 2]),
)
@RANDOM
def test_kills_at_any_moment(data: st.DataObject, stream: list[Step], delay: float) -> None:
    """FILE is that of a run that was never killed, byte for byte; each alert was reported.

    But for a log that is read again from before its clock was set back: there the last alert seems
    to come before all that is read, and a recovery may be added.
    """
    # Whether the log's first window was whole, only the first run can know.
    seconds = [START - 600, *(step for step in stream if isinstance(step, int))]
    lines = [line(second) for second in seconds]
    whole = loaded([])
    watching(whole, delay).add(b"".join(lines), REPLAY)
    file, reported = b"", b""
    for _ in range(data.draw(st.integers(0, 4))):
        blocks, appended = data.draw(st.integers(0, len(lines))), data.draw(st.booleans())
        complete = file[: file.rfind(b"\n") + 1]
        history = loaded(complete.splitlines())
        reported += watching(history, delay).add(b"".join(lines[:blocks]), REPLAY)
        torn = data.draw(st.integers(0, len(history.pending)))
        file = complete + bytes(history.pending) * appended
        file += bytes(history.pending)[:torn] * (not appended)
    history = loaded(file[: file.rfind(b"\n") + 1].splitlines())
    reported += watching(history, delay).add(b"".join(lines), REPLAY)
    file = file[: file.rfind(b"\n") + 1] + bytes(history.pending)
    if any(back for _, back in drive(Clock(timedelta(seconds=delay)), seconds)):
        assert not Counter(bytes(whole.pending).splitlines()) - Counter(file.splitlines())
    else:
        assert file == whole.pending
    assert set(bytes(whole.pending).splitlines()) <= set(reported.splitlines())


@given(st.data(), st.lists(st.integers(0, 2), min_size=60, max_size=120))
@RANDOM
def test_the_last_lines_are_enough(data: st.DataObject, hits: list[int]) -> None:
    """Of an ordered log: as many as fill the window up to what was decided."""
    seconds = [START + at for at, count in enumerate(hits) for _ in range(3 * count)]
    whole = loaded([])
    watching(whole, 0).add(block(seconds), REPLAY)
    killed = data.draw(st.integers(0, len(seconds)))
    first = loaded([])
    watching(first, 0).add(block(seconds[:killed]), REPLAY)
    over = seconds[killed - 1] if killed else START
    rest = [second for second in seconds if second > over - 12]
    second = loaded(bytes(first.pending).splitlines())
    watching(second, 0).add(block(rest), REPLAY)
    assert first.pending + second.pending == whole.pending


def test_through_a_file(tmp_path: Path) -> None:
    history = History(str(tmp_path / "alerts.jsonl"))
    journal = Journal(history)
    watching(history).add(PEAK + line(START + 50), REPLAY)
    journal.append()
    assert (tmp_path / "alerts.jsonl").read_bytes().splitlines() == ALERTS


def test_alerts_of_a_version_that_named_no_cause() -> None:
    """They are the same alerts: none is reported again, also where the clock was set back."""
    old = [re.sub(rb'"top":.*?]},(?="message":)', b"", each) for each in ALERTS]
    assert old[0] != TRIGGERED
    history = loaded(old)
    assert [history.add(each) for each in ALERTS] == [False, False]
    assert [history.add(each) for each in ALERTS] == [True, True]
    assert history.pending == b"".join(each + b"\n" for each in ALERTS)
