"""Options that clfstats and clfspark share, each as a type of its parameter."""

from collections.abc import Iterable
from typing import Annotated

import typer

from clfparse.options import window_option
from clfstats.counting.grid import LENGTHS, window_seconds

WindowLength = Annotated[int, window_option("10s", window_seconds, LENGTHS)]
By = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FIELD",
        show_default="section",
        help="Field whose values are counted; may be repeated.",
    ),
]


def check_fields(fields: Iterable[str]) -> None:
    """Refuse, as bad usage, names of fields that no part can hold."""
    try:
        "".join(fields).encode()
    except UnicodeEncodeError as error:
        raise typer.BadParameter("--parts: a field of --by is not UTF-8") from error
