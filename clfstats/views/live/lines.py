"""Lines of the screen: text of a log takes no more columns than it is given, and styles nothing."""

from collections.abc import Iterable

from rich.text import Text

from clfstats.views import text as textview

Style = str
Piece = tuple[str, Style]


def line(pieces: Iterable[Piece], width: int) -> Text:
    """Return a line of exactly so many columns: pieces are cut at its end, blanks fill it."""
    whole = Text(no_wrap=True, end="")
    left = width
    for text, style in pieces:
        if left <= 0:
            break
        shown = textview.cut(text, left)
        whole.append(shown, style)
        left -= textview.columns(shown)
    whole.append(" " * left)
    return whole


def at_both_ends(left: list[Piece], right: list[Piece], width: int) -> Text:
    """Return a line with something at each of its ends: where both do not fit, the left is cut."""
    taken = sum(textview.columns(text) for text, _ in right)
    room = width - taken - 1
    if room < 1:
        return line(right, width)
    whole = line(left, room)
    whole.append_text(line([(" ", ""), *right], width - room))
    return whole


def folded(text: str, width: int, indent: str = "  ") -> list[str]:
    """Break text at_both_ends words, where it is wider; lines after the first are indented."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and textview.columns(longer) <= width:
            lines[-1] = longer
            continue
        rest = (indent if lines else "") + word
        while (size := _fitting(rest, width)) < len(rest):  # a word that is wider than a line
            lines.append(rest[:size])
            rest = indent + rest[size:]
        lines.append(rest)
    return lines


def _fitting(text: str, width: int) -> int:
    """Return how many characters of a text fit: all, or more than its indent."""
    size = len(text)
    while size > 4 and textview.columns(text[:size]) > width:
        size -= 1
    return size


def stacked(lines: Iterable[Text], width: int, height: int) -> Text:
    """Return lines as one text of exactly so many lines: what does not fit is left out."""
    shown = list(lines)[:height]
    shown += [line([], width) for _ in range(height - len(shown))]
    return Text("\n", no_wrap=True, end="").join(shown)
