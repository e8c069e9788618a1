"""HTML as text that nothing of a log can break out of.

`Markup` is a type of its own: what comes from elsewhere becomes such by `escaped` alone.
"""

from collections.abc import Iterable
from html import escape
from typing import NewType

from clfparse.counting.keys import Key, name
from clfparse.values.escapes import displayed

Markup = NewType("Markup", str)

EMPTY = Markup("")
_LONGEST = 500  # characters of a value; a client may send a path of 64 KiB
_VOID = {"meta", "link", "br"}


def escaped(characters: str) -> Markup:
    """Return text as it is to be seen: nothing in it is markup, acts on the page or hides."""
    return Markup(escape(displayed(characters), quote=False))


def shown_value(key: Key, longest: int = _LONGEST) -> Markup:
    """Return the value of a field, at most so many characters of it; it says what is cut off."""
    if key == "":
        return escaped('""')
    whole = name(key)
    if len(whole) <= longest:
        return escaped(whole)
    rest = element("small", escaped(f" … and {len(whole) - longest:,} characters"))
    return join([escaped(whole[:longest]), rest])


def element(tag: str, *content: Markup, **attributes: str | float | None) -> Markup:
    """Return an element. Of attributes a final ``_`` goes, others are ``-``; None is not there."""
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    said = "".join(
        f' {key}="{_quoted(str(value))}"' for key, value in named.items() if value is not None
    )
    end = "" if tag in _VOID else f"</{tag}>"
    return Markup(f"<{tag}{said}>{''.join(content)}{end}")


def join(parts: Iterable[Markup], between: str = "") -> Markup:
    """Return markup, one after the other. between: white space."""
    return Markup(between.join(parts))


def _quoted(characters: str) -> str:
    """Return an attribute's value, to stand between double quotes."""
    return escape(displayed(characters), quote=False).replace('"', "&quot;")
