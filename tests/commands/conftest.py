"""What tests of real commands share."""

from pathlib import Path

import pytest
from terminals import environment


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "tmp").mkdir()
    return environment(tmp_path / "tmp")
