"""An alert of clfalert as it travels in the stream, and as a person sees it."""

from typing import NamedTuple

from clfparse.stream.paint import BOLD, GREEN, RED, paint
from clfparse.values.escapes import displayed


class Alert(NamedTuple):
    """An alert as it came; message is the text for a person."""

    line: bytes
    message: str
    recovered: bool = False


def alert_text(alert: Alert, *, colour: bool) -> str:
    """Return an alert's message, safe to print: bold red, and a recovery green."""
    style = GREEN if alert.recovered else f"{BOLD};{RED}"
    return paint(displayed(alert.message), style, colour=colour)
