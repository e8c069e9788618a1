"""How things stand, in words: what is known of the alert's threshold, silence, what was late."""

from datetime import timedelta

from clfparse.stream.rejects import Rejects
from clfparse.values.times import Instant, short
from clfstats.filter import Stats
from clfstats.views.humanize import count
from clfstats.views.live.board import Board
from clfstats.views.live.lines import Piece

HIGH, FINE, PLAIN, NOTICE = "bold white on red", "bold green", "bold", "yellow"
_SILENT = timedelta(seconds=3)  # after which the screen says so


def log_name(board: Board) -> str:
    """Return the log's name: as the command line says, or else an alert."""
    last = board.alerts.last
    return board.known.label or (last.label if last else "") or "clfstats"


def threshold(board: Board) -> float | None:
    """Return the threshold of alerts, where it is known: hits per second."""
    last = board.alerts.last
    return last.threshold if last and last.threshold is not None else board.known.threshold


def current_rate(board: Board, stats: Stats) -> float | None:
    """Return hits per second, of the alert's window up to the last second that is over.

    Where that window is not known, of the last window of clfstats. None: not all hits are known.
    """
    last = board.alerts.last
    window = (last.window if last else None) or board.known.window
    if stats.clock.newest is None:
        return None
    if window:
        end = stats.clock.watermark
        if not board.rates.knows(end - window):
            return None
        return board.rates.total(end - window, end) / window
    past = board.archive.last
    return past.summary["rate"] if past else None


def state(board: Board, stats: Stats, rejects: Rejects) -> list[Piece]:
    """Return the state, a piece for each colour."""
    notices = _notices(board, stats, rejects)
    if stats.clock.newest is None and not board.alerts.last:
        return [(", ".join([_waiting(rejects), *notices]), NOTICE)]
    pieces = _alert(board, current_rate(board, stats))
    if notices:
        pieces.append(((", " if pieces else "") + ", ".join(notices), NOTICE))
    return pieces


def _alert(board: Board, current: float | None) -> list[Piece]:
    last, limit = board.alerts.last, threshold(board)
    window = (last.window if last else None) or board.known.window
    figures = "" if current is None else f"{number(current)}/s"
    if limit is not None:
        figures = f"{figures} of {number(limit)}/s" if figures else f"threshold {number(limit)}/s"
    if last and not last.recovered:
        since = f" since {str(last.time)[11:19]}" if last.time else ""
        span = f" ({_spaced(short(window))})" if window and figures else ""
        return [(f"HIGH{since}", HIGH), (f", {figures}{span}" if figures else "", PLAIN)]
    if limit is not None:
        return [("OK ", FINE), (figures, PLAIN)]
    return [(figures, PLAIN)] if figures else []


def _waiting(rejects: Rejects) -> str:
    if rejects.refused:
        return f"{count(rejects.refused, 'line')} read, none a record of clfparse"
    return "waiting for the first record"


def _notices(board: Board, stats: Stats, rejects: Rejects) -> list[str]:
    counts = {"late": board.late, "refused": rejects.refused * (stats.clock.newest is not None)}
    notices = [f"{number:,} {what}" for what, number in counts.items() if number]
    silent = stats.silent(board.now)
    if board.at_end:
        notices.append("end of input")
    elif silent >= _SILENT:
        notices.append(f"no record for {silent // timedelta(seconds=1)} s")
    return notices


def _spaced(duration: str) -> str:
    return f"{duration[:-1]} {duration[-1]}"


def number(value: float) -> str:
    """Return a rate in a few digits: 0.05, 3.2, 22.3, 1,234."""
    if value and value < 0.1:
        return f"{value:.2g}"
    if value >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.1f}".removesuffix(".0")


def clock(second: int, offset: int) -> str:
    """Return a second's time of day in the log's own zone."""
    return str(Instant(second, offset))[11:19]
