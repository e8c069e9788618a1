"""Colours of a terminal (ECMA-48, SGR)."""

BOLD, DIM = "1", "2"
RED, GREEN, YELLOW, CYAN = "31", "32", "33", "36"
CLASSES = {"2xx": GREEN, "3xx": CYAN, "4xx": YELLOW, "5xx": RED}  # of status codes


def paint(text: str, style: str, *, colour: bool) -> str:
    """Return text in a style, such as ``1;31``, where there is colour."""
    return f"\x1b[{style}m{text}\x1b[0m" if colour and text else text
