"""How a screen begins: with what the options say, and the alerts of earlier runs."""

from typing import TYPE_CHECKING

from clfparse.events.alert import Alert
from clfparse.events.reader import Reader
from clfparse.stream.clash import clash
from clfparse.stream.descriptors import terminal
from clfparse.stream.journal import Unusable, lines_of
from clfparse.stream.rejects import Rejects
from clfparse.values.escapes import displayed, printable
from clfstats.filter import Stats
from clfstats.outputs import Options, UsageError
from clfstats.views.live.board import Board, Known
from clfstats.views.live.shared import Shared

if TYPE_CHECKING:
    from clfparse.stream.contract import Filter
    from clfparse.stream.live import Screen


def board(options: Options) -> Board:
    """Return what the screen knows from the start. Raises UsageError."""
    label = " ".join(options.files) if options.label is None else options.label
    known = Known(displayed(label), options.threshold, options.alert_window)
    made = Board(options.by, options.window, known, options.top)
    if options.history:
        if clashing := clash([options.history], {"--rejects": options.rejects}, stdout=False):
            raise UsageError(clashing)
        made.begin(_alerts(options.history))
    return made


def screen_of(stats: Stats, board: Board, rejects: Rejects) -> "tuple[Filter, Screen]":
    """Return the filter that the screen looks at, and the screen."""
    from clfstats.views.live.screen import LiveScreen

    screen = LiveScreen(board, stats, rejects, colour=terminal().colour)
    return Shared(stats, board), screen


def _alerts(path: str) -> list[Alert]:
    """Return the alerts of a history."""
    reader = Reader(rejects := Rejects("", ""))
    try:
        lines = [line + b"\n" for line in lines_of(path)]
    except Unusable as error:
        raise UsageError(str(error)) from error
    alerts = [event for event in reader.add(b"".join(lines)) if isinstance(event, Alert)]
    if rejects.refused or len(alerts) < len(lines):
        raise UsageError(f"{printable(path)}: not all of its lines are alerts")
    return alerts
