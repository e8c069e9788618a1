"""What is run: tail or clfgen, and the three filters, each with its options."""

import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

_CHECK = "0.2"  # seconds between two looks of tail at the process of --pid
_MOST = (1 << 63) - 1  # lines that tail can be asked for
_TRAFFIC = ["--rate", "8", "--burst", "60:10s:30s", "--errors", "2"]  # as demo.NOTE has it


class Settings(NamedTuple):
    """What the options say. windows: seconds; rates: per second."""

    logs: list[str]
    lines: int
    forms: list[str]
    client: str | None
    zone: str | None
    threshold: Fraction
    recover: Fraction | None
    alert_window: int
    history: str | None
    label: str | None
    window: int
    by: list[str]
    top: int
    delay: timedelta
    live: bool
    plain: bool
    alerts: bool
    demo: bool


class Program(NamedTuple):
    """A program with its arguments. name: as messages call it. source: whether it begins."""

    name: str
    words: list[str]
    source: bool = False


def pipeline(
    settings: Settings, pid: int, *, ends: bool, messages: str | None
) -> Iterator[Program]:
    """Yield the programs: sources, then filters, each of which reads what is before it.

    Each log has a tail of its own: clfparse reads them together, in the order of their times. pid:
    of the process with which sources end. ends: whether tail can do that. messages: the file of
    what the others report. Alerts alone need no statistics: clfalert is the last then.
    """
    if settings.demo:
        yield _traffic(pid)
    else:
        several = len(settings.logs) > 1
        yield from (
            _tail(log, settings.lines, pid if ends else None, named=several)
            for log in settings.logs
        )
    yield _filter(
        "clfparse",
        _each("--format", settings.forms),
        _each("--client", [settings.client]),
        _each("--zone", [settings.zone]),
    )
    delay = ["--delay", f"{settings.delay // timedelta(milliseconds=1)}ms"]
    plain = ["--output", "text"] if settings.plain else []
    yield _filter(
        "clfalert",
        plain if settings.alerts else ["--pass"],
        ["--threshold", str(settings.threshold)],
        _each("--recover", [settings.recover]),
        ["--window", f"{settings.alert_window}s", *delay],
        _each("--history", [settings.history]),
        _each("--label", [settings.label]),
    )
    if settings.alerts:
        return
    yield _filter(
        "clfstats",
        plain,
        ["--window", f"{settings.window}s", *delay, "--top", str(settings.top)],
        _each("--by", settings.by),
        ["--live"] if settings.live else [],
        _each("--messages", [messages]) if settings.live else [],
        _shown(settings) if settings.live else [],
    )


def _shown(settings: Settings) -> Iterator[str]:
    """Yield what the screen is to know from the start: with it, it has not to wait for an alert."""
    yield from _each("--history", [settings.history])
    yield from _each("--label", [" ".join(settings.logs)] if not settings.demo else ["demo"])
    yield from _each("--threshold", [float(settings.threshold)])
    yield from _each("--alert-window", [f"{settings.alert_window}s"])


def _traffic(pid: int) -> Program:
    words = ["--pid", str(pid), *_TRAFFIC]
    return Program("clfgen", [*_start("clfgen", "clfparse.generate"), *words], source=True)


def _tail(log: str, lines: int, pid: int | None, *, named: bool) -> Program:
    """Return what follows a log. named: whether a heading is to say its name, for the records."""
    ending = [] if pid is None else [f"--pid={pid}", "-s", _CHECK]
    heading = ["-v"] if named else []
    words = ["tail", *ending, *heading, "-n", str(min(lines, _MOST)), "-F", "--", log]
    return Program("tail", words, source=True)


def _filter(name: str, *options: Iterable[str]) -> Program:
    return Program(name, [*_start(name, name), *(word for words in options for word in words)])


def _start(name: str, module: str) -> list[str]:
    """Return the words that start a command: Python with a module, or the file of all."""
    if getattr(sys, "frozen", False):
        return [sys.executable, name]
    return [sys.executable, "-P", "-m", module]


def _each(option: str, values: Iterable[object]) -> list[str]:
    """Return the option with each value that is there; a value may begin with a dash."""
    return [f"{option}={value}" for value in values if value is not None]
