"""What the build of a wheel adds: man pages, completions, which are made of them, and a service.

It imports nothing that the build does not have: the packages' own dependencies are not there.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.append(str(Path(__file__).parent))


class Manuals(BuildHookInterface[BuilderConfig]):
    """Adds what is installed under share/ and lib/."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the files. version: of the wheel: standard, or editable."""
        del version
        import _completions
        import _pages

        self._folder = tempfile.TemporaryDirectory()
        places = {str(page): place for page, place in _pages.places().items()}
        monitor = Path(self.root) / "clfstats/monitor"
        service = {  # where systemd looks, if the prefix is /usr/local
            str(monitor / "clfmon@.service"): "lib/systemd/system/clfmon@.service",
            str(monitor / "command.conf"): "share/doc/clf-filters/command.conf",
        }
        made = _completions.write(Path(self._folder.name))
        build_data["shared_data"] |= places | service | made

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove them: they are in the wheel."""
        del version, build_data, artifact_path
        self._folder.cleanup()
