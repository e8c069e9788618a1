"""Golden files: NAME.in through a filter gives NAME.out, and NAME.err and NAME.code if there are.

NAME.args holds the options. `pytest --update-golden` writes what comes out; read it in the diff.
"""

import json
import os
import shlex
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from paths import ROOT

GOLDEN = ROOT / "tests/golden"
INPUTS = sorted(GOLDEN.glob("*/*.in"))
SCHEMAS = {
    "clfparse": "clfparse/record.schema.json",
    "clfstats": "clfstats/summary.schema.json",
    "clfalert": "clfalert/alert.schema.json",
}
PART = "clfstats/part.schema.json"


def schema(path: str) -> Any:
    content = json.loads((ROOT / path).read_text())
    jsonschema.Draft202012Validator.check_schema(content)
    return jsonschema.Draft202012Validator(content)


def run(package: str, args: list[str], source: Path, capfdbinary: Any) -> tuple[bytes, bytes, int]:
    """Run a filter in this process, on real descriptors."""
    stdin = os.dup(0)
    with source.open("rb") as file:
        os.dup2(file.fileno(), 0)
    try:
        with pytest.raises(SystemExit) as ended:
            import_module(f"{package}.cli").app(args, prog_name=package)
    finally:
        os.dup2(stdin, 0)
        os.close(stdin)
    out, err = capfdbinary.readouterr()
    name = f"clf-filters {version('clf-filters')}".encode()
    return out.replace(name, b"clf-filters VERSION"), err, int(ended.value.code or 0)


def test_there_are_golden_files() -> None:
    assert {path.parent.name for path in INPUTS} == set(SCHEMAS)


@pytest.mark.parametrize("source", INPUTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_golden(source: Path, capfdbinary: Any, pytestconfig: pytest.Config) -> None:
    args = source.with_suffix(".args")
    options = shlex.split(args.read_text()) if args.exists() else []
    out, err, code = run(source.parent.name, options, source, capfdbinary)
    outcome = {".out": out, ".err": err, ".code": b"%d\n" % code if code else b""}
    for suffix, content in outcome.items():
        golden = source.with_suffix(suffix)
        if pytestconfig.getoption("update_golden"):
            golden.write_bytes(content) if content else golden.unlink(missing_ok=True)
        assert content == (golden.read_bytes() if golden.exists() else b"")


@pytest.mark.parametrize("source", INPUTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_golden_output_is_valid(source: Path) -> None:
    """Whatever is JSON in a golden file obeys the schema of the kind it is of."""
    out = source.with_suffix(".out")
    lines = out.read_text().splitlines() if out.exists() else []
    validators = {package: schema(path) for package, path in SCHEMAS.items()}
    validators["part"] = schema(PART)
    kinds = {None: "clfparse", "summary": "clfstats", "gap": "clfstats", "alert": "clfalert"}
    kinds["part"] = "part"
    for line in lines:
        if line.startswith("{"):
            written = json.loads(line)
            validators[kinds[written.get("type")]].validate(written)


@pytest.mark.parametrize("stem", sorted(path.stem for path in (GOLDEN / "clfparse").glob("*.in")))
def test_inputs_are_the_parser_s_outputs(stem: str, pytestconfig: pytest.Config) -> None:
    """An input of clfstats or clfalert with the name of a clfparse case is that case's output."""
    out = GOLDEN / "clfparse" / f"{stem}.out"
    written = out.read_bytes() if out.exists() else b""
    for package in ("clfstats", "clfalert"):
        source = GOLDEN / package / f"{stem}.in"
        if source.exists() and pytestconfig.getoption("update_golden"):
            source.write_bytes(written)
        assert not source.exists() or source.read_bytes() == written


def test_the_input_of_the_page_is_what_clfalert_passes(pytestconfig: pytest.Config) -> None:
    """So there are alerts on it, too."""
    written = (GOLDEN / "clfalert/pass.out").read_bytes()
    path = GOLDEN / "clfstats/html.in"
    if pytestconfig.getoption("update_golden"):
        path.write_bytes(written)
    assert path.read_bytes() == written


@pytest.mark.parametrize("source", ["clfstats/of-parts", "clfstats/unfit", "clfalert/of-parts"])
def test_inputs_are_the_parts_that_were_written(source: str, pytestconfig: pytest.Config) -> None:
    """An input of parts is what the case `parts` of clfstats gives."""
    written = (GOLDEN / "clfstats/parts.out").read_bytes()
    path = GOLDEN / f"{source}.in"
    if pytestconfig.getoption("update_golden"):
        path.write_bytes(written)
    assert path.read_bytes() == written
