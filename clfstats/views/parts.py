"""Parts as JSON Lines: all that was counted, for other runs of clfstats and clfalert."""

from clfparse.counting.keys import undumped
from clfparse.events.alert import Alert
from clfstats.counting.bottom_k import BottomK
from clfstats.counting.pane import Window
from clfstats.counting.shares import halves
from clfstats.part import Shares, part
from clfstats.views.jsonl import to_json

LINE = 1 << 19  # bytes of a line; the values of one hit alone may take more


class PartsView:
    """Parts; an alert goes through unchanged."""

    def window(self, window: Window) -> bytes:
        """Render a window, in as many lines as it needs; nothing if there was no traffic in it."""
        if not window.traffic.totals.hits:
            return b""
        return b"".join(_lines(window.traffic.dump(), window))

    def alert(self, alert: Alert) -> bytes:
        """Pass an alert on."""
        return alert.line + b"\n"

    def close(self) -> bytes:
        """Return nothing: each window has been written."""
        return b""


def _lines(shares: Shares, window: Window) -> list[bytes]:
    line = to_json(part(shares, window.start, window.end))
    if len(line) <= LINE:
        return [line]
    if shares["hits"] > 1:
        return [line for half in halves(shares) for line in _lines(half, window)]
    hosts = shares["hosts"]
    if isinstance(hosts, list):  # a name so long need not be there twice
        sketch = BottomK()
        sketch.add(map(undumped, hosts))
        line = to_json(part({**shares, "hosts": sketch.dump()}, window.start, window.end))
    return [line]
