"""Who is at the other end when proxies stand between: forwarded headers count only from those that are configured."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput

#: Every peer is a proxy that can be trusted: of a platform that nobody can reach but through it.
ANYBODY: Final = "*"

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class TrustedProxies:
    """The proxies of TRUSTED_PROXIES: addresses and networks with commas between, or `*`."""

    def __init__(self, text: str) -> None:
        """Raises `InvalidInput` for what is no address or network."""
        entries = [entry.strip() for entry in text.split(",") if entry.strip()]
        self._anybody = ANYBODY in entries
        try:
            self._networks: tuple[_Network, ...] = tuple(
                ipaddress.ip_network(entry, strict=False) for entry in entries if entry != ANYBODY
            )
        except ValueError as error:
            raise _no_network(text) from error

    def trusts(self, address: str) -> bool:
        """Whether `address` is one of them."""
        if self._anybody:
            return True
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        return any(found in network for network in self._networks)

    def client_of(self, peer: str, forwarded: Iterable[str], real_ip: str) -> str:
        """The nearest address that is none of these proxies', as `X-Forwarded-For` (else `X-Real-IP`) tells it.

        `peer` is who is connected. Entries are read from the right: what stands to the left of one that cannot be
        trusted anybody may have written. Behind a platform that is trusted blindly the first one counts.
        """
        if not self.trusts(peer):
            return peer
        hops = [hop.strip() for line in forwarded for hop in line.split(",") if hop.strip()]
        if self._anybody and hops:
            return hops[0]
        found = next((hop for hop in reversed(hops) if not self.trusts(hop)), "") or (hops[0] if hops else "")
        return found or real_ip.strip() or peer


class ForwardedHeaders:
    """Puts the visitor's own address into the request's scope."""

    def __init__(self, app: ASGIApp, trusted: TrustedProxies) -> None:
        """`trusted` are the proxies before this server."""
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            # A server that listens on a socket in the file system has a peer without address: a proxy of this machine.
            peer, port = scope.get("client") or ("127.0.0.1", 0)
            found = self._trusted.client_of(peer, headers.getlist("x-forwarded-for"), headers.get("x-real-ip", ""))
            scope["client"] = (found, port)
        await self._app(scope, receive, send)


def _no_network(text: str) -> InvalidInput:
    return InvalidInput(
        Bilingual(
            f"TRUSTED_PROXIES: το «{text[:100]}» δεν είναι διευθύνσεις ή δίκτυα.",
            f"TRUSTED_PROXIES: “{text[:100]}” are not addresses or networks.",
        ),
        kept=Bilingual("Ο διακομιστής δεν ξεκίνησε.", "The server has not started."),
        next_step=Bilingual("Γράψτε π.χ. 10.0.0.0/8, 192.168.1.5.", "Write e.g. 10.0.0.0/8, 192.168.1.5."),
    )
