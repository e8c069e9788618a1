"""The wheel, as tests look into it."""

import subprocess
import sys
import zipfile
from pathlib import Path

from paths import ROOT


def built(folder: Path, env: dict[str, str]) -> zipfile.ZipFile:
    """Build the wheel in a folder, and open it."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    return zipfile.ZipFile(wheel)
