"""The certified OpenID provider (npm `oidc-provider`) playing Google, as a process; `python3 dev.py test` installs it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.servers.chromium import Browser
from tests.servers.ports import free_port, wait_until_open

MODULES = Path(sys.prefix) / "oidc-provider" / "node_modules"
CLIENT_ID, CLIENT_SECRET = "desktop.apps.googleusercontent.com", "GOCSPX-desktop"
OTHER_CLIENT_ID, OTHER_CLIENT_SECRET = "another.apps.googleusercontent.com", "GOCSPX-another"


@dataclass(frozen=True)
class OidcProvider:
    """Accounts: owner, maria, nikos (of kktires.example), stranger, unverified."""

    port: int

    @property
    def issuer(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Settings of a desktop that signs in with it."""
        return {
            "GOOGLE_ISSUER": self.issuer,
            "GOOGLE_DESKTOP_CLIENT_ID": CLIENT_ID,
            "GOOGLE_DESKTOP_CLIENT_SECRET": CLIENT_SECRET,
        }

    def rotate(self, *, keep_old: bool) -> None:
        """Sign with a new key from now on."""
        self._control(rotate="add" if keep_old else "replace")

    def take_down(self, *paths: str) -> None:
        """Say 503 at these paths, and at no others."""
        self._control(down=paths)

    def _control(self, **what: Any) -> None:
        httpx.post(f"{self.issuer}/control", content=json.dumps(what), timeout=30).raise_for_status()


def choose_account(tab: Browser, url: str, account: str, *, gmail: bool = False, consent: bool = True) -> None:
    """What a person does in the browser: open the address, choose an account, and agree; returns on the last page."""
    tab.open(url)
    origin = tab.url.split("/signin")[0]
    deadline = time.monotonic() + 30
    # Who has chosen or agreed before may not be asked again.
    while tab.url.startswith(origin):
        assert time.monotonic() < deadline, tab.text()
        with suppress(AssertionError):  # The page went while it was looked at.
            tab.run(_AGREE, account, gmail, consent)
        time.sleep(0.02)


#: In one piece, as pages come and go between two commands; and once for each page.
_AGREE = """
const [account, gmail, consent] = arguments, find = (css) => document.querySelector(css);
const button = find(`button[value="${account}"]`) ?? find(consent ? "button[name=go]" : "button[name=cancel]");
if (!button || document.body.dataset.done) return;
document.body.dataset.done = "yes";
if (gmail) find("#gmail")?.click();
button.click();
"""


@contextmanager
def oidc_provider() -> Iterator[OidcProvider]:
    """A provider that nobody has signed in with yet; it ends with the block."""
    node = shutil.which("node")
    assert node and MODULES.exists(), "oidc-provider is not installed: `python3 dev.py test` installs it"
    port = free_port()
    clients = json.dumps([[CLIENT_ID, CLIENT_SECRET], [OTHER_CLIENT_ID, OTHER_CLIENT_SECRET]])
    script = Path(__file__).with_suffix(".mjs")
    command = [node, "--no-warnings", str(script), str(port), str(MODULES), clients]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until_open(port, process)
            yield OidcProvider(port)
        finally:
            process.kill()
            process.wait()
