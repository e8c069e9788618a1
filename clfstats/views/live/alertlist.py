"""The list of alerts: each can be scrolled to; a triggered one has a line for its cause."""

from rich.text import Text

from clfstats.views.live.alerts import AlertEntry, Alerts
from clfstats.views.live.lines import folded, line

# In zsh it writes to the terminal instead.
NO_SOURCE = "Alerts come from clfalert --pass; in zsh none comes from tee >(clfalert)."


def alert_lines(
    alerts: Alerts, width: int, height: int, *, first: int, active: bool
) -> tuple[list[Text], int]:
    """Return a title, and the alerts from the first on, the newest first; and how many fit whole.

    first: how many of the newest are passed over.
    """
    number = len(alerts)
    title = f"alerts {number:,}" if number else "no alert so far"
    if not alerts.has_source:
        title = "no alert has come here"
    lines = [line([(title, "bold reverse" if active else "bold"), _hint(alerts, first)], width)]
    if not alerts.has_source:
        return lines + [line([(part, "dim")], width) for part in folded(NO_SOURCE, width)], 0
    whole = 0
    for entry in list(alerts.entries)[::-1][first:]:
        entry_lines = entry_text(entry, width)
        lines += entry_lines
        if len(lines) > height:
            break
        whole += 1
    return lines[:height], whole


def entry_text(entry: AlertEntry, width: int) -> list[Text]:
    """Return an alert's lines: its message, and its cause below, indented."""
    style = "green" if entry.recovered else "bold red"
    lines = [line([(part, style)], width) for part in folded(entry.message, width)]
    if entry.cause and not entry.recovered:
        lines.append(line([("  " + entry.cause, "")], width))
    return lines


def _hint(alerts: Alerts, first: int) -> tuple[str, str]:
    parts = [f"{first:,} newer above"] * bool(first)
    parts += [f"{alerts.forgotten:,} no longer known"] * bool(alerts.forgotten)
    return f"  {', '.join(parts)}", "dim"
