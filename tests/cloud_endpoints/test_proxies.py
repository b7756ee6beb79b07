"""Whose word on addresses is taken."""

from __future__ import annotations

import asyncio
import ipaddress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_endpoints.proxies import TrustedProxies
from kkdesk.model.errors import InvalidInput
from kkdesk.services.mail.tracking import Signer
from tests.cloud_endpoints.served import ORIGIN, PROXY, served
from tests.cloud_endpoints.test_unsubscribe import SECRET, START


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "real", "client"),
    [
        ("", "9.9.9.9", ["1.1.1.1"], "2.2.2.2", "9.9.9.9"),
        ("10.0.0.0/8", "9.9.9.9", ["1.1.1.1"], "2.2.2.2", "9.9.9.9"),
        ("10.0.0.0/8", "10.1.2.3", ["1.1.1.1"], "2.2.2.2", "1.1.1.1"),
        # What the visitor wrote stands to the left of what the proxy added.
        ("10.0.0.0/8", "10.1.2.3", ["6.6.6.6, 1.1.1.1"], "", "1.1.1.1"),
        ("10.0.0.0/8", "10.1.2.3", ["6.6.6.6", "1.1.1.1, 10.4.4.4"], "", "1.1.1.1"),
        ("10.0.0.0/8", "10.1.2.3", [], "2.2.2.2", "2.2.2.2"),
        ("10.0.0.0/8", "10.1.2.3", [], "", "10.1.2.3"),
        ("10.0.0.0/8", "10.1.2.3", ["10.9.9.9, 10.4.4.4"], "", "10.9.9.9"),
        ("10.0.0.0/8, 192.168.1.5", "192.168.1.5", ["1.1.1.1"], "", "1.1.1.1"),
        ("10.0.0.0/8", "::ffff:10.1.2.3", ["1.1.1.1"], "", "1.1.1.1"),
        ("2001:db8::/32", "2001:db8::9", ["2a00::1"], "", "2a00::1"),
        ("*", "whatever", ["1.1.1.1, 2.2.2.2"], "", "1.1.1.1"),
    ],
)
def test_the_nearest_who_is_no_proxy(trusted: str, peer: str, forwarded: list[str], real: str, client: str) -> None:
    assert TrustedProxies(trusted).client_of(peer, forwarded, real) == client


@given(st.ip_addresses(), st.lists(st.text(max_size=30), max_size=4), st.text(max_size=30))
def test_a_stranger_cannot_name_himself(peer: object, forwarded: list[str], real: str) -> None:
    assert TrustedProxies("192.0.2.7").client_of(str(peer), forwarded, real) == str(peer) or str(peer) == "192.0.2.7"


@given(st.lists(st.ip_addresses(v=4), min_size=1, max_size=4), st.ip_addresses(v=4))
def test_whoever_the_proxy_saw_counts(written: list[ipaddress.IPv4Address], seen: ipaddress.IPv4Address) -> None:
    if seen in ipaddress.ip_network("10.0.0.0/8"):
        return
    forwarded = [", ".join(map(str, [*written, seen]))]
    assert TrustedProxies("10.0.0.0/8").client_of("10.0.0.1", forwarded, "") == str(seen)


@pytest.mark.parametrize("text", ["nginx", "10.0.0.0/99", "10.0.0.1;10.0.0.2"])
def test_what_is_no_network_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(InvalidInput, match="TRUSTED_PROXIES"):
        TrustedProxies(text)


def test_of_a_visitor_behind_our_proxy_the_network_is_kept(tmp_path: Path) -> None:
    async def run() -> None:
        async with served(tmp_path, {"EMAIL_TRACKING_SECRET": SECRET}, START) as endpoints:
            link = Signer(SECRET, ORIGIN).open_url("camp_1", "rcpt_1")
            await endpoints.client.get(link, headers={"x-forwarded-for": f"8.8.8.8, 5.6.7.8, {PROXY}"})
            assert await endpoints.rows("SELECT ip_address FROM email_tracking") == [{"ip_address": "5.6.7.0"}]
            assert await endpoints.rows("SELECT network FROM kk_visits") == [{"network": "5.6.7.0"}]

    asyncio.run(run())
