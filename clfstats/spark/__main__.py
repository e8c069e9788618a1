"""The command clfspark."""

from clfparse.entry import start


def main() -> None:
    """Run clfspark."""
    start("clfstats.spark", "clfspark", teardown=True)


if __name__ == "__main__":
    main()
