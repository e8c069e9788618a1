"""Summaries as JSON Lines, for other programs."""

from collections.abc import Mapping

import orjson

from clfparse.events.alert import Alert
from clfstats.summary import Gap, Summary


class JsonView:
    """JSON Lines; an alert goes through unchanged."""

    def summary(self, summary: Summary) -> bytes:
        """Render a summary."""
        return to_json(summary)

    def gap(self, gap: Gap) -> bytes:
        """Render a gap."""
        return to_json(gap)

    def alert(self, alert: Alert) -> bytes:
        """Pass an alert on."""
        return alert.line + b"\n"


def to_json(fields: Mapping[str, object]) -> bytes:
    """Return an object's line."""
    try:
        # A copy: what orjson returns keeps the memory it was written in, five times as much.
        return b"%b" % orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # integers past 64 bits, or a field's name that is not UTF-8
        import json  # which most runs have no use for

        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        return text.encode(errors="backslashreplace") + b"\n"
