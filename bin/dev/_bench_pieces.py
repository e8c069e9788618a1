"""What made logs are made of: pools of clients, agents, referers and requests.

A line is put together from what random.choices takes out of each pool: that costs little, and a
million lines are made in seconds. All is decided by the generator that is passed in.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, count, repeat
from random import Random
from typing import Any

START = 1_549_573_860  # 2019-02-07T21:11:00Z
RATE = 200  # lines a second
CLIENTS, AGENTS = 65_000, 100
POOL = 10_000  # different requests, and so on
SHORTEST_AGENT, LONGEST_AGENT, LONGEST_REFERER = 60, 180, 250  # characters
_SPACES = ("annual report", "my holiday photos", "price list (final)")
_LETTERS = "абвгдежзиклмнопрстуфхцчшщыэюя"
_SYSTEMS = (
    "Windows NT 10.0; Win64; x64",
    "X11; Linux x86_64",
    "Macintosh; Intel Mac OS X 10_15_7",
    "Linux; Android 13; SM-S911B",
    "iPhone; CPU iPhone OS 17_4 like Mac OS X",
    "compatible; ExampleBot/2.1; +https://www.example.com/about/our/robot.html",
)
_ENGINES = (
    "Gecko/20100101 Firefox/{0}.0",
    "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{0}.0.{1}.{2} Safari/537.36",
    "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{0}.4 Mobile/15E148 Safari/604.1",
    "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{0}.0.{1}.{2} Safari/537.36 Edg/{0}.0.{1}.99",
)
_STATUSES = (200, 200, 200, 200, 200, 301, 304, 404, 500)


class Stamps(dict[int, str]):
    """The text of each second, in the words of a format of strftime; made once, when needed."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._form = form

    def __missing__(self, second: int) -> str:
        """Make the text. second: of the epoch."""
        self[second] = text = datetime.fromtimestamp(second, UTC).strftime(self._form)
        return text


def epoch_seconds() -> Iterator[int]:
    """Yield the second of each line, without end."""
    return chain.from_iterable(repeat(second, RATE) for second in count(START))


def drawn(rng: Random, *pools: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield one piece of each pool for each line, without end."""
    while True:
        yield from zip(*(rng.choices(pool, k=POOL) for pool in pools), strict=True)


def clients(rng: Random, number: int) -> list[str]:
    """Return so many different IPv4 addresses."""
    drawn = rng.sample(range(1 << 24, 224 << 24), number)
    return [f"{n >> 24}.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in drawn]


def agents(rng: Random, number: int) -> list[str]:
    """Return so many different user agents, each of 60 to 180 characters."""
    drawn: dict[str, None] = {}
    while len(drawn) < number:
        versions = (rng.randint(90, 130), rng.randint(1000, 6999), rng.randint(10, 250))
        agent = f"Mozilla/5.0 ({rng.choice(_SYSTEMS)}) {rng.choice(_ENGINES).format(*versions)}"
        if SHORTEST_AGENT <= len(agent) <= LONGEST_AGENT:
            drawn[agent] = None
    return list(drawn)


def referers(rng: Random, number: int) -> list[str]:
    """Return so many referers: a third none, a third percent-encoded, of up to 250 characters."""
    made = []
    for at in range(number):
        words = "".join(rng.choices(_LETTERS, k=rng.randint(3, 36))).encode()
        encoded = "".join(f"%{byte:02X}" for byte in words)
        page = f"https://www.example.com/pages/{rng.randint(1, 10_000)}"
        made.append(("-", page, f"https://www.example.com/search?q={encoded}")[at % 3])
    return made


def targets(rng: Random, number: int, spaced: float = 0.0) -> list[str]:
    """Return so many request targets. spaced: the share of those that hold spaces."""
    made = []
    for at in range(number):
        page = rng.randint(1, 10_000)
        plain = (
            "/api/user",
            f"/api/item?id={page}",
            f"/pages/{page}",
            f"/static/app.{page % 50}.js",
            f"/shop/product/{page}?from=list&page={page % 7}",
            "/",
        )
        text = rng.choices(plain, weights=(4, 4, 3, 4, 2, 1))[0]
        if at < spaced * number:
            text = f"/files/{rng.choice(_SPACES)} {page}.pdf"
        made.append(text)
    return made


def requests(rng: Random, number: int, spaced: float = 0.0) -> list[str]:
    """Return so many request lines: three of four are GET."""
    methods = rng.choices(("GET", "GET", "GET", "POST"), k=number)
    pairs = zip(methods, targets(rng, number, spaced), strict=True)
    return [f"{method} {target} HTTP/1.1" for method, target in pairs]


def endings(rng: Random, number: int, empty: str = "-") -> list[str]:
    """Return so many statuses, each with its bytes. empty: how a server writes none."""
    statuses = rng.choices(_STATUSES, k=number)
    return [f"{s} {empty if s == 304 else rng.randint(100, 99_999)}" for s in statuses]
