"""The command clfmon."""

from clfparse.entry import start


def main() -> None:
    """Run clfmon."""
    start("clfstats.monitor", "clfmon")


if __name__ == "__main__":
    main()
