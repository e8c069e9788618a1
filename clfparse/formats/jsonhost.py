"""The client in a JSON log: one address or name, without a port."""

import re

from clfparse.formats.fields import split_port
from clfparse.values import hosts

_ADDRESS = re.compile(hosts.ADDRESS.decode(), re.ASCII)
_NAME = re.compile(hosts.NAME.decode(), re.ASCII)
_LONGEST = 1 << 13  # of a forwarded header: what servers let through
_UNIX = "unix:"  # nginx: a local socket


def client(raw: object) -> str | None:
    """Read an address or a name: ``192.0.2.7:41342``, ``[::1]:80``, Java's ``/192.0.2.7:4``."""
    if type(raw) is not str:
        return None
    if _ADDRESS.fullmatch(raw) or _NAME.fullmatch(raw) or raw == _UNIX:
        return raw
    name = split_port(raw.removeprefix("/"))[0]
    if name[:1] == "[" and name[-1:] == "]":
        name = name[1:-1]
        return name if _ADDRESS.fullmatch(name) else None
    return name if _ADDRESS.fullmatch(name) or _NAME.fullmatch(name) else None


def dotted(raw: object) -> str | None:
    """Read a "client", which may be a program's name, too."""
    name = client(raw)
    return name if name and ("." in name or ":" in name or name == "localhost") else None


def address(raw: object) -> str | None:
    """Read an address; a name may be the site's."""
    name = client(raw)
    return name if name is not None and _ADDRESS.fullmatch(name) else None


def first_address(raw: object) -> str | None:
    """Return the first address of a list: of an array, or ``192.0.2.7, 10.0.0.1:80``."""
    if type(raw) is list:
        raw = ",".join(each for each in raw if type(each) is str)
    if type(raw) is not str:
        return None
    addresses = (address(each.strip(" \"'")) for each in raw[:_LONGEST].split(","))
    return next(filter(None, addresses), None)
