#!/usr/bin/env python3
"""Write access-log lines with current times, as a server does: something to try the filters with.

Pure: `Load` counts the lines that are due, `traffic` draws them, `Replay` moves the times of old
ones. The rest keeps time and writes.
"""

import signal

if __name__ == "__main__":  # ahead of the imports that take time, as in clfparse.entry
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)

import os
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache, partial
from itertools import accumulate, islice, repeat
from math import ceil, floor, inf
from typing import Annotated, Literal, NoReturn

import typer

from clfparse.formats.grammar import find_time
from clfparse.options import HELP, PLAIN, Version, usage
from clfparse.stream.descriptors import STDIN, STDOUT, occupy_closed, write_all, write_messages
from clfparse.stream.lines import LOG_LINE
from clfparse.values.times import duration, instant, rfc3339

TICK = Fraction(1, 100)  # seconds between two writes at least
BULK = 10_000  # lines of one write at most, however late it is: about a megabyte
LONGEST = Fraction(3600)  # seconds of one sleep: a log may claim centuries, a sleep may not
LOOK = 0.1  # seconds between two looks at the process of --pid

# The most wanted first. {} is the number of a page; the low ones are wanted most.
SITE = [
    *("GET /api/items/{}", "GET /static/{}.js", "GET /images/{}.jpg", "GET /", "GET /search?q={}"),
    *("POST /login", "POST /cart/items/{}", "GET /account/{}", "GET /help/{}", "GET /blog/{}"),
]
FINE = [200] * 85 + [304] * 8 + [404] * 4 + [301] * 3
FAILED = [500] * 6 + [503] * 2 + [502, 504]
NETWORKS = ("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8::")  # nobody's: RFC 5737, RFC 3849
USERS = ["-"] * 18 + ["anna", "frank"]
REFERERS = ["-", "https://www.example.com/", "https://www.example.com/search"]
AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "curl/8.5.0",
]


class Load:
    """How many requests there are by when, exactly.

    rate: per second, but peak for length seconds in the middle of every so many. Raises ValueError
    if a length does not fit, or there are never any requests.
    """

    def __init__(
        self,
        rate: Fraction,
        peak: Fraction | None = None,
        length: Fraction = Fraction(1),
        every: Fraction = Fraction(1),
    ) -> None:
        if not 0 < length <= every:
            raise ValueError("a burst's LENGTH is above 0 and not above its EVERY")
        quiet = (every - length) / 2
        self._parts = [(quiet, rate), (length, rate if peak is None else peak), (quiet, rate)]
        self._every = every
        self._lines = sum(each * rate for each, rate in self._parts)  # of one turn
        if not self._lines:
            raise ValueError("at rate 0 there is nothing to write")

    def due(self, seconds: Fraction) -> int:
        """Return how many lines are due by so many seconds after the start."""
        turns, seconds = divmod(seconds, self._every)
        lines = turns * self._lines
        for length, rate in self._parts:
            lines += min(seconds, length) * rate
            seconds -= min(seconds, length)
        return floor(lines)

    def when(self, line: int) -> Fraction:
        """Return how many seconds after the start a line is due. line: counted from 1."""
        turns = ceil(line / self._lines) - 1
        lines, seconds = line - turns * self._lines, turns * self._every
        for length, rate in self._parts:
            if lines <= length * rate:
                break
            lines -= length * rate
            seconds += length
        return seconds + lines / rate


class Replay:
    """Moves the times of a log's lines to now, for them to pass speed times as fast."""

    def __init__(self, speed: Fraction) -> None:
        self.unreadable = 0  # lines without a time that could be read
        self._speed = speed
        self._first: tuple[int, Fraction] | None = None  # a line's second, and when it was sent

    def add(self, line: bytes, now: Fraction) -> tuple[Fraction, bytes]:
        """Return when a line is due, and the line with that time. now: seconds since the epoch.

        A late line is due in the past, by as much as it was late.
        """
        try:
            found = find_time(line)
            second, offset = instant(rfc3339(found[1]))
        except ValueError:
            self.unreadable += 1
            return now, line
        first, start = self._first = self._first or (second, now)
        due = start + (second - first) / self._speed
        zone = found.end(1) - len("+0000")
        return due, line[: found.start(1)] + stamp(floor(due) + offset) + line[zone:]


@lru_cache(1)  # most lines have the time of the one before
def stamp(second: int) -> bytes:
    """Return ``10/Oct/2000:13:55:36 ``, for an offset to follow."""
    return time.strftime("%d/%b/%Y:%H:%M:%S ", time.gmtime(second)).encode()


def traffic(rng: random.Random, errors: Fraction, form: str) -> Iterator[tuple[bytes, ...]]:
    """Draw requests for ever, each in three parts: what stands before the time, and two after it.

    What they are drawn from is made at once, for it not to take from the first moments of a run.
    errors: percent of answers with a 5xx status. form: common or combined.
    """
    hosts = [f"{network}{number}" for network in NETWORKS for number in range(1, 255)]
    rng.shuffle(hosts)
    clients = []
    for host in hosts:
        user, agent = rng.choice(USERS), rng.choice(AGENTS)
        end = f' "{agent}"\n' if form == "combined" else "\n"
        clients.append((f"{host} - {user} [".encode(), end.encode()))
    fine, failed = answers(rng, FINE, 2000, form), answers(rng, FAILED, 200, form)
    shares = [float(100 - errors) / 2000] * 2000 + [float(errors) / 200] * 200
    by_client, by_answer = list(accumulate(zipf(len(clients)))), list(accumulate(shares))
    return (
        (before, answer, end)
        for _ in repeat(None)
        # always as many at once: what a seed gives must not hang on the pace
        for (before, end), answer in zip(
            rng.choices(clients, cum_weights=by_client, k=1000),
            rng.choices(fine + failed, cum_weights=by_answer, k=1000),
            strict=True,
        )
    )


def answers(rng: random.Random, statuses: list[int], number: int, form: str) -> list[bytes]:
    """Draw requests with their answers: what follows a line's time, up to the user agent."""
    drawn = []
    for request in rng.choices(SITE, zipf(len(SITE)), k=number):
        asked = request.format(min(int(rng.paretovariate(1)), 9999))
        status, referer = rng.choice(statuses), rng.choice(REFERERS)
        if status == 304 and request.startswith("POST"):
            status = 200
        body = int(rng.lognormvariate(8, 1.5))  # half of them above 3 kB, few far above
        size = {200: body, 304: "-"}.get(status, 157)
        rest = f' "{referer}"' if form == "combined" else ""
        drawn.append(f'+0000] "{asked} HTTP/1.1" {status} {size}{rest}'.encode())
    return drawn


def zipf(number: int) -> list[float]:
    """Return weights by Zipf's law: the second is half as frequent as the first, and so on."""
    return [1 / rank for rank in range(1, number + 1)]


class Clock:
    """The time, in seconds since the epoch, which setting the system's clock does not move."""

    def __init__(self) -> None:
        self._ahead = time.time_ns() - time.monotonic_ns()

    def now(self) -> Fraction:
        """Return the time."""
        return Fraction(time.monotonic_ns() + self._ahead, 10**9)

    def wait(self, until: Fraction) -> None:
        """Wait until a time."""
        while (left := until - self.now()) > 0:
            time.sleep(float(min(left, LONGEST)))


def generate(load: Load, requests: Iterator[tuple[bytes, ...]], length: Fraction | None) -> None:
    """Write requests as they are due. length: seconds until the end."""
    clock = Clock()
    start = clock.now()
    total = inf if length is None else load.due(length)
    sent, passed = 0, Fraction()
    while sent < total:
        clock.wait(start + max(load.when(sent + 1), passed + TICK))
        passed = clock.now() - start
        number = int(min(load.due(passed), total, sent + BULK)) - sent
        now = stamp(int(time.time()))
        write(b"".join([a + now + b + c for a, b, c in islice(requests, number)]))
        sent += number
    clock.wait(start + (length or 0))


def resend(name: str, speed: Fraction) -> None:
    """Write the lines of a log as they are due; at the end, report those without a time."""
    clock, replay = Clock(), Replay(speed)
    try:
        for line in read(name):
            due, moved = replay.add(line, clock.now())
            clock.wait(due)
            write(moved)
    finally:
        number = replay.unreadable
        if number == 1:
            write_messages(["clfgen: 1 line had no readable time and was sent as it is"])
        elif number:
            write_messages(
                [f"clfgen: {number:,} lines had no readable time and were sent as they are"]
            )


def read(name: str) -> Iterator[bytes]:
    """Yield the lines of a file as they come; one longer than 64 KiB in pieces."""
    try:
        with open(STDIN if name == "-" else name, "rb") as file:  # noqa: PTH123 - or a descriptor
            yield from iter(partial(file.readline, LOG_LINE), b"")
    except OSError as error:
        fail("standard input" if name == "-" else name, error)


def write(lines: bytes) -> None:
    """Write to stdout at once."""
    try:
        write_all(STDOUT, lines)
    except OSError as error:
        fail("standard output", error)


def fail(name: str, error: OSError) -> NoReturn:
    """Tell what went wrong with a file, and end."""
    write_messages([f"clfgen: {name}: {error.strerror}"])
    raise typer.Exit(1)


def watch(pid: int | None, length: Fraction | None) -> None:
    """End the run when a process has gone, or after so many seconds, even while it reads."""
    end = inf if length is None else time.monotonic() + float(length)

    def look(*_: object) -> None:
        left = end - time.monotonic()
        try:
            os.kill(pid or os.getpid(), 0)
        except ProcessLookupError:
            left = 0
        except PermissionError:
            pass  # it is there, but somebody else's
        if left <= 0:
            raise SystemExit
        signal.setitimer(signal.ITIMER_REAL, max(min(left, LOOK), 0.001))  # 0 would mean never

    signal.signal(signal.SIGALRM, look)
    look()


def exact(number: float | str) -> Fraction:
    """Return a number just as it is written; raises ValueError if it is below 0, or none."""
    try:
        # By way of float: Fraction alone would read 1e999999999, for hours.
        found = Fraction(str(float(number)))
    except ValueError:
        found = Fraction(-1)
    if found < 0:
        raise ValueError(f"{number!r} is no number from 0 up")
    return found


def seconds(text: str) -> Fraction:
    """Read a duration; raises ValueError if it is none."""
    return Fraction(duration(text) // timedelta(milliseconds=1), 1000)


def burst_of(text: str) -> tuple[Fraction, ...]:
    """Read RATE:LENGTH:EVERY; raises ValueError if it is not that."""
    parts = text.split(":")
    if len(parts) != 3:
        raise ValueError(f"{text!r} is no burst such as 80:10s:40s")
    return exact(parts[0]), seconds(parts[1]), seconds(parts[2])


def refuse_at_odds(context: typer.Context) -> None:
    """Refuse options that make no sense beside each other."""
    sources = {
        p.opts[0]: context.get_parameter_source(p.name or "") for p in context.command.params
    }
    given = {name for name, source in sources.items() if source and source.name == "COMMANDLINE"}
    if "--speed" in given and "--replay" not in given:
        raise typer.BadParameter("--speed goes with --replay alone")
    made_up = given & {"--rate", "--burst", "--errors", "--format", "--seed"}
    if "--replay" in given and made_up:
        raise typer.BadParameter(f"{min(made_up)} does not go with --replay")


app = typer.Typer(**PLAIN)


@app.command(
    context_settings=HELP,
    help="""Write access-log lines with current times, as a server would, or as an old log has them.

\b
Examples:
  clfgen | clfparse | clfstats
  clfgen --rate 5 --burst 80:30s:5m --format combined >> /tmp/access.log
  clfgen --replay old.log --speed 60 | clfparse | clfalert -t 100
""",
)
def main(
    context: typer.Context,
    rate: Annotated[
        float, typer.Option(metavar="N", min=0, max=1e6, help="Requests per second: 0.5, 200.")
    ] = 10,
    length: Annotated[
        Fraction | None,
        typer.Option(
            "--duration",
            parser=usage(seconds),
            metavar="DURATION",
            show_default="until stopped",
            help="Stop after so long: 30s, 5m, 1h.",
        ),
    ] = None,
    burst: Annotated[
        str | None,
        typer.Option(
            metavar="RATE:LENGTH:EVERY",
            help="Have a peak in the middle of every so long: 80:10s:40s is 80 a second from second"
            " 15 to 25, 55 to 65, and so on.",
        ),
    ] = None,
    errors: Annotated[
        float,
        typer.Option(metavar="PERCENT", min=0, max=100, help="Share of answers with a 5xx status."),
    ] = 1,
    form: Annotated[
        Literal["common", "combined"], typer.Option("--format", help="The form of the lines.")
    ] = "common",
    seed: Annotated[
        int | None,
        typer.Option(metavar="N", help="Write the same requests in every run with this N."),
    ] = None,
    replay: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Send the lines of FILE (- is stdin) at their own pace, their times moved to now.",
        ),
    ] = None,
    speed: Annotated[
        float,
        typer.Option(metavar="N", min=0.001, max=1e6, help="How many times as fast to replay."),
    ] = 1,
    pid: Annotated[
        int | None,
        # Without its name, typer 0.27 takes the metavar for it: they are alike.
        typer.Option(
            "--pid", metavar="PID", min=1, max=2**31 - 1, help="End when that process has gone."
        ),
    ] = None,
    _version: Version = False,
) -> None:
    """Parse the command line and run."""
    refuse_at_odds(context)
    try:
        load = Load(exact(rate), *(() if burst is None else burst_of(burst)))
    except ValueError as error:
        raise typer.BadParameter(f"--rate or --burst: {error}") from error
    occupy_closed()
    # What is generated ends by count, exactly; a replay is cut off, wherever it is.
    watch(pid, None if replay is None else length)
    try:
        if replay is not None:
            resend(replay, exact(speed))
        else:
            generate(load, traffic(random.Random(seed), exact(errors), form), length)  # noqa: S311
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    app(prog_name="clfgen")
