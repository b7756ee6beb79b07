"""Whether cron-job.org can reach the endpoints: what is certain before anything is set up, and how it looks from here.

It connects over IPv4 to addresses of the open internet alone and follows no redirect.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Callable
from typing import Final
from urllib.parse import urljoin, urlsplit

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotConfigured
from kkdesk.services.cron_jobs.answers import plain_address
from kkdesk.services.dns_lookups import Dns, Standing
from kkdesk.services.link_check import is_public
from kkdesk.services.mail.tracking import require_origin

_log = structlog.get_logger(__name__)

_SECONDS: Final = 5.0
#: Names that mean something inside a network only (RFC 6761, RFC 6762, RFC 8375, and habit).
_INSIDE: Final = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".home", ".intranet", ".corp")


def require_reachable(public_address: str) -> str:
    """The origin of the endpoints. Raises `NotConfigured` when cron-job.org can certainly not call it."""
    origin = require_origin(public_address)
    parts = urlsplit(origin)
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme != "https":
        raise _unusable(origin, "δεν αρχίζει με https://, και το κλειδί θα ταξίδευε φανερά", _HTTPS_EN)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if "." not in host or host.endswith(_INSIDE):
            raise _unusable(origin, "ισχύει μόνο μέσα στο δίκτυό σας", "is known inside your network only") from None
        return origin
    if address.version != 4:
        raise _unusable(origin, "είναι IPv6, και το cron-job.org συνδέεται μόνο με IPv4", _IPV6_EN)
    if not is_public(host):
        raise _unusable(origin, "ανήκει σε ιδιωτικό δίκτυο", "belongs to a private network")
    return origin


async def look_from_here(
    origin: str, dns: Dns, *, allowed: Callable[[str], bool] = is_public, tls: ssl.SSLContext | None = None
) -> tuple[Bilingual, ...]:
    """What may keep cron-job.org from reaching `origin`, as it looks from this computer; empty: nothing seen.

    Asks the name servers, and `GET /api/health` at the address that they give; where they say nothing, nothing is
    known. `allowed` says which addresses may be connected to, `tls` which authorities are trusted.
    """
    parts = urlsplit(origin)
    host = parts.hostname or ""
    try:
        addresses: tuple[str, ...] = (str(ipaddress.ip_address(host)),)
    except ValueError:
        answer = await dns.ask(host, "A")
        if answer.standing is Standing.UNKNOWN:
            return ()
        if answer.standing is not Standing.FOUND:
            return (_no_ipv4(host),)
        addresses = answer.values
    if not all(map(allowed, addresses)):
        return (_private(host),)
    found = await _health(origin, addresses[0], tls)
    return () if found is None else (found,)


async def _health(origin: str, address: str, tls: ssl.SSLContext | None) -> Bilingual | None:
    import httpx

    asked = httpx.URL(f"{origin}/api/health")
    try:
        if tls is None:
            # On a thread: reading the trusted certificates takes a tenth of a second.
            tls = await asyncio.to_thread(httpx.create_ssl_context, trust_env=False)
        async with asyncio.timeout(_SECONDS), httpx.AsyncClient(verify=tls, trust_env=False, timeout=None) as client:  # noqa: S113 - the block has a time-out
            request = client.build_request(
                "GET",
                asked.copy_with(host=address),
                headers={"Host": asked.netloc.decode("ascii")},
                extensions={"sni_hostname": asked.raw_host.decode("ascii")},
            )
            response = await client.send(request, stream=True)
            await response.aclose()
    except (httpx.HTTPError, TimeoutError) as error:
        _log.info("endpoints_not_reached", error=type(error).__name__)
        return _no_answer(origin)
    if response.is_redirect:
        return _redirects(origin, response.headers.get("location", ""))
    return None if response.status_code == 200 else _not_well(response.status_code)


def _unusable(origin: str, el: str, en: str) -> NotConfigured:
    return NotConfigured(
        Bilingual(f"Η δημόσια διεύθυνση {origin} {el}.", f"The public address {origin} {en}."),
        kept=Bilingual("Δεν άλλαξε τίποτα στο cron-job.org.", "Nothing was changed at cron-job.org."),
        next_step=Bilingual(
            "Το cron-job.org καλεί μόνο δημόσιες διευθύνσεις https: διορθώστε το NEXTAUTH_URL.",
            "cron-job.org calls public https addresses only: correct NEXTAUTH_URL.",
        ),
    )


def _no_ipv4(host: str) -> Bilingual:
    return Bilingual(
        f"Το όνομα {host} δεν οδηγεί σε διεύθυνση IPv4· το cron-job.org δεν χρησιμοποιεί IPv6.",
        f"The name {host} leads to no IPv4 address; cron-job.org does not use IPv6.",
    )


def _private(host: str) -> Bilingual:
    return Bilingual(
        f"Από εδώ το όνομα {host} οδηγεί σε ιδιωτική διεύθυνση· βεβαιωθείτε ότι έξω οδηγεί σε δημόσια.",
        f"From here the name {host} leads to a private address; make sure that outside it leads to a public one.",
    )


def _no_answer(origin: str) -> Bilingual:
    return Bilingual(f"Από εδώ το {origin}/api/health δεν απαντά.", f"{origin}/api/health does not answer from here.")


def _redirects(origin: str, location: str) -> Bilingual:
    try:
        where = plain_address(urljoin(origin, location)) or "…"
    except ValueError:
        where = "…"  # what it names is no address
    return Bilingual(
        f"Η δημόσια διεύθυνση ανακατευθύνει στο {where} και το cron-job.org δεν ακολουθεί ανακατευθύνσεις.",
        f"The public address redirects to {where}, and cron-job.org follows no redirects.",
    )


def _not_well(http_status: int) -> Bilingual:
    return Bilingual(
        f"Το /api/health του διακομιστή απαντά με {http_status} και όχι με 200.",
        f"The endpoints' /api/health answers {http_status} and not 200.",
    )


_HTTPS_EN: Final = "does not begin with https://, and the key would travel in the open"
_IPV6_EN: Final = "is IPv6, and cron-job.org connects over IPv4 only"
