"""The view that writes a page: it counts what windows hold, and renders all of it at the end."""

from collections.abc import Callable, Iterable

from clfparse.events.alert import Alert
from clfparse.stream.rejects import Rejects
from clfstats.counting.accumulator import Accumulator
from clfstats.counting.pane import Window
from clfstats.counting.running import Running
from clfstats.views.html import page
from clfstats.views.html.alerts import Episodes
from clfstats.views.html.notes import Notes
from clfstats.views.html.points import Points


class HtmlView:
    """Writes one page when the input ends.

    about: what the page says of the run. window: seconds. by: fields whose values are counted;
    optional: those of them that nobody has asked for. top: how many values are shown. messages:
    returns what the other filters have reported.
    """

    def __init__(
        self,
        about: page.About,
        rejects: Rejects,
        *,
        window: int,
        by: tuple[str, ...],
        optional: tuple[str, ...] = (),
        top: int,
        messages: Callable[[], Iterable[str]] | None = None,
    ) -> None:
        self._about = about
        self._rejects = rejects
        self._by = by
        self._asked = [field for field in by if field not in optional]
        self._top = top
        self._messages = messages
        self._points = Points(window)
        self._run = Running(by)
        self._alerts = Episodes()
        self._late = 0

    def traffic(self) -> Accumulator:
        """Return what the records of a window are counted with."""
        return self._run.window()

    def window(self, window: Window) -> bytes:
        """Count a window."""
        self._points.add(window)
        if hits := window.traffic.totals.hits:
            self._run.take(window.traffic)
            self._late += hits if window.late else 0
        return b""

    def alert(self, alert: Alert) -> bytes:
        """Count an alert."""
        self._alerts.add(alert)
        return b""

    def close(self) -> bytes:
        """Return the page."""
        self._points.close()
        for field in self._run.missing if self._run.totals.hits else []:
            if field in self._asked:
                self._rejects.report(f"no record has a field {field!r}")
        content = page.PageContent(
            about=self._about,
            points=self._points,
            whole=self._run,
            alerts=self._alerts,
            by=self._by,
            top=self._top,
            late=self._late,
            lines=self._rejects.lines,
            refused=self._rejects.refused,
            own=Notes.gather(self._rejects.earliest),
            others=Notes.gather(self._messages()) if self._messages else None,
        )
        return page.render(content)
