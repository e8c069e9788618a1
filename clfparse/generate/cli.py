"""The command line of clfgen."""

from fractions import Fraction
from typing import Annotated, Literal

import typer

from clfparse.generate import amounts
from clfparse.generate.load import Load
from clfparse.generate.pace import generate, resend
from clfparse.generate.traffic import traffic
from clfparse.generate.watch import watched
from clfparse.options import HELP, PLAIN, Version, usage, whole
from clfparse.stream.clash import clash
from clfparse.stream.descriptors import occupy_closed

app = typer.Typer(**PLAIN)


def _refuse_at_odds(context: typer.Context) -> None:
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


@app.command(
    context_settings=HELP,
    help="""Write access-log lines with current times: made-up ones, or those of an old log.

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
        Fraction,
        typer.Option(
            parser=usage(amounts.rate),
            metavar="N",
            help="Requests per second, up to 1000000: 0.5, 200.",
        ),
    ] = Fraction(10),
    length: Annotated[
        Fraction | None,
        typer.Option(
            "--duration",
            parser=usage(amounts.seconds),
            metavar="DURATION",
            show_default="until stopped",
            help="Stop after this time: 30s, 5m, 1h.",
        ),
    ] = None,
    burst: Annotated[
        str | None,
        typer.Option(
            metavar="RATE:LENGTH:EVERY",
            help="Add a peak in the middle of every EVERY: 80:10s:40s is 80 a second from second 15"
            " to 25, 55 to 65, and so on.",
        ),
    ] = None,
    errors: Annotated[
        Fraction,
        typer.Option(
            parser=usage(amounts.numbers(0, 100)),
            metavar="PERCENT",
            help="Share of answers with a 5xx status, 0 to 100.",
        ),
    ] = Fraction(1),
    form: Annotated[
        Literal["common", "combined"], typer.Option("--format", help="Format of the lines.")
    ] = "common",
    seed: Annotated[
        int | None,
        typer.Option(metavar="N", help="Write the same requests in every run with this N."),
    ] = None,
    replay: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Write the lines of FILE (- is stdin) at their own pace, with their times moved"
            " to now.",
        ),
    ] = None,
    speed: Annotated[
        Fraction,
        typer.Option(
            parser=usage(amounts.numbers(0.001, 1_000_000)),
            metavar="N",
            help="Replay so many times as fast: 0.001 to 1000000.",
        ),
    ] = Fraction(1),
    pid: Annotated[
        int | None,
        # Without its name, typer 0.27 takes the metavar for it: they are alike.
        typer.Option(
            "--pid",
            parser=whole(1, 2**31 - 1),
            metavar="PID",
            help="End when this process has ended.",
        ),
    ] = None,
    _version: Version = False,
) -> None:
    """Parse the command line and run."""
    _refuse_at_odds(context)
    try:
        load = Load(rate, *(() if burst is None else amounts.burst_of(burst)))
    except ValueError as error:
        raise typer.BadParameter(f"--rate or --burst: {error}") from error
    occupy_closed()
    if replay is not None and (clashing := clash([replay], {})):
        raise typer.BadParameter(clashing)
    # What is generated ends by count, exactly; a replay is cut off, wherever it is.
    with watched(pid, None if replay is None else length):
        if replay is not None:
            resend(replay, speed)
        else:
            generate(load, traffic(seed, errors, form), length)
