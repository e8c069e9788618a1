"""How many lines each part of the screen has: what matters most is there where it is small."""

from typing import NamedTuple

_CHART = 16  # lines of a terminal from which there is room for a chart
_STATUS = 14  # and for the line of status classes
_WIDE = 60  # columns of a table, where several stand side by side


class Heights(NamedTuple):
    """Lines of each part; 0: it is not shown."""

    heading: int
    scene: int
    status: int
    chart: int
    tables: int
    alerts: int
    notes: int
    keys: int


def heights(height: int, alerts: int, notes: int, active: str) -> Heights:
    """Lay out a screen. alerts, notes: lines that they would fill. active: the part in use."""
    status = int(height >= _STATUS)
    chart = max(6, height // 4) if height >= _CHART or active == "chart" else 0
    notes = min(notes, max(1, height // 5))
    left = max(0, height - 3 - status - chart - notes)
    share = left // 2 if active == "alerts" else left * 2 // 5
    alerts = min(alerts, max(2, share), left)
    return Heights(1, 1, status, chart, left - alerts, alerts, notes, 1)


def side_by_side(fields: int, chosen: int, width: int) -> range:
    """Return which tables are shown: as many as there is room for, the one chosen among them."""
    number = max(1, min(fields, width // _WIDE))
    first = min(max(0, chosen - number + 1), fields - number)
    return range(first, first + number)
