"""What all tests share: golden files to update, and a clean environment for real processes."""

import os
import signal
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write what comes out into tests/golden"
    )


def pytest_configure() -> None:
    """Let signals reach the processes that tests start, even under ``&`` or nohup."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def clean() -> dict[str, str]:
    """Return an environment as a user has it: the filters on PATH, nothing of PYTHON*."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") and name not in {"NO_COLOR", "COLUMNS"}
    }
    # Ahead of all: the filters of the environment that runs the tests.
    return {**kept, "PATH": f"{Path(sys.executable).parent}:{kept['PATH']}", "TERM": "xterm"}
