"""Questions to the domain name system, answered without ever raising: found, not there, or not known.

The one place that knows dnspython and translates its errors. "Not known" (no network, a server that fails, time is up)
says nothing about the name, and nobody may take it for "not there".
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

if TYPE_CHECKING:
    import dns.asyncresolver

Kind = Literal["MX", "A", "AAAA", "TXT"]


class Standing(StrEnum):
    """What a name server says. `no_name`: there is no such name (NXDOMAIN); `no_data`: the name has no such records."""

    FOUND = "found"
    NO_NAME = "no_name"
    NO_DATA = "no_data"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """The records of one name and kind: addresses, texts (their strings joined), or "preference host" for MX.

    Hosts are in lower case without the final dot; the root, which a null MX names, is ".".
    """

    standing: Standing
    values: tuple[str, ...] = ()


NOT_KNOWN: Final = DnsAnswer(Standing.UNKNOWN)
#: A name with mail servers. A resolver that cannot find this one (a hotel's, a filter's) proves nothing about others.
SURELY_THERE: Final = "gmail.com"


class Dns(Protocol):
    """Whoever answers questions (`SystemDns`)."""

    async def ask(self, name: str, kind: Kind) -> DnsAnswer:
        """Records of an ASCII domain name. Never raises."""
        ...


class SystemDns:
    """The resolver that this computer is set up with, or the given name servers."""

    def __init__(self, nameservers: Sequence[str] = (), port: int = 53, seconds: float = 3.0) -> None:
        """`seconds` is how long one question may take, all tries together."""
        self._nameservers = list(nameservers)
        self._port = port
        self._seconds = seconds
        self._resolver: asyncio.Future[dns.asyncresolver.Resolver] | None = None

    async def ask(self, name: str, kind: Kind) -> DnsAnswer:
        """Records of an ASCII domain name. Never raises."""
        if self._resolver is None or self._resolver.cancelled():
            # On a thread: the first import takes a tenth of a second, which a window would notice.
            self._resolver = asyncio.get_running_loop().run_in_executor(None, self._open)
        resolver = await asyncio.shield(self._resolver)
        answer = await _asked(resolver, name, kind)
        # `wait_for` of Python 3.11, on which dnspython waits, may swallow a cancellation: whoever ran out of time would
        # go on asking.
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise asyncio.CancelledError
        return answer

    def _open(self) -> dns.asyncresolver.Resolver:
        import dns.asyncresolver

        if self._nameservers:
            resolver = dns.asyncresolver.Resolver(configure=False)
            resolver.port = self._port
            resolver.nameservers = list(self._nameservers)
        else:
            resolver = configured_resolver()
        resolver.timeout = self._seconds / 2
        resolver.lifetime = self._seconds
        return resolver


def configured_resolver() -> dns.asyncresolver.Resolver:
    """A resolver as this computer is set up; one that knows nothing where it is not."""
    import dns.asyncresolver
    import dns.resolver

    try:
        return dns.asyncresolver.Resolver()
    except (dns.resolver.NoResolverConfiguration, OSError):
        return dns.asyncresolver.Resolver(configure=False)


async def _asked(resolver: dns.asyncresolver.Resolver, name: str, kind: Kind) -> DnsAnswer:
    import dns.exception
    import dns.resolver

    try:
        answer = await resolver.resolve(f"{name.rstrip('.')}.", kind, search=False)
    except dns.resolver.NXDOMAIN:
        return DnsAnswer(Standing.NO_NAME)
    except dns.resolver.NoAnswer:
        return DnsAnswer(Standing.NO_DATA)
    except (dns.exception.DNSException, OSError, EOFError, UnicodeError):
        # Servers that fail or refuse, time that is up, answers and names that make no sense.
        return NOT_KNOWN
    return DnsAnswer(Standing.FOUND, tuple(_text_of(record, kind) for record in answer))


def _text_of(record: Any, kind: Kind) -> str:
    """The record's value. Its class depends on its kind, which the type checker cannot know."""
    if kind == "TXT":
        return b"".join(record.strings).decode("utf-8", "replace")
    if kind == "MX":
        host = str(record.exchange).lower()
        return f"{record.preference} {host.rstrip('.') or '.'}"
    return str(record)
