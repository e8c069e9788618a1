"""The command clfalert."""

from clfparse.entry import start


def main() -> None:
    """Run clfalert."""
    start("clfalert")


if __name__ == "__main__":
    main()
