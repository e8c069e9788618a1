"""What all tests share: profiles, markers, golden files to update, an environment to run in."""

import gc
import os
import signal
import sys
from pathlib import Path
from zlib import crc32

import profiles
import pytest

_SLOW_PART = 0.8  # of the run
_PER_CORE = 2.5  # workers of pytest-xdist: while some wait for processes, others compute

profiles.load()  # before any test module is imported: each test takes its settings from it


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write what comes out into tests/golden"
    )


def pytest_configure() -> None:
    """Let signals reach the processes that tests start, even under ``&`` or nohup."""
    gc.set_threshold(50_000, 20, 20)  # looks for cycles took a tenth of the CPU time
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Say what `-n auto` means: no worker where files are named, which are done before one is up.

    Else at least 5, since many tests wait; at most 10, since few do so for long.
    """
    if config.args_source is pytest.Config.ArgsSource.ARGS:
        return 0
    return min(max(int(_PER_CORE * len(os.sched_getaffinity(0))), 5), 10)


def spread(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the items in an order that is shuffled but fixed: each part of the run is alike.

    Slow ones stand at equal distances, the last of them well before the end.
    """
    slow = [item for item in items if item.get_closest_marker("slow")]
    others = [item for item in items if not item.get_closest_marker("slow")]
    others.sort(key=lambda item: crc32(item.nodeid.encode()))
    step = int(len(others) * _SLOW_PART) // (len(slow) or 1)
    for at, item in enumerate(slow):
        others.insert(at * step, item)
    return others


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what takes an environment for real processes; let pytest-xdist spread what is slow.

    Else cores would idle while all workers wait, or the run would end with one that still does.
    """
    for item in items:
        if {"clean", "env"}.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("process")
    if hasattr(config, "workerinput"):
        items[:] = spread(items)


@pytest.fixture
def clean() -> dict[str, str]:
    """Return an environment as a user has it: the filters on PATH, nothing of PYTHON*."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") and name not in {"NO_COLOR", "COLUMNS"}
    }
    # Ahead of all: the filters of the environment that runs the tests.
    return {
        **inherited,
        "PATH": f"{Path(sys.executable).parent}:{inherited['PATH']}",
        "TERM": "xterm",
    }
