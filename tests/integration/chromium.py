"""A headless Chromium that tests drive over its own protocol: size, language, errors, pictures.

Belongs here: starting the browser and looking at one page. Does not belong here: what a page must hold.
"""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.integration.homes import stop

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--remote-debugging-port=0", "--hide-scrollbars",
)  # fmt: skip


def find_browser() -> str:
    """The browser; in CI there must be one, elsewhere the test is skipped with a sentence."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail("CI must look at pages: `make browser` installs chromium")
    pytest.skip("no Chromium here: install Debian's package chromium to look at pages")


@dataclass
class Tab:
    """One page. ``problems`` are its console errors, ``requests`` all addresses it asked for."""

    socket: ClientConnection
    session: str
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    _count: int = 0
    _loaded: bool = False

    def open(self, address: str, *, width: int, height: int = 900) -> None:
        """Show an address on a screen of this size and wait until it is loaded."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 600)  # fmt: skip
        self._go("about:blank")  # from the same page with another #part nothing would be loaded
        self.problems.clear()
        self.requests.clear()
        self._go(address)

    def _go(self, address: str) -> None:
        self._loaded = False
        self.send("Page.navigate", url=address)
        until = time.monotonic() + 240
        while not self._loaded:
            assert time.monotonic() < until, f"{address} did not load in 240 s"
            self._receive()

    def ask(self, script: str) -> Any:
        """The value of an expression in the page."""
        found = self.send("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def picture(self, path: Path, *, whole: bool = True) -> Path:
        """A picture of the whole page, or of the screen; also kept in YUTANG_SCREENSHOTS, if set."""
        shot = self.send("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))
        if kept := os.environ.get("YUTANG_SCREENSHOTS"):
            Path(kept).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, kept)
        return path

    def pdf(self, path: Path) -> Path:
        """The page as it is printed."""
        printed = self.send("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        path.write_bytes(base64.b64decode(printed["data"]))
        return path

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._count += 1
        number = self._count
        self.socket.send(
            json.dumps({"id": number, "sessionId": self.session, "method": method,
                        "params": parameters})
        )  # fmt: skip
        while True:
            answer = self._receive()
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]

    def _receive(self) -> dict[str, Any]:
        answer = json.loads(self.socket.recv(timeout=240))
        said = answer.get("params", {})
        match answer.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Network.requestWillBeSent":
                self.requests.append(said["request"]["url"])
            case "Log.entryAdded" if said["entry"]["level"] == "error":
                self.problems.append(said["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.problems.append(str(said["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if said["type"] in ("error", "warning"):
                self.problems.append(str(said["args"]))
        return answer


@contextmanager
def browser(folder: Path, *, language: str = "zh-CN") -> Iterator[Tab]:
    """A tab of a fresh browser with its profile in ``folder``."""
    profile = folder / "profile"
    process = subprocess.Popen(
        [find_browser(), *FLAGS, f"--lang={language}", f"--accept-lang={language}",
         f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        port = profile / "DevToolsActivePort"
        until = time.monotonic() + 240
        while not (port.exists() and len(port.read_text().splitlines()) > 1):
            assert process.poll() is None, "Chromium ended before it could be asked anything"
            assert time.monotonic() < until, "Chromium did not start in 240 s"
            time.sleep(0.1)
        number, path = port.read_text().splitlines()[:2]
        with connect(f"ws://127.0.0.1:{number}{path}", max_size=None, proxy=None) as socket:
            root = Tab(socket, "")
            target = _of_browser(socket, "Target.createTarget", url="about:blank")["targetId"]
            root.session = _of_browser(
                socket, "Target.attachToTarget", targetId=target, flatten=True
            )["sessionId"]
            yield root
    finally:
        stop(process)


def _of_browser(socket: ClientConnection, method: str, **parameters: Any) -> dict[str, Any]:
    socket.send(json.dumps({"id": 0, "method": method, "params": parameters}))
    while True:
        answer = json.loads(socket.recv(timeout=240))
        if answer.get("id") == 0:
            return answer["result"]
