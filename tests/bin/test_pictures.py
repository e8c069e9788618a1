"""The pictures of README."""

import re
import subprocess
import sys
from pathlib import Path

from paths import ROOT


def said(picture: Path) -> list[str]:
    """Return the texts of a picture; how they are drawn depends on rich's version."""
    return re.findall(r"<text[^>]*>([^<]*)<", picture.read_text())


def test_the_pictures_are_what_the_commands_draw(clean: dict[str, str], tmp_path: Path) -> None:
    """`bin/dev/pictures` makes them anew."""
    subprocess.run([sys.executable, ROOT / "bin/dev/_pictures.py", tmp_path], env=clean, check=True)
    for name in ("live.svg", "text.svg"):
        committed = ROOT / "clfstats" / name
        assert said(tmp_path / name) == said(committed)
        assert f"](clfstats/{name})" in (ROOT / "README.md").read_text()
        assert not re.search(r"url\(.?http", committed.read_text()), "looking fetches nothing"
