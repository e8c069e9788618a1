"""Print requirements of pyproject.toml for pip, a word each.

usage: _requirements.py dev|lowest    (the tools; or the lowest versions that the filters may have)
"""

import sys
import tomllib
from pathlib import Path


def main(wanted: str) -> None:
    """Print them."""
    description = tomllib.loads(Path(__file__).parents[2].joinpath("pyproject.toml").read_text())
    if wanted == "lowest":
        lowest = description["project"]["dependencies"]
        words = (each.replace(" ", "").replace(">=", "==") for each in lowest)
        print(*words)  # noqa: T201 - it is the output
    else:
        print(*description["dependency-groups"]["dev"])  # noqa: T201 - it is the output


if __name__ == "__main__":
    main(*sys.argv[1:])
