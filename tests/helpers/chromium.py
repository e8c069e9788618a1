"""Chromium without a window, asked by its DevTools protocol: what a person would see of a page."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PATIENCE = 60  # seconds
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_OPTIONS = (
    "--headless=new --remote-debugging-pipe --no-first-run --disable-gpu --disable-extensions"
    " --disable-background-networking --disable-component-update --hide-scrollbars"
    " --disable-dev-shm-usage"
)


def executable() -> str | None:
    """Return where a Chromium is; None if there is none on PATH."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


class Chromium:
    """A tab of a browser. events: what it has said by itself, such as errors of a page."""

    def __init__(self, asks: int, answers: int) -> None:
        self._asks = asks
        self._answers = answers
        self._rest = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask, and wait for the answer."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": parameters}
        session = {"sessionId": self._session} if self._session else {}
        os.write(self._asks, json.dumps({**asked, **session}).encode() + b"\0")
        while True:
            said = self._read()
            if said.get("id") == self._number:
                assert "error" not in said, said
                result: dict[str, Any] = said["result"]
                return result
            self.events.append(said)

    def open(self, path: Path, width: int, *, dark: bool = False) -> None:
        """Open a page, in a window of a width, and wait until it is loaded."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        self.events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        while not any(said.get("method") == "Page.loadEventFired" for said in self.events):
            self.events.append(self._read())

    def value(self, expression: str) -> Any:
        """Return what an expression of JavaScript is, beside the page: its policy is not asked."""
        asked = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        return asked["result"].get("value")

    def errors(self) -> list[dict[str, Any]]:
        """Return what the browser has had to say of the page since it was opened."""
        names = {"Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"}
        return [said for said in self.events if said.get("method") in names]

    def loaded(self) -> list[str]:
        """Return what the page has had loaded, itself included."""
        asked = [said for said in self.events if said.get("method") == "Network.requestWillBeSent"]
        return [said["params"]["request"]["url"] for said in asked]

    def picture(self, path: Path) -> None:
        """Write a picture of the whole page."""
        shot = self.ask("Page.captureScreenshot", captureBeyondViewport=True, format="png")
        path.write_bytes(base64.b64decode(shot["data"]))

    def paper(self, path: Path) -> None:
        """Write the page as it is printed."""
        printed = self.ask("Page.printToPDF", printBackground=False)
        path.write_bytes(base64.b64decode(printed["data"]))

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._answers], [], [], PATIENCE)
            assert ready, "the browser says nothing"
            read = os.read(self._answers, 1 << 16)
            assert read, "the browser has ended"
            self._rest += read
        message, _, self._rest = self._rest.partition(b"\0")
        said: dict[str, Any] = json.loads(message)
        return said


@contextmanager
def browser() -> Iterator[Chromium]:
    """Start a browser, and end it with all it has started."""
    theirs, asks = os.pipe()
    answers, written = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # It reads descriptor 3 and writes 4; sh puts the pipes there, wherever they are here.
        command = f'exec "$0" "$@" 3<&{theirs} 4>&{written}'
        sandbox = ["--no-sandbox"] * (os.geteuid() == 0)
        options = [*_OPTIONS.split(), *sandbox, f"--user-data-dir={folder}"]
        process = subprocess.Popen(
            ["bash", "-c", command, executable() or "", *options, "about:blank"],
            pass_fds=(theirs, written),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": folder},
        )
        os.close(theirs)
        os.close(written)
        try:
            yield (chromium := Chromium(asks, answers))
            chromium._session = None
            with suppress(OSError, AssertionError):
                chromium.ask("Browser.close")
        finally:
            os.close(asks)
            os.close(answers)
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
            process.kill()
            process.wait()
