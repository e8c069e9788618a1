"""The command clfstats."""

from clfparse.entry import start


def main() -> None:
    """Run clfstats."""
    start("clfstats.cli")


if __name__ == "__main__":
    main()
