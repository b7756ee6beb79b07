"""The company's server stalled, refused and slow: readers get their picture and their page, and visits are kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from cloud_endpoints.tracking import PIXEL
from kkdesk.services.mail.tracking import Signer
from tests.cloud_endpoints.test_kills import make_profile
from tests.servers.endpoints import SECRET, Endpoints, endpoints
from tests.servers.sqld import Sqld, sqld_server
from tests.servers.tcp_proxy import TcpProxy, tcp_proxy

LINKS = Signer(SECRET, "http://kk.example")
TROUBLES: dict[str, Callable[[TcpProxy], None]] = {
    "stalled": lambda network: network.black_hole(),
    "refused": lambda network: network.refuse(),
    "slow": lambda network: setattr(network, "delay", 1.0),
}
_TRACKED = "SELECT recipient_id, link_url FROM email_tracking"


def visit(server: Endpoints, number: int) -> tuple[httpx.Response, httpx.Response]:
    """An open and a click that nobody has made before."""
    recipient, link = f"rcpt_{number}", f"https://kk.example/{number}"
    targets = (LINKS.open_url("camp_1", recipient), LINKS.click_url("camp_1", recipient, link))
    agent = {"User-Agent": "Firefox"}
    picture, page = (
        httpx.get(target.replace("http://kk.example", server.url, 1), headers=agent, timeout=60) for target in targets
    )
    assert picture.content == PIXEL
    assert (page.status_code, page.headers["location"]) == (302, link)
    return picture, page


def kept(server: Endpoints, numbers: range) -> set[tuple[str, str | None]]:
    """Make so many visits; those that were said to be kept. On a busy machine the disk may be too slow for some."""
    found: set[tuple[str, str | None]] = set()
    for number in numbers:
        picture, page = visit(server, number)
        assert picture.status_code in {200, 503}
        if picture.status_code == 200:
            found.add((f"rcpt_{number}", None))
        if page.headers["x-recorded"] == "yes":
            found.add((f"rcpt_{number}", f"https://kk.example/{number}"))
    assert found
    return found


def until_tracked(sqld: Sqld, wanted: set[tuple[str, str | None]]) -> None:
    end = time.monotonic() + 90
    while missing := wanted - {(recipient, link) for recipient, link in sqld.execute(_TRACKED)}:
        assert time.monotonic() < end, missing
        time.sleep(0.05)  # a look at another process's work: there is no event to wait for


@pytest.fixture
def company(tmp_path: Path) -> Iterator[tuple[Sqld, TcpProxy]]:
    """The company's server with a campaign that was sent, and the way to it."""
    asyncio.run(make_profile(tmp_path / "first"))
    with sqld_server(start=False) as sqld, tcp_proxy(sqld.port) as network:
        sqld.load(tmp_path / "first" / "crm.db")
        yield sqld, network


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_the_database_does_not_take_is_kept_and_recorded_later(
    tmp_path: Path, company: tuple[Sqld, TcpProxy], trouble: str
) -> None:
    sqld, network = company
    env = {"DATABASE_URL": network.url, "DATABASE_AUTH_TOKEN": sqld.token()}
    with endpoints(tmp_path / "second", env) as server:
        before = kept(server, range(1))
        until_tracked(sqld, before)
        TROUBLES[trouble](network)
        meanwhile = kept(server, range(1, 8))
        network.passing()
        until_tracked(sqld, before | meanwhile)
        server.end()
    tracked = sqld.execute(_TRACKED)
    assert len(tracked) == len(set(map(tuple, tracked)))
    opens = sum(link is None for _, link in tracked)
    assert sqld.execute("SELECT open_count, click_count FROM email_campaigns") == [[opens, len(tracked) - opens]]


def test_a_server_that_ends_meanwhile_leaves_them_to_the_next(tmp_path: Path, company: tuple[Sqld, TcpProxy]) -> None:
    sqld, network = company
    env = {"DATABASE_URL": network.url, "DATABASE_AUTH_TOKEN": sqld.token()}
    with endpoints(tmp_path / "second", env) as server:
        network.black_hole()
        meanwhile = kept(server, range(4))
        server.kill()
        network.passing()
        assert sqld.execute(_TRACKED) == []
        server.start()
        until_tracked(sqld, meanwhile)


@pytest.mark.parametrize("trouble", ["stalled", "refused"])
def test_on_a_platform_without_a_disk_they_are_refused_honestly(
    tmp_path: Path, company: tuple[Sqld, TcpProxy], trouble: str
) -> None:
    sqld, network = company
    env = {"DATABASE_URL": network.url, "DATABASE_AUTH_TOKEN": sqld.token(), "VERCEL": "1"}
    with endpoints(tmp_path / "second", env) as server:
        TROUBLES[trouble](network)
        picture, page = visit(server, 1)
        assert (picture.status_code, page.headers["x-recorded"]) == (503, "no")
        assert int(picture.headers["retry-after"]) > 0
        assert not (tmp_path / "second" / "visits").exists()
