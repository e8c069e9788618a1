"""Options of how lines are read, each as a type of its parameter, and how they are checked."""

from collections.abc import Iterable
from typing import Annotated

import typer

from clfparse.formats.catalog import names
from clfparse.values.escapes import printable
from clfparse.values.kinds import FormatError
from clfparse.values.zones import use

Forms = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        show_default="auto",
        help=f"How lines are read: auto, {', '.join(names())}, or the server's own format"
        " string, of Apache (LogFormat), nginx (log_format), gunicorn, or Tomcat with its name"
        " before it (tomcat9:%h ...). May be repeated: a line is in one of them.",
    ),
]
Zone = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        show_default="UTC",
        help="The zone of times that are written without one: Europe/Berlin.",
    ),
]
Client = Annotated[
    str | None,
    typer.Option(
        metavar="FIELD",
        help="Take host from the first address of this field, where it has one: of proxies'"
        " headers, the one that yours sets (header_x_forwarded_for, cf_connecting_ip).",
    ),
]


def are_names(words: Iterable[str]) -> bool:
    """Tell whether all are names of formats: other words may be pieces of a format string."""
    return {word.lower() for word in words} <= {"auto", *names()}


def check_formats(texts: list[str]) -> None:
    """Try formats; where one cannot be read, that is shown under the place. Raises BadParameter."""
    from clfparse.formats.detect import format_of  # of which --help has no need

    for text in texts:
        try:
            format_of(text)
        except FormatError as error:
            shown = printable(text)
            at = len(printable(text[: error.at]))
            message = f"{printable(str(error))}\n  {shown}\n  {' ' * at}^"
            raise typer.BadParameter(message, param_hint="--format") from error


def use_zone(name: str | None) -> None:
    """Take times without a zone as of this one, if there is one. Raises BadParameter."""
    if name is None:
        return
    try:
        use(name)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--zone") from error


def hint_of(texts: list[str], lines: list[bytes]) -> str:
    """Return what to try where lines were in none of the formats."""
    from clfparse.formats.hints import hint  # which most runs have no use for

    return hint(texts, lines)
