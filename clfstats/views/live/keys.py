"""The keys: what each does, in words and as Textual binds it."""

from textual.binding import Binding, BindingType

_PAGE = 10  # rows

KEYS = (
    ("q", "quit: all alerts and the last window stay on the terminal"),
    ("Tab", "next part: tables, alerts, chart (Shift-Tab: back); a click chooses one, too"),
    ("Up Down", "choose a row; PgUp, PgDn and the wheel go faster"),
    ("Left Right", "go back in time, window by window, and forward again"),
    ("Home End", "the oldest window that is held; now"),
    ("m", "the window with the most requests"),
    ("z", "zoom of the chart: a window, a minute, an hour a column"),
    ("Enter", "narrow everything to the value chosen; of an alert, go to its window"),
    ("Esc", "undo the last of that: a filter, a narrowing, a time"),
    ("/", "show only rows that contain a text"),
    ("s", "sort by hits, bytes, errors (5xx), p95"),
    ("t", "the tables of a window, or of all since the start"),
    ("p Space", "pause what is shown; counting goes on"),
    ("?", "this; Up and Down scroll, any other key leaves it"),
)
# The most important ones, for the foot of the screen.
SHORT = (
    "q quit",
    "? help",
    "Tab next",
    "Enter narrow",
    "←→ time",
    "/ filter",
    "s sort",
    "t total",
    "z zoom",
    "m most",
    "p pause",
)
TYPING = ("Enter done", "Esc no filter", "Tab next", "Ctrl-C quit")  # while a text is typed


def _key(keys: str, action: str) -> Binding:
    # Each acts before the next one is looked at, however quickly they come.
    return Binding(keys, action, show=False, priority=True)


BINDINGS: list[BindingType] = [
    _key("q", "quit"),
    _key("question_mark", "help"),
    _key("tab", "part(1)"),
    _key("shift+tab", "part(-1)"),
    _key("up,k", "rows(-1)"),
    _key("down,j", "rows(1)"),
    _key("pageup", f"rows({-_PAGE})"),
    _key("pagedown", f"rows({_PAGE})"),
    _key("left", "time(-1)"),
    _key("right", "time(1)"),
    _key("home", "oldest"),
    _key("end", "newest"),
    _key("m", "peak"),
    _key("z", "zoom"),
    _key("s", "sort"),
    _key("t", "total"),
    _key("p,space", "pause"),
    _key("slash", "filter"),
    _key("enter", "enter"),
    _key("escape", "undo"),
    _key("backspace", "back"),
]
