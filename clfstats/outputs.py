"""Where clfstats' options send what is counted: lines, parts, a page or a screen."""

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from clfparse.events.clock import Mode
from clfparse.stream.descriptors import STDIN, is_terminal, terminal
from clfparse.stream.rejects import Rejects
from clfstats.filter import Stats, View, WindowView
from clfstats.metrics import Metrics
from clfstats.views.jsonl import JsonView
from clfstats.views.parts import PartsView
from clfstats.views.text import TextView

if TYPE_CHECKING:  # which other outputs need not pay for
    from clfparse.stream.contract import Filter
    from clfparse.stream.live import Screen


class OutputForm(StrEnum):
    """The form of what is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class UsageError(ValueError):
    """Options that do not go together, or not with what stdin and stdout are."""


class Options(NamedTuple):
    """The options, as they were given.

    by: fields whose values are counted; optional: those of them that parts need not have. window,
    alert_window: seconds. threshold: requests per second. command: the words of the command line.
    """

    files: list[str]
    output: OutputForm | None
    parts: bool
    live: bool
    window: int
    by: tuple[str, ...]
    optional: tuple[str, ...]
    top: int | None
    messages: str | None
    history: str | None
    label: str | None
    threshold: float | None
    alert_window: int | None
    metrics: str | None
    rejects: str | None
    command: list[str]

    @property
    def page(self) -> bool:
        """Whether a page is asked for."""
        return self.output == OutputForm.HTML


class Made(NamedTuple):
    """What is run, what a terminal shows meanwhile, and what is kept up to date beside it."""

    job: "Filter"
    screen: "Screen | None"
    metrics: Metrics | None


def make(options: Options, rejects: Rejects, *, top: int, delay: timedelta, mode: Mode) -> Made:
    """Make what the options ask for. top: how many values are shown. Raises UsageError."""
    _check(options)
    metrics = None if options.metrics is None else Metrics(options.metrics, rejects)
    board, view, traffic = None, None, None
    if options.live:
        from clfstats.views.live import start

        board = start.board(options)
    elif options.page:
        from clfstats.views.html.start import page_of

        view = page = page_of(options, rejects, top)
        traffic = page.traffic
    stats = Stats(
        rejects,
        view or (None if board else _lines(options)),
        watcher=board,
        window=options.window,
        by=options.by,
        optional=options.optional,
        top=top,
        delay=delay,
        mode=mode,
        metrics=metrics,
        traffic=traffic,
    )
    if board:
        return Made(*start.screen_of(stats, board, rejects), metrics)
    return Made(stats, None, metrics)


def _lines(options: Options) -> View | WindowView:
    to = terminal()
    if options.parts:
        return PartsView()
    text = options.output == OutputForm.TEXT if options.output else to.is_terminal
    if not text:
        return JsonView()
    return TextView(lambda: to.size()[0], colour=to.colour, whole=not to.is_terminal)


def _check(options: Options) -> None:
    if options.live:
        _check_live(options)
    else:
        _check_that_live_is_not_needed(options)
    if options.parts:
        if options.output in {OutputForm.TEXT, OutputForm.HTML}:
            raise UsageError(f"--parts is JSON: --output {options.output} does not go with it")
        if options.top is not None:
            raise UsageError("--parts writes all values: --top does not go with it")
    if options.page and terminal().is_terminal:
        raise UsageError("--output html is a page: write it to a file, as > report.html")
    if options.metrics is not None:
        if options.page:
            raise UsageError("--metrics counts windows: --output html does not go with it")
        if "section" not in options.by:
            raise UsageError("--metrics counts by section: --by section is needed, too")


def _check_live(options: Options) -> None:
    """Check that a screen can be shown."""
    if options.parts:
        raise UsageError("--parts is JSON: --live does not go with it")
    if options.output:
        raise UsageError("--live is an output of its own: --output does not go with it")
    if not terminal().screen:
        raise UsageError("--live needs a terminal to draw on; stdout is none")
    if "-" in (options.files or ["-"]) and is_terminal(STDIN):
        raise UsageError(
            "--live takes keys from the terminal, and records from a pipe or files; stdin is none"
        )


def _check_that_live_is_not_needed(options: Options) -> None:
    for name in ("history", "label", "threshold", "alert_window"):
        if getattr(options, name) is not None:
            raise UsageError(f"--{name.replace('_', '-')} goes with --live")
    if options.messages is not None and not options.page:
        raise UsageError("--messages goes with --live and --output html")
