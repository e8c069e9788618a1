"""The command clfgen."""

from clfparse.entry import start


def main() -> None:
    """Run clfgen."""
    start("clfparse.generate", "clfgen")


if __name__ == "__main__":
    main()
