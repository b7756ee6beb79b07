"""The endpoints' own server: uvicorn, which does not wait for ever for a request that does not come."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds in which the head of a request must have come, from its first byte or the connection on.
HEAD_SECONDS: Final = 15.0
#: Seconds that a connection may be idle between requests, and that requests under way have when the server is to end.
IDLE_SECONDS: Final = 5
GRACE_SECONDS: Final = 30
#: Files that the process may have open, where the system lets it: each connection is one, and Linux begins with 1,024.
#: There is no limit of our own: uvicorn would answer a reader beyond it with an error instead of the picture.
_MOST_FILES: Final = 65_536


class PatientProtocol(H11Protocol):
    """One connection. uvicorn limits the time between requests only."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See `asyncio.Protocol`."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """See `H11Protocol`: what was sent ahead may be the beginning of the next request."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._leave_off()
        super().connection_lost(exc)

    def _watch(self) -> None:
        answering: Any = self.cycle  # none before the first request
        if answering and not answering.response_complete:
            self._leave_off()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _leave_off(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if not self.transport.is_closing():
            self.transport.close()


class EndpointServer(uvicorn.Server):
    """Says when it serves."""

    def __init__(self, config: uvicorn.Config, serving: Callable[[str], None]) -> None:
        """`serving` is called with the address, once requests are answered."""
        super().__init__(config)
        self._serving = serving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See `uvicorn.Server`."""
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            self._serving(f"http://{host}:{port}")


def serve(host: str, port: int, serving: Callable[[str], None], **options: Any) -> bool:
    """Serve until told to end; whether it ever did. `port` 0 is a free one. `options` are uvicorn's."""
    config = uvicorn.Config(
        "cloud_endpoints.app:app",
        host=host,
        port=port,
        http=PatientProtocol,
        ws="none",
        # Our own request log leaves the query out; uvicorn's would write signatures and secrets.
        access_log=False,
        log_config=None,
        # Which proxies to believe is ours to decide (`cloud_endpoints.proxies`); which server this is, nobody needs.
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        **options,
    )
    server = EndpointServer(config, serving)
    _allow_many_connections()
    server.run(sockets=[config.bind_socket()])
    return server.started


def _allow_many_connections() -> None:
    try:
        import resource
    except ModuleNotFoundError:
        return  # Windows has no such limit.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
