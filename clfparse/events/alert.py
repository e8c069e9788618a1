"""An alert of clfalert as it travels in the stream, and as a person sees it."""

from typing import NamedTuple

import orjson

from clfparse.stream.paint import BOLD, GREEN, RED, paint
from clfparse.values.escapes import displayed

NAMED = ("section", "host")  # fields of which an alert names values


class Alert(NamedTuple):
    """An alert as it came; message is the text for a person."""

    line: bytes
    message: str
    recovered: bool = False


def alert_text(alert: Alert, *, colour: bool) -> str:
    """Return an alert's message, safe to print: bold red, and a recovery green."""
    style = GREEN if alert.recovered else f"{BOLD};{RED}"
    return paint(displayed(alert.message), style, colour=colour)


class Share(NamedTuple):
    """A value of a field that many of an alert's hits had.

    percent: how many of them; is_least: or more.
    """

    field: str
    value: object  # of JSON
    percent: float
    is_least: bool


def causes(alert: Alert) -> list[Share]:
    """Return the first value of each field that an alert names: nothing of one that names none.

    Alerts of other programs may hold anything in that place.
    """
    try:
        fields = orjson.loads(alert.line)
        top, hits, is_least = fields["top"], fields["hits"], bool(fields.get("approximate"))
        firsts = {field: top[field][0] for field in NAMED if top.get(field)}
        shares = [
            Share(field, row["value"], 100 * row["hits"] / hits, is_least)
            for field, row in firsts.items()
        ]
        return shares if all(0 < share.percent <= 100 for share in shares) else []
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
        return []
