"""Whoever fetches a link of a mail: what the request tells of them, with no more of their address than a network."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

#: Bits of an address that are kept: enough to see one company's scanner again, too few for a household.
_KEPT_BITS: Final = {4: 24, 6: 48}
#: Characters of `User-Agent` that are kept.
_MAX_AGENT: Final = 500


@dataclass(frozen=True, slots=True)
class Visitor:
    """What is kept of a request's maker."""

    #: The first address of their network (`network_of`); None when the address is not known.
    network: str | None = None
    user_agent: str | None = None


def visitor_of(address: str | None, user_agent: str | None) -> Visitor:
    """The visitor at `address` (IPv4 or IPv6 as text, or anything) with a `User-Agent` header, which may be hostile."""
    agent = user_agent[:_MAX_AGENT] if user_agent else None
    return Visitor(network_of(address), agent)


def network_of(address: str | None) -> str | None:
    """The first address of the network (/24, of IPv6 /48) in which `address` lies; None for what is no address.

    >>> network_of("5.6.7.8"), network_of("2001:db8:1:2::3")
    ('5.6.7.0', '2001:db8:1::')
    """
    try:
        found = ipaddress.ip_address((address or "").strip())
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or ipaddress.IPv6Address(int(found))  # without its zone
    bits = _KEPT_BITS[found.version]
    return str(ipaddress.ip_network((found, bits), strict=False).network_address)
