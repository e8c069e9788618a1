"""The schemas say the same as the types: the same fields, the same of them always there."""

import json
from typing import Any

import pytest
from paths import ROOT

from clfalert.alert import AlertFields
from clfparse.counting.table import TableFields
from clfparse.events import part
from clfparse.record import ALWAYS, MainRecord, Record
from clfstats.part import DurationsFields, LeastFields, PartFields
from clfstats.summary import Durations, Gap, Row, Summary


def schema(path: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / path).read_text())
    return content


SUMMARY = schema("clfstats/summary.schema.json")["$defs"]
PART = schema("clfstats/part.schema.json")
OBJECTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "alert": (AlertFields, schema("clfalert/alert.schema.json")),
    "summary": (Summary, SUMMARY["summary"]),
    "gap": (Gap, SUMMARY["gap"]),
    "row": (Row, SUMMARY["row"]),
    "durations": (Durations, SUMMARY["durations"]),
    "part": (PartFields, PART),
    "table": (TableFields, PART["$defs"]["table"]),
    "least": (LeastFields, PART["$defs"]["least"]),
    "durations of a part": (DurationsFields, PART["$defs"]["durations"]),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_a_type_and_its_schema_have_the_same_fields(name: str) -> None:
    kind, described = OBJECTS[name]
    assert set(described["properties"]) == set(kind.__annotations__)
    assert set(described["required"]) == kind.__required_keys__
    assert described["additionalProperties"] is False


def test_what_is_read_of_a_part_is_what_is_written() -> None:
    written = {"Fields": PartFields, "Table": TableFields, "Least": LeastFields}
    written["PartDurations"] = DurationsFields
    for name, kind in written.items():
        assert set(getattr(part, name).__struct_fields__) == set(kind.__annotations__)
    assert len(part.PartRow.__struct_fields__) == len(PART["$defs"]["row"]["prefixItems"])


def test_the_order_of_a_record_is_that_of_its_type() -> None:
    described = schema("clfparse/record.schema.json")
    named, own = [*described["properties"]], [*Record.__annotations__]
    assert [field for field in named if field in own] == own
    assert set(named) == set(MainRecord.__annotations__)
    assert described["required"] == ALWAYS == named[: len(ALWAYS)]
