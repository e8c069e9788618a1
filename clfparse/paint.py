"""Colours of a terminal (ECMA-48, SGR), and an alert as a person sees it."""

from clfparse.escapes import printable
from clfparse.reader import Alert

BOLD, DIM = "1", "2"
RED, GREEN, YELLOW, CYAN = "31", "32", "33", "36"
CLASSES = {"2xx": GREEN, "3xx": CYAN, "4xx": YELLOW, "5xx": RED}  # of status codes


def paint(text: str, style: str, *, colour: bool) -> str:
    """Return text in a style, such as ``1;31``, where there is colour."""
    return f"\x1b[{style}m{text}\x1b[0m" if colour and text else text


def alert_text(found: Alert, *, colour: bool) -> str:
    """Return an alert's message, safe to print: bold red, and a recovery green."""
    style = GREEN if found.recovered else f"{BOLD};{RED}"
    return paint(printable(found.message), style, colour=colour)
