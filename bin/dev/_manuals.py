"""Make the lists of options in the man pages anew, from what each command's --help says.

usage: bin/dev/manuals [FOLDER]    (FOLDER: write the shells' completions under it, too)
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
import _completions
from _options import from_help
from _pages import PAGES, with_options


def main(folder: str | None = None) -> None:
    """Write the pages, and the completions if they have a folder to go to."""
    for name, page in PAGES.items():
        page.write_text(with_options(page.read_text(), from_help(name)))
    if folder:
        _completions.write(Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:2])
