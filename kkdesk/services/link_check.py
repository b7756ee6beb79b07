"""Whether the links of a campaign still lead somewhere, asked of their servers before it is sent.

A link is dead when its server says so (404, 410) or its name does not exist; whatever else happens says nothing. Only
public addresses are asked: a link must not make this computer knock on doors inside the office's network. The address
that was checked is the one connected to, so that a second answer of the name server cannot lead elsewhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

import structlog

from kkdesk.model.email_address import ascii_domain
from kkdesk.services.dns_lookups import SURELY_THERE, Dns, Standing
from kkdesk.services.mail.links import find_links
from kkdesk.services.mail.tracking import normalize_destination

if TYPE_CHECKING:
    import httpx

_log = structlog.get_logger(__name__)

#: Links of one campaign that are asked about.
MOST_LINKS: Final = 50
_HOPS: Final = 5
_GONE: Final = frozenset({404, 410})
_HEADERS: Final = {"User-Agent": "KKDesk-link-check", "Accept": "*/*", "Range": "bytes=0-0"}


class LinkState(StrEnum):
    """What became of a link; `unknown` says nothing against it."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"


def web_links(html: str) -> list[str]:
    """The http(s) links of a mail, each once, as far as they are the same for every recipient."""
    found = (normalize_destination(link.href) for link in find_links(html) if "{{" not in link.href)
    return list(dict.fromkeys(url for url in found if url and "." in url.split("/")[2]))


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet: not private, of this computer, of the local link, or reserved."""
    ip = ipaddress.ip_address(address)
    if ip in _NAT64 or ip in _MAPPED:  # It ends at the IPv4 address inside.
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast and not any(ip in tunnel for tunnel in _TUNNELS)


_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
# 6to4 and Teredo lead to an IPv4 address of the sender's choice; Python's patch releases differ on their being global.
_TUNNELS: Final = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))


class LinkCheck:
    """Asks about links, a few at once. What is alive is remembered as long as the program runs."""

    def __init__(
        self, dns: Dns, *, seconds: float = 3.5, at_once: int = 8, allowed: Callable[[str], bool] = is_public
    ) -> None:
        """`seconds` is how long one call of `states` may ask; `allowed` says which addresses may be connected to."""
        self._dns = dns
        self._seconds = seconds
        self._at_once = at_once
        self._allowed = allowed
        self._alive: set[str] = set()
        self._client: asyncio.Future[httpx.AsyncClient] | None = None

    async def states(self, urls: Sequence[str]) -> dict[str, LinkState]:
        """What became of each of the first `MOST_LINKS` links; what is not answered in time is unknown."""
        wanted = list(dict.fromkeys(urls))[:MOST_LINKS]
        found = {url: LinkState.ALIVE if url in self._alive else LinkState.UNKNOWN for url in wanted}
        queue = iter([url for url in wanted if url not in self._alive])
        try:
            async with asyncio.timeout(self._seconds), asyncio.TaskGroup() as group:
                for _ in range(min(self._at_once, len(wanted))):
                    group.create_task(self._check_each(queue, found))
        except TimeoutError:
            _log.info("link_check_time_is_up", links=len(wanted))
        # Not the dead: a link that has been mended meanwhile must be found alive.
        self._alive.update(url for url, state in found.items() if state is LinkState.ALIVE)
        return found

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await (await self._client).aclose()
            self._client = None

    async def _check_each(self, urls: Iterator[str], found: dict[str, LinkState]) -> None:
        import httpx

        for url in urls:
            try:
                found[url] = await self._check(url)
            except (ValueError, httpx.InvalidURL) as error:
                # Servers send people to what is no address; such words are neither ours nor proof of anything.
                _log.info("link_leads_to_no_address", error=type(error).__name__)

    async def _check(self, url: str) -> LinkState:
        state = await self._follow("HEAD", url)
        # Some servers know no HEAD and say "not found" to it: only a GET proves a link dead.
        return state if state is LinkState.ALIVE else await self._follow("GET", url)

    async def _follow(self, method: str, url: str) -> LinkState:
        for _ in range(_HOPS):
            target = urlsplit(url)
            if target.scheme not in ("http", "https") or not target.hostname:
                return LinkState.UNKNOWN
            address = await self._address(target.hostname)
            if isinstance(address, LinkState):
                return address
            answer = await self._request(method, url, address)
            if answer is None:
                return LinkState.UNKNOWN
            status, location = answer
            if status in (301, 302, 303, 307, 308) and location:
                url = urljoin(url, location)
                continue
            if status in _GONE:
                return LinkState.DEAD
            return LinkState.ALIVE if 200 <= status < 300 or status == 416 else LinkState.UNKNOWN
        return LinkState.UNKNOWN

    async def _address(self, host: str) -> str | LinkState:
        """The address to connect to; or what is known without one."""
        try:
            addresses: Sequence[str] = (str(ipaddress.ip_address(host)),)
        except ValueError:
            name = ascii_domain(host)
            if name is None:
                return LinkState.UNKNOWN
            answer = await self._dns.ask(name, "A")
            if answer.standing is Standing.NO_DATA:
                answer = await self._dns.ask(name, "AAAA")
            if answer.standing is Standing.NO_NAME:
                return LinkState.DEAD if await self._resolver_is_sound() else LinkState.UNKNOWN
            addresses = answer.values
        # All of them: a name that also leads inside is not asked at all.
        return addresses[0] if addresses and all(map(self._allowed, addresses)) else LinkState.UNKNOWN

    async def _resolver_is_sound(self) -> bool:
        """Whether "no such name" can be believed: a hotel's or a filter's resolver says so of every name."""
        return (await self._dns.ask(SURELY_THERE, "MX")).standing is Standing.FOUND

    async def _request(self, method: str, url: str, address: str) -> tuple[int, str] | None:
        """Status and Location of one answer; its body is not read. None: no answer that says anything."""
        import httpx

        client = await self._opened()
        asked = httpx.URL(url)
        host = asked.netloc.decode("ascii")
        try:
            request = client.build_request(
                method,
                asked.copy_with(host=address, userinfo=b""),
                headers={**_HEADERS, "Host": host.rpartition("@")[2]},
                extensions={"sni_hostname": asked.raw_host.decode("ascii")},
            )
            response = await client.send(request, stream=True)
            await response.aclose()
        except httpx.HTTPError:
            return None
        return response.status_code, response.headers.get("location", "")

    async def _opened(self) -> httpx.AsyncClient:
        if self._client is None or self._client.cancelled():
            # On a thread: reading the trusted certificates takes a tenth of a second, which a window would notice.
            self._client = asyncio.get_running_loop().run_in_executor(None, _open)
        return await asyncio.shield(self._client)


def _open() -> httpx.AsyncClient:
    import httpx

    # No proxy: it would look the name up once more, and where it connects nobody here would know.
    return httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=httpx.Timeout(3.0))
