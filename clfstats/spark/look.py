"""Whether a log must be read whole: where a line is read by what came before it.

What a first look at a log cannot see is seen where a split begins: then it is an error, reported.
"""

import re
from collections.abc import Sequence
from contextlib import suppress

from clfparse.formats import catalog
from clfparse.formats.parts import Parts
from clfparse.record import Refused
from clfparse.stream.decompress import Decompressor, Unreadable

LOOK = 1 << 16  # bytes at the beginning of a log, or of a split
_DIRECTIVE = re.compile(
    rb"^(?:\xef\xbb\xbf)?#(?:Fields|Version|Software|Date|Start-Date|End-Date|GMT-Offset)\s*:",
    re.MULTILINE,
)
_HEADING = re.compile(rb"^==> [^\n]+ <==$", re.MULTILINE)


def whole_options(forms: Sequence[str], zone: str | None) -> bool:
    """Tell whether these options ask for whole logs, whatever is in them.

    Of several formats the last that fitted is tried first. In a zone, order says which of two hours
    of autumn a time is in. Directives of W3C hold for the lines after them.
    """
    entries = [catalog.find(form) for form in forms if re.fullmatch(r"[\w.-]+", form)]
    directed = any(entry and entry.reader == "w3c" for entry in entries)
    return zone is not None or len(forms) > 1 or directed


def is_packed(head: bytes) -> bool:
    """Tell whether a log may begin as a compressed one, or as what has no lines."""
    decompressor = Decompressor()
    with suppress(Unreadable):
        for _ in decompressor.add(head):
            pass
        return not decompressor.plain
    return True


def carried(head: bytes, by: Sequence[str]) -> str | None:
    """Return what a line of these depends on, in words, if it is one before it.

    head: the beginning of a log, or of a split of it; by: the fields that are counted by.
    """
    if b"#" in head and _DIRECTIVE.search(head):
        return "a directive (#Fields) holds for the lines after it"
    if "log" in by and _HEADING.search(head):
        return "a heading of tail (==> FILE <==) holds for the lines after it"
    lines = head.split(b"\n")
    parts = Parts()
    try:
        joined = any(parts.take(line) for line in lines)
    except Refused:
        joined = True
    return "a container's runtime may have cut lines in parts" if joined else None
