"""bin/dev/_requirements.py: what it prints is a word each, as a shell splits it for pip."""

import subprocess
import sys
import tomllib

from paths import ROOT


def test_each_requirement_is_a_word() -> None:
    """Conditions, too: of `a>=1; python_version < '3.14'` a shell would make four."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    command = [sys.executable, str(ROOT / "bin/dev/_requirements.py"), "lowest"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    words = [each.replace(" ", "").replace(">=", "==") for each in project["dependencies"]]
    assert printed.split() == words
