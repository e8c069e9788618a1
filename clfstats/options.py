"""Options of what is counted, each as a type of its parameter."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from clfparse.options import usage, whole, window_option
from clfstats.counting.grid import LENGTHS, window_seconds

Window = Annotated[int, window_option("10s", window_seconds, LENGTHS)]
TOP = 10
_FASTEST = 10**9  # requests per second
Top = Annotated[
    int | None,
    typer.Option(
        parser=whole(0),
        metavar="N",
        show_default=str(TOP),
        help="How many values of each field are shown.",
    ),
]
By = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FIELD",
        show_default="section",
        help="Field whose values are counted; may be repeated.",
    ),
]


def _rate(text: str) -> float:
    """Read a number of requests per second; raises ValueError if it is none."""
    with suppress(ValueError):
        if 0 <= (number := float(text)) <= _FASTEST:
            return number
    raise ValueError(f"{text!r} is no number of requests per second from 0 to {_FASTEST:,}")


rate = usage(_rate)


def check_fields(fields: Iterable[str]) -> None:
    """Refuse names of fields that no part can hold. Raises BadParameter."""
    try:
        "".join(fields).encode()
    except UnicodeEncodeError as error:
        raise typer.BadParameter("--parts: a field of --by is not UTF-8") from error


class Given(TyperCommand):
    """A command that remembers what it was given, as the context's object."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's own
        """Parse the command line."""
        ctx.obj = [*args]
        return super().parse_args(ctx, args)
