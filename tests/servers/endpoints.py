"""The endpoints as an operator runs them: `kkdesk serve` in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

#: Environment of a server that no test has made secret.
SECRET = "endpoints-secret"


class Endpoints:
    """One running server."""

    def __init__(self, folder: Path, env: Mapping[str, str], port: int = 0, log: Path | None = None) -> None:
        """Start it on the profile at `folder`, and wait until it serves. `port` 0 is a free one.

        What it writes to standard error goes to the file `log`, else nowhere.
        """
        self._command = [sys.executable, "-m", "kkdesk", "serve", "--data", str(folder)]
        unlimited = {"VISITS_PER_MINUTE": "1000000000"}
        self._env = {**os.environ, "EMAIL_TRACKING_SECRET": SECRET, **unlimited, **env}
        self.port = port
        self._log = log
        self.start()

    def start(self) -> None:
        """Start it, again on the same port after `kill`."""
        command = [*self._command, "--port", str(self.port)]
        with Path(self._log or os.devnull).open("ab") as errors:
            self.process = subprocess.Popen(command, env=self._env, stdout=subprocess.PIPE, stderr=errors, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        assert line, f"the server ended with {self.process.wait()}"
        self.port = urlsplit(line).port or 0

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self._wait()

    def end(self) -> int:
        """Ask it to end, as a service manager does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._wait()

    def _wait(self) -> int:
        code = self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@contextmanager
def endpoints(folder: Path, env: Mapping[str, str], log: Path | None = None) -> Iterator[Endpoints]:
    """A server for as long as the block lasts."""
    server = Endpoints(folder, env, log=log)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()
