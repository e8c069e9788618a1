"""The command clfstats."""

from clfparse.entry import start


def main() -> None:
    """Run clfstats."""
    start("clfstats")


if __name__ == "__main__":
    main()
