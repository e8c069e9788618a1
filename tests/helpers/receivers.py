"""A receiver of what is posted, on this machine alone."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Receiver(ThreadingHTTPServer):
    """Refuses connections until it is up; then takes what is posted.

    statuses: of the next answers; 200 after them. posted: path and JSON of each that was taken.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler, bind_and_activate=False)
        self.server_bind()  # the port is its own from now on, though nobody listens
        self.statuses: list[int] = []
        self.posted: list[tuple[str, Any]] = []
        self._thread = Thread(target=self.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def up(self) -> None:
        """Begin to answer."""
        self.server_activate()
        self._thread.start()

    def end(self) -> None:
        """End, whether it was up or not."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        """Take what is posted, or refuse it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        if status == 200:
            self.server.posted.append((self.path, json.loads(body)))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Make a receiver, which is down at first."""
    receiver = Receiver()
    try:
        yield receiver
    finally:
        receiver.end()
