"""The packages' own code, for executors that do not have it."""

from pathlib import Path
from zipfile import ZipFile

import clfparse
import clfstats

_ENDS = {".py", ".toml", ".json"}


def write(archive: Path) -> None:
    """Write an archive that Python can import clfparse and clfstats from."""
    with ZipFile(archive, "w") as packed:
        for package in (clfparse, clfstats):
            folder = Path(package.__path__[0])
            for path in sorted(folder.rglob("*")):
                if path.suffix in _ENDS:
                    packed.write(path, path.relative_to(folder.parent))
