"""Logs for the benchmark, each in the shape of what a server writes; the same ones for one seed.

200 lines a second; in all but `apache` the lines are in the order of their times.
"""

from collections.abc import Callable, Iterator
from itertools import islice, repeat
from pathlib import Path
from random import Random

from _bench_pieces import (
    AGENTS,
    CLIENTS,
    POOL,
    Stamps,
    agents,
    clients,
    drawn,
    endings,
    epoch_seconds,
    referers,
    requests,
    targets,
)

LATEST = 30  # seconds that a line may be late: %t is the start, a line is written at the end
SPACED = 0.02  # share of nginx's targets that hold spaces
ODD_EVERY = 50  # one line of so many in the mixed log is odd
ODD = (  # requests, as servers log them
    r"GET /\xd0\x9f\xd1\x83\xd1\x82\xd1\x8c HTTP/1.1",
    r"GET /\xD0\x9F\xD1\x83\xD1\x82\xD1\x8C HTTP/1.1",
    "GET /Путь HTTP/1.1",
    r"GET /a\"b HTTP/1.1",
    "GET /uno dos HTTP/1.1",
    r"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03",  # a client speaks TLS to a plain port
    "-",
)
_CLF = "%d/%b/%Y:%H:%M:%S +0000"
_USERS = ("-", "frank", "mary")
_IIS_HEAD = (
    "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n"
    "#Date: 2019-02-07 21:11:00\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query"
    " s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status"
    " time-taken\r\n"
)


def common(rng: Random) -> Iterator[str]:
    """Yield the common format: 65,000 clients, and 3 users, `-` among them."""
    pools = clients(rng, CLIENTS), _USERS, requests(rng, POOL), endings(rng, POOL)
    when = Stamps(_CLF)
    for second, (host, user, request, end) in zip(
        epoch_seconds(), drawn(rng, *pools), strict=False
    ):
        yield f'{host} - {user} [{when[second]}] "{request}" {end}\n'


def nginx(rng: Random) -> Iterator[str]:
    """Yield nginx's `main`: combined and "$http_x_forwarded_for", `-` in 9 lines of 10."""
    forwarded = [*repeat("-", 90), *clients(rng, 9), "203.0.113.7, 198.51.100.2"]
    pools = (
        clients(rng, CLIENTS),
        requests(rng, POOL, SPACED),
        endings(rng, POOL, empty="0"),
        referers(rng, POOL),
        agents(rng, AGENTS),
        forwarded,
    )
    when = Stamps(_CLF)
    for second, (host, request, end, referer, agent, client) in zip(
        epoch_seconds(), drawn(rng, *pools), strict=False
    ):
        yield f'{host} - - [{when[second]}] "{request}" {end} "{referer}" "{agent}" "{client}"\n'


def apache(rng: Random) -> Iterator[str]:
    """Yield the combined format, where 1 line of 8 is 1 to 30 s late."""
    pools = (
        clients(rng, CLIENTS),
        requests(rng, POOL),
        endings(rng, POOL),
        referers(rng, POOL),
        agents(rng, AGENTS),
        [*repeat(0, 7 * LATEST), *range(1, LATEST + 1)],
    )
    when = Stamps(_CLF)
    for second, (host, request, end, referer, agent, late) in zip(
        epoch_seconds(), drawn(rng, *pools), strict=False
    ):
        yield f'{host} - - [{when[second - late]}] "{request}" {end} "{referer}" "{agent}"\n'


def iis(rng: Random) -> Iterator[str]:
    """Yield W3C lines of 15 fields as IIS writes them, with CRLF, after those that name them."""
    stems = [target.partition("?") for target in targets(rng, POOL)]
    pools = (
        rng.choices(("GET", "GET", "GET", "POST"), k=POOL),
        [f"{stem} {query or '-'}" for stem, _, query in stems],
        clients(rng, CLIENTS),
        [agent.replace(" ", "+") for agent in agents(rng, AGENTS)],
        referers(rng, POOL),
        ("200 0 0", "200 0 0", "200 0 0", "304 0 0", "404 0 2", "500 19 183"),
        range(1, 3000),
    )
    when = Stamps("%Y-%m-%d %H:%M:%S")
    yield _IIS_HEAD
    for second, (method, path, host, agent, referer, status, took) in zip(
        epoch_seconds(), drawn(rng, *pools), strict=False
    ):
        yield (
            f"{when[second]} 192.0.2.1 {method} {path} 443 - {host} {agent} {referer}"
            f" {status} {took}\r\n"
        )


def mixed(rng: Random) -> Iterator[str]:
    """Yield all stock forms side by side; 1 line of 50 is odd: escapes, UTF-8, TLS, no request."""
    plain = ("{0}", '{0} "{1}" "{2}"', '{0} "{1}" "{2}" "-"')
    forms = [vhost + form for vhost in ("", "www.example.com:443 ") for form in plain[:2]]
    pools = (
        [*forms, plain[2]],
        clients(rng, CLIENTS),
        requests(rng, POOL),
        endings(rng, POOL),
        referers(rng, POOL),
        agents(rng, AGENTS),
    )
    when = Stamps(_CLF)
    for at, (second, (form, host, request, end, referer, agent)) in enumerate(
        zip(epoch_seconds(), drawn(rng, *pools), strict=False)
    ):
        text = ODD[at // ODD_EVERY % len(ODD)] if at % ODD_EVERY == 0 else request
        yield form.format(f'{host} - - [{when[second]}] "{text}" {end}', referer, agent) + "\n"


def write(path: Path, make: Callable[[Random], Iterator[str]], lines: int, seed: int) -> None:
    """Write a log of so many lines, and those that name its fields."""
    with path.open("w", newline="") as file:
        file.writelines(islice(make(Random(seed)), lines + (make is iis)))  # noqa: S311 - no secret
