"""The endpoints again and again on one port: whenever the server dies, the next one is there in a moment.

Run as a program it imports everything once, listens, and forks a server; when that is killed it forks the next. On
standard output stand the port, then each server's process id. It ends when its standard input is closed.
"""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.servers.endpoints import SECRET


class ForkingEndpoints:
    """A running parent; `pid` is its server of the moment."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        """On the profile at `folder`."""
        settings = {"EMAIL_TRACKING_SECRET": SECRET, "VISITS_PER_MINUTE": "1000000000", "KKDESK_DATA": str(folder)}
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.forking_endpoints"],
            env={**os.environ, **settings, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.port = self._number()
        self.pid = self._number()

    def kill(self) -> None:
        """End the server as a power cut would; the next one has been forked when this returns."""
        os.kill(self.pid, 9)
        self.pid = self._number()

    def close(self) -> None:
        """End the server in good order, and the parent."""
        assert self._parent.stdin is not None and self._parent.stdout is not None
        self._parent.stdin.close()
        assert self._parent.wait() == 0
        self._parent.stdout.close()

    def _number(self) -> int:
        assert self._parent.stdout is not None
        return int(self._parent.stdout.readline())


@contextmanager
def forking_endpoints(folder: Path, env: Mapping[str, str]) -> Iterator[ForkingEndpoints]:
    """Servers for as long as the block lasts."""
    server = ForkingEndpoints(folder, env)
    try:
        yield server
    finally:
        server.close()


def serve(listening: socket.socket) -> None:
    """What a forked process does until it is killed or told to end."""
    import uvicorn

    from cloud_endpoints.app import app

    config = uvicorn.Config(app, access_log=False, log_config=None, timeout_graceful_shutdown=30, proxy_headers=False)
    uvicorn.Server(config).run(sockets=[listening])


def parent() -> None:
    """Fork servers until nobody wants any more."""
    import uvicorn.protocols.http.h11_impl
    import uvicorn.server  # noqa: F401 - imported once, for all

    import cloud_endpoints.app  # noqa: F401 - the same
    import kkdesk.store.local
    import kkdesk.store.remote  # noqa: F401 - the same

    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    print(listening.getsockname()[1], flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        child = os.fork()
        if not child:
            serve(listening)
            os._exit(0)
        print(child, flush=True)
        wait(child)


def wait(child: int) -> None:
    """Return when the server is dead; when nobody wants any more, tell it to end."""
    ended = os.pidfd_open(child)
    while True:
        ready, _, _ = select.select([ended, sys.stdin], [], [])
        if sys.stdin in ready:
            os.kill(child, 15)
            os.waitpid(child, 0)
            return
        if ended in ready:
            os.waitpid(child, 0)
            os.close(ended)
            return


if __name__ == "__main__":
    parent()
