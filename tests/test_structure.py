"""The house rules: who may import whom, and who touches what."""

import ast
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from paths import ROOT

# Imports run the same way as the pipe.
MAY_IMPORT = {
    "clfparse": {"clfparse"},
    "clfstats": {"clfparse", "clfstats"},
    "clfalert": {"clfparse", "clfalert"},
}
FILES = [path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))]
TOP = {"pyproject.toml", "bin", "clfparse", "clfstats", "clfalert", "tests", "README.md"}
CUSTOMARY = {
    "LICENSE",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "RECIPES.md",
    "SECURITY.md",
    "constraints.txt",
    ".gitattributes",
    ".gitignore",
    ".github",
    ".pre-commit-config.yaml",
    ".ci",
    "Dockerfile",
    ".dockerignore",
}


Rule = Callable[[Path], None]


def for_each(paths: Iterable[Path]) -> Callable[[Rule], Callable[[], None]]:
    """Make a rule for a file one test of all these: each is parsed once, not by each worker."""

    def decorated(rule: Rule) -> Callable[[], None]:
        def test() -> None:
            for path in paths:
                rule(path)

        return test

    return decorated


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text())))


def modules(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or '.'}.{alias.name}" for alias in node.names)


def imported(path: Path) -> set[str]:
    return {name.split(".")[0] for name in modules(path)}


def called(path: Path) -> set[str]:
    calls = (node for node in nodes(path) if isinstance(node, ast.Call))
    return {call.func.id for call in calls if isinstance(call.func, ast.Name)}


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 20


def is_monitor(path: Path) -> bool:
    """Tell whether a file is clfmon's, which runs all three filters."""
    return path.is_relative_to(ROOT / "clfstats/monitor")


@for_each(FILES)
def test_imports_run_as_the_pipe_does(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    allowed = set(MAY_IMPORT) if is_monitor(path) else MAY_IMPORT[package]
    assert imported(path) & set(MAY_IMPORT) <= allowed


# Inside clfparse they run from the objects of the stream back to values; formats stand beside.
ROOMS = {
    "values": {"values"},
    "formats": {"formats", "values"},
    "stream": {"stream", "values"},
    "events": {"events", "stream", "values"},
    "counting": {"counting", "events", "stream", "values"},
    "generate": {"generate", "formats", "stream", "values"},  # and nothing imports it
}
# What a command's own files may import besides.
COMMAND = {"cli.py": {"options"}, "__main__.py": {"entry"}}


@for_each(FILES)
def test_imports_run_from_room_to_room_one_way(path: Path) -> None:
    """What a room may import: those behind it, and `record`, which is everybody's."""
    package, room, *_ = path.relative_to(ROOT).parts
    rooms = {name.split(".")[1] for name in modules(path) if name.startswith("clfparse.")}
    if package == "clfparse" and room in ROOMS:
        own = COMMAND.get(path.name, set()) if room == "generate" else set()
        assert rooms <= ROOMS[room] | {"record"} | own
    if room != "generate":
        assert "generate" not in rooms
    if (package, room) != ("clfstats", "spark"):  # it is what reads logs and counts them, at once
        assert package == "clfparse" or is_monitor(path) or "formats" not in rooms
        assert not any(name.startswith("clfstats.spark") for name in modules(path))


@for_each(FILES)
def test_two_modules_know_spark(path: Path) -> None:
    """It need not be there: they alone import it, where they need it."""
    if path.relative_to(ROOT).parts[:2] == ("clfstats", "spark"):
        top = ast.parse(path.read_text()).body
        first = {n.module or "" for n in top if isinstance(n, ast.ImportFrom)}
        assert not first & {"pyspark", "py4j.protocol", "clfstats.spark.job"}
    if path.name not in {"job.py", "session.py"}:
        assert "pyspark" not in imported(path)


@for_each(FILES)
def test_nothing_imports_the_monitor(path: Path) -> None:
    if not is_monitor(path):
        assert [name for name in modules(path) if name.startswith("clfstats.monitor")] == []


def test_the_monitor_imports_the_filters_options_alone() -> None:
    """What it runs are processes: of each filter it knows how its options are checked."""
    names = {name for path in (ROOT / "clfstats/monitor").glob("*.py") for name in modules(path)}
    places = {name.rpartition(".")[0] for name in names}
    rooms = ("clfalert.", "clfstats.", "clfparse.formats", "clfparse.events", "clfparse.filter")
    filters = {place for place in places if place.startswith(rooms)}
    assert {place for place in filters if not place.startswith("clfstats.monitor")} == {
        "clfalert.history",
        "clfalert.options",
        "clfparse.formats.options",
        "clfstats.counting.grid",  # how long a window may be
        "clfstats.options",
    }


def test_of_formats_the_generator_imports_the_grammar_alone() -> None:
    """An old line's time is where the grammar says; the formats are not its business."""
    names = {name for path in (ROOT / "clfparse/generate").glob("*.py") for name in modules(path)}
    formats = {name for name in names if name.startswith("clfparse.formats")}
    assert formats == {"clfparse.formats.grammar.find_time"}


@for_each(FILES)
def test_only_the_command_lines_import_typer(path: Path) -> None:
    assert ("typer" in imported(path)) == (path.name in {"cli.py", "options.py"})


@for_each(FILES)
def test_one_module_touches_the_outside(path: Path) -> None:
    """stdin, stdout, stderr, files, the clock: clfparse.stream.run, and what stands beside it.

    clfgen has a clock and chance of its own; clfmon has processes.
    """
    outside = {"os", "sys", "time", "select", "signal", "subprocess", "socket", "random"}
    allowed = {
        "clfparse/entry.py": {"os", "signal", "sys"},
        "clfparse/formats/catalog.py": {"os"},  # the names of the files
        "clfparse/stream/run.py": outside,
        "clfparse/stream/decompress.py": {"sys"},  # its version
        "clfparse/stream/file.py": {"os"},
        "clfparse/stream/clash.py": {"os"},
        "clfparse/stream/journal.py": {"os", "time"},
        "clfparse/stream/snapshot.py": {"os"},
        "clfparse/stream/sources.py": {"time"},
        "clfparse/stream/signals.py": outside,
        "clfparse/stream/descriptors.py": outside,
        "clfparse/stream/stuck.py": {"os", "signal"},
        "clfparse/stream/keyboard.py": {"os", "select", "signal"},
        "clfparse/stream/live.py": {"os"},
        "clfparse/generate/output.py": {"os"},
        "clfparse/generate/pace.py": {"time"},
        "clfparse/generate/stamp.py": {"time"},
        "clfparse/generate/traffic.py": {"random"},
        "clfparse/generate/watch.py": {"os", "signal", "time"},
        "clfstats/spark/drive.py": {"signal"},
        "clfstats/spark/logs.py": {"os"},
        "clfstats/spark/needs.py": {"os"},
        "clfstats/spark/progress.py": {"os"},
        "clfstats/spark/reasons.py": {"sys"},  # its version
        "clfstats/spark/session.py": {"os", "subprocess", "sys"},
        "clfstats/spark/stop.py": {"signal"},
        "clfstats/spark/work.py": {"socket"},
        "clfstats/monitor/arrivals.py": {"os", "select", "signal"},
        "clfstats/monitor/commands.py": {"sys"},  # the interpreter's name
        "clfstats/monitor/logs.py": {"os"},
        "clfstats/monitor/members.py": {"os", "signal", "subprocess"},
        "clfstats/monitor/messages.py": {"os"},
        "clfstats/monitor/steps.py": {"signal"},
        "clfstats/monitor/supervisor.py": {"os", "signal", "time"},
    }
    assert imported(path) & outside <= allowed.get(str(path.relative_to(ROOT)), set())
    assert not called(path) & {"open", "print", "input"}


# Sources whose test does not bear their name: the test, why it is that, and they.
ELSEWHERE = (
    (
        "commands/test_process.py",
        "only a real process shows what they do",
        (
            "clfparse/cli clfparse/entry clfparse/options clfparse/formats/options clfalert/cli"
            " clfparse/stream/run clfparse/stream/signals clfstats/cli clfstats/options"
            " clfstats/outputs"
        ),
    ),
    (
        "commands/test_spark.py",
        "only Spark itself shows what they do",
        "clfstats/spark/cli clfstats/spark/job",
    ),
    (
        "commands/test_clfmon_ends.py",
        "the same",
        (
            "clfstats/monitor/arrivals clfstats/monitor/cli clfstats/monitor/members"
            " clfstats/monitor/messages clfstats/monitor/run clfstats/monitor/steps"
        ),
    ),
    ("commands/test_html.py", "the command alone begins one", "clfstats/views/html/start"),
    ("clfstats/counting/test_windows.py", "windows are panes", "clfstats/counting/pane"),
    ("clfparse/stream/test_merge.py", "lanes are merged", "clfparse/stream/lane"),
    ("commands/test_several.py", "real files and pipes", "clfparse/stream/sources"),
    ("commands/test_terminals.py", "only a real terminal gets stuck", "clfparse/stream/stuck"),
    (
        "commands/test_live.py",
        "only a real terminal has keys, and is left",
        ("clfparse/stream/live clfstats/views/live/screen clfstats/views/live/start"),
    ),
    (
        "clfstats/views/live/test_app.py",
        "they are the parts of what is seen",
        (
            "clfstats/views/live/alertlist clfstats/views/live/figures clfstats/views/live/help"
            " clfstats/views/live/keys clfstats/views/live/layout clfstats/views/live/lines"
            " clfstats/views/live/painter"
            " clfstats/views/live/panels clfstats/views/live/state"
        ),
    ),
    (
        "clfstats/views/live/test_viewer.py",
        "it goes where they say",
        "clfstats/views/live/scenes clfstats/views/live/zoom",
    ),
    (
        "clfstats/views/live/test_board.py",
        "both are what the screen knows",
        "clfstats/views/live/scene clfstats/views/live/shared",
    ),
    (
        "clfparse/test_filter.py",
        "reading in bulk is held against reading line by line",
        (
            "clfparse/formats/column clfparse/formats/form clfparse/formats/patterns"
            " clfparse/formats/stock"
        ),
    ),
    (
        "clfparse/formats/test_jsonlog.py",
        "servers' names, and what comes of them",
        (
            "clfparse/formats/fields clfparse/formats/jsonfields clfparse/formats/jsonhost"
            " clfparse/formats/jsonrecord clfparse/formats/jsonunits clfparse/formats/jsonwatch"
        ),
    ),
    ("clfparse/formats/test_jsonplan.py", "plans are remembered", "clfparse/formats/remembered"),
    (
        "clfparse/generate/test_clfgen.py",
        "each is a part of one command",
        (
            "clfparse/generate/amounts clfparse/generate/cli clfparse/generate/load"
            " clfparse/generate/output clfparse/generate/pace clfparse/generate/replay"
            " clfparse/generate/stamp clfparse/generate/traffic clfparse/generate/watch"
        ),
    ),
    (
        "clfparse/events/test_reader.py",
        "it makes them",
        "clfparse/events/alert clfparse/events/hit",
    ),
    ("test_cuts.py", "any cut of a stream", "clfparse/events/timeline clfparse/stream/contract"),
    ("test_schemas.py", "each has a schema", "clfparse/record clfstats/summary"),
    (
        "clfstats/counting/test_accumulator.py",
        "it is made of figures, takes batches, and is seen as JSON",
        "clfparse/counting/batch clfstats/counting/figures clfstats/views/jsonl",
    ),
    ("clfstats/views/test_text.py", "its colours", "clfparse/stream/paint"),
    (
        "clfstats/views/html/test_view.py",
        "a page is seen as a whole",
        (
            "clfstats/views/html/alert_table clfstats/views/html/charts clfstats/views/html/facts"
            " clfstats/views/html/frame clfstats/views/html/notes clfstats/views/html/page"
            " clfstats/views/html/series clfstats/views/html/tables"
        ),
    ),
    (
        "clfstats/views/html/test_alerts.py",
        "alerts become bands",
        "clfstats/views/html/bands",
    ),
    (
        "clfstats/views/html/test_points.py",
        "where days are the log's",
        "clfstats/views/html/offsets clfstats/views/html/point",
    ),
)


def test_each_source_has_a_test_of_its_name() -> None:
    """That of clfparse/stream/lines.py is tests/clfparse/stream/test_lines.py."""
    sources = {str(path.relative_to(ROOT).with_suffix("")) for path in FILES if path.name[0] != "_"}
    tests = ROOT / "tests"
    mirrored = {
        str(path.parent.relative_to(tests) / path.stem.removeprefix("test_"))
        for path in tests.rglob("test_*.py")
    }
    listed = [source for _, _, names in ELSEWHERE for source in names.split()]
    assert sources - mirrored - set(listed) == set(), "no test of their name, and none in the table"
    assert set(listed) - (sources - mirrored) == set(), "in the table, and should not be"
    assert [test for test, _, _ in ELSEWHERE if not (tests / test).is_file()] == []


# Words that say nothing of what they name.
EMPTY = {"found", "of", "one", "who", "told", "more", "kept"}
NAMED = [
    path for place in (*MAY_IMPORT, "bin", "tests") for path in sorted((ROOT / place).rglob("*.py"))
]


def bound(node: ast.AST) -> str | None:
    """Return the name that a node binds: a variable, a parameter, a function, a class, a field."""
    match node:
        case (
            ast.Name(id=name, ctx=ast.Store())
            | ast.Attribute(attr=name, ctx=ast.Store())
            | ast.arg(arg=name)
            | ast.FunctionDef(name=name)
            | ast.ClassDef(name=name)
            | ast.alias(asname=name)
            | ast.ExceptHandler(name=name)
            | ast.MatchAs(name=name)
            | ast.MatchStar(name=name)
            | ast.MatchMapping(rest=name)
        ):
            return name
    return None


@for_each(NAMED)
def test_names_say_what_they_name(path: Path) -> None:
    names = filter(None, map(bound, nodes(path)))
    assert [name for name in names if name.strip("_").lower() in EMPTY] == [], path


# What two modules define and is imported by its bare name all the same: it means nearly the same.
SHARED = {"Gap"}  # between two windows: in seconds, and as it is written


def defined(path: Path) -> set[str]:
    """Return the public functions and classes of a module."""
    body = ast.parse(path.read_text()).body
    names = [node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return {name for name in names if not name.startswith("_")}


def test_no_bare_name_means_two_things() -> None:
    """What two modules define is imported with its module: `humanize.duration`."""
    sources = [path for path in NAMED if "tests" not in path.relative_to(ROOT).parts]
    names = Counter(name for path in sources for name in defined(path))
    shared = {name for name, modules in names.items() if modules > 1} - SHARED
    assert {"duration", "main"} <= shared
    bare = [
        (str(path), alias.name)
        for path in NAMED
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in shared
    ]
    assert bare == []


def test_settings_of_properties_are_those_of_the_profile() -> None:
    """A test with settings of its own would be the same in each profile."""
    tests = sorted((ROOT / "tests").rglob("*.py"))
    assert len(tests) > 20
    own = [
        path.name
        for path in tests
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and node.module == "hypothesis"
        if "settings" in {alias.name for alias in node.names}
    ]
    assert own == ["profiles.py"]


def test_the_top_level_is_what_it_should_be() -> None:
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = {name.split("/")[0] for name in listed.stdout.splitlines()}
    assert TOP <= names <= TOP | CUSTOMARY
