"""Text as servers write it, and as a record holds it then."""

from collections.abc import Callable

from hypothesis import strategies as st

Escape = Callable[[int], bytes]


def apache(byte: int) -> bytes:
    """Escape as httpd's ap_escape_logitem does."""
    letters = {8: b"b", 9: b"t", 10: b"n", 11: b"v", 13: b"r", 34: b'"', 92: b"\\"}
    if byte in letters:
        return b"\\" + letters[byte]
    return bytes([byte]) if 0x20 <= byte < 0x7F else b"\\x%02x" % byte


def nginx(byte: int) -> bytes:
    """Escape as nginx's ngx_http_log_escape does."""
    return bytes([byte]) if 0x20 <= byte < 0x7F and byte not in b'"\\' else b"\\x%02X" % byte


def sent(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def written(text: str, escape: Escape) -> bytes:
    return b"".join(map(escape, sent(text)))


def shown(text: str, escape: Escape) -> str:
    """Return what a record holds: printable text as sent, the rest as the server wrote it."""
    return "".join(c if c.isprintable() else written(c, escape).decode() for c in text)


# What a client may send, a byte that is no UTF-8 as a surrogate; and what it may try.
TRIES = [b" [10/Oct/2000:13:55:36 -0700]", b'"', b' "', b'" 200 5', b"\\", b" - ", b"?", b"\n"]
TEXTS = (
    st.lists(
        st.text(max_size=5).map(str.encode) | st.binary(max_size=3) | st.sampled_from(TRIES),
        max_size=4,
    )
    .map(lambda parts: b"".join(parts).decode("utf-8", "surrogateescape").strip(" "))
    .filter(lambda text: text not in {"", "-"})
)
