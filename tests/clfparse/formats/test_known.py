"""Each file of clfparse/formats/known: its samples give its records, byte for byte, in bulk too."""

import pytest

from clfparse.filter import Parser
from clfparse.formats import catalog
from clfparse.formats.detect import format_of
from clfparse.stream.rejects import Rejects

SAMPLES = [
    pytest.param(name, sample, record, id=f"{name} {number}")
    for name in catalog.names()
    for number, (sample, record) in enumerate(
        zip(catalog.entry(name).samples, catalog.entry(name).records, strict=True)
    )
]


@pytest.mark.parametrize(("name", "sample", "record"), SAMPLES)
@pytest.mark.parametrize("times", [1, 40])
def test_a_sample_gives_its_record(name: str, sample: str, record: str, times: int) -> None:
    """By its name; where a format is read without being asked, in auto too, or as more than it."""
    *directives, line = sample.strip("\n").split("\n")
    block = "\n".join([*directives, *[line] * times, ""]).encode()
    for form in {name, name.upper(), *catalog.entry(name).aliases}:
        rejects = Rejects("clfparse", "hint")
        assert Parser(rejects, format_of(form)).add(block).decode() == f"{record}\n" * times
        assert (rejects.refused, rejects.messages) == (0, [])
