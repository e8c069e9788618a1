"""Caddy's access log for the benchmark: nested objects, and headers that are lists of values."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from _bench_pieces import (
    AGENTS,
    CLIENTS,
    RATE,
    agents,
    clients,
    drawn,
    epoch_seconds,
    referers,
    targets,
)

_POOL = 5_000
_TYPES = ("text/html; charset=utf-8", "application/json", "image/webp")


def caddy(rng: Random) -> Iterator[str]:
    """Yield lines as Caddy 2 writes them: `ts` to a fraction of a second, `duration` in seconds."""
    pools = clients(rng, CLIENTS), range(1024, 65536), _heads(rng), _ends(rng)
    for at, (second, (host, port, head, end)) in enumerate(
        zip(epoch_seconds(), drawn(rng, *pools), strict=False)
    ):
        yield (
            f'{{"level":"info","ts":{second + at % RATE / RATE:.7f},'
            f'"logger":"http.log.access.log0","msg":"handled request","request":'
            f'{{"remote_ip":"{host}","remote_port":"{port}","client_ip":"{host}",{head}{end}\n'
        )


def _inside(value: dict[str, Any]) -> str:
    """Return the members of an object as text, without its braces."""
    return json.dumps(value, separators=(",", ":"))[1:-1]


def _heads(rng: Random) -> list[str]:
    """Return what follows the client: the rest of the request."""
    return [
        _inside(
            {
                "proto": rng.choice(("HTTP/1.1", "HTTP/2.0", "HTTP/3.0")),
                "method": rng.choice(("GET", "GET", "GET", "POST")),
                "host": "www.example.com",
                "uri": target,
                "headers": {
                    "User-Agent": [agent],
                    "Accept": ["text/html,application/xhtml+xml,*/*;q=0.8"],
                    "Accept-Encoding": ["gzip, deflate, br"],
                    "Accept-Language": ["en-GB,en;q=0.5"],
                    **({} if referer == "-" else {"Referer": [referer]}),
                },
                "tls": {
                    "resumed": False,
                    "version": 772,
                    "cipher_suite": 4865,
                    "proto": "h2",
                    "server_name": "www.example.com",
                },
            }
        )
        for target, agent, referer in zip(
            targets(rng, _POOL),
            rng.choices(agents(rng, AGENTS), k=_POOL),
            referers(rng, _POOL),
            strict=True,
        )
    ]


def _ends(rng: Random) -> list[str]:
    """Return what follows the request: the response."""
    return [
        "},"  # the request's own brace
        + _inside(
            {
                "bytes_read": 0,
                "user_id": "",
                "duration": round(rng.expovariate(20), 9),
                "size": rng.randint(0, 99_999),
                "status": rng.choice((200, 200, 200, 304, 404, 500)),
                "resp_headers": {
                    "Server": ["Caddy"],
                    "Alt-Svc": ['h3=":443"; ma=2592000'],
                    "Content-Type": [rng.choice(_TYPES)],
                    "Vary": ["Accept-Encoding"],
                },
            }
        )
        + "}"
        for _ in range(_POOL)
    ]
