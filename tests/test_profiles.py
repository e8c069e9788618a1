"""The profiles of Hypothesis: what each changes."""

import subprocess
import sys

import pytest
from paths import ROOT

SHOW = """
import profiles
profiles.load()
from hypothesis import settings
for each in (settings(), profiles.max_examples(40)):
    print(each.max_examples, each.derandomize, each.deadline)
"""


@pytest.mark.parametrize(
    ("name", "usual", "of_a_test"),
    [
        ("", "100 False None", "40 False None"),
        ("dev", "100 False None", "40 False None"),
        ("ci", "40 True None", "16 True None"),
        ("thorough", "2000 False None", "800 False None"),
    ],
)
def test_a_profile_changes_all_settings(
    name: str, usual: str, of_a_test: str, clean: dict[str, str]
) -> None:
    """Those of a test that asks for a number of examples too."""
    env = {**clean, "HYPOTHESIS_PROFILE": name, "PYTHONPATH": str(ROOT / "tests/helpers")}
    command = [sys.executable, "-c", SHOW]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [usual, of_a_test]
