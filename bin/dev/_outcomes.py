"""What tries have shown: each is printed, and what is not as it should be is remembered."""

import os
import sys

PROBLEMS: list[str] = []


def say(what: str, figure: str) -> None:
    """Print what has been made or seen."""
    sys.stdout.write(f"{what:18}{figure}\n")
    sys.stdout.flush()


def expect(what: str, seen: object, wanted: object) -> None:
    """Print what has been seen; it is a problem if it is not what is wanted."""
    say(what, f"{seen}" if seen == wanted else f"{seen}, and not {wanted}")
    if seen != wanted:
        PROBLEMS.append(f"{what}: {seen}, and not {wanted}")


def clean() -> dict[str, str]:
    """Return the environment without what acts on Python alone."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
