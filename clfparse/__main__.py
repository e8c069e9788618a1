"""The command clfparse."""

from clfparse.entry import start


def main() -> None:
    """Run clfparse."""
    start("clfparse")


if __name__ == "__main__":
    main()
