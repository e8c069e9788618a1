"""Made-up requests, in the shape of a site's: a few pages and clients have most of the traffic."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate, repeat
from random import Random

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


def traffic(seed: int | None, errors: Fraction, form: str) -> Iterator[tuple[bytes, ...]]:
    """Draw requests for ever, each in three parts: what stands before the time, and two after it.

    What they are drawn from is made at once, for it not to take from the first moments of a run.
    seed: gives the same requests in every run; None, others each time. errors: percent of answers
    with a 5xx status. form: common or combined.
    """
    rng = Random(seed)  # noqa: S311 - not for secrets
    clients = _clients(rng, form)
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


def _clients(rng: Random, form: str) -> list[tuple[bytes, bytes]]:
    """Draw clients: for each, what stands before the time, and what ends the line."""
    hosts = [f"{network}{number}" for network in NETWORKS for number in range(1, 255)]
    rng.shuffle(hosts)
    clients = []
    for host in hosts:
        user, agent = rng.choice(USERS), rng.choice(AGENTS)
        end = f' "{agent}"\n' if form == "combined" else "\n"
        clients.append((f"{host} - {user} [".encode(), end.encode()))
    return clients


def answers(rng: Random, statuses: list[int], number: int, form: str) -> list[bytes]:
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
