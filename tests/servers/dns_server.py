"""A name server on the loopback interface, over UDP and TCP, that also fails, refuses, keeps silent and cuts short."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from kkdesk.services.dns_lookups import SystemDns

#: Records by kind, as a zone file writes them; or how the server misbehaves: "SERVFAIL", "REFUSED", "silent".
Zone = Mapping[str, Sequence[str]] | str
#: What a client without EDNS takes by UDP.
_UDP_BYTES = 512


class DnsServer:
    """`async with DnsServer({"kktires.gr": {"MX": ["10 mail.kktires.gr."]}, "broken.gr": "SERVFAIL"}) as server`.

    Names that are not listed do not exist; `questions` are those that were asked, as (name, kind).
    """

    def __init__(self, zones: Mapping[str, Zone]) -> None:
        self.zones = dict(zones)
        self.questions: list[tuple[str, str]] = []
        self.port = 0

    def client(self, seconds: float = 3.0) -> SystemDns:
        """A resolver that asks this server."""
        return SystemDns(["127.0.0.1"], self.port, seconds)

    def answer(self, question: bytes, *, datagram: bool) -> bytes | None:
        """What the server says; None: nothing."""
        asked = dns.message.from_wire(question)
        [about] = asked.question
        name, kind = str(about.name).rstrip(".").lower(), dns.rdatatype.to_text(about.rdtype)
        self.questions.append((name, kind))
        reply = dns.message.make_response(asked, recursion_available=True)
        zone = self.zones.get(name)
        if zone == "silent":
            return None
        if isinstance(zone, str):
            reply.set_rcode(dns.rcode.from_text(zone))
        elif zone is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif records := zone.get(kind):
            reply.answer.append(dns.rrset.from_text(about.name, 300, "IN", kind, *records))
        wire = reply.to_wire()
        if datagram and len(wire) > _UDP_BYTES:
            reply.answer.clear()
            reply.flags |= dns.flags.TC
            wire = reply.to_wire()
        return wire

    async def __aenter__(self) -> DnsServer:
        # The TCP port first: that of UDP with the same number is then free too, next to always.
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Conversation(self), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), ("127.0.0.1", self.port))
        self._datagrams = transport
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._datagrams.close()
        self._server.close()
        await self._server.wait_closed()


class _Conversation(asyncio.Protocol):
    """Questions and answers over TCP, each after its length. No task of its own: nothing is left when the loop ends."""

    def __init__(self, server: DnsServer) -> None:
        self._server = server
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while len(self._heard) >= 2:
            (length,) = struct.unpack("!H", self._heard[:2])
            if len(self._heard) < 2 + length:
                return
            question, self._heard = self._heard[2 : 2 + length], self._heard[2 + length :]
            if (wire := self._server.answer(question, datagram=False)) is not None:
                self._transport.write(struct.pack("!H", len(wire)) + wire)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: DnsServer) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if (wire := self._server.answer(data, datagram=True)) is not None:
            self._transport.sendto(wire, addr)
