"""What clfspark needs that a plain installation lacks: PySpark and Java; and how to install it."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

PYSPARK = "PySpark is missing; this installs it: pip install 'clf-filters[spark]'"
JAVA = "Java 17 or newer is missing; this installs it: apt-get install openjdk-17-jre-headless"
OLD_JAVA = "Java is too old; this installs one: apt-get install openjdk-17-jre-headless"
MODULES = ("orjson", "msgspec", "backports.zstd")  # compiled: they cannot be shipped


def lacking() -> str | None:
    """Return what is missing, and the command that installs it; None if all is there."""
    if find_spec("pyspark") is None:
        return PYSPARK
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    return None if java else JAVA
