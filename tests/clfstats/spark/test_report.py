"""clfstats.spark.report: refused lines are reported as one run over all logs reports them."""

from itertools import permutations

import pytest

from clfparse.stream.rejects import Rejects
from clfstats.spark.report import Refusal, Refusals, Report, pass_on
from clfstats.spark.splits import Split

SPLITS = [
    Split(0, 0, "a", "/a", 0, 9, whole=False),
    Split(1, 0, "a", "/a", 9, 20, whole=False),
    Split(2, 1, "b", "/b", 0, 9, whole=True),
]


def of_split(number: int, lines: int, *refused: int, skipped: int = 0) -> Report:
    first = [Refusal(number, line, "odd", b"line %d" % line) for line in refused]
    return Report({number: lines}, len(refused), skipped, first[:10], seen={"section"})


def merged(*reports: Report) -> Report:
    made = Report()
    for each in reports:
        made.merge(each)
    return made


def messages(report: Report, by: tuple[str, ...] = ("section",)) -> list[str]:
    def hint(lines: list[bytes]) -> str:
        return f"hint of {len(lines)}"

    rejects = Rejects("clfspark", hint)
    pass_on(report, SPLITS, by, rejects, hint)
    assert not rejects.refused_bytes
    return [message.removeprefix("clfspark: ") for message in rejects.messages]


def test_lines_have_the_numbers_that_they_have_in_their_logs() -> None:
    report = merged(of_split(2, 5, 4), of_split(1, 7, 2), of_split(0, 10, 3))
    assert messages(report) == [
        "a: line 3: odd: 'line 3'",
        "a: line 12: odd: 'line 2'",
        "b: line 4: odd: 'line 4'",
        "3 of 22 lines refused",
    ]


def test_the_first_ten_then_the_count() -> None:
    report = merged(of_split(1, 30, *range(1, 10)), of_split(0, 30, *range(1, 10)))
    shown = messages(report)
    assert len(shown) == 11
    assert shown[9:] == ["a: line 31: odd: 'line 1'", "18 of 60 lines refused"]


@pytest.mark.parametrize("lines", [3, 10, 25])
def test_a_hint_where_none_could_be_read(lines: int) -> None:
    shown = messages(of_split(0, lines + 2, *range(1, lines + 1), skipped=2))
    assert sum("could be read" in message for message in shown) == 1
    assert sum(f"hint of {min(lines, 10)}" in message for message in shown) == 1
    assert shown[-1] == f"{lines} of {lines + 2} lines refused"


def test_some_that_could_be_read_need_no_hint() -> None:
    assert not any("hint" in message for message in messages(of_split(0, 11, *range(1, 11))))


def test_failures_come_first_and_not_without_end() -> None:
    report = Report(failures=[(at, f"log {at}") for at in range(12)], notes=[(0, "note")])
    assert messages(report) == [
        *[f"log {at}" for at in range(10)],
        "note",
        "12 failures, of which the first are reported",
    ]


def test_numbers_behind_a_split_that_failed_are_the_splits_own() -> None:
    report = merged(Report(failures=[(0, "a: gone")]), of_split(1, 7, 2))
    assert "a: from byte 9: line 2: odd: 'line 2'" in messages(report)


def test_a_field_that_no_record_had() -> None:
    assert messages(of_split(0, 3), ("section", "x")) == ["no record has a field 'x'"]


def test_reports_add_up_in_any_order() -> None:
    def reports() -> list[Report]:
        noted = Report(notes=[(0, "n"), (1, "n")], failures=[(1, "f")], seen={"x"})
        return [of_split(0, 10, 1, 2), of_split(1, 12, *range(1, 11)), noted]

    made = [merged(*(reports()[at] for at in order)) for order in permutations(range(3))]
    assert all(each == made[0] for each in made)
    assert len(made[0].first) == 10


def test_refusals_are_kept_as_they_are() -> None:
    refusals = Refusals(7)
    for number in range(1, 13):
        refusals.lines = number
        refusals.refuse(b"x" * 9_000, "odd")
    refusals.report("a note")
    assert refusals.first[0] == Refusal(7, 1, "odd", b"x" * 8_192)
    assert (len(refusals.first), refusals.refused, refusals.messages) == (10, 12, ["a note"])
    assert len(refusals.refused_bytes) == 12 * 9_001


def test_a_split_that_nobody_has_read_is_a_failure() -> None:
    """As where Spark has another name for a file than its listing."""
    report = merged(of_split(0, 3), of_split(2, 3))
    report.expect(SPLITS)
    assert report.failures == [(1, "a: nothing of it has come back")]
