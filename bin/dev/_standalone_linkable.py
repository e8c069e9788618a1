"""An interpreter that can be linked into an executable."""

import json
import subprocess
from pathlib import Path
from typing import NamedTuple

from _outcomes import clean

_WHAT = ["LIBPL", "LIBRARY", "INCLUDEPY", "MODLIBS", "LIBS", "LIBDEST"]
_ASK = f"""
import json, sys, sysconfig
print(json.dumps({{name: sysconfig.get_config_var(name) for name in {_WHAT}}}
    | {{"built_in": sys.builtin_module_names, "version": sys.version.split()[0]}}))
"""


class Python(NamedTuple):
    """The interpreter that goes into the file. library: its static library. libraries: -lz ..."""

    path: str
    version: str
    library: Path
    headers: Path
    stdlib: Path
    libraries: list[str]

    @classmethod
    def at(cls, path: str) -> "Python | None":
        """Return that of a path; None if it does not suit."""
        shown = subprocess.run([path, "-c", _ASK], env=clean(), capture_output=True, check=False)
        if shown.returncode:
            return None
        said = json.loads(shown.stdout)
        library, headers = Path(said["LIBPL"], said["LIBRARY"]), Path(said["INCLUDEPY"])
        words = dict.fromkeys(f"{said['MODLIBS']} {said['LIBS']}".split())
        if "zlib" not in said["built_in"] or not (library.is_file() and headers.is_dir()):
            return None
        return cls(path, said["version"], library, headers, Path(said["LIBDEST"]), [*words])
