"""Addresses are never kept whole."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.tracking.visitor import network_of, visitor_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("5.6.7.8", "5.6.7.0"),
        ("2001:db8:1:2::3", "2001:db8:1::"),
        ("::ffff:5.6.7.8", "5.6.7.0"),
        ("fe80::1%eth0", "fe80::"),
        (" 5.6.7.8 ", "5.6.7.0"),
        ("5.6.7.8:443", None),
        ("5.6.7.8, 10.0.0.1", None),
        ("unknown", None),
        ("", None),
        (None, None),
    ],
)
def test_networks(address: str | None, network: str | None) -> None:
    assert network_of(address) == network


@given(st.ip_addresses())
def test_a_network_is_shared_by_many(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    network = network_of(str(address))
    assert network is not None
    assert network_of(network) == network
    kept = ipaddress.ip_address(network)
    free = 8 if kept.version == 4 else 80
    assert int(kept) % 2**free == 0


@given(st.text())
def test_anything_may_be_said_to_be_an_address(text: str) -> None:
    found = network_of(text)
    assert found is None or network_of(found) == found


def test_a_long_agent_is_cut() -> None:
    assert visitor_of(None, "x" * 9000).user_agent == "x" * 500
    assert visitor_of(None, "").user_agent is None
