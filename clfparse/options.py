"""Options that the commands share, each as a type of its parameter."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Any, TypedDict

import typer

from clfparse.events.clock import Mode
from clfparse.values import times


class _Plain(TypedDict):
    add_completion: bool
    rich_markup_mode: None
    pretty_exceptions_enable: bool


# Rich and its completion double the time that --help takes.
PLAIN: _Plain = {
    "add_completion": False,
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
}
HELP: dict[str, list[str]] = {"help_option_names": ["-h", "--help"]}


def usage(parse: Callable[[str], Any]) -> Callable[[Any], Any]:
    """Make a parser's ValueError bad usage; typer passes defaults through, parsed already."""

    def parser(value: Any) -> Any:  # noqa: ANN401
        try:
            return parse(value) if isinstance(value, str) else value
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error

    return parser


def whole(low: int, high: int | None = None) -> Callable[[Any], Any]:
    """Make a parser of whole numbers from low to high; all else is bad usage."""

    def read(text: str) -> int:
        with suppress(ValueError):
            number = int(text)
            if low <= number and (high is None or number <= high):
                return number
        limit = "up" if high is None else f"to {high}"
        raise ValueError(f"{text!r} is no whole number from {low} {limit}")

    return usage(read)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # a tenth of the time of a start

        typer.echo(f"clf-filters {version('clf-filters')}")
        raise typer.Exit


def window_option(
    default: str,
    check: Callable[[int], int] = int,
    help_text: str = "10s, 2m, 1h",
    window: str = "the window",
) -> Any:  # noqa: ANN401 - as typer.Option returns
    """Return the option --window, in seconds. default: as --help shows it.

    check: raises ValueError for a length that cannot be; else it returns that. help_text: lengths.
    window: which one, where there are several.
    """
    return typer.Option(
        parser=usage(lambda text: check(times.seconds(times.duration(text)))),
        metavar="DURATION",
        show_default=default,
        help=f"Length of {window}: {help_text}.",
    )


Files = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE ...",
        help="Read these together, in the order of their times; - is stdin.",
        show_default="stdin",
    ),
]
RejectsFile = Annotated[
    str | None,
    typer.Option(
        "--rejects", metavar="FILE", help="Add every refused line to FILE, byte for byte."
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="End with status 1 if a line was refused.")]
Version = Annotated[
    bool,
    typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit."),
]
Delay = Annotated[
    timedelta,
    typer.Option(
        parser=usage(times.duration),
        metavar="DURATION",
        show_default="2s",
        help="How late a record may come and still be in time.",
    ),
]
ClockMode = Annotated[
    Mode,
    typer.Option(
        help="Whether silence moves time: auto, where the last record was within 10 minutes of the"
        " wall clock; event, never; wall, always."
    ),
]
