"""clfparse.stream.descriptors: what is written arrives, whatever the descriptor is."""

import os
import threading

from clfparse.stream.descriptors import write_all


def test_a_non_blocking_descriptor_gets_every_byte() -> None:
    """As stdout is, where another process on the same terminal or pipe has made it so."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    written = os.urandom(1 << 21)  # no pipe holds as much
    pieces: list[bytes] = []
    reader = threading.Thread(
        target=lambda: pieces.extend(iter(lambda: os.read(read, 1 << 16), b""))
    )
    reader.start()
    write_all(write, written)
    os.close(write)
    reader.join()
    os.close(read)
    assert b"".join(pieces) == written
