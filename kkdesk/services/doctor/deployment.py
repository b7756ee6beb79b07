"""A deployment that is looked at from outside. What several checks need is found out once, by whoever asks first."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import secrets as randomness
import ssl
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import cached_property
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from urllib.parse import urlsplit

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import Offline
from kkdesk.services.dns_lookups import Dns, DnsAnswer, Standing
from kkdesk.services.doctor.asking import SECONDS, Answer, Asking, NoAnswer, trusted_authorities
from kkdesk.services.doctor.certificate import Certificate, Untrusted, look_at
from kkdesk.services.doctor.check import CannotTell
from kkdesk.services.mail.tracking import Signer

T = TypeVar("T")

#: Where a link of a mail that nobody has sent leads. The name can never exist (RFC 2606), and nobody goes there.
DESTINATION: Final = "https://kkdesk-doctor.invalid/a%20b?%CE%B1=1&u=2#part"


class Deployment:
    """The endpoints at one origin. `async with Deployment(...) as deployment`."""

    def __init__(
        self,
        origin: str,
        dns: Dns,
        *,
        tracking_secret: str = "",
        cron_secret: str = "",
        tls: Callable[[], ssl.SSLContext] = trusted_authorities,
        clock: Callable[[], float] = time.time,
        seconds: float = SECONDS,
    ) -> None:
        """`origin` is scheme, host and port; the secrets are ours. `seconds` is what one answer may take."""
        parts = urlsplit(origin)
        self.origin = origin
        self.host = parts.hostname or ""
        self.encrypted = parts.scheme == "https"
        self.cron_secret = cron_secret
        self.clock = clock
        #: Signs the links of a mail that does not exist; None without a secret.
        self.signer = Signer(tracking_secret, origin) if tracking_secret else None
        #: Of campaign and recipient; nobody has these.
        self.mail = (f"doctor_{randomness.token_hex(8)}", f"doctor_{randomness.token_hex(8)}")
        self._port = parts.port or (443 if self.encrypted else 80)
        self._dns = dns
        self._tls = tls
        self._seconds = seconds
        self._known: dict[str, asyncio.Task[Any]] = {}
        self._asking: Asking | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._known.values():
            task.cancel()
        await asyncio.gather(*self._known.values(), return_exceptions=True)
        if self._asking is not None:
            await self._asking.close()

    @cached_property
    def literal(self) -> str:
        """The address that stands in the origin itself; empty where a name does."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return "127.0.0.1"
        with contextlib.suppress(ValueError):
            return str(ipaddress.ip_address(self.host))
        return ""

    @property
    def on_this_computer(self) -> bool:
        """Whether only this computer can mean it."""
        return bool(self.literal) and ipaddress.ip_address(self.literal).is_loopback

    async def records(self) -> tuple[DnsAnswer, DnsAnswer]:
        """What the name servers say of IPv4 and of IPv6."""
        return await self._once("records", self._records)

    async def certificate(self) -> Certificate:
        """The certificate. Raises `Untrusted`, `NoAnswer`, and `CannotTell` without an address."""
        return await self._once("certificate", self._certificate)

    async def health(self) -> Answer:
        """What `GET /api/health` says. Raises `NoAnswer`, and `CannotTell` when there is nobody safe to ask."""
        return await self._once("health", self._health)

    async def told(self) -> Mapping[str, Any]:
        """The JSON object that health is. Raises `CannotTell` without one."""
        try:
            answer = await self.health()
        except NoAnswer:
            raise CannotTell(_NOBODY) from None
        found = read_object(answer)
        if found is None or answer.status not in (200, 503):
            raise CannotTell(_NOBODY)
        return found

    async def ask(self, path: str, query: str = "", **how: Any) -> Answer:
        """One more answer, see `Asking.ask`. Raises `CannotTell` where health did not answer, else `Offline`."""
        await self.told()
        try:
            return await (await self._asker()).ask(path, query, **how)
        except NoAnswer as nothing:
            raise Offline(silence(nothing), next_step=SEE_LOG) from None

    async def _records(self) -> tuple[DnsAnswer, DnsAnswer]:
        if self.literal:
            found = DnsAnswer(Standing.FOUND, (self.literal,))
            none = DnsAnswer(Standing.NO_DATA)
            return (none, found) if ":" in self.literal else (found, none)
        four, six = await asyncio.gather(self._dns.ask(self.host, "A"), self._dns.ask(self.host, "AAAA"))
        return four, six

    async def _address(self) -> str:
        four, six = await self.records()
        # IPv4 first: that is how cron-job.org comes, and most mail programs.
        if not (addresses := (*four.values, *six.values)):
            raise CannotTell(_NO_ADDRESS)
        return addresses[0]

    async def _certificate(self) -> Certificate:
        context = await self._once("authorities", self._authorities)
        return await look_at(self.host, await self._address(), self._port, context)

    async def _authorities(self) -> ssl.SSLContext:
        return await asyncio.to_thread(self._tls)

    async def _health(self) -> Answer:
        if self.encrypted:
            try:
                await self.certificate()
            except Untrusted as untrusted:
                raise CannotTell(untrusted.why) from None
        elif not self.on_this_computer:
            # What we sign would travel in the open.
            raise CannotTell(_OPEN)
        return await (await self._asker()).ask("/api/health")

    async def _asker(self) -> Asking:
        return await self._once("asking", self._begin_to_ask)

    async def _begin_to_ask(self) -> Asking:
        context, address = await self._once("authorities", self._authorities), await self._address()
        self._asking = Asking(self.origin, address, context, seconds=self._seconds, clock=self.clock)
        return self._asking

    async def _once(self, name: str, find: Callable[[], Coroutine[Any, Any, T]]) -> T:
        if name not in self._known:
            self._known[name] = asyncio.create_task(find())
        # A check that gives up must not take it away from the others.
        shared: Awaitable[T] = asyncio.shield(self._known[name])
        return await shared


def read_object(answer: Answer) -> dict[str, Any] | None:
    """The JSON object that an answer is; None for anything else."""
    try:
        found = json.loads(answer.content) if answer.whole else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def whole_of(told: Mapping[str, Any], name: str) -> int:
    """The number of that name, as far as it is one that makes sense; else 0."""
    value = told.get(name)
    return value if type(value) is int and 0 <= value < 2**53 else 0


def silence(nothing: NoAnswer) -> Bilingual:
    """How it was that no answer came."""
    return _SILENCE[nothing.kind]


SEE_LOG: Final = Bilingual("Δείτε το ημερολόγιο του διακομιστή.", "Look at the server's log.")
_SILENCE: Final = {
    "unreachable": Bilingual("Δεν γίνεται σύνδεση με τον διακομιστή.", "No connection to the server can be made."),
    "slow": Bilingual("Ο διακομιστής δεν απάντησε στον χρόνο του.", "The server did not answer in time."),
    "broken": Bilingual("Η απάντηση κόπηκε, ή δεν ήταν HTTP.", "The answer was cut, or was not HTTP."),
}
_NOBODY: Final = Bilingual(
    "Το /api/health δεν απάντησε όπως οι υπηρεσίες του KK Desk.",
    "/api/health did not answer as the endpoints of KK Desk do.",
)
_NO_ADDRESS: Final = Bilingual("Το όνομα δεν οδηγεί πουθενά.", "The name leads nowhere.")
_OPEN: Final = Bilingual("Η διεύθυνση δεν αρχίζει με https://.", "The address does not begin with https://.")
