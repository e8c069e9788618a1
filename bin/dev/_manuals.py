"""Make the lists of options in the man pages anew, from what each command's --help says.

usage: bin/dev/manuals [FOLDER]    (FOLDER: write all pages and completions under it, as ~/.local)
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
import _completions
from _options import from_help
from _pages import PAGES, places, with_options


def main(folder: str | None = None) -> None:
    """Write the lists; and all that is installed, if there is a folder for it to go to."""
    for name, page in PAGES.items():
        page.write_text(with_options(page.read_text(), from_help(name)))
    if folder:
        _completions.write(Path(folder))
        for page, place in places().items():
            path = Path(folder, place)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page.read_text())


if __name__ == "__main__":
    main(*sys.argv[1:2])
