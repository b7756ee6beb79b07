"""A headless Chromium, driven by the W3C WebDriver protocol (https://www.w3.org/TR/webdriver2/)."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.servers.ports import free_port, wait_until_open

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


class Browser:
    """One tab."""

    def __init__(self, client: httpx.Client, session: str) -> None:
        self._client = client
        self._session = f"/session/{session}"

    def open(self, url: str) -> None:
        """Go to `url` and wait until it has loaded."""
        self._send("POST", "/url", {"url": url})

    @property
    def url(self) -> str:
        """Where the tab is."""
        return str(self._send("GET", "/url"))

    @property
    def title(self) -> str:
        """What the page is called."""
        return str(self._send("GET", "/title"))

    def text(self, css: str = "body") -> str:
        """The visible text of the first element that `css` finds."""
        return str(self._send("GET", f"/element/{self._find(css)}/text"))

    def click(self, css: str) -> None:
        """Click the first element that `css` finds; waits for the page that this loads."""
        self._send("POST", f"/element/{self._find(css)}/click", {})

    def type(self, css: str, text: str) -> None:
        """Type into a field."""
        self._send("POST", f"/element/{self._find(css)}/value", {"text": text})

    def run(self, script: str, *args: object) -> Any:
        """Run the body of a function in the page, wait for what it promises, and give what it returns."""
        return self._send("POST", "/execute/sync", {"script": script, "args": list(args)})

    def press(self, *keys: str) -> None:
        """Press and release keys, one after the other, wherever the focus is. `"\ue004"` is Tab (section 17.4.2)."""
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._send("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]})

    def command(self, name: str, **parameters: object) -> Any:
        """A command of Chromium's own, where the standard has none (chromedevtools.github.io/devtools-protocol)."""
        return self._send("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def screenshot(self, path: Path) -> None:
        """A picture of what is to be seen."""
        path.write_bytes(base64.b64decode(self._send("GET", "/screenshot")))

    def close(self) -> None:
        """Close the tab and the browser."""
        self._send("DELETE", "")

    def _find(self, css: str) -> str:
        return str(self._send("POST", "/element", {"using": "css selector", "value": css})[_ELEMENT])

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        response = self._client.request(method, f"{self._session}{path}", json=body)
        value = response.json()["value"]
        assert response.is_success, value
        return value


@contextmanager
def browser(*, language: str = "en-US", scripts: bool = True) -> Iterator[Browser]:
    """Start Chromium with an empty profile; it ends with the block.

    Pages are asked for in `language` first, and run no script without `scripts` (`Browser.run` works all the same).
    """
    driver = shutil.which("chromedriver")
    binary = shutil.which("chromium")
    assert driver and binary, "chromium and chromium-driver are not installed: `python3 dev.py test` installs them"
    port = free_port()
    flags = [*_FLAGS, f"--accept-lang={language}", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with (
        tempfile.TemporaryDirectory() as profile,
        subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        try:
            wait_until_open(port, process)
            preferences = {} if scripts else {"profile.managed_default_content_settings.javascript": 2}
            options = {"binary": binary, "args": [*flags, f"--user-data-dir={profile}"], "prefs": preferences}
            wanted = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}}
            answer = client.post("/session", json=wanted).json()["value"]
            assert "sessionId" in answer, answer
            tab = Browser(client, answer["sessionId"])
            try:
                yield tab
            finally:
                tab.close()  # chromedriver alone would leave the browser running
        finally:
            process.terminate()
            process.wait()
