"""Reports made in this process, of streams that tests make."""

from datetime import timedelta
from typing import Any

import orjson
from streams import START, fed, iso, line

from clfparse.events.clock import Mode
from clfparse.stream.rejects import Rejects
from clfstats.filter import HINT, Stats
from clfstats.views.html.page import About
from clfstats.views.html.view import HtmlView
from clfstats.views.parts import PartsView

ABOUT = About("clfstats --output html", "1.2.3")


def report(
    *pieces: bytes,
    by: tuple[str, ...] = ("section", "host"),
    top: int = 10,
    window: int = 10,
    about: About = ABOUT,
    messages: list[str] | None = None,
) -> bytes:
    """Return the page of a stream."""
    rejects = Rejects("clfstats", HINT)
    others = None if messages is None else (lambda: messages)
    optional = ("host",)
    view = HtmlView(
        about, rejects, window=window, by=by, optional=optional, top=top, messages=others
    )
    stats = Stats(
        rejects,
        view,
        window=window,
        by=by,
        optional=optional,
        top=top,
        delay=timedelta(seconds=2),
        mode=Mode.EVENT,
        traffic=view.traffic,
    )
    return fed(stats, rejects, pieces)[0]


def parts(lines: bytes, *by: str) -> bytes:
    """Return records as parts."""
    rejects, delay = Rejects("clfstats", HINT), timedelta(seconds=2)
    view = PartsView()
    stats = Stats(rejects, view, window=10, by=by, top=0, delay=delay, mode=Mode.EVENT)
    return b"".join(sorted(fed(stats, rejects, [lines])[0].splitlines(keepends=True)))


def alert(at: int, state: str, **fields: Any) -> bytes:
    """Return the line of an alert so many seconds after START."""
    usual = {"type": "alert", "state": state, "time": iso(START + at), "hits": 1_300}
    usual |= {"rate": 10.833, "threshold": 10, "window": 120, "message": "m"}
    return orjson.dumps(usual | fields) + b"\n"


def traffic(seconds: int, **fields: Any) -> bytes:
    """Return a record each second."""
    statuses = [200, 200, 304, 404, 503]
    return b"".join(
        line(START + at, status=statuses[at % 5], bytes=1_024, host=f"10.0.0.{at % 7}", **fields)
        for at in range(seconds)
    )


def busy_year() -> bytes:
    """Return the stream of a year: all classes of status, durations, an alert each day."""
    records = []
    for at in range(8_000):
        fields: dict[str, Any] = {"status": (200, 301, 404, 500, 100, None)[at % 6]}
        fields["section"] = f"/section-{at % 40}-with-a-usual-name"
        fields |= {"host": f"2001:db8::{at % 3_000:x}", "user_agent": f"agent {at % 50}"}
        fields |= {"bytes": at, "duration": at % 977 / 1_000}
        records.append(line(START + at * 3_940, **fields))
        if at % 22 == 0:
            rows = [{"value": "/section-1-with-a-usual-name", "hits": 99}]
            top = {"section": rows, "host": rows}
            records.append(alert(at * 3_940, "triggered", top=top))
            records.append(alert(at * 3_940 + 400, "recovered"))
    return b"".join(records)
