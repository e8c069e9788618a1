"""Options of the rule, each as a type of its parameter, and how they are checked."""

import re
from contextlib import suppress
from fractions import Fraction
from typing import Annotated

import typer

from clfparse.options import usage

_DIGITS = 40  # of a number, and so many places before or after its point
_FRACTION = 160  # characters of such a number as N/D, which is how it is passed on exactly
_FASTEST = 10**9  # requests per second
LABEL = 200  # bytes; in JSON at most twice as many, so that an alert's line stays below PIPE_BUF


def rate(text: str) -> Fraction:
    """Read a number of requests per second, exactly; raises ValueError if it is none."""
    exponent = re.search(r"[eE]([+-]?\d+)\s*$", text)
    # The exact value of 1e-9999999 has ten million digits: it would take seconds.
    longest = _FRACTION if "/" in text else _DIGITS
    if len(text) <= longest and not (exponent and abs(int(exponent[1])) > _DIGITS):
        with suppress(ValueError, ZeroDivisionError):
            number = Fraction(text)
            if 0 <= number <= _FASTEST:
                return number
    raise ValueError(f"{text!r} is no number of requests per second from 0 to {_FASTEST:,}")


def label(text: str) -> str:
    """Check a label; raises ValueError if it is none."""
    if not (text.isprintable() and 0 < len(text.encode()) <= LABEL):
        raise ValueError(f"a label is printable text of 1 to {LABEL} bytes")
    return text


Threshold = Annotated[
    Fraction,
    typer.Option(
        "-t",
        "--threshold",
        parser=usage(rate),
        metavar="N",
        help="Requests per second, on average over the window, above which to alert.",
    ),
]
Recover = Annotated[
    Fraction | None,
    typer.Option(
        parser=usage(rate),
        metavar="N",
        show_default="the threshold",
        help="Requests per second below which an alert recovers.",
    ),
]
Label = Annotated[
    str | None,
    typer.Option(
        parser=usage(label),
        metavar="NAME",
        help="A name that each alert bears in JSON: of the site, the log, the server.",
    ),
]
HistoryFile = Annotated[
    str | None,
    typer.Option(
        "--history",
        metavar="FILE",
        help="Add every alert to FILE, and go on from its last: what it holds is not reported"
        " again.",
    ),
]


def recovery(threshold: Fraction, recover: Fraction | None) -> Fraction:
    """Return the rate below which an alert recovers. Raises BadParameter."""
    if recover is not None and recover > threshold:
        raise typer.BadParameter("--recover is above --threshold")
    return threshold if recover is None else recover
